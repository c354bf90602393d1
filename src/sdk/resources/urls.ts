import type { UrlPage, UrlSource } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';
import { type WaitOptions, type WaitParams, waitUntilReady } from '../core/wait.ts';

export interface UrlCreateParams {
  readonly knowledgeBaseId: string;
  /** Addresses to follow; the same one twice is one source. */
  readonly urls: readonly string[];
  /** Links followed from each address; default 0: the page alone. */
  readonly crawlDepth?: number | undefined;
  /** `none` (default), `hourly`, `daily`, `weekly`, `monthly` or a cron expression in UTC. */
  readonly refreshSchedule?: string | undefined;
}
export interface UrlRef {
  readonly knowledgeBaseId: string;
  readonly urlId: string;
}
export interface UrlListParams extends ListParams {
  readonly knowledgeBaseId: string;
}
export interface UrlPageListParams extends ListParams, UrlRef {}

const one = ({ knowledgeBaseId, urlId }: UrlRef) => path('/knowledge-bases/{}/urls/{}', knowledgeBaseId, urlId);

/** `client.urls`: pages and sites a knowledge base follows. */
export class Urls {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Follows addresses: one source for each, crawled in the background.
   *
   * ```ts
   * const [source] = await client.urls.create({
   *   knowledgeBaseId: 'kb_…',
   *   urls: ['https://docs.example.com/'],
   *   crawlDepth: 2,
   *   refreshSchedule: 'daily',
   * });
   * console.log(source?.id);
   * ```
   */
  async create(
    { knowledgeBaseId, urls, crawlDepth, refreshSchedule }: UrlCreateParams,
    options?: RequestOptions,
  ): Promise<readonly UrlSource[]> {
    const body = { urls, crawl_depth: crawlDepth, refresh_schedule: refreshSchedule };
    const route = path('/knowledge-bases/{}/urls', knowledgeBaseId);
    const { data } = await this.#request({ ...options, method: 'POST', path: route, body });
    return (data as { readonly urls: readonly UrlSource[] }).urls;
  }
  /**
   * One, by its id.
   *
   * ```ts
   * const { status, pages } = await client.urls.get({ knowledgeBaseId: 'kb_…', urlId: 'url_…' });
   * console.log(status, `${pages.indexed} of ${pages.total} pages`);
   * ```
   */
  async get(params: UrlRef, options?: RequestOptions): Promise<UrlSource> {
    return (await this.#request({ ...options, method: 'GET', path: one(params) })).data as UrlSource;
  }
  /**
   * Asks for the source, ever more seldom, until its crawl has ended; throws {@link NotReadyError} when it failed.
   *
   * ```ts
   * const { pages } = await client.urls.waitUntilReady({ knowledgeBaseId: 'kb_…', urlId: 'url_…', maxWaitMs: 60_000 });
   * console.log(`${pages.indexed} pages`);
   * ```
   */
  waitUntilReady(params: UrlRef & WaitParams<UrlSource>, options?: WaitOptions): Promise<UrlSource> {
    return waitUntilReady(() => this.get(params, options), params, options);
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { url, status } of client.urls.list({ knowledgeBaseId: 'kb_…' })) console.log(url, status);
   * ```
   */
  list({ knowledgeBaseId, ...page }: UrlListParams, options?: RequestOptions): PagePromise<'urls', UrlSource> {
    const route = path('/knowledge-bases/{}/urls', knowledgeBaseId);
    return listPages(this.#request, 'urls', { ...options, method: 'GET', path: route }, { ...page });
  }
  /**
   * Its pages, and how each came out of the last crawl.
   *
   * ```ts
   * for await (const { url, outcome, reason } of client.urls.pages({ knowledgeBaseId: 'kb_…', urlId: 'url_…' })) {
   *   console.log(outcome, url, reason);
   * }
   * ```
   */
  pages(
    { knowledgeBaseId, urlId, ...page }: UrlPageListParams,
    options?: RequestOptions,
  ): PagePromise<'pages', UrlPage> {
    const route = path('/knowledge-bases/{}/urls/{}/pages', knowledgeBaseId, urlId);
    return listPages(this.#request, 'pages', { ...options, method: 'GET', path: route }, { ...page });
  }
  /**
   * Crawls it again now.
   *
   * ```ts
   * await client.urls.refresh({ knowledgeBaseId: 'kb_…', urlId: 'url_…' });
   * ```
   */
  async refresh(params: UrlRef, options?: RequestOptions): Promise<UrlSource> {
    const call = { ...options, method: 'POST', path: `${one(params)}/refresh` } as const;
    return (await this.#request(call)).data as UrlSource;
  }
  /**
   * Follows it no more; the pages read from it are deleted.
   *
   * ```ts
   * await client.urls.delete({ knowledgeBaseId: 'kb_…', urlId: 'url_…' });
   * ```
   */
  async delete(params: UrlRef, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: one(params) });
  }
}
