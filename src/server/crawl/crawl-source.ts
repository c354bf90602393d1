import { setTimeout as delay } from 'node:timers/promises';
import { FetchError } from '../fetch/fetch-error.ts';
import type { FetchResponse, GuardedFetch } from '../fetch/guarded-fetch.ts';
import { ingestDocument } from '../ingest/ingest-document.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import type { Store } from '../store/store.ts';
import type { UrlPageRow, UrlSourceRow } from '../store/url-sources.ts';
import { isSamePage, isSameSite, normalizeUrl } from './crawl-url.ts';
import { type PageLinks, readLinks } from './read-links.ts';
import { readSitemaps, readSiteRules, type SiteRules } from './site-rules.ts';

/** The name pages and robots.txt know the crawler by. */
export const CRAWLER = 'AssistersBot';

export const CRAWL_LIMITS = {
  depth: 10,
  pages: 2_000,
  /** Between two requests to a site that asks for no more. */
  intervalMs: 250,
} as const;

export interface CrawlParts {
  readonly store: Store;
  readonly fetch: GuardedFetch;
  readonly parse: ParseFile;
  readonly newId: (kind: 'document' | 'page') => string;
  readonly now: () => number;
  /** Default `CRAWL_LIMITS.pages`. */
  readonly maxPages?: number;
  /** Default `CRAWL_LIMITS.intervalMs`. */
  readonly intervalMs?: number;
  readonly signal: AbortSignal;
  /** Told of each page that is done. */
  readonly onPage?: (page: UrlPageRow) => void;
}

/**
 * One crawl of a source, from where it stands: each page is a row that is `pending` until it is done, so a crawl that
 * was cut off goes on with what is left. Run again with the same `run` number it does nothing twice; a page whose
 * document was stored but whose row was not is read again and found unchanged.
 *
 * Order: nearest to the start first, one request at a time, paced by `Crawl-delay`. Pages the crawl did not see any more
 * are taken out at the end, unless the start page could not be read: a site that is down loses nothing.
 *
 * @throws FetchError when robots.txt or the start page cannot be had at all; the crawl is to be tried again later
 */
export async function crawlSource(parts: CrawlParts, source: UrlSourceRow): Promise<void> {
  const { store, signal } = parts;
  const scope = { accountId: source.accountId };
  const maxPages = parts.maxPages ?? CRAWL_LIMITS.pages;
  const rules = await readSiteRules(parts.fetch, source.url, CRAWLER, signal);
  const { run } = source;
  const found = (url: string, depth: number) => ({ id: parts.newId('page'), url, depth });
  await store.urlSources.addPages(source.id, run, [found(source.url, 0)], maxPages);
  if (source.crawlDepth > 0) {
    const listed = await readSitemaps(parts.fetch, source.url, rules, maxPages, signal);
    await store.urlSources.addPages(
      source.id,
      run,
      listed.map((url) => found(url, 1)),
      maxPages,
    );
  }

  const intervalMs = Math.max(parts.intervalMs ?? CRAWL_LIMITS.intervalMs, rules.crawlDelaySeconds * 1000);
  for (;;) {
    signal.throwIfAborted();
    const page = await store.urlSources.nextPage(source.id, run);
    if (!page) break;
    const { links, ...change } = await readPage(parts, source, page, rules);
    if (page.depth < source.crawlDepth && links.length > 0) {
      const next = links.map((url) => found(url, page.depth + 1));
      await store.urlSources.addPages(source.id, run, next, maxPages);
    }
    await store.urlSources.updatePage(page.id, { ...change, links, fetchedAt: parts.now() });
    parts.onPage?.({ ...page, ...change, links });
    if (change.httpStatus !== null) await delay(intervalMs, undefined, { signal });
  }

  const start = await store.urlSources.findPage(source.id, source.url);
  if (start?.outcome === 'failed' && (start.httpStatus === null || start.httpStatus >= 500))
    throw new FetchError('connection_failed', start.reason ?? 'The start page could not be read.');
  for (const page of await store.urlSources.vanished(source.id, run)) {
    await removeDocument(store, scope.accountId, source.knowledgeBaseId, page);
    await store.urlSources.deletePage(page.id);
  }
}

type PageChange = Pick<
  UrlPageRow,
  'outcome' | 'reason' | 'httpStatus' | 'etag' | 'lastModified' | 'documentId' | 'links'
>;

async function readPage(
  parts: CrawlParts,
  source: UrlSourceRow,
  page: UrlPageRow,
  rules: SiteRules,
): Promise<PageChange> {
  const { store } = parts;
  const kept = { etag: page.etag, lastModified: page.lastModified, documentId: page.documentId, links: page.links };
  const without = { etag: null, lastModified: null, documentId: null, links: [] };
  const leave = async (
    change: Omit<PageChange, keyof typeof without>,
    links: readonly string[] = [],
  ): Promise<PageChange> => {
    await removeDocument(store, source.accountId, source.knowledgeBaseId, page);
    return { ...without, ...change, links };
  };
  if (!rules.isAllowed(page.url))
    return leave({ outcome: 'skipped', reason: 'robots.txt does not allow it.', httpStatus: null });

  let response: FetchResponse;
  try {
    response = await parts.fetch({
      url: page.url,
      headers: {
        // Without a document the whole page is wanted, whatever was remembered.
        ...(page.etag !== null && page.documentId !== null && { 'if-none-match': page.etag }),
        ...(page.lastModified !== null && page.documentId !== null && { 'if-modified-since': page.lastModified }),
      },
      follow: (to) => isSameSite(to.href, source.url),
      signal: parts.signal,
    });
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    // The last good version stays: a page that fails once has not left the site.
    return { ...kept, outcome: 'failed', reason: error.message, httpStatus: null };
  }
  const { status, headers } = response;
  const httpStatus = status;
  if (status === 304) return { ...kept, outcome: 'unchanged', reason: null, httpStatus };
  if (status >= 300 && status < 400)
    return leave({ outcome: 'skipped', reason: 'It redirects to another site.', httpStatus });
  if (status === 404 || status === 410)
    return leave({ outcome: 'failed', reason: 'The page does not exist.', httpStatus });
  if (status !== 200)
    return { ...kept, outcome: 'failed', reason: `The site answered with status ${status}.`, httpStatus };

  const finalUrl = normalizeUrl(response.url) ?? page.url;
  const isHtml =
    /html/i.test(headers.get('content-type') ?? '') ||
    /^\s*<(?:!doctype html|html)/i.test(response.bytes.toString('latin1', 0, 200));
  const about: PageLinks = isHtml
    ? readLinks(response.bytes.toString('utf8'), finalUrl, headers.get('x-robots-tag') ?? '')
    : { links: [], canonical: null, noindex: /\b(?:noindex|none)\b/i.test(headers.get('x-robots-tag') ?? '') };
  const elsewhere = await otherAddress(parts, source, page, finalUrl, about);
  if (elsewhere) return leave({ outcome: 'skipped', reason: elsewhere.reason, httpStatus }, elsewhere.links);
  if (about.noindex)
    return leave({ outcome: 'skipped', reason: 'The page asks not to be indexed.', httpStatus }, about.links);

  const { document, outcome } = await ingestDocument({
    store,
    scope: { accountId: source.accountId },
    knowledgeBaseId: source.knowledgeBaseId,
    key: `url:${page.url}`,
    bytes: response.bytes,
    filename: null,
    url: finalUrl,
    declaredType: headers.get('content-type') ?? '',
    newId: () => parts.newId('document'),
    now: parts.now,
    parse: parts.parse,
    signal: parts.signal,
  });
  return {
    outcome: outcome === 'failed' ? 'failed' : outcome === 'unchanged' ? 'unchanged' : 'indexed',
    reason: outcome === 'failed' ? (document.error?.message ?? null) : null,
    httpStatus,
    etag: headers.get('etag') ?? null,
    lastModified: headers.get('last-modified') ?? null,
    documentId: document.id,
    links: about.links,
  };
}

/** When a page is another one under a second address, that other one is crawled in its place. */
async function otherAddress(
  { store }: CrawlParts,
  source: UrlSourceRow,
  page: UrlPageRow,
  finalUrl: string,
  { canonical, links }: PageLinks,
): Promise<{ readonly reason: string; readonly links: readonly string[] } | null> {
  const redirected = !isSamePage(finalUrl, page.url);
  const target = redirected ? finalUrl : canonical && !isSamePage(canonical, page.url) ? canonical : null;
  if (target === null) {
    // The same page with and without a slash: the first one read keeps it.
    if (finalUrl === page.url) return null;
    const twin = await store.urlSources.findPage(source.id, finalUrl);
    return twin && twin.run === source.run && twin.outcome !== 'pending' && twin.documentId !== null
      ? { reason: `It is the same page as ${finalUrl}.`, links }
      : null;
  }
  const known = await store.urlSources.findPage(source.id, target);
  // The other address sends back here, or may not be read: then this one is the page.
  if (known && known.run === source.run && known.outcome !== 'pending' && known.documentId === null) return null;
  if (page.depth === 0 && source.crawlDepth === 0) return null;
  if (!known || known.run < source.run) {
    await store.urlSources.addPages(
      source.id,
      source.run,
      [{ id: `${page.id}.c`, url: target, depth: page.depth }],
      Number.MAX_SAFE_INTEGER,
    );
  }
  return { reason: redirected ? `It redirects to ${target}.` : `Its canonical address is ${target}.`, links };
}

async function removeDocument(
  store: Store,
  accountId: string,
  knowledgeBaseId: string,
  page: UrlPageRow,
): Promise<void> {
  if (page.documentId === null || (await store.urlSources.isShared(page.documentId, page.id))) return;
  await store.knowledge.deleteDocument({ accountId }, knowledgeBaseId, page.documentId);
}
