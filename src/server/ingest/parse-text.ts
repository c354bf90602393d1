import type { Block, ParsedDocument } from './document.ts';

/** A line that begins an item, a labelled value, or columns: it stands alone. */
const ALONE = /^\s*(?:[-*•]|\d+[.)])\s|^[\p{Lu}][\p{L}-]{1,24}: |\t|\.{4,}|\S {3,}\S/u;
/** Text is wrapped at no fewer columns than this; lines of a shorter text are as the writer meant them. */
const MIN_WRAP = 50;
/** Longer lines were not wrapped at all. */
const MAX_WRAP = 100;
/** A wrapped line may end so far before the longest. */
const RAGGED = 10;
const UNDERLINE = /^\s*(={3,}|-{3,})\s*$/;

/**
 * Reads plain text: blank lines separate paragraphs. Lines of wrapped prose become one, those that ended on purpose stay
 * lines. An underlined line is a heading, and the first of them the title.
 */
export function parseText(source: string): ParsedDocument {
  const text = source.replaceAll('\u0000', '').replace(/\r\n?/g, '\n');
  const width = widthOf(text);
  const blocks: Block[] = [];
  let title = '';
  for (const paragraph of text.split(/\n[ \t]*\n\s*/)) {
    let lines = paragraph.split('\n').filter((line) => line.trim() !== '');
    const rule = UNDERLINE.exec(lines[1] ?? '');
    if (rule && /\p{L}/u.test(lines[0]!)) {
      const heading = lines[0]!.replace(/\s+/g, ' ').trim().slice(0, 200);
      title ||= heading;
      blocks.push({ kind: 'heading', level: rule[1]!.startsWith('=') ? 1 : 2, text: heading, anchor: '' });
      lines = lines.slice(2);
    }
    const joined = lines.reduce((made, line, index) => {
      if (index === 0) return line;
      return made + (isWrapped(lines[index - 1]!, line, width) ? ' ' : '\n') + line;
    }, '');
    const tidy = joined
      .replace(/[ \t]+/g, ' ')
      .replace(/ ?\n ?/g, '\n')
      .trim();
    if (tidy !== '') blocks.push({ kind: 'text', text: tidy });
  }
  return { title, mediaType: 'text/plain', blocks };
}

/** How many columns the text was wrapped at: its longest line, within what people wrap at. */
function widthOf(text: string): number {
  let longest = MIN_WRAP;
  for (const { length } of text.split('\n')) longest = Math.max(longest, Math.min(length, MAX_WRAP));
  return longest;
}

/** Whether the line before was broken only because this one's first word had no room on it. */
function isWrapped(before: string, line: string, width: number): boolean {
  if (ALONE.test(line) || (ALONE.test(before) && !/^\s*(?:[-*•]|\d+[.)])\s/.test(before))) return false;
  const word = line.trim().split(/\s/, 1)[0]!;
  return before.trimEnd().length + 1 + word.length > width - RAGGED;
}
