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

/** A page with a field for a password and less text than this is for those who have one. */
const MAX_LOGIN_CHARS = 300;

const document = (html: string): DomNode => parseHTML(html).document as unknown as DomNode;
const textChars = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + block.text.length, 0);

/** Navigation and furniture no extractor is needed for; what is left measures the extractors. */
const FRAME =
  'nav, header, footer, aside, dialog, [role=navigation], [role=banner], [role=contentinfo], [role=search], [hidden], [aria-hidden=true]';

const FURNITURE = `${FRAME}, form`;

function withoutFurniture(html: string, furniture = FURNITURE): DomNode {
  const page = document(html);
  for (const node of page.querySelectorAll?.(furniture) ?? []) (node as unknown as { remove(): void }).remove();
  const main = page.querySelector?.('main, [role=main], article') ?? null;
  return main ?? page.querySelector?.('body') ?? page;
}

/** What opens and closes a part of the page: the questions of an FAQ, mostly. */
const OPENERS = 'button[aria-expanded], button[aria-controls], [data-toggle=collapse], [data-bs-toggle=collapse]';
const HIDDEN = '[hidden], [aria-hidden=true], [style*="display:none"], [style*="display: none"]';
const HEADINGS = 'h1, h2, h3, h4, h5, h6';
/** Where such a button opens a menu or a basket. */
const NO_CONTENT = 'nav, header, footer, form, dialog, [role=dialog], [role=navigation]';
/** More of a kind than a page has that was written for people. */
const MAX_FOLDED = 1_000;
/** Shorter labels are those of menus. */
const MIN_OPENER_CHARS = 8;

/**
 * A page as a reader sees it who has opened all that is folded: buttons that open something become headings, and what
 * they open, or stands folded below a heading, is not hidden any more. Lists of links within the page go. Extractors drop
 * the first two and keep the third.
 *
 * @returns the page's HTML, the same text when there is nothing of that
 */
function unfolded(html: string): string {
  const page = parseHTML(html).document;
  let changed = false;
  const shown = new Set<PageElement>();
  const show = (...panels: readonly PageElement[]) => {
    for (const panel of panels) for (const name of ['hidden', 'aria-hidden', 'style']) panel.removeAttribute(name);
    changed = true;
  };
  for (const opener of [...page.querySelectorAll(OPENERS)].slice(0, MAX_FOLDED)) {
    const text = cleanText(opener.textContent ?? '');
    if (text.length < MIN_OPENER_CHARS || !text.includes(' ') || opener.closest(NO_CONTENT)) continue;
    const target = ['data-bs-target', 'data-target', 'href'].map((name) => opener.getAttribute(name)).find(Boolean);
    const id = opener.getAttribute('aria-controls') || /^#([\w-]+)$/.exec(target ?? '')?.[1] || '';
    const panel = id === '' ? opener.nextElementSibling : page.getElementById(id);
    // Once: a page may have one panel and any number of buttons.
    if (panel && !shown.has(panel)) show(panel, ...panel.querySelectorAll(HIDDEN));
    if (panel) shown.add(panel);
    const heading = page.createElement(opener.closest(HEADINGS) ? 'span' : 'h4');
    heading.textContent = text;
    if (id !== '' && heading.localName === 'h4') heading.setAttribute('id', id);
    opener.replaceWith(heading);
    changed = true;
  }
  for (const panel of [...page.querySelectorAll(HIDDEN)].slice(0, MAX_FOLDED))
    if (panel.previousElementSibling?.matches(HEADINGS) && !panel.closest(NO_CONTENT)) show(panel);
  const linked = new Map<PageElement, { links: number; chars: number }>();
  for (const link of [...page.querySelectorAll('a[href^="#"]')].slice(0, MAX_FOLDED)) {
    let list = link.closest('ul, ol');
    for (let outer = list; outer; outer = outer.parentElement?.closest('ul, ol') ?? null) list = outer;
    const { links, chars } = linked.get(list!) ?? { links: 0, chars: 0 };
    if (list) linked.set(list, { links: links + 1, chars: chars + cleanText(link.textContent ?? '').length });
  }
  for (const [list, { links, chars }] of linked) {
    if (links < 2 || chars < cleanText(list.textContent ?? '').replaceAll(' ', '').length) continue;
    list.remove();
    changed = true;
  }
  return changed ? page.toString() : html;
}
type PageElement = NonNullable<ReturnType<ReturnType<typeof parseHTML>['document']['querySelector']>>;

async function byDefuddle(html: string, url: string): Promise<DomNode | null> {
  try {
    // `useAsync` would let site-specific extractors fetch; nothing here may open a connection.
    const { content } = await Defuddle(parseHTML(html).document as unknown as Parameters<typeof Defuddle>[0], url, {
      useAsync: false,
      fetch: () => Promise.reject(new Error('No network while parsing.')),
      removeImages: true,
      // These take short lists of "Weight: 9.4 kg" for a page's metadata, which they are: those a visitor asks for.
      removeContentPatterns: false,
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
 * @throws ParseError `file_too_complex`; `empty_file` for a form to log in
 */
export async function parseHtml(html: string, url = ''): Promise<ParsedDocument> {
  if (html.length > MAX_HTML_CHARS)
    throw new ParseError('file_too_complex', `The page is larger than ${MAX_HTML_CHARS} characters.`);
  const opened = unfolded(html);
  const page = document(opened);
  const anchors = collectAnchors(page);
  const copy = () => new Map([...anchors].map(([text, list]) => [text, [...list]]));
  const whole = htmlBlocks(withoutFurniture(opened), copy());
  const enough = textChars(whole) * MIN_KEPT_SHARE;

  if (textChars(whole) < MAX_LOGIN_CHARS && asksForPassword(opened))
    throw new ParseError('empty_file', 'The page is a form to log in and has no text of its own.');

  let blocks: readonly Block[] = whole;
  for (const extract of [byDefuddle, byReadability]) {
    const content = await extract(opened, url || 'https://document.invalid/');
    const read = content ? htmlBlocks(body(content), copy()) : [];
    if (textChars(read) > 0 && textChars(read) >= enough) {
      blocks = read;
      break;
    }
  }

  // A site's name is often the first h1 of the page; the content's own is in its main part.
  const h1 = page.querySelector?.('main h1, article h1, [role=main] h1') ?? page.querySelector?.('h1') ?? null;
  // Google Docs and Word write a document's title as a paragraph of its own kind.
  const written = page.querySelector?.('body.doc-content p.title, p.MsoTitle') ?? null;
  const title =
    (written && cleanText(written.textContent ?? '')) ||
    (h1 && headingText(h1)) ||
    attribute(page.querySelector?.('meta[property="og:title"]') ?? null, 'content') ||
    pageTitle(page);
  const canonicalUrl = canonicalOf(page, url);
  if (h1 && headingText(h1) !== title) blocks = withHeading(headingText(h1), blocks, whole);
  return { title, mediaType: 'text/html', blocks, ...(canonicalUrl ? { canonicalUrl } : {}) };
}

/** The blocks with a heading that the extractor took for the title, where it is none, back before its text. */
function withHeading(text: string, blocks: readonly Block[], whole: readonly Block[]): readonly Block[] {
  const isIt = (block: Block) => block.kind === 'heading' && block.text === text;
  const at = whole.findIndex(isIt);
  const next = whole[at + 1];
  const place = blocks.findIndex((block) => block.kind === next?.kind && block.text === next.text);
  if (at === -1 || place === -1 || blocks.some(isIt)) return blocks;
  return [...blocks.slice(0, place), whole[at]!, ...blocks.slice(place)];
}

/** Whether a password is asked for in the page's content; many a site has such a field in the head of every page. */
const asksForPassword = (html: string): boolean =>
  withoutFurniture(html, FRAME).querySelector?.('input[type=password]') != null;

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
