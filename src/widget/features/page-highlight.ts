/**
 * A source that lies on the page the visitor is reading: shows its passage there instead of opening the page again.
 * Loaded when the first source is followed.
 */

/** The name under which the passage is marked, for a site that wants another colour: `::highlight(assisters-source)`. */
const HIGHLIGHT = 'assisters-source';
const CSS_TEXT = `::highlight(${HIGHLIGHT}) { background-color: #fde68a; color: #1c1917; }`;
const SKIPPED = 'script, style, noscript, template, textarea, select, assisters-chat, assisters-frame';

/** The page's readable text with single spaces, and where each of its characters stands. */
function readText(root: Node): { readonly text: string; readonly at: readonly (readonly [Text, number])[] } {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    const element = node as Element;
    const shown = !element.matches(SKIPPED) && (element.checkVisibility?.() ?? true);
    // A skipped element is passed over for its children.
    return shown ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_REJECT;
  });
  let text = '';
  const at: (readonly [Text, number])[] = [];
  let block: Element | null = null;
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const parent = node.parentElement!.closest('p, li, td, th, dt, dd, pre, div, section, h1, h2, h3, h4, h5, h6');
    const breaks = parent !== block;
    block = parent;
    const data = breaks ? ` ${node.data}` : node.data;
    for (let index = 0; index < data.length; index++) {
      const space = /\s/.test(data[index]!);
      if (space && (text === '' || text.endsWith(' '))) continue;
      text += space ? ' ' : data[index]!.toLowerCase();
      at.push([node, Math.max(0, breaks ? index - 1 : index)]);
    }
  }
  return { text, at };
}

/** The quote as the page would write it: without the marks of its source. */
const plain = (quote: string): string =>
  quote
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`#]+/g, '')
    .replace(/(^|\s)[_>|]+|[_>|]+(?=\s|$)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

/**
 * Where the quote stands on the page: all of it, else its first sentence that is found. `null`: none.
 */
export function findPassage(quote: string, root: Node): Range | null {
  const { text, at } = readText(root);
  const whole = plain(quote);
  const candidates = [whole, ...whole.split(/(?<=[.!?。！？؟۔।])\s*/)].filter(
    (part) => part.length >= 12 || part === whole,
  );
  for (const part of candidates) {
    const start = part === '' ? -1 : text.indexOf(part);
    if (start === -1) continue;
    const [first, last] = [at[start]!, at[start + part.length - 1]!];
    const range = document.createRange();
    range.setStart(...first);
    range.setEnd(last[0], Math.min(last[1] + 1, last[0].length));
    return range;
  }
  return null;
}

let marked: AbortController | null = null;

/**
 * Scrolls to the quote on this page and marks it until the next click outside the chat or Escape. The page's nodes stay
 * as they are. In browsers without the Custom Highlight API the passage is selected.
 *
 * @returns whether the quote stands on the page
 */
export function showPassage(quote: string): boolean {
  const range = findPassage(quote, document.body);
  if (!range) return false;
  marked?.abort();
  const mark = new AbortController();
  marked = mark;
  if (typeof Highlight === 'function' && CSS.highlights) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS_TEXT);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    CSS.highlights.set(HIGHLIGHT, new Highlight(range));
    mark.signal.addEventListener('abort', () => {
      CSS.highlights.delete(HIGHLIGHT);
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    });
  } else {
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  }
  const still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches;
  range.startContainer.parentElement!.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  const { signal } = mark;
  const end = ({ target }: Event) => {
    if (!(target instanceof Element && target.closest('assisters-chat, assisters-frame'))) mark.abort();
  };
  document.addEventListener('click', end, { signal });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && mark.abort(), { signal });
  return true;
}
