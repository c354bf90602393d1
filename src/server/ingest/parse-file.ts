import { type Chunk, chunkDocument } from './chunk.ts';
import { detectFormat, type FileHints, MEDIA_TYPES } from './detect.ts';
import { type ParsedDocument, ParseError } from './document.ts';
import { parseHtml } from './parse-html.ts';
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
  const document = await (() => {
    switch (format) {
      case 'html':
        return parseHtml(text, file.url);
      case 'markdown':
        return parseMarkdown(text);
      case 'text':
        return parseText(text);
      default:
        throw new ParseError('unsupported_file', `Files of type ${MEDIA_TYPES[format]} cannot be read yet.`);
    }
  })();
  return { ...document, mediaType: MEDIA_TYPES[format] };
}

/** A citation into a page without anchors opens at the chunk's first words (scroll-to-text fragment). */
function withTextFragment(chunk: Chunk): Chunk {
  if (chunk.fragment !== '') return chunk;
  const words = chunk.text.replace(/^- /, '').split('\n')[0]!.split(/\s+/).slice(0, 8).join(' ');
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
    title: document.title,
    mediaType: document.mediaType,
    canonicalUrl: document.canonicalUrl ?? null,
    chunks: document.mediaType === MEDIA_TYPES.html ? chunks.map(withTextFragment) : chunks,
    truncated,
  };
};
