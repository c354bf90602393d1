import type { Page } from '../../protocol/resources.ts';
import { APIError } from './errors.ts';
import type { Call, Request } from './request.ts';

export interface ListParams {
  /** Items per page, 1–100. Default 20. */
  readonly limit?: number | undefined;
  /** Items to skip. Default 0. */
  readonly offset?: number | undefined;
}

/** One page as it travels, plus the way on. Iterating gives the items of this page and of all that follow. */
export type ListPage<Name extends string, Item> = Page<Name, Item> &
  AsyncIterable<Item> & {
    /** The next page, or `null` after the last. */
    nextPage(): Promise<ListPage<Name, Item> | null>;
  };

/** Await it for the first page, or `for await` it for every item. */
export type PagePromise<Name extends string, Item> = Promise<ListPage<Name, Item>> & AsyncIterable<Item>;

/**
 * Lists by limit and offset.
 *
 * @param name the field that holds the items
 */
export function listPages<Name extends string, Item>(
  request: Request,
  name: Name,
  call: Call,
  { offset = 0, ...params }: ListParams & Call['query'],
): PagePromise<Name, Item> {
  const load = async (): Promise<ListPage<Name, Item>> => {
    const query = { ...params, offset: offset || undefined };
    const page = (await request({ ...call, query })).data as Page<Name, Item>;
    if (!Array.isArray(page?.[name])) {
      throw new APIError({ status: 200, code: 'unexpected_response', message: `The list has no field "${name}".` });
    }
    // An empty page that promises more would be asked for without end.
    const more = page.has_more && page[name].length > 0;
    const next = { ...params, offset: offset + page[name].length };
    const nextPage = async () => (more ? listPages<Name, Item>(request, name, call, next) : null);
    return Object.assign(page, {
      nextPage,
      async *[Symbol.asyncIterator](this: ListPage<Name, Item>): AsyncGenerator<Item> {
        for (let at: ListPage<Name, Item> | null = this; at !== null; at = await at.nextPage()) yield* at[name];
      },
    });
  };
  const first = load();
  return Object.assign(first, {
    async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
      yield* await first;
    },
  });
}
