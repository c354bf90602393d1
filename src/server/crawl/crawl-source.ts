import { FetchError } from '../fetch/fetch-error.ts';
import type { GuardedFetch } from '../fetch/guarded-fetch.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import type { Store } from '../store/store.ts';
import type { UrlPageRow, UrlSourceRow } from '../store/url-sources.ts';
import { CRAWL_LIMITS } from './crawl-limits.ts';
import { siteOf } from './crawl-url.ts';
import { type Fetched, fetchPage, isWorthAnotherTry, pauseAskedMs } from './fetch-page.ts';
import { createTrapDetector } from './link-traps.ts';
import { removeDocument, settlePage } from './settle-page.ts';
import type { SitePace } from './site-pace.ts';
import { readSitemaps, readSiteRules } from './site-rules.ts';

/** The name pages and robots.txt know the crawler by. */
export const CRAWLER = 'AssistersBot';

export interface CrawlParts {
  readonly store: Store;
  readonly fetch: GuardedFetch;
  readonly parse: ParseFile;
  readonly pace: SitePace;
  readonly newId: (kind: 'document' | 'page') => string;
  readonly now: () => number;
  /** Pages read of one source; what is beyond is left out. */
  readonly maxPages: number;
  /** Default `CRAWL_LIMITS.intervalMs`. */
  readonly intervalMs?: number;
  readonly signal: AbortSignal;
  /** Told of each page that is done. */
  readonly onPage?: (page: UrlPageRow) => void;
}

/** How a crawl ended. */
export interface CrawlEnd {
  /** The site has more pages than are read. */
  readonly limited: boolean;
  /** Why nothing at all was read; `null` when something was. */
  readonly empty: string | null;
}

/**
 * One crawl of a source, from where it stands: each page is a row that is `pending` until it is done, so a crawl that
 * was cut off goes on with what is left. Run again with the same `run` number it does nothing twice; a page whose
 * document was stored but whose row was not is read again and found unchanged.
 *
 * Order: nearest to the start first. A few pages are asked for at once, paced for the site; what came is read and stored
 * one page after the other, so that two pages that name each other cannot both stand aside. Pages the crawl did not see
 * any more are taken out at the end, unless the start page could not be read: a site that is down loses nothing.
 *
 * @throws FetchError when robots.txt or the start page cannot be had at all, or the site falls silent; the crawl is to be
 *   tried again later
 */
export async function crawlSource(parts: CrawlParts, source: UrlSourceRow): Promise<CrawlEnd> {
  const { store, pace, maxPages } = parts;
  const { run } = source;
  const ending = new AbortController();
  const signal = AbortSignal.any([parts.signal, ending.signal]);
  const site = siteOf(source.url);
  let intervalMs = parts.intervalMs ?? CRAWL_LIMITS.intervalMs;
  const fetch: typeof parts.fetch = Object.assign(
    async (request: Parameters<GuardedFetch>[0]) => {
      await pace.turn(site, intervalMs, signal);
      return parts.fetch(request);
    },
    { close: parts.fetch.close },
  );

  const rules = await readSiteRules(fetch, source.url, CRAWLER, signal);
  const slow = rules.crawlDelaySeconds > 0;
  intervalMs = Math.max(intervalMs, rules.crawlDelaySeconds * 1000);

  /** Addresses noted by this process: a menu links to the same pages from every page. */
  const noted = new Set<string>();
  const foundOn = new Map<string, string>();
  const isWorthFollowing = createTrapDetector();
  let limited = false;
  const note = async (urls: readonly string[], depth: number, from?: string): Promise<void> => {
    const fresh = urls.filter((url) => !noted.has(url));
    for (const url of fresh) {
      noted.add(url);
      if (from !== undefined) foundOn.set(url, from);
    }
    const pages = fresh.filter((url) => depth === 0 || isWorthFollowing(url));
    if (pages.length === 0) return;
    const found = pages.map((url) => ({ id: parts.newId('page'), url, depth }));
    if (!(await store.urlSources.addPages(source.id, run, found, maxPages))) limited = true;
  };
  await note([source.url], 0);
  if (source.crawlDepth > 0) await note(await readSitemaps(fetch, source.url, rules, maxPages, signal), 1);

  const behind = new Map<string, string[]>();
  const crawl = { ...parts, fetch, signal, source, rules, foundOn, behind, openedAgain: new Set<string>() };
  const inFlight = new Map<string, Promise<Fetched>>();
  const tries = new Map<string, number>();
  let silent = 0;
  try {
    for (;;) {
      parts.signal.throwIfAborted();
      const room = (slow ? 1 : CRAWL_LIMITS.requestsAtOnce) - inFlight.size;
      if (room > 0) {
        const waiting = await store.urlSources.pendingPages(source.id, run, inFlight.size + tries.size + room);
        const free = waiting.filter(({ id }) => !inFlight.has(id));
        // What failed once is asked again after everything else.
        const fresh = free.filter(({ id }) => !tries.has(id));
        for (const page of (fresh.length > 0 || inFlight.size > 0 ? fresh : free).slice(0, room))
          inFlight.set(page.id, fetchPage(crawl, page));
      }
      if (inFlight.size === 0) break;

      const fetched = await Promise.race(inFlight.values());
      const { page } = fetched;
      inFlight.delete(page.id);
      parts.signal.throwIfAborted();
      silent = fetched.outcome === 'error' ? silent + 1 : 0;
      if (silent >= CRAWL_LIMITS.silence)
        throw new FetchError('connection_failed', `The site stopped answering: ${silent} requests in a row failed.`);
      const pauseMs = pauseAskedMs(fetched, parts.now());
      if (pauseMs > 0) {
        pace.hold(site, pauseMs);
        intervalMs = Math.min(intervalMs * 2, MAX_INTERVAL_MS);
      }
      const tried = (tries.get(page.id) ?? 0) + 1;
      if (isWorthAnotherTry(fetched) && tried < CRAWL_LIMITS.tries) {
        tries.set(page.id, tried);
        continue;
      }
      tries.delete(page.id);
      const change = await settlePage(crawl, fetched);
      if (page.depth < source.crawlDepth) await note(change.links, page.depth + 1, page.url);
      await store.urlSources.updatePage(page.id, { ...change, fetchedAt: parts.now() });
      parts.onPage?.({ ...page, ...change });
    }
  } finally {
    ending.abort(new Error('The crawl has ended.'));
  }

  const start = await store.urlSources.findPage(source.id, source.url);
  if (start?.outcome === 'failed' && (start.httpStatus === null || start.httpStatus >= 500))
    throw new FetchError('connection_failed', start.reason ?? 'The start page could not be read.');
  for (const page of await store.urlSources.vanished(source.id, run)) {
    await removeDocument(store, source, page);
    await store.urlSources.deletePage(page.id);
  }
  const { indexed = 0, unchanged = 0 } = await store.urlSources.outcomes({ accountId: source.accountId }, source.id);
  return {
    limited,
    empty: indexed + unchanged > 0 ? null : (start?.reason ?? 'The site has no page that can be read.'),
  };
}

/** However often a site says that it is busy, it is asked this often. */
const MAX_INTERVAL_MS = 5_000;
