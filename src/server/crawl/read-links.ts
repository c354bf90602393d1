import { parseHTML } from 'linkedom';
import { attribute, type DomNode, selectAll } from '../ingest/dom.ts';
import { isPageLink, isSameSite, normalizeUrl } from './crawl-url.ts';

/** More links than this on one page are a listing without end. */
const MAX_LINKS = 2_000;

/** What a crawler needs to know of a page besides its content. */
export interface PageLinks {
  /** Pages of the same site it links to, in order, each once. Empty when the page asks not to be followed. */
  readonly links: readonly string[];
  /** The address the page calls its own, on the same site; `null` when it names none. */
  readonly canonical: string | null;
  /** The page asks not to be indexed. */
  readonly noindex: boolean;
}

/**
 * Reads the links of an HTML page.
 *
 * @param robotsHeader the `X-Robots-Tag` header, or empty
 */
export function readLinks(html: string, url: string, robotsHeader = ''): PageLinks {
  const page = parseHTML(html).document as unknown as DomNode;
  const base = normalizeUrl(attribute(page.querySelector?.('base[href]') ?? null, 'href'), url) ?? url;
  const rules = [
    robotsHeader,
    ...selectAll(page, 'meta[name="robots"], meta[name="assisters"]').map((meta) => attribute(meta, 'content')),
  ]
    .join(',')
    .toLowerCase();
  const none = /\bnone\b/.test(rules);
  const links = new Set<string>();
  if (!none && !/\bnofollow\b/.test(rules)) {
    for (const anchor of selectAll(page, 'a[href], area[href]')) {
      if (links.size >= MAX_LINKS) break;
      if (/\bnofollow\b/i.test(attribute(anchor, 'rel'))) continue;
      const link = normalizeUrl(attribute(anchor, 'href'), base);
      if (link && isSameSite(link, url) && isPageLink(link)) links.add(link);
    }
  }
  const named = attribute(page.querySelector?.('link[rel="canonical"]') ?? null, 'href');
  const canonical = named === '' ? null : normalizeUrl(named, base);
  return {
    links: [...links],
    canonical: canonical && isSameSite(canonical, url) ? canonical : null,
    noindex: none || /\bnoindex\b/.test(rules),
  };
}
