import type { FetchError } from '../fetch/fetch-error.ts';
import type { FetchResponse } from '../fetch/guarded-fetch.ts';
import { decodeText } from '../ingest/decode-text.ts';
import { hashOf, ingestDocument } from '../ingest/ingest-document.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import type { Store } from '../store/store.ts';
import type { UrlPageRow, UrlSourceRow } from '../store/url-sources.ts';
import { isSamePage, isSameSite, normalizeUrl } from './crawl-url.ts';
import type { Fetched } from './fetch-page.ts';
import { type PageLinks, readLinks } from './read-links.ts';
import type { SiteRules } from './site-rules.ts';

/** What settling needs to know of the crawl. */
export interface Crawl {
  readonly store: Store;
  readonly parse: ParseFile;
  readonly newId: (kind: 'document' | 'page') => string;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly source: UrlSourceRow;
  readonly rules: SiteRules;
  /** Address → the page that links to it, as far as this process saw. */
  readonly foundOn: ReadonlyMap<string, string>;
  /** Address → ids of the pages that named it as their canonical one and stood aside for it. */
  readonly behind: Map<string, string[]>;
  /** Pages that stood aside for nothing: they are read as their own. */
  readonly openedAgain: Set<string>;
}

export type PageChange = Pick<
  UrlPageRow,
  'outcome' | 'reason' | 'httpStatus' | 'etag' | 'lastModified' | 'documentId' | 'links'
>;

/** Codes of files that are no pages: links lead to pictures and programs too, and that is nobody's mistake. */
const NOT_A_PAGE = new Set(['unsupported_file', 'empty_file']);

/**
 * Decides what becomes of a page that was asked for, and takes its content in or its old document out. The reason it
 * gives is for the site's owner: what happened, and what would change it.
 */
export async function settlePage(crawl: Crawl, fetched: Fetched): Promise<PageChange> {
  const change = await decide(crawl, fetched);
  const behind = crawl.behind.get(fetched.page.url);
  if (behind && change.documentId === null) {
    crawl.behind.delete(fetched.page.url);
    for (const id of behind) {
      crawl.openedAgain.add(id);
      await crawl.store.urlSources.updatePage(id, { outcome: 'pending' });
    }
  }
  return change;
}

async function decide(crawl: Crawl, fetched: Fetched): Promise<PageChange> {
  const { store, source } = crawl;
  const { page } = fetched;
  const kept = { etag: page.etag, lastModified: page.lastModified, documentId: page.documentId, links: page.links };
  const without = { etag: null, lastModified: null, documentId: null, links: [] };
  const leave = async (
    change: Pick<PageChange, 'outcome' | 'reason' | 'httpStatus'>,
    links: readonly string[] = [],
  ): Promise<PageChange> => {
    await removeDocument(store, source, page);
    return { ...without, ...change, links };
  };
  switch (fetched.outcome) {
    case 'stopped':
      throw fetched.reason;
    case 'forbidden':
      return leave({ outcome: 'skipped', reason: 'robots.txt does not allow it.', httpStatus: null });
    case 'error':
      // The last good version stays: a page that fails once has not left the site.
      return { ...kept, outcome: 'failed', reason: fetchFailure(fetched.error), httpStatus: null };
  }

  const { response } = fetched;
  const { status: httpStatus, headers } = response;
  if (httpStatus === 304) return { ...kept, outcome: 'unchanged', reason: null, httpStatus };
  if (httpStatus >= 300 && httpStatus < 400) {
    const to = normalizeUrl(headers.get('location') ?? '', response.url);
    const why =
      to !== null && isSameSite(to, source.url)
        ? `It redirects to ${to}, which robots.txt does not allow.`
        : `It redirects to another site${to === null ? '' : `: ${to}. Follow that address to read it`}.`;
    return leave({ outcome: 'skipped', reason: why, httpStatus });
  }
  if (httpStatus === 404 || httpStatus === 410)
    return leave({ outcome: 'failed', reason: `The page does not exist${linkedFrom(crawl, page)}.`, httpStatus });
  if (httpStatus !== 200) return { ...kept, outcome: 'failed', reason: statusFailure(httpStatus), httpStatus };

  const finalUrl = normalizeUrl(response.url) ?? page.url;
  const about = aboutPage(response, finalUrl);
  const elsewhere =
    (await otherAddress(crawl, page, finalUrl, about)) ?? (await slashTwin(crawl, page, response, about));
  if (elsewhere) return leave({ outcome: 'skipped', reason: elsewhere, httpStatus }, about.links);
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
    newId: () => crawl.newId('document'),
    now: crawl.now,
    parse: crawl.parse,
    signal: crawl.signal,
  });
  const read: PageChange = {
    outcome: outcome === 'failed' ? 'failed' : outcome === 'unchanged' ? 'unchanged' : 'indexed',
    reason: outcome === 'failed' ? (document.error?.message ?? null) : null,
    httpStatus,
    etag: headers.get('etag') ?? null,
    lastModified: headers.get('last-modified') ?? null,
    documentId: document.id,
    links: about.links,
  };
  if (outcome !== 'failed' || !NOT_A_PAGE.has(document.error?.code ?? '')) return read;
  await removeDocument(store, source, { ...page, documentId: document.id });
  return { ...read, outcome: 'skipped', documentId: null, etag: null, lastModified: null };
}

function aboutPage(response: FetchResponse, url: string): PageLinks {
  const robots = response.headers.get('x-robots-tag') ?? '';
  const type = response.headers.get('content-type') ?? '';
  const isHtml = /html/i.test(type) || /^\s*<(?:!doctype html|html)/i.test(response.bytes.toString('latin1', 0, 200));
  if (isHtml) return readLinks(decodeText(response.bytes, type), url, robots);
  return { links: [], canonical: null, noindex: /\b(?:noindex|none)\b/i.test(robots) };
}

/** When a page is another one under a second address, that other one is crawled in its place. Gives the reason. */
async function otherAddress(
  crawl: Crawl,
  page: UrlPageRow,
  finalUrl: string,
  { canonical }: PageLinks,
): Promise<string | null> {
  const { store, source, rules } = crawl;
  if (crawl.openedAgain.has(page.id)) return null;
  const redirected = !isSamePage(finalUrl, page.url);
  const target = redirected ? finalUrl : canonical && !isSamePage(canonical, page.url) ? canonical : null;
  if (target === null) {
    // The same page with and without a slash: the first one read keeps it.
    if (finalUrl === page.url) return null;
    const twin = await store.urlSources.findPage(source.id, finalUrl);
    return twin && twin.run === source.run && twin.outcome !== 'pending' && twin.documentId !== null
      ? `It is the same page as ${finalUrl}.`
      : null;
  }
  if (!rules.isAllowed(target)) return null;
  const known = await store.urlSources.findPage(source.id, target);
  // The other address sends back here, or may not be read: then this one is the page.
  if (known && known.run === source.run && known.outcome !== 'pending' && known.documentId === null) return null;
  if (page.depth === 0 && source.crawlDepth === 0) return null;
  if (!known || known.run < source.run) {
    const found = { id: crawl.newId('page'), url: target, depth: page.depth };
    await store.urlSources.addPages(source.id, source.run, [found], Number.MAX_SAFE_INTEGER);
  }
  if (redirected) return `It redirects to ${target}.`;
  crawl.behind.set(target, [...(crawl.behind.get(target) ?? []), page.id]);
  return `Its canonical address is ${target}.`;
}

/** When the same page was read under its address with or without a slash at the end, the reason to leave this one out. */
async function slashTwin(
  { store, source }: Crawl,
  page: UrlPageRow,
  { bytes }: FetchResponse,
  { canonical }: PageLinks,
): Promise<string | null> {
  const url = new URL(page.url);
  if (page.documentId !== null || url.pathname === '/') return null;
  url.pathname = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : `${url.pathname}/`;
  const twin = await store.urlSources.findPage(source.id, url.href);
  // Of an earlier run it may be gone by now.
  if (!twin?.documentId || twin.run !== source.run || twin.outcome === 'pending') return null;
  const scope = { accountId: source.accountId };
  const document = await store.knowledge.getDocument(scope, source.knowledgeBaseId, twin.documentId);
  const isSame = document !== null && (canonical !== null || document.contentHash === hashOf(bytes));
  return isSame ? `It is the same page as ${url.href}.` : null;
}

/** Takes a page's document out of the knowledge base, unless another page was made into the same one. */
export async function removeDocument(store: Store, source: UrlSourceRow, page: UrlPageRow): Promise<void> {
  if (page.documentId === null || (await store.urlSources.isShared(page.documentId, page.id))) return;
  await store.knowledge.deleteDocument({ accountId: source.accountId }, source.knowledgeBaseId, page.documentId);
}

function linkedFrom({ foundOn }: Crawl, page: UrlPageRow): string {
  const from = foundOn.get(page.url);
  return from === undefined ? '' : `; ${from} links to it`;
}

function statusFailure(status: number): string {
  if (status === 401 || status === 403 || status === 407)
    return `The site refuses to show it (status ${status}): let AssistersBot in, or upload it as a file.`;
  if (status === 429)
    return 'The site says that it is asked too often (status 429). It is tried again at the next crawl.';
  if (status >= 500) return `The site’s server failed (status ${status}). It is tried again at the next crawl.`;
  return `The site answered with status ${status}, which is no page.`;
}

function fetchFailure({ code, message }: FetchError): string {
  return code === 'timeout' || code === 'connection_failed'
    ? `${message} It is tried again at the next crawl.`
    : message;
}
