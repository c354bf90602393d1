import { type Block, type ParsedDocument, ParseError } from './document.ts';
import { isHeadingLike, settleHeadings } from './likely-headings.ts';
import { slugMaker } from './slug.ts';

/** More inline marks than any page written by hand has; a file beyond it is refused rather than parsed slowly. */
const MAX_LINES = 500_000;

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^\s`{]*)/;
const ATX = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const SETEXT = /^ {0,3}(=+|-{2,})[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/;
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;
const ATTRIBUTES = /[ \t]*\{:?[ \t]*([#.][^{}]{0,200})\}[ \t]*$/;
/** A line for the program that makes the site, not for its readers: Hugo, Jekyll, Docusaurus (also MDX), Obsidian. */
const DIRECTIVE =
  /^\s*(?:\{\{[<%][^{}]{0,500}[%>]\}\}|\{%[^{}]{0,500}%\}|\{:[^{}]{0,200}\}|\[\[_?TOC_?\]\]|:{3,}.{0,200}|(?:import .{1,300} from|import) ["'][^"']{1,300}["'];?)\s*$/;
/** A paragraph that is bold throughout. */
const BOLD_LINE = /^(\*\*|__)(?!\s)(?:(?!\1).){1,200}\1\s*$/;
const REFERENCE = /^ {0,3}\[[^\]]{1,999}\]:\s*\S/;

/**
 * Plain text of a line of Markdown: links give their text, images their description, marks go, code stays as written.
 * Each step is linear: no pattern may look across more than the brackets it stands in.
 */
export function plainInline(source: string): string {
  // The object replacement character marks the places of code spans; the parser drops it from its input.
  const codes: string[] = [];
  const text = source
    .replace(
      /(?<!`)(`{1,3})(?!`)([^`\n]{1,2000})\1(?!`)/g,
      (_, __, code: string) => `\ufffc${codes.push(code.trim()) - 1}\ufffc`,
    )
    .replace(/<((?:https?:\/\/|mailto:)[^\s<>]{1,2000})>/g, '$1')
    .replace(/<\/?[a-zA-Z][^<>]{0,1000}>|<!--[^<>]{0,1000}-->/g, '')
    .replace(/!\[([^[\]]{0,1000})\](?:\([^()\n]{0,2000}\)|\[[^[\]]{0,200}\])?/g, '$1')
    .replace(
      /\[([^[\]]{0,1000})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,2000})?\)|\[[^[\]]{0,200}\])/g,
      '$1',
    )
    .replace(/(?<![\p{L}\p{N}\\])(\*{1,3}|_{1,3}|~~)(?=\S)|(?<=\S)(?<!\\)(\*{1,3}|_{1,3}|~~)(?![\p{L}\p{N}])/gu, '')
    .replace(/(?<=[\p{L}\p{N}])\*\*(?=[\p{L}\p{N}])/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => ENTITIES[name] ?? '');
  return text
    .replace(/\ufffc(\d+)\ufffc/g, (_, index: string) => codes[Number(index)] ?? '')
    .replace(/[ \t]+/g, ' ')
    .trim();
}
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

const cells = (row: string): string[] =>
  row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plainInline(cell.replaceAll('\\|', '|')));

/** A row as a sentence that stands alone: each cell after the name of its column. */
export function rowText(header: readonly string[], row: readonly string[]): string {
  return row
    .map((cell, index) => (cell === '' ? '' : header[index] ? `${header[index]}: ${cell}` : cell))
    .filter((cell) => cell !== '')
    .join(' · ');
}

/**
 * Reads Markdown (CommonMark's blocks, GFM tables, YAML front matter) into blocks, line by line and in linear time. Not a
 * renderer: emphasis and link targets are dropped, HTML tags are removed and their text kept. Headings get GitHub's anchors.
 *
 * @throws ParseError `file_too_complex`
 */
export function parseMarkdown(source: string): ParsedDocument {
  let lines = source.replace(/[\0\ufffc]/g, '').split(/\r\n?|\n/);
  if (lines.length > MAX_LINES) throw new ParseError('file_too_complex', `The file has more than ${MAX_LINES} lines.`);
  let title = '';
  if (lines[0]?.trim() === '---') {
    const end = lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
    if (end > 0 && end < 200) {
      const named = lines.slice(1, end).find((line) => /^title\s*:/i.test(line));
      title =
        named
          ?.replace(/^title\s*:\s*/i, '')
          .replace(/^(["'])(.*)\1\s*$/, '$2')
          .trim() ?? '';
      lines = lines.slice(end + 1);
    }
  }
  const slug = slugMaker();
  const blocks: Block[] = [];
  const likely = new Set<Block>();
  let anchor = '';
  let paragraph: string[] = [];
  const flush = () => {
    const text = paragraph
      .map(plainInline)
      .filter((line) => line !== '')
      .join('\n');
    const isLikely = paragraph.length === 1 && BOLD_LINE.test(paragraph[0]!) && isHeadingLike(text);
    paragraph = [];
    if (text === '') return;
    const block: Block = isLikely ? { kind: 'heading', level: 6, text, anchor } : { kind: 'text', text };
    if (isLikely) likely.add(block);
    blocks.push(block);
  };
  /** Lines of one paragraph are one line of text; list items keep their own. */
  const extend = (line: string) => {
    const last = paragraph.length - 1;
    if (last >= 0 && paragraph[last]!.length < 20_000) paragraph[last] += ` ${line.trim()}`;
    else paragraph.push(line.trim());
  };
  const heading = (level: number, raw: string) => {
    flush();
    // The anchor some generators let the writer choose: `## Returns {#returns}`.
    const attributes = ATTRIBUTES.exec(raw);
    const text = plainInline(attributes ? raw.slice(0, attributes.index) : raw);
    const own = /#([^\s}]+)/.exec(attributes?.[1] ?? '')?.[1];
    if (level === 1 && title === '') title = text;
    anchor = own ?? slug(text);
    blocks.push({ kind: 'heading', level, text, anchor });
  };

  let inComment = false;
  for (let index = 0; index < lines.length; index += 1) {
    let line = lines[index]!.replace(/^(?: {0,3}>[ ]?){1,20}/, '');
    if (inComment) {
      const end = line.indexOf('-->');
      if (end === -1) continue;
      line = line.slice(end + 3);
      inComment = false;
    }
    const comment = line.indexOf('<!--');
    if (comment !== -1 && !line.includes('-->', comment)) {
      line = line.slice(0, comment);
      inComment = true;
    }
    const fence = FENCE.exec(line.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+(?=`{3,}|~{3,})/, '').trimStart());
    if (fence && line.trimStart().length > 0) {
      flush();
      const marks = fence[1]!;
      const indent = line.length - line.trimStart().length;
      const code: string[] = [];
      for (index += 1; index < lines.length; index += 1) {
        const inner = lines[index]!;
        const trimmed = inner.trim();
        if (trimmed.startsWith(marks) && trimmed.replaceAll(marks[0]!, '') === '') break;
        code.push(inner.slice(0, indent).trim() === '' ? inner.slice(indent) : inner.trimStart());
      }
      const text = code.join('\n').replace(/\s+$/, '');
      if (text !== '') blocks.push({ kind: 'code', text, language: fence[2]! });
      continue;
    }
    if (DIRECTIVE.test(line)) {
      flush();
      continue;
    }
    const atx = ATX.exec(line);
    if (atx) {
      heading(atx[1]!.length, atx[2] ?? '');
      continue;
    }
    if (line.trim() === '') {
      // A blank line inside a list keeps the list: its items belong together.
      if (paragraph[0]?.startsWith('- ') && ITEM.test(lines[index + 1] ?? '')) continue;
      flush();
      continue;
    }
    const setext = SETEXT.exec(line);
    if (setext && paragraph.length === 1 && !paragraph[0]!.startsWith('- ')) {
      const [raw] = paragraph;
      paragraph = [];
      heading(setext[1]!.startsWith('=') ? 1 : 2, raw!);
      continue;
    }
    if (RULE.test(line) || REFERENCE.test(line)) {
      flush();
      continue;
    }
    if (line.includes('|') && TABLE_RULE.test(lines[index + 1] ?? '') && lines[index + 1]!.includes('-')) {
      flush();
      const header = cells(line);
      const rows: string[] = [];
      for (index += 2; index < lines.length && lines[index]!.includes('|'); index += 1) {
        const text = rowText(header, cells(lines[index]!));
        if (text !== '') rows.push(text);
      }
      index -= 1;
      blocks.push({ kind: 'text', text: rows.length > 0 ? rows.join('\n') : header.join(' · ') });
      continue;
    }
    // Four spaces are code only where no paragraph or list is open: a list's continuation is indented too.
    if (/^(?: {4}|\t)/.test(line) && paragraph.length === 0 && !lastIsList(blocks)) {
      const code: string[] = [];
      for (; index < lines.length && /^(?: {4}|\t|\s*$)/.test(lines[index]!); index += 1)
        code.push(lines[index]!.replace(/^(?: {4}|\t)/, ''));
      index -= 1;
      blocks.push({ kind: 'code', text: code.join('\n').trimEnd(), language: '' });
      continue;
    }
    const item = ITEM.exec(line);
    if (item) {
      if (paragraph.length > 0 && !paragraph[0]!.startsWith('- ')) flush();
      paragraph.push(`- ${item[1]!}`);
      continue;
    }
    extend(line);
  }
  flush();
  return { title, mediaType: 'text/markdown', blocks: settleHeadings(blocks, likely) };
}

const lastIsList = (blocks: readonly Block[]): boolean => {
  const last = blocks.at(-1);
  return last?.kind === 'text' && last.text.startsWith('- ');
};
