import type { UrlPage, UrlSource } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';
import { type WaitOptions, type WaitParams, waitUntilReady } from '../core/wait.ts';

export interface UrlCreateParams {
  readonly knowledgeBaseId: string;
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
  /** `POST /knowledge-bases/{id}/urls`: one source for each address, crawled in the background. */
  async create(
    { knowledgeBaseId, urls, crawlDepth, refreshSchedule }: UrlCreateParams,
    options?: RequestOptions,
  ): Promise<readonly UrlSource[]> {
    const body = { urls, crawl_depth: crawlDepth, refresh_schedule: refreshSchedule };
    const route = path('/knowledge-bases/{}/urls', knowledgeBaseId);
    const { data } = await this.#request({ ...options, method: 'POST', path: route, body });
    return (data as { readonly urls: readonly UrlSource[] }).urls;
  }
  /** `GET /knowledge-bases/{id}/urls/{uid}` */
  async get(params: UrlRef, options?: RequestOptions): Promise<UrlSource> {
    return (await this.#request({ ...options, method: 'GET', path: one(params) })).data as UrlSource;
  }
  /** Asks for the source, ever more seldom, until its crawl has ended; throws {@link NotReadyError} when it failed. */
  waitUntilReady(params: UrlRef & WaitParams<UrlSource>, options?: WaitOptions): Promise<UrlSource> {
    return waitUntilReady(() => this.get(params, options), params, options);
  }
  /** `GET /knowledge-bases/{id}/urls` */
  list({ knowledgeBaseId, ...page }: UrlListParams, options?: RequestOptions): PagePromise<'urls', UrlSource> {
    const route = path('/knowledge-bases/{}/urls', knowledgeBaseId);
    return listPages(this.#request, 'urls', { ...options, method: 'GET', path: route }, { ...page });
  }
  /** `GET /knowledge-bases/{id}/urls/{uid}/pages`: how each page came out. */
  pages(
    { knowledgeBaseId, urlId, ...page }: UrlPageListParams,
    options?: RequestOptions,
  ): PagePromise<'pages', UrlPage> {
    const route = path('/knowledge-bases/{}/urls/{}/pages', knowledgeBaseId, urlId);
    return listPages(this.#request, 'pages', { ...options, method: 'GET', path: route }, { ...page });
  }
  /** `POST /knowledge-bases/{id}/urls/{uid}/refresh`: crawls again now. */
  async refresh(params: UrlRef, options?: RequestOptions): Promise<UrlSource> {
    const call = { ...options, method: 'POST', path: `${one(params)}/refresh` } as const;
    return (await this.#request(call)).data as UrlSource;
  }
  /** `DELETE /knowledge-bases/{id}/urls/{uid}`: with the pages read from it. */
  async delete(params: UrlRef, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: one(params) });
  }
}
