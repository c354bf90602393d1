import { quoteMarkdown } from './quote-markdown.ts';

/**
 * Rows of tables. Ingest writes a row as a line that stands alone, `Plan: Team · Price: 49 euros` (`rowText`), so that it
 * is found by its column's name too. For people it is made a table again: the same names, the same cells.
 */
type Row = readonly { readonly name: string; readonly cell: string }[];

/** A column's name holds no end of a sentence. */
const PART = /^((?:[^:·|\n.!?]|[.!?](?!\s)){1,80}): (\S.*)$/;
const MAX_LINE = 2_000;

/** Whether a line is a row of a table. */
export function isRow(line: string): boolean {
  return readRow(line) !== null;
}

/** A line of two cells and more, each after the name of its column; `null` for any other text. */
function readRow(line: string): Row | null {
  if (line.length > MAX_LINE || !line.includes(' · ') || line.includes('\n')) return null;
  const row: { name: string; cell: string }[] = [];
  for (const part of line.split(' · ')) {
    const found = PART.exec(part);
    if (found) row.push({ name: found[1]!, cell: found[2]! });
    // The sign stood in the cell.
    else if (row.length > 0) row[row.length - 1]!.cell += ` · ${part}`;
    else return null;
  }
  const names = new Set(row.map(({ name }) => name));
  return row.length > 1 && names.size === row.length ? row : null;
}

/** Rows, one below the other, as a Markdown table with their columns as they come. Each line must be a row. */
export function tableMarkdown(lines: readonly string[]): string {
  const rows = lines.map((line) => readRow(line) ?? []);
  const names = [...new Set(rows.flatMap((row) => row.map(({ name }) => name)))];
  const line = (cells: readonly string[]) => `| ${cells.map(cellMarkdown).join(' | ')} |`;
  return [
    line(names),
    `|${' --- |'.repeat(names.length)}`,
    ...rows.map((row) => line(names.map((name) => row.find((part) => part.name === name)?.cell ?? ''))),
  ].join('\n');
}

/** Nothing in a cell ends it. */
const cellMarkdown = (text: string): string => quoteMarkdown(text).replace(/(?<!\\)\|/g, '\\|');
