import type { Block } from './document.ts';
import { attribute, cleanText, type DomNode, ELEMENT, selectAll, TEXT } from './dom.ts';
import { isHeadingLike, settleHeadings } from './likely-headings.ts';
import { rowText } from './parse-markdown.ts';

/** Elements nested deeper than this are read as one run of text: no page written for people goes there. */
const MAX_DEPTH = 200;
const SKIPPED = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT EMBED SVG CANVAS AUDIO VIDEO HEAD BUTTON INPUT SELECT TEXTAREA'.split(
    ' ',
  ),
);
const INLINE = new Set(
  `A ABBR B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT
   U VAR WBR IMG PICTURE MATH`.split(/\s+/),
);

const BULLET = /^[·•▪◦‣●○■] ?(?=[\p{L}\p{N}])/u;

/** Heading text → its anchors in order of appearance, taken from the page before its content is extracted. */
export type Anchors = Map<string, string[]>;

/** A heading's own id, that of a link inside or just before it, or of the section it opens. */
function anchorOf(heading: DomNode): string {
  const own = attribute(heading, 'id');
  if (own !== '') return own;
  const inner = heading.querySelector?.('a[id], a[name], span[id]') ?? null;
  const named = attribute(inner, 'id') || attribute(inner, 'name');
  if (named !== '') return named;
  const link = attribute(heading.querySelector?.('a[href^="#"]') ?? null, 'href').slice(1);
  if (link !== '') return decode(link);
  const parent = heading.parentNode;
  return parent && /^(SECTION|ARTICLE|DIV)$/.test(parent.nodeName) ? attribute(parent, 'id') : '';
}
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Text of a heading without the buttons and the permalink sign documentation tools put beside it. */
export function headingText(node: DomNode): string {
  const visible = (at: DomNode): string =>
    at.nodeType === TEXT
      ? (at.textContent ?? '')
      : SKIPPED.has(at.nodeName.toUpperCase())
        ? ''
        : [...at.childNodes].map(visible).join('');
  return cleanText(visible(node)).replace(/^[#¶§🔗\s]+|[#¶§🔗\s]+$/gu, '');
}

/** Collects the anchors of every heading of a page. */
export function collectAnchors(root: DomNode): Anchors {
  const anchors: Anchors = new Map();
  for (const heading of selectAll(root, 'h1, h2, h3, h4, h5, h6')) {
    const text = headingText(heading);
    anchors.set(text, [...(anchors.get(text) ?? []), anchorOf(heading)]);
  }
  return anchors;
}

/** A row that names columns: of header cells, or, above all others, of two or more that are bold throughout. */
function isHeader(cells: readonly DomNode[], rowsAbove: number): boolean {
  if (cells.every((cell) => /^TH$/i.test(cell.nodeName))) return true;
  return rowsAbove <= 1 && cells.length > 1 && cells.every(isBold);
}

/** Whether all text of an element stands in bold ones. */
function isBold(node: DomNode): boolean {
  const own = cleanText(node.textContent ?? '');
  const bold = selectAll(node, 'b, strong').map((one) => cleanText(one.textContent ?? ''));
  return own !== '' && bold.join('').length >= own.replaceAll(' ', '').length;
}

/** Reads a DOM tree into blocks in reading order. */
export function htmlBlocks(root: DomNode, anchors: Anchors): Block[] {
  const blocks: Block[] = [];
  let inline = '';
  let term = '';
  let linked = { count: 0, chars: 0 };
  let inList = false;
  const likely = new Set<Block>();
  const flush = () => {
    // Word and mail programs write items as paragraphs that begin with a dot.
    const whole = cleanText(inline);
    const text = whole.replace(BULLET, '- ');
    inline = '';
    // A row of links leads elsewhere and says nothing; a list of links may be an index, a single one a download.
    const isRow = linked.count > 1 && linked.chars >= whole.replace(/[\s|·•›»/,-]+/g, '').length;
    linked = { count: 0, chars: 0 };
    if (isRow && !inList) return;
    const last = blocks.at(-1);
    if (text !== whole && last?.kind === 'text' && last.text.startsWith('- '))
      blocks[blocks.length - 1] = { kind: 'text', text: `${last.text}\n${text}` };
    else if (text !== '') blocks.push({ kind: 'text', text });
  };
  const visit = (node: DomNode, depth: number) => {
    if (node.nodeType === TEXT) {
      inline += node.textContent ?? '';
      return;
    }
    if (node.nodeType !== ELEMENT) return;
    const name = node.nodeName.toUpperCase();
    if (SKIPPED.has(name)) return;
    if (depth > MAX_DEPTH) {
      inline += ` ${node.textContent ?? ''} `;
    } else if (name === 'BR') {
      inline += ' ';
    } else if (INLINE.has(name)) {
      const chars = name === 'A' ? cleanText(node.textContent ?? '').replace(/[\s|·•›»/,-]+/g, '').length : 0;
      if (chars > 0) linked = { count: linked.count + 1, chars: linked.chars + chars };
      for (const child of node.childNodes) visit(child, depth + 1);
    } else if (/^H[1-6]$/.test(name)) {
      flush();
      const text = headingText(node);
      if (text !== '')
        blocks.push({
          kind: 'heading',
          level: Number(name[1]),
          text,
          anchor: anchors.get(text)?.shift() ?? anchorOf(node),
        });
    } else if (name === 'PRE') {
      flush();
      const code = node.querySelector?.('code') ?? null;
      const language =
        attribute(code, 'data-lang') ||
        (/(?:language|lang|highlight-source)-([\w+#-]+)/.exec(
          `${attribute(code, 'class')} ${attribute(node, 'class')}`,
        )?.[1] ??
          '');
      const text = (node.textContent ?? '').replace(/^\n+|\s+$/g, '');
      if (text !== '') blocks.push({ kind: 'code', text, language });
    } else if (name === 'UL' || name === 'OL') {
      flush();
      list(node, depth);
    } else if (name === 'TABLE') {
      flush();
      table(node);
    } else if (name === 'P' && isHeadingLike(cleanText(node.textContent ?? '')) && isBold(node)) {
      flush();
      const heading: Block = { kind: 'heading', level: 6, text: cleanText(node.textContent ?? ''), anchor: '' };
      likely.add(heading);
      blocks.push(heading);
    } else if (name === 'DT') {
      flush();
      term = cleanText(node.textContent ?? '').replace(/:$/, '');
    } else if (name === 'DD') {
      flush();
      const from = blocks.length;
      for (const child of node.childNodes) visit(child, depth + 1);
      flush();
      // Term and definition make one sentence.
      const first = blocks[from];
      if (term !== '' && first?.kind === 'text') blocks[from] = { kind: 'text', text: `${term}: ${first.text}` };
      term = '';
    } else {
      flush();
      for (const child of node.childNodes) visit(child, depth + 1);
      flush();
    }
  };
  const list = (node: DomNode, depth: number) => {
    const start = blocks.length;
    for (const item of node.childNodes) {
      if (item.nodeType !== ELEMENT) continue;
      const from = blocks.length;
      inList = true;
      for (const child of item.childNodes) visit(child, depth + 2);
      flush();
      inList = false;
      const first = blocks[from];
      if (first?.kind === 'text' && !first.text.startsWith('- '))
        blocks[from] = { kind: 'text', text: `- ${first.text}` };
    }
    // Items that are only text become one block with a line each; an item that holds code or a table breaks the list.
    const made = blocks.splice(start);
    for (const block of made) {
      const last = blocks.length > start ? blocks.at(-1) : undefined;
      if (block.kind === 'text' && block.text.startsWith('- ') && last?.kind === 'text' && last.text.startsWith('- '))
        blocks[blocks.length - 1] = { kind: 'text', text: `${last.text}\n${block.text}` };
      else blocks.push(block);
    }
  };
  const table = (node: DomNode) => {
    let header: string[] = [];
    const rows: string[] = [];
    for (const row of selectAll(node, 'tr')) {
      const cells = [...row.childNodes].filter((cell) => /^T[DH]$/i.test(cell.nodeName));
      const texts = cells.map((cell) => cleanText(cell.textContent ?? ''));
      const isCaption = cells.length === 1 && Number(attribute(cells[0]!, 'colspan')) > 1;
      if (header.length === 0 && !isCaption && cells.length > 0 && isHeader(cells, rows.length)) header = texts;
      else if (texts.some((text) => text !== '')) rows.push(rowText(header, texts));
    }
    const text = rows.length > 0 ? rows.join('\n') : header.join(' · ');
    if (text !== '') blocks.push({ kind: 'text', text });
  };
  visit(root, 0);
  flush();
  return settleHeadings(blocks, likely);
}
