import type { Listed, NewJob, Scope, Window } from './store.ts';

/** A site, or part of one, that a knowledge base follows. */
export interface UrlSourceRow {
  readonly id: string;
  readonly accountId: string;
  readonly knowledgeBaseId: string;
  /** Where the crawl starts. Unique per knowledge base. */
  readonly url: string;
  /** Links followed from there; 0 reads the page alone. */
  readonly crawlDepth: number;
  /** `none`, `hourly`, `daily`, `weekly`, `monthly` or a cron expression in UTC. */
  readonly refreshSchedule: string;
  readonly status: 'queued' | 'crawling' | 'ready' | 'failed';
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Counts crawls from 1. Pages carry the number of the crawl that last saw them. */
  readonly run: number;
  readonly lastCrawledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * How a page came out: `pending` still to be fetched in this crawl · `indexed` read anew · `unchanged` as it was ·
 * `skipped` not to be indexed (see `reason`) · `failed`, tried again next time.
 */
export type UrlPageOutcome = 'pending' | 'indexed' | 'unchanged' | 'skipped' | 'failed';

export interface UrlPageRow {
  readonly id: string;
  readonly sourceId: string;
  /** Unique per source. */
  readonly url: string;
  /** Links from the start; pages a sitemap names have 1. */
  readonly depth: number;
  readonly run: number;
  readonly outcome: UrlPageOutcome;
  readonly reason: string | null;
  /** Of the last answer; `null` before there was one. */
  readonly httpStatus: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Pages it linked to when last read: what a page that has not changed leads to. */
  readonly links: readonly string[];
  readonly documentId: string | null;
  readonly fetchedAt: number | null;
}

/** A page found, to be fetched in this crawl. */
export interface FoundPage {
  readonly id: string;
  readonly url: string;
  readonly depth: number;
}

export interface UrlSourceStore {
  /** Inserts the source, or changes schedule and depth of the one with the same URL; puts its job. One transaction. */
  put(row: UrlSourceRow, job: Omit<NewJob, 'id'>): Promise<UrlSourceRow>;
  get(scope: Scope, knowledgeBaseId: string, id: string): Promise<UrlSourceRow | null>;
  find(scope: Scope, knowledgeBaseId: string, url: string): Promise<UrlSourceRow | null>;
  list(scope: Scope, knowledgeBaseId: string, window: Window): Promise<Listed<UrlSourceRow>>;
  update(
    scope: Scope,
    id: string,
    change: Partial<Pick<UrlSourceRow, 'status' | 'error' | 'run' | 'lastCrawledAt' | 'updatedAt'>>,
  ): Promise<void>;
  /** Deletes the source, its job, its pages and the documents made from them alone. */
  delete(scope: Scope, knowledgeBaseId: string, id: string): Promise<boolean>;

  /** In URL order. */
  pages(scope: Scope, sourceId: string, window: Window): Promise<Listed<UrlPageRow>>;
  /** How many pages came out how. */
  outcomes(scope: Scope, sourceId: string): Promise<Readonly<Partial<Record<UrlPageOutcome, number>>>>;
  /**
   * Notes pages for this crawl: new ones, and known ones the crawl has not seen yet. Keeps at most `maxPages` per crawl;
   * false when some found no room.
   */
  addPages(sourceId: string, run: number, pages: readonly FoundPage[], maxPages: number): Promise<boolean>;
  /** The pending pages of this crawl, nearest to the start first, then by URL. */
  pendingPages(sourceId: string, run: number, limit: number): Promise<readonly UrlPageRow[]>;
  findPage(sourceId: string, url: string): Promise<UrlPageRow | null>;
  updatePage(id: string, change: Partial<Omit<UrlPageRow, 'id' | 'sourceId' | 'url'>>): Promise<void>;
  /** Pages that this crawl has not seen: they left the site. */
  vanished(sourceId: string, run: number): Promise<readonly UrlPageRow[]>;
  deletePage(id: string): Promise<void>;
  /** Whether a page of another source, or another page of this one, was made into the same document. */
  isShared(documentId: string, pageId: string): Promise<boolean>;
}
