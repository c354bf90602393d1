import type { KnowledgeDocument, Metadata } from '../../protocol/resources.ts';
import { path, stringify } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';
import { toFile, type Uploadable } from '../core/upload.ts';
import { type WaitOptions, type WaitParams, waitUntilReady } from '../core/wait.ts';

export interface DocumentCreateParams {
  readonly knowledgeBaseId: string;
  /** A `File` or `Blob`, bytes, text, or a stream of bytes. */
  readonly file: Uploadable;
  /** Needed unless `file` is a `File` or a Node file stream. A second upload of the same name replaces the document. */
  readonly filename?: string | undefined;
  /** Kept with it; `title` and `url` are what citations show. */
  readonly metadata?: Metadata | undefined;
}
export interface DocumentRef {
  readonly knowledgeBaseId: string;
  readonly documentId: string;
}
export interface DocumentListParams extends ListParams {
  readonly knowledgeBaseId: string;
}

const one = ({ knowledgeBaseId, documentId }: DocumentRef) =>
  path('/knowledge-bases/{}/documents/{}', knowledgeBaseId, documentId);

/** `client.documents` */
export class Documents {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Uploads a document. It is read in the background: see its `status`, or {@link waitUntilReady}.
   *
   * ```ts
   * const document = await client.documents.create({
   *   knowledgeBaseId: 'kb_…',
   *   file: '# Opening hours\n\nWe are open from nine to five.',
   *   filename: 'hours.md',
   *   metadata: { title: 'Opening hours' },
   * });
   * console.log(document.status);
   * ```
   */
  async create(
    { knowledgeBaseId, file, filename, metadata }: DocumentCreateParams,
    options?: RequestOptions,
  ): Promise<KnowledgeDocument> {
    const body = new FormData();
    // Before the file, so that a server that reads the parts in order knows it in time.
    if (metadata !== undefined) body.set('metadata', stringify(metadata)!);
    body.set('file', await toFile(file, filename));
    const route = path('/knowledge-bases/{}/documents', knowledgeBaseId);
    return (await this.#request({ ...options, method: 'POST', path: route, body })).data as KnowledgeDocument;
  }
  /**
   * One, by its id.
   *
   * ```ts
   * const { status, error } = await client.documents.get({ knowledgeBaseId: 'kb_…', documentId: 'doc_…' });
   * ```
   */
  async get(params: DocumentRef, options?: RequestOptions): Promise<KnowledgeDocument> {
    return (await this.#request({ ...options, method: 'GET', path: one(params) })).data as KnowledgeDocument;
  }
  /**
   * Asks for the document, ever more seldom, until it is `ready`; throws {@link NotReadyError} when it failed.
   *
   * ```ts
   * const document = await client.documents.waitUntilReady({
   *   knowledgeBaseId: 'kb_…',
   *   documentId: 'doc_…',
   *   onProgress: ({ status }) => console.log(status),
   * });
   * console.log(document.chunk_count);
   * ```
   */
  waitUntilReady(
    params: DocumentRef & WaitParams<KnowledgeDocument>,
    options?: WaitOptions,
  ): Promise<KnowledgeDocument> {
    return waitUntilReady(() => this.get(params, options), params, options);
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { filename, status } of client.documents.list({ knowledgeBaseId: 'kb_…' })) {
   *   console.log(filename, status);
   * }
   * ```
   */
  list(
    { knowledgeBaseId, ...page }: DocumentListParams,
    options?: RequestOptions,
  ): PagePromise<'documents', KnowledgeDocument> {
    const route = path('/knowledge-bases/{}/documents', knowledgeBaseId);
    return listPages(this.#request, 'documents', { ...options, method: 'GET', path: route }, { ...page });
  }
  /**
   * Deletes it: it is out of every answer from here on.
   *
   * ```ts
   * await client.documents.delete({ knowledgeBaseId: 'kb_…', documentId: 'doc_…' });
   * ```
   */
  async delete(params: DocumentRef, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: one(params) });
  }
}
