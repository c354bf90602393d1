/** Where a source leads: its address, whether that is the page the visitor is on, and the passage in the address. */
import type { Source } from '../protocol/resources.ts';

/** Words that a link's text directive begins and ends with: enough to be found once, short enough for an address bar. */
const DIRECTIVE_WORDS = 5;

/** The address a source leads to, when it is one a page may open. */
export function sourceUrl(source: Source): URL | null {
  const url = URL.canParse(source.url) ? new URL(source.url) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

/** The same document: query and path agree, whatever the fragment. */
export function isThisPage(url: URL, page: Location | URL): boolean {
  return url.origin === page.origin && url.pathname === page.pathname && url.search === page.search;
}

/**
 * The address with a text directive for the quote's beginning and end, so that browsers that know it scroll there and
 * mark it (https://wicg.github.io/scroll-to-text-fragment/). Addresses with a directive, and pages of a file, stay as they are.
 */
export function withTextFragment(url: URL, quote: string): URL {
  const words = quote.trim().split(/\s+/);
  if (quote.trim() === '' || url.hash.includes(':~:') || /^#page=/.test(url.hash)) return url;
  // Of the directive's own syntax these three mean something; `encodeURIComponent` leaves the dash.
  const encode = (part: readonly string[]) => encodeURIComponent(part.join(' ')).replace(/-/g, '%2D');
  const short = words.length <= DIRECTIVE_WORDS * 2;
  const text = short
    ? encode(words)
    : `${encode(words.slice(0, DIRECTIVE_WORDS))},${encode(words.slice(-DIRECTIVE_WORDS))}`;
  const marked = new URL(url);
  marked.hash = `${url.hash}:~:text=${text}`;
  return marked;
}
