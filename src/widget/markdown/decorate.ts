import { visible } from './clean.ts';
import { codeBlock } from './code-block.ts';
import { IMAGE, OWN_BRACKET } from './render.ts';

/** What the decorations need to know. All of it comes from the site, never from content. */
export interface Decorations {
  readonly copyLabel: string;
  readonly wrapLabel: string;
  readonly imageOrigins: readonly string[];
  readonly citation: ((number: number) => string | null) | undefined;
}

const HOST_LIKE = /[^\s/:@?#.()]+(?:\.[^\s/:@?#.()]+)*\.\p{L}{2,}/gu;

/** The place a link leads to, when its text does not already say so truthfully; else ''. */
export function placeToShow(href: string, text: string): string {
  if (!URL.canParse(href)) return '';
  const url = new URL(href);
  const place = url.host || url.pathname;
  const shown: string[] = text.toLowerCase().match(HOST_LIKE) ?? [];
  const plain = (host: string) => host.replace(/^www\./, '');
  const lies = shown.some((host) => plain(host) !== plain(url.hostname) && host !== place.split('@')[1]);
  return lies || url.username !== '' || place.includes('xn--') ? place : '';
}

/** An image of a listed origin, without a query (it could carry text away). Anything else is its description. */
function image(carrier: HTMLElement, origins: readonly string[]): Node {
  const alt = carrier.textContent;
  const url = URL.canParse(carrier.title) ? new URL(carrier.title) : null;
  if (!url || url.search || url.username || !origins.includes(url.origin)) return document.createTextNode(alt);
  // Of the inert document: it loads nothing until it is inserted into a live one.
  const img = carrier.ownerDocument.createElement('img');
  img.alt = alt;
  img.loading = 'lazy';
  img.referrerPolicy = 'no-referrer';
  img.src = url.href;
  return img;
}

function decorateLink(link: HTMLAnchorElement): void {
  // Browsers ignore tabs and line ends in addresses; readers of the page's source should not have to.
  const href = (link.getAttribute('href') ?? '').replace(/[\t\n\r]/g, '');
  if (href === '') {
    link.removeAttribute('href');
    return;
  }
  link.setAttribute('href', href);
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow ugc';
  link.referrerPolicy = 'no-referrer';
  const place = placeToShow(href, link.textContent);
  if (place === '') return;
  const note = document.createElement('span');
  note.className = 'link-host';
  note.textContent = ` (${place})`;
  link.append(note);
}

function scrollBox(table: HTMLTableElement): void {
  const box = document.createElement('div');
  box.className = 'table-scroll';
  // A scrolling box must be reachable by keyboard.
  box.tabIndex = 0;
  table.replaceWith(box);
  box.append(table);
}

const CITATION = /\[(\d{1,3}(?:, ?\d{1,3})*)\]/;

function citationMark(number: number, label: string): HTMLElement {
  const mark = document.createElement('sup');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'citation';
  button.value = button.textContent = String(number);
  button.ariaLabel = label;
  mark.append(button);
  return mark;
}

/** Takes hidden characters out of all text and titles. */
function hide(fragment: DocumentFragment): void {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Text) node.data = visible(node.data);
    else if ((node as HTMLElement).title) (node as HTMLElement).title = visible((node as HTMLElement).title);
  }
}

/** Turns `[1]` and `[1, 2]` in text (not in code, not in links) into marks, where every number names a source. */
function cite(root: ParentNode & Node, citation: (number: number) => string | null): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data.includes('[') && !text.parentElement?.closest('a,code,pre')) texts.push(text);
  }
  for (let text of texts) {
    for (let match = CITATION.exec(text.data); match; match = CITATION.exec(text.data)) {
      const numbers = match[1]!.split(',').map(Number);
      const labels = numbers.map(citation);
      let after = text.splitText(match.index + match[0].length);
      if (!labels.includes(null)) {
        text.data = text.data.slice(0, match.index);
        // The point behind it begins no line.
        const kept = document.createElement('nobr');
        const point = after;
        after = point.splitText(/^[.,;]/.test(point.data) ? 1 : 0);
        after.before(kept);
        kept.append(...numbers.map((number, index) => citationMark(number, labels[index]!)), point);
        if (text.data === '') text.remove();
      }
      text = after;
    }
    if (text.data === '') text.remove();
  }
}

/** Takes the marks of escaped brackets out again. */
function bare(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data.includes(OWN_BRACKET)) text.data = text.data.replaceAll(OWN_BRACKET, '');
  }
}

/**
 * Adds to a sanitised fragment what only our own code may: link targets and the hosts they lead to, scroll boxes, code
 * block headers, citation marks, images of listed origins. Changes the fragment in place; `source` only tells what to skip.
 */
export function decorate(fragment: DocumentFragment, options: Decorations, source: string): void {
  // Character references can still spell what `clean` took out of the source.
  if (source.includes('&')) hide(fragment);
  // DOMPurify cannot remove an `is` attribute and leaves it empty; nothing of ours reads it, so it goes.
  for (const element of fragment.querySelectorAll('[is]')) element.removeAttribute('is');
  for (const pre of fragment.querySelectorAll('pre')) {
    const code = codeBlock(pre.getAttribute('lang') ?? '', options);
    code.text.data = pre.textContent;
    pre.replaceWith(code.element);
  }
  for (const carrier of fragment.querySelectorAll<HTMLElement>(`dfn[lang=${IMAGE}]`))
    carrier.replaceWith(image(carrier, options.imageOrigins));
  for (const link of fragment.querySelectorAll('a')) {
    decorateLink(link);
  }
  for (const table of fragment.querySelectorAll('table')) scrollBox(table);
  // Images left as text may have split a text node.
  fragment.normalize();
  if (options.citation && source.includes('[')) cite(fragment, options.citation);
  if (source.includes(OWN_BRACKET)) bare(fragment);
}
