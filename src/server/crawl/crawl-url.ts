/** Query parameters that name a campaign or a visitor, not a page. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|_hs\w+)$/i;
/** Files a link may point at that are never read as pages. */
const NOT_PAGES =
  /\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|css|m?js|map|json|xml|rss|atom|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|mov|avi|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|dmg|msi|deb|rpm|apk|iso|wasm)$/i;

/** The longest address of a page, as sitemaps have it (https://www.sitemaps.org/protocol.html); an index holds it whole. */
export const MAX_PAGE_URL = 2_048;

/**
 * The one form of a page's address: without fragment and tracking, queries in order. `null` for anything not http(s), and
 * for one of more than {@link MAX_PAGE_URL} characters.
 */
export function normalizeUrl(href: string, base?: string): string | null {
  let url: URL;
  try {
    url = new URL(href, base);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  if (url.search === '?') url.search = '';
  return url.href.length > MAX_PAGE_URL ? null : url.href;
}

/** What two addresses of one site have in common. */
export const siteOf = (url: string): string => new URL(url).host.toLowerCase().replace(/^www\./, '');

/** Whether two addresses belong to one site: the same host and port, with or without `www.`. */
export function isSameSite(one: string, other: string): boolean {
  return siteOf(one) === siteOf(other);
}

/** Whether a link is worth fetching at all. */
export function isPageLink(url: string): boolean {
  return !NOT_PAGES.test(new URL(url).pathname);
}

/** Whether two addresses are the same page but for a trailing slash, `index.html` or the query's absence. */
export function isSamePage(one: string, other: string): boolean {
  const plain = (text: string) => {
    const url = new URL(text);
    return `${siteOf(text)}${url.pathname.replace(/\/(?:index\.html?)?$/, '')}${url.search}`;
  };
  return plain(one) === plain(other);
}
