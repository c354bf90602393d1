import { type Block, type ParsedDocument, ParseError } from './document.ts';
import { rowText } from './parse-markdown.ts';

const MAX_ROWS = 100_000;
const MAX_CELLS = 1_000;
/** Rows that stand together in a block; the chunker cuts between lines. */
const ROWS_PER_BLOCK = 200;

const QUESTION = /^(?:q|questions?|frage|vraag|pregunta|domanda|pergunta)$/i;
const ANSWER = /^(?:a|answers?|antwort|antwoord|r[ée]ponse|respuesta|risposta|resposta)$/i;

/** Cuts CSV into rows (RFC 4180: quotes double, line breaks inside quotes stay). Lenient where files in the wild are. */
function* rowsOf(text: string, delimiter: string): Generator<string[]> {
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === undefined) cell += text.slice(from, at);
      else if (char !== '"') continue;
      else {
        cell += text.slice(from, at);
        from = at + 1;
        if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
          from = at + 1;
        } else quoted = false;
        continue;
      }
    }
    if (char === '"' && cell === '' && from === at) {
      quoted = true;
      from = at + 1;
      continue;
    }
    if (char !== undefined && char !== delimiter && char !== '\n' && char !== '\r') continue;
    if (!quoted || char === undefined) cell += quoted ? '' : text.slice(from, at);
    from = at + 1;
    row.push(cell.trim());
    cell = '';
    if (char === delimiter) {
      if (row.length > MAX_CELLS) throw new ParseError('file_too_complex', `A row has more than ${MAX_CELLS} cells.`);
      continue;
    }
    if (char === '\r' && text[at + 1] === '\n') {
      at += 1;
      from = at + 1;
    }
    if (row.some((value) => value !== '')) yield row;
    row = [];
  }
}

/** The separator that cuts the first line into most cells. */
function delimiterOf(text: string): string {
  const line = text.slice(0, 4_096).split(/\r?\n/)[0]!;
  const count = (separator: string) => line.split(separator).length;
  return [',', ';', '\t', '|'].reduce((best, separator) => (count(separator) > count(best) ? separator : best), ',');
}

/**
 * Reads a table: the first row names the columns, each other row becomes a line that stands alone (`Name: value · …`).
 * Where columns are named so, questions head their answers. Cells are kept as text: what looks like a formula is never computed.
 *
 * @throws ParseError `file_too_complex`
 */
export function parseCsv(text: string): ParsedDocument {
  const rows = rowsOf(text.replace(/^\ufeff/, ''), delimiterOf(text));
  const header = rows.next().value as string[] | undefined;
  const column = (name: RegExp) => (header ?? []).findIndex((title) => name.test(title));
  const answered = column(ANSWER);
  const asked = answered === -1 ? -1 : column(QUESTION);
  const blocks: Block[] = [];
  let lines: string[] = [];
  let count = 0;
  const flush = () => {
    if (lines.length > 0) blocks.push({ kind: 'text', text: lines.join('\n') });
    lines = [];
  };
  for (const row of rows) {
    count += 1;
    if (count > MAX_ROWS) throw new ParseError('file_too_complex', `The table has more than ${MAX_ROWS} rows.`);
    const question = asked === -1 ? '' : (row[asked] ?? '').replace(/\s+/g, ' ');
    if (question !== '') {
      const others = row.map((cell, index) => (index === asked || index === answered ? '' : cell));
      const text = [row[answered] ?? '', rowText(header ?? [], others)].map((part) => part.replace(/\s+/g, ' ').trim());
      blocks.push({ kind: 'heading', level: 1, text: question.slice(0, 200), anchor: '' });
      blocks.push({ kind: 'text', text: text.filter((part) => part !== '').join('\n\n') || question });
      continue;
    }
    const line = rowText(header ?? [], row).replace(/\s+/g, ' ');
    if (line !== '') lines.push(line);
    if (lines.length >= ROWS_PER_BLOCK) flush();
  }
  flush();
  if (blocks.length === 0 && header) blocks.push({ kind: 'text', text: header.join(' · ') });
  return { title: '', mediaType: 'text/csv', blocks };
}
