import { Readability } from '@mozilla/readability';
import { Defuddle } from 'defuddle/node';
import { parseHTML } from 'linkedom';
import { type Block, type ParsedDocument, ParseError } from './document.ts';
import { attribute, cleanText, type DomNode } from './dom.ts';
import { collectAnchors, headingText, htmlBlocks } from './html-blocks.ts';

/** Largest page read, UTF-16 code units. Larger ones are generated listings; a crawler's own bound lies below it. */
const MAX_HTML_CHARS = 8 * 1024 * 1024;
/** An extractor that keeps less than this share of the readable text has taken the wrong part of the page. */
const MIN_KEPT_SHARE = 0.25;

const document = (html: string): DomNode => parseHTML(html).document as unknown as DomNode;
const textChars = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + block.text.length, 0);

/** Navigation and furniture no extractor is needed for; what is left measures the extractors. */
const FURNITURE =
  'nav, header, footer, aside, form, dialog, [role=navigation], [role=banner], [role=contentinfo], [role=search], [hidden], [aria-hidden=true]';

function withoutFurniture(html: string): DomNode {
  const page = document(html);
  for (const node of page.querySelectorAll?.(FURNITURE) ?? []) (node as unknown as { remove(): void }).remove();
  const main = page.querySelector?.('main, [role=main], article') ?? null;
  return main ?? page.querySelector?.('body') ?? page;
}

async function byDefuddle(html: string, url: string): Promise<DomNode | null> {
  try {
    // `useAsync` would let site-specific extractors fetch; nothing here may open a connection.
    const { content } = await Defuddle(parseHTML(html).document as unknown as Parameters<typeof Defuddle>[0], url, {
      useAsync: false,
      fetch: () => Promise.reject(new Error('No network while parsing.')),
      removeImages: true,
    });
    return content ? document(`<!doctype html><html><body>${content}</body></html>`) : null;
  } catch {
    return null;
  }
}

function byReadability(html: string): DomNode | null {
  try {
    const found = new Readability(
      parseHTML(html).document as unknown as ConstructorParameters<typeof Readability>[0],
    ).parse();
    return found?.content ? document(`<!doctype html><html><body>${found.content}</body></html>`) : null;
  } catch {
    return null;
  }
}

const body = (page: DomNode): DomNode => page.querySelector?.('body') ?? page;

/**
 * Reads an HTML page into the blocks of its main content: defuddle first, Readability where defuddle kept too little,
 * and the page without its furniture where both did (documentation indexes, short pages). Scripts never run and nothing
 * is fetched.
 *
 * @param url the page's address, for `canonicalUrl`; empty for a file
 * @throws ParseError `file_too_complex`
 */
export async function parseHtml(html: string, url = ''): Promise<ParsedDocument> {
  if (html.length > MAX_HTML_CHARS)
    throw new ParseError('file_too_complex', `The page is larger than ${MAX_HTML_CHARS} characters.`);
  const page = document(html);
  const anchors = collectAnchors(page);
  const copy = () => new Map([...anchors].map(([text, list]) => [text, [...list]]));
  const whole = htmlBlocks(withoutFurniture(html), copy());
  const enough = textChars(whole) * MIN_KEPT_SHARE;

  let blocks = whole;
  for (const extract of [byDefuddle, byReadability]) {
    const content = await extract(html, url || 'https://document.invalid/');
    const read = content ? htmlBlocks(body(content), copy()) : [];
    if (textChars(read) > 0 && textChars(read) >= enough) {
      blocks = read;
      break;
    }
  }

  // A site's name is often the first h1 of the page; the content's own is in its main part.
  const h1 = page.querySelector?.('main h1, article h1, [role=main] h1') ?? page.querySelector?.('h1') ?? null;
  const title =
    (h1 && headingText(h1)) ||
    attribute(page.querySelector?.('meta[property="og:title"]') ?? null, 'content') ||
    pageTitle(page);
  const canonicalUrl = canonicalOf(page, url);
  return { title, mediaType: 'text/html', blocks, ...(canonicalUrl ? { canonicalUrl } : {}) };
}

/** `<title>` without the site's name after a separator. */
function pageTitle(page: DomNode): string {
  const whole = cleanText(page.querySelector?.('title')?.textContent ?? '');
  return whole.split(/\s+[|–—·-]\s+/)[0] ?? whole;
}

/** The canonical address when it is on the same site; another site's claim is not followed. */
function canonicalOf(page: DomNode, url: string): string | null {
  const href = attribute(page.querySelector?.('link[rel="canonical"]') ?? null, 'href');
  if (href === '' || url === '') return null;
  try {
    const canonical = new URL(href, url);
    canonical.hash = '';
    return /^https?:$/.test(canonical.protocol) && canonical.host === new URL(url).host ? canonical.href : null;
  } catch {
    return null;
  }
}
