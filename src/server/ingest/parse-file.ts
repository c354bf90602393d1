import { type Chunk, chunkDocument } from './chunk.ts';
import { detectFormat, type FileHints, MEDIA_TYPES } from './detect.ts';
import { type ParsedDocument, ParseError } from './document.ts';
import { parseCsv } from './parse-csv.ts';
import { parseJson } from './parse-json.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { parseText } from './parse-text.ts';

/** A file to read, with what is known about it. */
export interface FileToParse extends FileHints {
  readonly bytes: Uint8Array;
  /** The page's address, or empty. */
  readonly url: string;
}

/** A file read and cut. */
export interface ParsedFile {
  readonly title: string;
  readonly mediaType: string;
  readonly canonicalUrl: string | null;
  readonly chunks: readonly Chunk[];
  /** The document had more chunks than are kept. */
  readonly truncated: boolean;
}

/** Reads a file into chunks. Implementations: `parseFile` (here, in this process) and `parseInChild`. */
export type ParseFile = (file: FileToParse, signal: AbortSignal) => Promise<ParsedFile>;

async function read(file: FileToParse): Promise<ParsedDocument> {
  const { format, text } = detectFormat(file.bytes, file);
  // These readers are large, 20 MB of memory for HTML's alone; they are loaded by the first such file.
  const document = await (async () => {
    switch (format) {
      case 'html':
        return (await import('./parse-html.ts')).parseHtml(text, file.url);
      case 'markdown':
        return parseMarkdown(text);
      case 'text':
        return parseText(text);
      case 'pdf':
        return (await import('./parse-pdf.ts')).parsePdf(file.bytes);
      case 'docx':
        return (await import('./parse-docx.ts')).parseDocx(file.bytes);
      case 'csv':
        return parseCsv(text);
      case 'json':
        return parseJson(text);
    }
  })();
  return { ...document, mediaType: MEDIA_TYPES[format] };
}

/** Half characters, from a broken file or a cut through the middle, would not survive being stored. */
const whole = (chunk: Chunk): Chunk => ({
  ...chunk,
  headings: chunk.headings.map(wellFormed),
  text: wellFormed(chunk.text),
});
const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** A citation into a page without anchors opens at the chunk's first words (scroll-to-text fragment). */
function withTextFragment(chunk: Chunk): Chunk {
  if (chunk.fragment !== '') return chunk;
  const words = chunk.text.replace(/^- /, '').split('\n')[0]!.split(/\s+/).slice(0, 8).join(' ').slice(0, 200);
  if (words.length < 12 || words.startsWith('```')) return chunk;
  return { ...chunk, fragment: `:~:text=${encodeURIComponent(words).replaceAll('-', '%2D')}` };
}

/**
 * Reads a file of any supported format in this process, without bounds on memory or time: for trusted files and for the
 * child process that has them.
 *
 * @throws ParseError
 */
export const parseFile: ParseFile = async (file) => {
  const document = await read(file);
  const { chunks, truncated } = chunkDocument(document);
  if (chunks.length === 0) throw new ParseError('empty_file', 'The file holds no text.');
  return {
    title: wellFormed(document.title),
    mediaType: document.mediaType,
    canonicalUrl: document.canonicalUrl ?? null,
    chunks: chunks
      .map(whole)
      .map((chunk) => (document.mediaType === MEDIA_TYPES.html ? withTextFragment(chunk) : chunk)),
    truncated,
  };
};
