import { splitSentences } from '../retrieve/split-sentences.ts';
import type { Block } from './document.ts';
import { rowText } from './parse-markdown.ts';
import type { PdfLine } from './pdf-lines.ts';

/** A heading the document lists itself (its bookmarks). */
export interface OutlineEntry {
  readonly title: string;
  /** From 1. */
  readonly level: number;
}

/** Type larger than the body's by this is a heading, smaller by that a note. */
const HEADING_RATIO = 1.12;
const NOTE_RATIO = 0.92;
const MAX_HEADING_CHARS = 200;
/** A gap this many times the line's size parts paragraphs. */
const PARAGRAPH_GAP = 1.65;
/** Lines at a page's edge that may be its header or footer. */
const EDGE_LINES = 2;
/** The number of a page that says so; a bare one may be content. */
const PAGE_NUMBER =
  /^[\s|–—-]*(?:(?:page|seite|pagina|página|sida|side|strona|стр\.?|p\.)\s*\d{1,4}(?:\s*(?:\/|of|von|van|de|di|sur|av|af|z|из)\s*\d{1,4})?|\d{1,4}\s*\/\s*\d{1,4})[\s|–—-]*$/iu;
const BULLET = /^(?:[•◦▪‣●○■–—*-]|\uf0b7|\(?(?:\d{1,3}|[a-z])[.)])\s+(?=\S)/;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

const fold = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * Puts a document's lines together into headings, paragraphs, lists, tables and notes. What is repeated at the edge of
 * pages is left out; a sentence that runs over a page's end stays whole on the page it begins on.
 */
export function pdfBlocks(pages: readonly (readonly PdfLine[])[], outline: readonly OutlineEntry[]): Block[] {
  const kept = withoutRunningLines(pages);
  const all = kept.flat();
  const body = bodySize(all);
  const levels = headingLevels(all, body);
  const listed = new Map(outline.map(({ title, level }) => [fold(title), level]));
  const words = wordsOf(all);
  const blocks: Block[] = [];
  for (const lines of kept) {
    const page = pageBlocks(lines, { body, levels, listed, words });
    joinOverPage(blocks, page);
    blocks.push(...page);
  }
  return blocks;
}

interface Type {
  readonly body: number;
  readonly levels: ReadonlyMap<number, number>;
  readonly listed: ReadonlyMap<string, number>;
  readonly words: ReadonlySet<string>;
}

/** The size most of the text has. */
function bodySize(lines: readonly PdfLine[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of lines) chars.set(sizeOf(size), (chars.get(sizeOf(size)) ?? 0) + text.length);
  return [...chars].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [10, 0])[0];
}
const sizeOf = (size: number): number => Math.round(size * 2) / 2;

/** Sizes above the body's, largest first, as levels from 1. */
function headingLevels(lines: readonly PdfLine[], body: number): Map<number, number> {
  const sizes = new Set(lines.map(({ size }) => sizeOf(size)).filter((size) => size >= body * HEADING_RATIO));
  return new Map([...sizes].sort((one, other) => other - one).map((size, index) => [size, Math.min(6, index + 1)]));
}

/** Words as they stand inside lines: they tell whether a hyphen at a line's end belongs to its word. */
function wordsOf(lines: readonly PdfLine[]): Set<string> {
  const words = new Set<string>();
  for (const { text } of lines)
    for (const [word] of text.matchAll(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu)) words.add(word.toLowerCase());
  return words;
}

/** Drops headers and footers: what stands at the same height of several pages and differs in numbers alone. */
function withoutRunningLines(pages: readonly (readonly PdfLine[])[]): (readonly PdfLine[])[] {
  const keyOf = ({ text, y }: PdfLine) => `${Math.round(y / 4)} ${text.replace(/\d+|\b[ivxlc]+\b/gi, '#')}`;
  const edges = pages.map((lines) => {
    const heights = [...new Set(lines.map(({ y }) => Math.round(y)))].sort((one, other) => other - one);
    const outer = new Set([...heights.slice(0, EDGE_LINES), ...heights.slice(-EDGE_LINES)]);
    return lines.filter(({ y }) => outer.has(Math.round(y)));
  });
  const counts = new Map<string, number>();
  for (const lines of edges) for (const key of new Set(lines.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const needed = Math.min(3, Math.max(2, pages.length));
  return pages.map((lines, index) => {
    const edge = new Set(edges[index]);
    return lines.filter(
      (line) => !edge.has(line) || ((counts.get(keyOf(line)) ?? 0) < needed && !PAGE_NUMBER.test(line.text)),
    );
  });
}

function pageBlocks(lines: readonly PdfLine[], type: Type): Block[] {
  const blocks: Block[] = [];
  const notes: Block[] = [];
  let paragraph: PdfLine[] = [];
  let heading: PdfLine[] = [];
  let headingLevel = 0;
  const flush = () => {
    if (heading.length > 0) {
      blocks.push({ kind: 'heading', level: headingLevel, text: joined(heading, type.words), anchor: '' });
      heading = [];
    }
    const first = paragraph[0];
    if (first) {
      const text = joined(paragraph, type.words);
      const isNote = sizeOf(first.size) <= type.body * NOTE_RATIO && isFoot(first, lines);
      const list = blocks.at(-1);
      if (isNote) notes.push({ kind: 'text', text: text.replace(/^(\d{1,3})(?=\p{L})/u, '$1 '), page: first.page });
      else if (BULLET.test(text)) {
        const item = `- ${text.replace(/^(?:[•◦▪‣●○■–—*-]|\uf0b7|\d{1,3}[.)])\s+/, '')}`;
        if (list?.kind === 'text' && list.page === first.page && list.text.startsWith('- '))
          blocks[blocks.length - 1] = { ...list, text: `${list.text}\n${item}` };
        else blocks.push({ kind: 'text', text: item, page: first.page });
      } else blocks.push({ kind: 'text', text, page: first.page });
    }
    paragraph = [];
  };
  for (let index = 0; index < lines.length; index += 1) {
    const rows = tableAt(lines, index);
    if (rows) {
      flush();
      const [header = [], ...others] = rows.cells;
      const text = others.map((row) => rowText(header, row)).join('\n');
      blocks.push({ kind: 'text', text, page: lines[index]!.page });
      index += rows.lines - 1;
      continue;
    }
    const line = lines[index]!;
    const level = levelOf(line, type);
    if (level !== null) {
      const last = heading.at(-1);
      const goesOn = last && headingLevel === level && near(last, line) && !type.listed.has(fold(last.text));
      if (!goesOn) flush();
      heading.push(line);
      headingLevel = level;
      continue;
    }
    const last = paragraph.at(-1);
    if (heading.length > 0 || (last && startsParagraph(last, line, paragraph))) flush();
    paragraph.push(line);
  }
  flush();
  return [...blocks, ...notes];
}

const near = (one: PdfLine, other: PdfLine): boolean =>
  Math.abs(one.y - other.y) <= Math.max(one.size, other.size) * PARAGRAPH_GAP;

/** The level of a line that is a heading, by the document's own list or by its size; `null` for any other. */
function levelOf(line: PdfLine, { levels, listed }: Type): number | null {
  if (line.text.length > MAX_HEADING_CHARS || !/\p{L}/u.test(line.text)) return null;
  const bySize = levels.get(sizeOf(line.size));
  if (bySize !== undefined) return bySize;
  const own = listed.get(fold(line.text));
  return own === undefined ? null : Math.min(6, levels.size + own);
}

function startsParagraph(last: PdfLine, line: PdfLine, paragraph: readonly PdfLine[]): boolean {
  if (BULLET.test(line.text)) return true;
  const size = Math.max(last.size, line.size);
  const sameSize = Math.abs(last.size - line.size) < 0.1 * size;
  const gap = last.y - line.y;
  // Upwards: the text goes on in the next column, or does not.
  if (gap < 0) return !sameSize || endsSentence(last.text);
  if (!sameSize || gap > size * PARAGRAPH_GAP) return true;
  if (endsSentence(last.text) && wouldHaveFit(last, line)) return true;
  // A first line's indent after a line that ended early.
  const [first] = paragraph;
  const left = Math.min(...paragraph.slice(1).map(({ x0 }) => x0), last.x0);
  const ended = endsSentence(last.text) && last.x1 < Math.max(...paragraph.map(({ x1 }) => x1)) - size;
  return ended && line.x0 > left + size * 0.8 && first !== undefined;
}

const endsSentence = (text: string): boolean => /[.!?:。！？]["”’)]?$/.test(text);

/** Whether there was room for the line's first word at the end of the one before: then that one ended on purpose. */
function wouldHaveFit(last: PdfLine, line: PdfLine): boolean {
  const word = line.text.split(' ', 1)[0]!;
  const width = ((line.x1 - line.x0) / line.text.length) * (word.length + 2);
  return Math.abs(last.x0 - line.x0) < line.size && last.x1 + width < line.x1;
}

/** Whether everything below the line on its page is as small: then it is a note, not a caption. */
function isFoot(line: PdfLine, lines: readonly PdfLine[]): boolean {
  return lines.every(({ y, size }) => y >= line.y || sizeOf(size) <= sizeOf(line.size));
}

/** Rows of cells that stand under each other, from this line on; a header alone is none. */
function tableAt(
  lines: readonly PdfLine[],
  from: number,
): { readonly cells: string[][]; readonly lines: number } | null {
  const [head, second] = [lines[from]!, lines[from + 1]];
  if (head.cells.length < 2 || !second || second.cells.length < 2) return null;
  let end = from + 1;
  while (end < lines.length && lines[end]!.cells.length >= 2 && lines[end]!.y < lines[end - 1]!.y) end += 1;
  const rows = lines.slice(from, end);
  if (rows.length < 2) return null;
  // Columns are where the cells of the widest row begin.
  const widest = rows.reduce((best, row) => (row.cells.length > best.cells.length ? row : best));
  const columns = widest.cells.map(({ x0, x1 }) => ({ x0, x1 }));
  const aligned = rows.every((row) => row.cells.every((cell) => columns.some((column) => overlaps(cell, column))));
  if (!aligned) return null;
  // Two long cells a row are two columns of prose that were drawn line by line.
  const prose = rows.flatMap(({ cells }) => cells).every(({ text }) => text.length > 25);
  if (columns.length === 2 && rows.length > 3 && prose) return null;
  const cells = rows.map((row) => {
    const texts = columns.map(() => '');
    for (const cell of row.cells) {
      const place = columns.findIndex((column) => overlaps(cell, column));
      texts[place] = texts[place] === '' ? cell.text : `${texts[place]} ${cell.text}`;
    }
    return texts;
  });
  return { cells, lines: rows.length };
}
const overlaps = (one: { x0: number; x1: number }, other: { x0: number; x1: number }): boolean =>
  one.x0 <= other.x1 + 2 && other.x0 <= one.x1 + 2;

/** Lines as running text: words cut at a line's end put together, no space between characters that have none. */
function joined(lines: readonly PdfLine[], words: ReadonlySet<string>): string {
  let text = '';
  for (const line of lines) {
    if (text === '') {
      text = line.text;
      continue;
    }
    const cut = /([\p{L}\p{N}-]*\p{L})([-\u00ad\u2010])$/u.exec(text);
    const rest = /^\p{Ll}[\p{L}\p{N}]*/u.exec(line.text)?.[0];
    if (cut && rest !== undefined) {
      const [, start = '', hyphen] = cut;
      const isCompound = hyphen !== '\u00ad' && words.has(`${start}-${rest}`.toLowerCase());
      const whole = `${start}${rest}`.toLowerCase();
      text = (isCompound && !words.has(whole) ? text : text.slice(0, -1)) + line.text;
    } else if (/[-\u2010]$/u.test(text) && /^\p{L}/u.test(line.text)) text += line.text;
    else text += (CJK.test(text.at(-1)!) && CJK.test(line.text[0]!) ? '' : ' ') + line.text;
  }
  return text.replaceAll('\u00ad', '');
}

/** Gives a sentence that the page's end cuts its end back, in place. */
function joinOverPage(before: Block[], page: Block[]): void {
  const [next] = page;
  // Notes stand at a page's end; the text that was cut is before them.
  for (let index = before.length - 1; index >= 0; index -= 1) {
    const last = before[index]!;
    if (last.kind !== 'text' || next?.kind !== 'text' || last.page !== next.page! - 1) return;
    if (/[.!?:;。！？]["”’)]?$/.test(last.text) || /^(?:- |.*·)/.test(next.text) || !/^\p{Ll}/u.test(next.text))
      continue;
    const [first] = splitSentences(next.text);
    if (!first) return;
    before[index] = { ...last, text: `${last.text} ${next.text.slice(0, first.end).trim()}` };
    const rest = next.text.slice(first.end).trim();
    if (rest === '') page.shift();
    else page[0] = { ...next, text: rest };
    return;
  }
}
