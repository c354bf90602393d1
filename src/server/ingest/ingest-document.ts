import { createHash } from 'node:crypto';
import type { Metadata } from '../../protocol/resources.ts';
import type { ChunkRow, DocumentRow, Scope, Store } from '../store/store.ts';
import { ParseError } from './document.ts';
import { type ParsedFile, type ParseFile, parseFile } from './parse-file.ts';

/** A file or page to take into a knowledge base. */
export interface IngestRequest {
  readonly store: Store;
  readonly scope: Scope;
  readonly knowledgeBaseId: string;
  /** What "the same document" means next time: the URL, or the file's path or name. */
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly filename: string | null;
  /** Where citations lead; empty when it has no address. */
  readonly url: string;
  /** Overrides the title the document names. */
  readonly title?: string;
  readonly declaredType?: string;
  readonly metadata?: Metadata;
  /** Id for the document if it is new. */
  readonly newId: () => string;
  readonly now: () => number;
  /** Default: `parseFile`, in this process. */
  readonly parse?: ParseFile;
  readonly signal?: AbortSignal;
}

export interface IngestResult {
  readonly document: DocumentRow;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'failed';
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The part of a path or URL a person would call the file's name, without its extension. */
const nameOf = (key: string): string =>
  key
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)!
    .replace(/\.[a-z0-9]{1,8}$/i, '') || key;

/** Rows of a parsed file. Ids are made from document, version and place: the same bytes always give the same ids. */
export function chunkRows(document: DocumentRow, parsed: ParsedFile): Omit<ChunkRow, 'documentId'>[] {
  const base = document.url.replace(/#.*$/, '');
  return parsed.chunks.map((chunk, ordinal) => ({
    id: `${document.id}.${document.contentHash.slice(0, 8)}.${ordinal}`,
    ordinal,
    title: document.title,
    heading: chunk.headings.filter((heading) => heading !== document.title).join(' › '),
    text: chunk.text,
    url: base === '' || chunk.fragment === '' ? base : `${base}#${chunk.fragment}`,
  }));
}

/**
 * Parses a stored document's bytes and puts its chunks in place of the old ones; until then the old ones answer. What
 * cannot be read leaves the document `failed` with the reason.
 */
export async function processDocument(
  request: Pick<IngestRequest, 'store' | 'scope' | 'now' | 'parse' | 'bytes' | 'title' | 'declaredType' | 'signal'>,
  document: DocumentRow,
): Promise<DocumentRow> {
  const { store, scope, now, bytes, parse = parseFile } = request;
  const file = { bytes, filename: document.filename, declaredType: request.declaredType ?? '', url: document.url };
  const change = async (changed: Parameters<Store['knowledge']['updateDocument']>[2]): Promise<DocumentRow> => {
    await store.knowledge.updateDocument(scope, document.id, { ...changed, updatedAt: now() });
    return { ...document, ...changed, updatedAt: now() };
  };
  let parsed: ParsedFile;
  try {
    parsed = await parse(file, request.signal ?? new AbortController().signal);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return change({ status: 'failed', error: { code: error.code, message: error.message } });
  }
  const title = request.title || parsed.title || nameOf(document.filename ?? document.key);
  const url = parsed.canonicalUrl ?? document.url;
  const named = { ...document, title: title.slice(0, 300), url };
  // The new name first: if the process dies between the two, the document is not ready and is read again.
  await change({ title: named.title, url, mediaType: parsed.mediaType });
  await store.chunks.replace(scope, document.knowledgeBaseId, document.id, chunkRows(named, parsed), now());
  const error = parsed.truncated
    ? { code: 'truncated', message: `Only the first ${parsed.chunks.length} passages were kept.` }
    : null;
  if (error) await change({ error });
  const stored = await store.knowledge.getDocument(scope, document.knowledgeBaseId, document.id);
  return stored ?? named;
}

/**
 * What a document's row will be, and the one there is. Nothing is written yet. `unchanged`: the same bytes were read
 * before, and there is nothing to do.
 */
export async function newVersion(
  request: Omit<IngestRequest, 'parse' | 'signal'>,
): Promise<{ readonly row: DocumentRow; readonly existing: DocumentRow | null; readonly unchanged: boolean }> {
  const { store, scope, knowledgeBaseId, key, bytes, now } = request;
  const contentHash = hashOf(bytes);
  const existing = await store.knowledge.findDocument(scope, knowledgeBaseId, key);
  const row: DocumentRow = {
    id: existing?.id ?? request.newId(),
    accountId: scope.accountId,
    knowledgeBaseId,
    key,
    title: request.title || existing?.title || nameOf(request.filename ?? key),
    url: request.url,
    filename: request.filename,
    mediaType: existing?.mediaType ?? 'application/octet-stream',
    bytes: bytes.length,
    contentHash,
    status: 'processing',
    error: null,
    chunkCount: existing?.chunkCount ?? 0,
    metadata: request.metadata ?? existing?.metadata ?? {},
    createdAt: existing?.createdAt ?? now(),
    updatedAt: now(),
  };
  return { row, existing, unchanged: existing?.contentHash === contentHash && existing.status === 'ready' };
}

/**
 * Takes one document in, start to end: the same bytes again change nothing (`unchanged`), other bytes under the same key
 * are a new version whose predecessor answers until it is ready. Used by first start and crawler; uploads and the command
 * line go through the queue instead.
 */
export async function ingestDocument(request: IngestRequest): Promise<IngestResult> {
  const { row, existing, unchanged } = await newVersion(request);
  if (existing && unchanged) return { document: existing, outcome: 'unchanged' };
  const document = await processDocument(request, await request.store.knowledge.putDocument(row));
  return { document, outcome: outcomeOf(document, existing) };
}

/** What happened to a document that was read. */
export function outcomeOf(document: DocumentRow, existing: DocumentRow | null): IngestResult['outcome'] {
  if (document.status === 'failed') return 'failed';
  return existing ? 'updated' : 'created';
}
