import type { KnowledgeBase } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface KnowledgeBaseCreateParams {
  /** For people. */
  readonly name: string;
  /** For people. */
  readonly description?: string | undefined;
}

/** `client.knowledgeBases` */
export class KnowledgeBases {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Makes one.
   *
   * ```ts
   * const { id } = await client.knowledgeBases.create({ name: 'Handbook', description: 'For new colleagues' });
   * ```
   */
  async create(params: KnowledgeBaseCreateParams, options?: RequestOptions): Promise<KnowledgeBase> {
    const call = { ...options, method: 'POST', path: '/knowledge-bases', body: params } as const;
    return (await this.#request(call)).data as KnowledgeBase;
  }
  /**
   * One, by its id.
   *
   * ```ts
   * const { name, document_count } = await client.knowledgeBases.get('kb_…');
   * ```
   */
  async get(knowledgeBaseId: string, options?: RequestOptions): Promise<KnowledgeBase> {
    const route = path('/knowledge-bases/{}', knowledgeBaseId);
    return (await this.#request({ ...options, method: 'GET', path: route })).data as KnowledgeBase;
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { id, name } of client.knowledgeBases.list()) console.log(id, name);
   * ```
   */
  list(params: ListParams = {}, options?: RequestOptions): PagePromise<'knowledge_bases', KnowledgeBase> {
    const call = { ...options, method: 'GET', path: '/knowledge-bases' } as const;
    return listPages(this.#request, 'knowledge_bases', call, { ...params });
  }
  /**
   * Deletes it, with its documents.
   *
   * ```ts
   * await client.knowledgeBases.delete('kb_…');
   * ```
   */
  async delete(knowledgeBaseId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/knowledge-bases/{}', knowledgeBaseId) });
  }
}
