import { splitSentences } from '../retrieve/split-sentences.ts';
import type { Block, CodeBlock, ParsedDocument, TextBlock } from './document.ts';

/** Sizes in UTF-16 code units. */
export const CHUNK = {
  /** A chunk is closed once the next block would take it beyond this. */
  targetChars: 900,
  /** A block longer than this is cut at sentence bounds. */
  maxChars: 1_200,
  /** Code is kept whole up to this, then cut between lines. */
  maxCodeChars: 4_000,
  /** Most chunks of one document; what comes after is dropped and reported. */
  maxChunks: 20_000,
} as const;

/** A chunk before it belongs to a stored document. */
export interface Chunk {
  /** Headings above the text, outermost first. */
  readonly headings: readonly string[];
  /** Plain text, blocks separated by blank lines; code stands between fences. */
  readonly text: string;
  /** Fragment that opens this place, without `#`; empty when there is none. */
  readonly fragment: string;
}

/** What a cut may not go through: a line of a list or table, a sentence of prose. */
function* units(text: string): Iterable<{ readonly start: number; readonly end: number }> {
  const sentences = splitSentences(text);
  let index = 0;
  for (const line of text.matchAll(/[^\n]+/g)) {
    const end = line.index + line[0].length;
    if (line[0].length <= CHUNK.targetChars) yield { start: line.index, end };
    for (; index < sentences.length && sentences[index]!.end <= end; index += 1)
      if (line[0].length > CHUNK.targetChars) yield sentences[index]!;
  }
}

function textPieces(block: TextBlock): string[] {
  if (block.text.length <= CHUNK.maxChars) return [block.text];
  const pieces: string[] = [];
  let from = 0;
  let to = 0;
  const close = () => {
    // One endless "sentence" (a minified line, a row without end) is cut hard.
    for (let at = from; at < to; at += CHUNK.maxChars)
      pieces.push(block.text.slice(at, Math.min(to, at + CHUNK.maxChars)));
  };
  for (const { start, end } of units(block.text)) {
    if (to > from && end - from > CHUNK.targetChars) {
      close();
      from = start;
    }
    if (to === 0) from = start;
    to = end;
  }
  close();
  return pieces;
}

function codePieces({ text, language }: CodeBlock): string[] {
  // A fence longer than any run of backticks inside, so that the code cannot close it.
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  const fenced = (body: string) => `${fence}${language}\n${body}\n${fence}`;
  if (text.length <= CHUNK.maxCodeChars) return [fenced(text)];
  const pieces: string[] = [];
  let piece = '';
  for (const line of text.split('\n')) {
    for (let from = 0; from === 0 || from < line.length; from += CHUNK.maxCodeChars) {
      const part = line.slice(from, from + CHUNK.maxCodeChars);
      if (piece !== '' && piece.length + part.length + 1 > CHUNK.maxCodeChars) {
        pieces.push(fenced(piece));
        piece = '';
      }
      piece = piece === '' ? part : `${piece}\n${part}`;
    }
  }
  if (piece !== '') pieces.push(fenced(piece));
  return pieces;
}

/**
 * Cuts a document into the pieces that are searched and cited: by headings first, then by whole blocks up to about
 * `CHUNK.targetChars`, then between sentences. Code stays whole. A chunk never crosses a heading or a page, so its
 * fragment always opens the right place.
 */
export function chunkDocument(document: ParsedDocument): {
  readonly chunks: readonly Chunk[];
  readonly truncated: boolean;
} {
  const chunks: Chunk[] = [];
  const path: { readonly level: number; readonly text: string }[] = [];
  let anchor = '';
  let page: number | undefined;
  let held: string[] = [];
  let heldChars = 0;

  const close = () => {
    const text = held.join('\n\n').trim();
    held = [];
    heldChars = 0;
    if (text === '') return;
    const headings = path.map((heading) => heading.text).filter((text) => text !== '');
    chunks.push({ headings, text, fragment: page === undefined ? anchor : `page=${page}` });
  };
  const add = (piece: string) => {
    if (held.length > 0 && heldChars + piece.length > CHUNK.targetChars) close();
    held.push(piece);
    heldChars += piece.length + 2;
  };

  for (const block of document.blocks as readonly Block[]) {
    if (chunks.length >= CHUNK.maxChunks) return { chunks: chunks.slice(0, CHUNK.maxChunks), truncated: true };
    if (block.kind === 'heading') {
      close();
      while (path.length > 0 && path.at(-1)!.level >= block.level) path.pop();
      path.push({ level: block.level, text: block.text });
      anchor = block.anchor;
    } else if (block.kind === 'code') {
      for (const piece of codePieces(block)) add(piece);
    } else {
      if (block.page !== page) close();
      page = block.page;
      for (const piece of textPieces(block)) add(piece);
    }
  }
  close();
  return { chunks: chunks.slice(0, CHUNK.maxChunks), truncated: chunks.length > CHUNK.maxChunks };
}
