import { inline } from './inline.ts';
import { type Links, matchAt, takeDefinitions } from './links.ts';
import { attribute, escapeText, TAGS } from './text.ts';

/**
 * Markdown as HTML that is **not yet safe**: CommonMark 0.31 with GFM's tables, task lists, strikethrough and bare addresses.
 *
 * The algorithm is that of the specification's appendix. Phase one reads line by line into a tree of open blocks: each line
 * first goes on in the blocks it continues, then opens new ones, and what is left of it is text of the innermost. Phase two
 * writes the tree, with the definitions of all lines known. Linear in the text times the depth, which `guard.ts` bounds.
 */

type Kind = 'document' | 'quote' | 'list' | 'item' | 'paragraph' | 'heading' | 'code' | 'html' | 'rule' | 'table';

interface Block {
  readonly parent: Block | null;
  readonly children: Block[];
  kind: Kind;
  text: string;
  /** Number of the first and of the last line with something on it. */
  readonly first: number;
  last: number;
  /** Heading: level. Item: columns its content is indented by. Fence: columns it is indented by. */
  size: number;
  /** Fence: its opening. List: the kind of its markers. HTML: unused. */
  sign: string;
  /** Fence: language. Ordered list: first number. */
  info: string;
  /** HTML: what its last line holds; without, a blank line ends it. */
  ending: RegExp | null;
  /** Table: alignment of its columns. */
  align: readonly string[];
}

const HEADING = /#{1,6}(?=[ \t]|$)/y;
const FENCE = /`{3,}(?!.*`)|~{3,}/y;
const SETEXT = /(?:=+|-+)[ \t]*$/y;
const RULE = /(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/y;
const MARKER = /(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/y;
const DELIMITERS = /\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/y;
/** HTML blocks 1 to 5 with their ends, then 6 and 7, which end at a blank line. */
const RAW: readonly (readonly [RegExp, RegExp | null])[] = [
  [/<(?:script|pre|style|textarea)(?:[\s>]|$)/iy, /<\/(?:script|pre|style|textarea)>/i],
  [/<!--/y, /-->/],
  [/<\?/y, /\?>/],
  [/<![a-z]/iy, />/],
  [/<!\[CDATA\[/y, /\]\]>/],
  [
    /<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|\/?>|$)/iy,
    null,
  ],
  [new RegExp(`<(?:${TAGS})\\s*$`, 'iy'), null],
];
const HEADED = RAW.length - 1;

/** The cells of a row: split at pipes that are not escaped. */
function cells(row: string): string[] {
  // NUL stands for an escaped pipe: `clean` has taken all others.
  const inner = row
    .trim()
    .replace(/\\./g, (pair) => (pair === '\\|' ? '\0' : pair))
    .replace(/^\||\|$/g, '');
  return inner.split('|').map((cell) => cell.trim().replaceAll('\0', '|'));
}

function read(source: string, links: Links): Block {
  let line = '';
  let number = 0;
  let offset = 0;
  let column = 0;
  /** The tab at `offset` has been used in part. */
  let partial = false;
  /** Next character that is no white space, and how far in it is. */
  let next = 0;
  let indent = 0;
  let blank = false;

  const make = (kind: Kind, parent: Block | null): Block => ({
    parent,
    children: [],
    kind,
    text: '',
    first: number,
    last: number,
    size: 0,
    sign: '',
    info: '',
    ending: null,
    align: [],
  });
  const root = make('document', null);
  let tip = root;

  function look(): void {
    let columns = column;
    next = offset;
    for (; line[next] === ' ' || line[next] === '\t'; next += 1) columns += line[next] === ' ' ? 1 : 4 - (columns % 4);
    blank = next >= line.length;
    indent = columns - column;
  }

  /** Moves on by characters, or by columns, of which a tab may be used in part. */
  function advance(count: number, byColumns = false): void {
    for (let left = count; left > 0 && offset < line.length; ) {
      const width = line[offset] === '\t' ? 4 - (column % 4) : 1;
      const step = byColumns ? Math.min(left, width) : width;
      partial = step < width;
      column += step;
      if (!partial) offset += 1;
      left -= byColumns ? step : 1;
    }
  }
  const toNext = () => {
    advance(next - offset);
    partial = false;
  };
  const isSpace = () => line[offset] === ' ' || line[offset] === '\t';

  function rest(): string {
    if (!partial) return line.slice(offset);
    return ' '.repeat(4 - (column % 4)) + line.slice(offset + 1);
  }

  /** Ends a block, and gives the one it is in. */
  function close(block: Block): Block {
    if (block.kind === 'paragraph') block.text = takeDefinitions(block.text, links).trimEnd();
    if (block.kind === 'code' && block.sign === '') block.text = block.text.replace(/\n(?:[ \t]*\n)+$/, '\n');
    return block.parent!;
  }

  function open(kind: Kind, into: Block): Block {
    let parent = into;
    while (
      !(parent.kind === 'list' ? kind === 'item' : /^(?:document|quote|item)$/.test(parent.kind) && kind !== 'item')
    ) {
      parent = close(parent);
    }
    const block = make(kind, parent);
    parent.children.push(block);
    tip = block;
    return block;
  }

  /** Whether the line goes on in a block, moved past its mark; `end`: it was its closing fence. */
  function continues(block: Block): boolean | 'end' {
    switch (block.kind) {
      case 'quote':
        if (indent > 3 || line[next] !== '>') return false;
        toNext();
        advance(1);
        if (isSpace()) advance(1, true);
        return true;
      case 'item':
        if (blank) {
          if (block.children.length === 0) return false;
          toNext();
        } else if (indent >= block.size) advance(block.size, true);
        else return false;
        return true;
      case 'code':
        if (block.sign !== '') {
          const fence = indent <= 3 ? matchAt(/(`{3,}|~{3,})[ \t]*$/y, line, next)?.[1] : undefined;
          if (fence && fence[0] === block.sign[0] && fence.length >= block.sign.length) return 'end';
          for (let left = block.size; left > 0 && isSpace(); left -= 1) advance(1, true);
        } else if (indent >= 4) advance(4, true);
        else if (blank) toNext();
        else return false;
        return true;
      case 'html':
        return block.ending !== null || !blank;
      case 'paragraph':
      case 'table':
        return !blank;
      default:
        return block.kind === 'list' || block.kind === 'document';
    }
  }

  /** Opens the block that begins at this place, if one does. A leaf takes the rest of the line. */
  function start(container: Block, lazy: boolean): 'container' | 'leaf' | null {
    const paragraph = container.kind === 'paragraph';
    if (indent > 3) {
      if (blank || lazy || tip.kind === 'paragraph') return null;
      advance(4, true);
      open('code', container);
      return 'leaf';
    }
    if (line[next] === '>') {
      toNext();
      advance(1);
      if (isSpace()) advance(1, true);
      open('quote', container);
      return 'container';
    }
    const heading = matchAt(HEADING, line, next);
    if (heading) {
      const block = open('heading', container);
      block.size = heading[0].length;
      block.text = line
        .slice(next + block.size)
        .replace(/[ \t]+#+[ \t]*$|^[ \t]*#+[ \t]*$/, '')
        .trim();
      return 'leaf';
    }
    const fence = matchAt(FENCE, line, next);
    if (fence) {
      const block = open('code', container);
      block.sign = fence[0];
      block.size = indent;
      block.info = /\S*/.exec(line.slice(next + fence[0].length).trimStart())![0];
      return 'leaf';
    }
    if (line[next] === '<') {
      const kind = RAW.findIndex(([begin]) => matchAt(begin, line, next) !== null);
      if (kind >= 0 && (kind < HEADED || !(paragraph || lazy || tip.kind === 'paragraph'))) {
        const block = open('html', container);
        block.ending = RAW[kind]![1];
        return 'leaf';
      }
    }
    if (paragraph) {
      const setext = matchAt(SETEXT, line, next);
      if (setext) {
        const text = takeDefinitions(container.text, links);
        if (text !== '') {
          container.kind = 'heading';
          container.size = setext[0].startsWith('=') ? 1 : 2;
          container.text = text.trim();
          tip = container;
          return 'leaf';
        }
      }
      if (startTable(container)) return 'leaf';
    }
    if (matchAt(RULE, line, next)) {
      open('rule', container);
      return 'leaf';
    }
    const marker = matchAt(MARKER, line, next);
    if (marker && !(paragraph && (/^\s*$/.test(line.slice(next + marker[0].length)) || (marker[1] ?? '1') !== '1'))) {
      startItem(container, marker);
      return 'container';
    }
    return null;
  }

  function startItem(container: Block, marker: RegExpExecArray): void {
    const [sign, first = ''] = marker;
    const outer = indent;
    toNext();
    advance(sign.length);
    const [fromColumn, fromOffset] = [column, offset];
    do advance(1, true);
    while (column - fromColumn < 5 && isSpace());
    const spaces = column - fromColumn;
    const empty = offset >= line.length;
    if (spaces >= 5 || spaces < 1 || empty) {
      column = fromColumn;
      offset = fromOffset;
      partial = false;
      if (isSpace()) advance(1, true);
    }
    const kind = sign.at(-1)!;
    let list = container;
    if (container.kind !== 'list' || container.sign !== kind) {
      list = open('list', container.kind === 'list' ? close(container) : container);
      list.sign = kind;
      list.info = first;
    }
    const item = open('item', list);
    item.size = outer + sign.length + (spaces >= 5 || spaces < 1 || empty ? 1 : spaces);
  }

  /** The line under a paragraph's last line makes that the header of a table. */
  function startTable(paragraph: Block): boolean {
    const delimiters = /[|:]/.test(line) ? matchAt(DELIMITERS, line, next) : null;
    if (!delimiters) return false;
    const above = paragraph.text.lastIndexOf('\n') + 1;
    const header = paragraph.text.slice(above);
    const align = cells(delimiters[0]).map((cell) =>
      cell.endsWith(':') ? (cell.startsWith(':') ? 'center' : 'right') : cell.startsWith(':') ? 'left' : '',
    );
    if (cells(header).length !== align.length) return false;
    let table = paragraph;
    if (above > 0) {
      paragraph.text = paragraph.text.slice(0, above - 1);
      table = open('table', paragraph);
    }
    table.kind = 'table';
    table.align = align;
    table.text = header;
    tip = table;
    return true;
  }

  function take(): void {
    offset = 0;
    column = 0;
    partial = false;
    let container = root;
    for (let child = container.children.at(-1); child && isOpen(child); child = container.children.at(-1)) {
      look();
      const goesOn = continues(child);
      if (goesOn === 'end') {
        tip = close(child);
        while (tip !== child.parent) tip = close(tip);
        ended.add(child);
        return;
      }
      if (!goesOn) break;
      container = child;
    }
    const matched = container;
    const settled = matched === tip;
    look();
    while (container.kind !== 'code' && container.kind !== 'html') {
      const lazy = !settled && container === matched && tip.kind === 'paragraph';
      const started = start(container, lazy);
      if (started === null) break;
      if (started === 'leaf') {
        const leaf = tip;
        if (leaf.kind === 'code' && leaf.sign === '') leaf.text += `${rest()}\n`;
        if (leaf.kind === 'html') addRaw(leaf);
        return;
      }
      container = tip;
      look();
    }
    if (container === matched && !settled && !blank && tip.kind === 'paragraph') {
      tip.text += `\n${line.slice(next)}`;
      return;
    }
    if (container === matched) while (tip !== container) tip = close(tip);
    if (container.kind === 'code') container.text += `${rest()}\n`;
    else if (container.kind === 'html') addRaw(container);
    else if (container.kind === 'table') container.text += `\n${line.slice(next)}`;
    else if (blank) return;
    else if (container.kind === 'paragraph') container.text += `\n${line.slice(next)}`;
    else open('paragraph', container).text = line.slice(next);
  }

  const ended = new Set<Block>();
  /** Blocks are open from the root down to the tip. */
  function isOpen(block: Block): boolean {
    if (ended.has(block)) return false;
    let open: Block | null = tip;
    while (open && open !== block) open = open.parent;
    return open === block;
  }

  function addRaw(block: Block): void {
    const text = rest();
    block.text += `${text}\n`;
    if (!block.ending?.test(text)) return;
    ended.add(block);
    tip = block.parent!;
  }

  const lines = source.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (line of lines) {
    number += 1;
    take();
    if (line.trim() !== '') for (let block: Block | null = tip; block; block = block.parent) block.last = number;
  }
  while (tip !== root) tip = close(tip);
  return root;
}

/** A list is loose when a blank line stands between two of its items, or two blocks of one. */
function isLoose(list: Block): boolean {
  const apart = (blocks: readonly Block[]) =>
    blocks.some((block, index) => index > 0 && block.first > blocks[index - 1]!.last + 1);
  return apart(list.children) || list.children.some((item) => apart(item.children));
}

function write(block: Block, links: Links, tight: boolean): string {
  const inner = () => block.children.map((child) => write(child, links, false)).join('\n');
  switch (block.kind) {
    case 'paragraph': {
      const html = inline(block.text, links);
      return tight || html === '' ? html : `<p>${html}</p>`;
    }
    case 'heading':
      return `<h${block.size}>${inline(block.text, links)}</h${block.size}>`;
    case 'rule':
      return '<hr>';
    case 'html':
      return block.text;
    case 'code':
      // The language travels as `lang`, the one attribute that survives the sanitiser; `decorate` makes it a label.
      return `<pre${block.info ? ` lang="${attribute(block.info)}"` : ''}><code>${escapeText(block.text.replace(/\n$/, ''), true)}</code></pre>`;
    case 'quote':
      return `<blockquote>\n${inner()}\n</blockquote>`;
    case 'list':
      return writeList(block, links, isLoose(block));
    case 'table':
      return writeTable(block, links);
    default:
      return inner();
  }
}

/** No form control, only its look. */
const BOX = /^\[([ xX])\][ \t]+(?=\S)/;

function writeList(list: Block, links: Links, loose: boolean): string {
  const tag = list.info === '' ? 'ul' : 'ol';
  const start = list.info === '' || Number(list.info) === 1 ? '' : ` start="${Number(list.info)}"`;
  const items = list.children.map((item) => {
    const [first] = item.children;
    const box = first?.kind === 'paragraph' ? BOX.exec(first.text) : null;
    if (box) first!.text = `${box[1] === ' ' ? '☐' : '☑'} ${first!.text.slice(box[0].length)}`;
    return `<li>${item.children.map((child) => write(child, links, !loose)).join('\n')}</li>`;
  });
  return `<${tag}${start}>\n${items.join('\n')}\n</${tag}>`;
}

function writeTable({ text, align }: Block, links: Links): string {
  const row = (line: string, tag: string) => {
    const given = cells(line);
    const written = align.map(
      (side, index) => `<${tag}${side && ` align="${side}"`}>${inline(given[index] ?? '', links)}</${tag}>`,
    );
    return `<tr>\n${written.join('\n')}\n</tr>`;
  };
  const [header, ...rows] = text.split('\n');
  const body = rows.length > 0 ? `<tbody>${rows.map((line) => row(line, 'td')).join('\n')}</tbody>` : '';
  return `<table>\n<thead>\n${row(header!, 'th')}\n</thead>\n${body}</table>`;
}

/**
 * @param links definitions so far; those of this text are added
 * @param loose lists of the outermost level are loose, whatever they are alone
 */
export function blocks(markdown: string, links: Links, loose = false): string {
  const { children } = read(markdown, links);
  const written = children.map((child) =>
    loose && child.kind === 'list' ? writeList(child, links, true) : write(child, links, false),
  );
  return `${written.join('\n')}\n`;
}
