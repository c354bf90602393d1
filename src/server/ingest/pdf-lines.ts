/** A piece of text as a PDF draws it; the part of pdf.js's item that is used. */
export interface PdfItem {
  readonly str: string;
  readonly dir: string;
  readonly width: number;
  readonly transform: readonly number[];
}

/** A line of a page: pieces on one base line that follow each other. Lengths in points, `y` upwards. */
export interface PdfLine {
  readonly page: number;
  /** The pieces between wide gaps; one in prose, several in a table's row. */
  readonly cells: readonly PdfCell[];
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  /** Of the font. */
  readonly size: number;
}
export interface PdfCell {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
}

/** In font sizes: from here on a gap is a space, a column. */
const SPACE_GAP = 0.15;
const CELL_GAP = 1.3;
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

interface Open {
  cells: { text: string; x0: number; x1: number }[];
  x0: number;
  x1: number;
  y: number;
  size: number;
  rtl: boolean;
  pieces: Piece[];
}
interface Piece {
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

/** Puts the pieces of a page together into lines, in the order they were drawn. Slanted ones are watermarks. */
export function pdfLines(items: readonly PdfItem[], page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let open: Open | null = null;
  let spaced = false;
  const close = () => {
    if (!open) return;
    const { rtl, pieces, x0: left, x1: right } = open;
    const drawn = rtl ? [{ text: rightToLeft(pieces, open.size), x0: left, x1: right }] : open.cells;
    const cells = drawn.map((cell) => ({ ...cell, text: tidy(cell.text) })).filter(({ text }) => text !== '');
    const text = cells.map((cell) => cell.text).join(' ');
    const { x0, x1, y, size } = open;
    if (text !== '') lines.push({ page, cells, text, x0, x1, y, size });
    open = null;
  };
  for (const { str, dir, width, transform } of items) {
    const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = transform;
    const piece = { text: str, x, width };
    if (str.trim() === '') {
      spaced = true;
      (open as Open | null)?.pieces.push(piece);
      continue;
    }
    const size = Math.hypot(c, d) || 1;
    if (Math.abs(b) > 0.05 * Math.abs(a) && Math.abs(a) > 0.05 * Math.abs(b)) continue;
    const rtl = dir === 'rtl';
    const line: Open | null = open;
    // A raised small digit belongs to the line it is raised from.
    const raised = line !== null && size < line.size * 0.8 && y > line.y && y < line.y + line.size * 0.7;
    const sameLine =
      line !== null &&
      (raised || Math.abs(y - line.y) < 0.4 * Math.max(size, line.size)) &&
      (rtl || line.rtl ? x + width <= line.x0 + size * 2 || x >= line.x1 - size : x >= line.x1 - size);
    if (!line || !sameLine) {
      close();
      open = { cells: [{ text: str, x0: x, x1: x + width }], x0: x, x1: x + width, y, size, rtl, pieces: [piece] };
      spaced = false;
      continue;
    }
    line.pieces.push(piece);
    line.rtl ||= rtl;
    const gap = x >= line.x1 - size ? x - line.x1 : line.x0 - (x + width);
    const cell = line.cells.at(-1)!;
    const small = raised && /^\d{1,3}$/.test(str.trim());
    const text = small ? str.trim().replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)]!) : str;
    if (gap > CELL_GAP * line.size && !rtl) line.cells.push({ text, x0: x, x1: x + width });
    else {
      const space = (spaced || gap > SPACE_GAP * line.size) && !small ? ' ' : '';
      cell.text += space + text;
      cell.x0 = Math.min(cell.x0, x);
      cell.x1 = Math.max(cell.x1, x + width);
    }
    line.x0 = Math.min(line.x0, x);
    line.x1 = Math.max(line.x1, x + width);
    // The line is as large as most of it: a number drawn small at its start does not make it so.
    if (size > line.size && line.cells.length === 1 && str.length > cell.text.length / 2) {
      line.size = size;
      line.y = y;
    }
    spaced = false;
  }
  close();
  return lines;
}

/**
 * A line that is written from right to left, from its pieces in whatever order they were drawn: some programs draw each
 * letter by itself from the left. Numbers and Latin words within run the other way.
 */
function rightToLeft(pieces: readonly Piece[], size: number): string {
  const ordered = [...pieces].sort((one, other) => other.x - one.x);
  const isLatin = ({ text }: Piece) => /[\p{Script=Latin}\p{Nd}]/u.test(text);
  const isNeutral = ({ text }: Piece) => !/\p{L}/u.test(text);
  for (let from = 0; from < ordered.length; from += 1) {
    if (!isLatin(ordered[from]!)) continue;
    let to = from + 1;
    for (let at = to; at < ordered.length && (isLatin(ordered[at]!) || isNeutral(ordered[at]!)); at += 1)
      if (isLatin(ordered[at]!)) to = at + 1;
    ordered.splice(from, to - from, ...ordered.slice(from, to).reverse());
    from = to;
  }
  return ordered.reduce((text, piece, index) => {
    const before = ordered[index - 1];
    const gap = before ? Math.max(before.x - (piece.x + piece.width), piece.x - (before.x + before.width)) : 0;
    return text + (gap > SPACE_GAP * size ? ' ' : '') + piece.text;
  }, '');
}

/** White space collapsed, ligatures and Arabic presentation forms as the letters they stand for. */
const tidy = (text: string): string =>
  text
    .replace(/[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc]/g, (form) => form.normalize('NFKC'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: fonts without a map give them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
