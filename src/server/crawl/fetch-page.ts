import { FetchError } from '../fetch/fetch-error.ts';
import type { FetchResponse, GuardedFetch } from '../fetch/guarded-fetch.ts';
import type { UrlPageRow, UrlSourceRow } from '../store/url-sources.ts';
import { isSameSite } from './crawl-url.ts';
import type { SiteRules } from './site-rules.ts';

/** What asking for a page gave. `stopped`: the crawl ended meanwhile. */
export type Fetched = { readonly page: UrlPageRow } & (
  | { readonly outcome: 'forbidden' }
  | { readonly outcome: 'answer'; readonly response: FetchResponse }
  | { readonly outcome: 'error'; readonly error: FetchError }
  | { readonly outcome: 'stopped'; readonly reason: unknown }
);

/** A site that asks for a longer pause is asked again after this one. */
const MAX_PAUSE_MS = 60_000;
/** For a site that says "too many requests" and not how long to wait. */
const DEFAULT_PAUSE_MS = 5_000;

/** Asks for a page, conditionally where it was read before. Never rejects: several are under way at once. */
export async function fetchPage(
  crawl: {
    readonly fetch: GuardedFetch;
    readonly source: UrlSourceRow;
    readonly rules: SiteRules;
    readonly signal: AbortSignal;
  },
  page: UrlPageRow,
): Promise<Fetched> {
  const { fetch, source, rules, signal } = crawl;
  if (!rules.isAllowed(page.url)) return { page, outcome: 'forbidden' };
  // Without a document the whole page is wanted, whatever was remembered.
  const known = page.documentId !== null;
  try {
    const response = await fetch({
      url: page.url,
      headers: {
        ...(known && page.etag !== null && { 'if-none-match': page.etag }),
        ...(known && page.lastModified !== null && { 'if-modified-since': page.lastModified }),
      },
      follow: (to) => isSameSite(to.href, source.url) && rules.isAllowed(to.href),
      signal,
    });
    return { page, outcome: 'answer', response };
  } catch (error) {
    if (error instanceof FetchError) return { page, outcome: 'error', error };
    return { page, outcome: 'stopped', reason: error };
  }
}

/** Failures that pass: the site is busy, or did not answer this once. */
export function isWorthAnotherTry(fetched: Fetched): boolean {
  if (fetched.outcome === 'error') return /^(?:timeout|connection_failed)$/.test(fetched.error.code);
  return fetched.outcome === 'answer' && /^(?:429|50[0234])$/.test(String(fetched.response.status));
}

/** How long the site asks to be left alone: `Retry-After` in seconds or as a date, within bounds; 0 when it does not. */
export function pauseAskedMs(fetched: Fetched, now: number): number {
  if (fetched.outcome !== 'answer' || ![429, 503].includes(fetched.response.status)) return 0;
  const header = fetched.response.headers.get('retry-after')?.trim() ?? '';
  if (header === '') return fetched.response.status === 429 ? DEFAULT_PAUSE_MS : 0;
  const wanted = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Math.min(MAX_PAUSE_MS, Math.max(0, Number.isNaN(wanted) ? DEFAULT_PAUSE_MS : wanted));
}
