/**
 * Plain text of a passage as markdown that shows exactly that text: nothing in it becomes emphasis, a link, HTML, a
 * heading or a citation. List items keep their marker and stay a list; fenced code is given as it is.
 *
 * Only what markdown would read is escaped, so that the text stays readable for those who do not render it.
 */
export function quoteMarkdown(text: string): string {
  if (isCode(text)) return text;
  return text.split('\n').map(quoteLine).join('\n');
}

/** The text of a passage without its code fences: what a source card shows, where nothing is rendered. */
export function withoutFences(text: string): string {
  return text.replace(/^(?:`{3,}|~{3,}).*\n?/gm, '').trimEnd();
}

/** Whether a piece of a passage is a fenced code block. */
export function isCode(text: string): boolean {
  return text.startsWith('```');
}

/** Whether a piece of a passage is an item of a list. */
export function isListItem(text: string): boolean {
  return LIST_ITEM.test(text);
}

const LIST_ITEM = /^\s*(?:[-*•]|\d{1,3}[.)])\s+\S/;
/** `_` inside a word is never emphasis. */
const INLINE = /[\\`*[\]<]|~~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w{1,31};)/gu;
/** What begins a heading, a quote, a rule, a table or code at a line's start. */
const LINE_START = /^( {0,3})(#{1,6}(?=\s|$)|>|[+](?=\s)|[-=_*](?=[\s-=_*]*$)|\||:?-+:?\s*\|)/;

function quoteLine(line: string): string {
  const marker = LIST_ITEM.test(line) ? /^\s*(?:[-*•]|\d{1,3}[.)])\s+/.exec(line)![0] : '';
  const rest = line
    .slice(marker.length)
    .replace(INLINE, (mark) => `\\${mark}`)
    .replace(marker === '' ? LINE_START : /^(#{1,6}(?=\s|$)|>)/, (mark) => mark.replace(/\S/, (first) => `\\${first}`));
  return marker.replace('•', '-') + (marker === '' ? rest.replace(/^\s+/, '') : rest);
}
