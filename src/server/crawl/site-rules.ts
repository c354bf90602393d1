import { gunzipSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import parseRobots from 'robots-parser';
import { FetchError } from '../fetch/fetch-error.ts';
import type { GuardedFetch } from '../fetch/guarded-fetch.ts';
import { isPageLink, isSameSite, normalizeUrl } from './crawl-url.ts';

/** What a site asks of crawlers, read once per crawl. */
export interface SiteRules {
  isAllowed(url: string): boolean;
  /** Seconds between requests the site asks for; 0 when it asks for none. */
  readonly crawlDelaySeconds: number;
  /** Sitemaps the robots file names. */
  readonly sitemaps: readonly string[];
}

/** As much of a robots file as is read (RFC 9309 asks for at least 500 KiB). */
const ROBOTS_BYTES = 500 * 1024;
/** A site that asks for more is crawled no slower than this. */
const MAX_DELAY_SECONDS = 30;
const MAX_SITEMAPS = 20;
const MAX_SITEMAP_BYTES = 10 * 1024 * 1024;

/**
 * Reads a site's robots.txt. None (4xx) allows everything, as RFC 9309 says; a server that fails (5xx, no connection)
 * allows nothing, so the crawl is tried again later.
 */
export async function readSiteRules(
  fetch: GuardedFetch,
  siteUrl: string,
  agent: string,
  signal: AbortSignal,
): Promise<SiteRules> {
  const url = new URL('/robots.txt', siteUrl).href;
  const open = { isAllowed: () => true, crawlDelaySeconds: 0, sitemaps: [] };
  const { status, bytes } = await fetch({ url, maxBytes: ROBOTS_BYTES, atLimit: 'cut', signal });
  if (status >= 500) throw new FetchError('connection_failed', `The site's robots.txt answered with status ${status}.`);
  if (status !== 200) return open;
  const robots = parseRobots(url, bytes.toString('utf8'));
  return {
    isAllowed: (page) => robots.isAllowed(page, agent) ?? true,
    crawlDelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, robots.getCrawlDelay(agent) ?? 0)),
    sitemaps: robots.getSitemaps(),
  };
}

// Entities are not expanded at all: a sitemap needs none but the five of XML, which `decode` knows.
const xml = new XMLParser({
  processEntities: false,
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => /^(?:url|sitemap)$/.test(name),
});
const decode = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|apos);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" })[name] ?? '',
  );

/** Page addresses of one sitemap, and the sitemaps an index names. Anything malformed, or with a DOCTYPE, is empty. */
export function parseSitemap(text: string): {
  readonly pages: readonly string[];
  readonly sitemaps: readonly string[];
} {
  const empty = { pages: [], sitemaps: [] };
  if (/<!doctype/i.test(text.slice(0, 10_000))) return empty;
  if (!text.trimStart().startsWith('<')) {
    return {
      pages: text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => /^https?:\/\//.test(line)),
      sitemaps: [],
    };
  }
  type Entry = { readonly loc?: unknown };
  let root: { urlset?: { url?: Entry[] }; sitemapindex?: { sitemap?: Entry[] } };
  try {
    root = xml.parse(text) as typeof root;
  } catch {
    return empty;
  }
  const locations = (entries: Entry[] | undefined) =>
    (entries ?? []).map(({ loc }) => (typeof loc === 'string' ? decode(loc.trim()) : '')).filter((loc) => loc !== '');
  return { pages: locations(root.urlset?.url), sitemaps: locations(root.sitemapindex?.sitemap) };
}

/** `sitemap.xml.gz` is a gzip file, whatever the transfer adds; what inflates beyond the bound is no sitemap. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_SITEMAP_BYTES });
  } catch {
    return Buffer.alloc(0);
  }
}

/** Pages of the site that its sitemaps name, at most `limit`. A sitemap that cannot be read is passed over. */
export async function readSitemaps(
  fetch: GuardedFetch,
  siteUrl: string,
  rules: SiteRules,
  limit: number,
  signal: AbortSignal,
): Promise<string[]> {
  const waiting = rules.sitemaps.length > 0 ? [...rules.sitemaps] : [new URL('/sitemap.xml', siteUrl).href];
  const seen = new Set<string>();
  const pages = new Set<string>();
  while (waiting.length > 0 && seen.size < MAX_SITEMAPS && pages.size < limit) {
    const url = normalizeUrl(waiting.shift()!, siteUrl);
    if (!url || seen.has(url) || !isSameSite(url, siteUrl)) continue;
    seen.add(url);
    try {
      const { status, bytes } = await fetch({ url, maxBytes: MAX_SITEMAP_BYTES, signal });
      if (status !== 200) continue;
      const found = parseSitemap(unpacked(bytes).toString('utf8'));
      waiting.push(...found.sitemaps);
      for (const page of found.pages) {
        const address = normalizeUrl(page, siteUrl);
        if (address && isSameSite(address, siteUrl) && isPageLink(address) && pages.size < limit) pages.add(address);
      }
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
    }
  }
  return [...pages];
}
