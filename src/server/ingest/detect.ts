import { ParseError } from './document.ts';

/** Formats that are read. */
export type FileFormat = 'pdf' | 'docx' | 'html' | 'markdown' | 'text' | 'csv' | 'json';

/** Media type recorded for each format. */
export const MEDIA_TYPES: Record<FileFormat, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
  csv: 'text/csv',
  json: 'application/json',
};

export const SUPPORTED = 'PDF, DOCX, HTML, Markdown, text, CSV and JSON';

/** What is known about a file besides its bytes. Neither is trusted: they only choose between formats of text. */
export interface FileHints {
  readonly filename: string | null;
  /** The declared content type, or empty. */
  readonly declaredType: string;
}

/** Starts of files that are certainly not text and not read. */
const BINARY_MAGIC: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x1f, 0x8b],
  [0x7f, 0x45, 0x4c, 0x46],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x52, 0x61, 0x72, 0x21],
  [0x37, 0x7a, 0xbc, 0xaf],
];
const startsWith = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte);
const latin1 = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(to, bytes.length) - from)).toString('latin1');

const refuse = (message: string) => new ParseError('unsupported_file', message);

/** Windows-1252, bytes 0x80–0x9f; the five it leaves undefined stay control characters and count as odd. */
const CP1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** UTF-8 (strict), UTF-16 by its mark, else Windows-1252 when the bytes read as text in it. */
function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 64 * 1024).includes(0))
    throw refuse(`The file is binary and of no format that is read (${SUPPORTED}).`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Node decodes this label as Latin-1, which leaves control characters where the quotes and dashes are.
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (char) => CP1252[char.charCodeAt(0) - 0x80]!);
    const sample = text.slice(0, 64 * 1024);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
    const odd = sample.match(/[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/g)?.length ?? 0;
    const letters = sample.match(/[\p{L}\p{N}\s.,;:'"()-]/gu)?.length ?? 0;
    if (odd > 0 || letters < sample.length * 0.8)
      throw refuse('The text is neither UTF-8 nor Windows-1252. Save it as UTF-8 and upload it again.');
    return text;
  }
}

function textFormat(text: string, { filename, declaredType }: FileHints): FileFormat {
  const start = text.slice(0, 4096).replace(/^\s*(?:<!--[\s\S]{0,2000}?-->\s*)*/, '');
  if (/^<\?xml|^<svg|^<!doctype svg/i.test(start) && !/<html[\s>]/i.test(start))
    throw refuse(`XML and SVG are not read. Formats: ${SUPPORTED}.`);
  const extension = /\.([a-z0-9]{1,10})$/i.exec(filename ?? '')?.[1]?.toLowerCase() ?? '';
  const binary = { pdf: 'PDF', docx: 'DOCX' }[extension];
  if (binary) throw refuse(`The file is named .${extension} but its content is not ${binary}.`);
  if (/^<(?:!doctype html|html|head|body)[\s>]/i.test(start)) return 'html';
  if (/^(?:html?|xhtml)$/.test(extension)) return 'html';
  if (/^(?:md|markdown|mdx|mkd)$/.test(extension)) return 'markdown';
  if (/^(?:csv|tsv)$/.test(extension)) return 'csv';
  if (/^(?:json|jsonl|ndjson)$/.test(extension)) return 'json';
  const type = declaredType.split(';')[0]!.trim().toLowerCase();
  if (type === 'text/markdown') return 'markdown';
  if (type === 'text/csv' || type === 'text/tab-separated-values') return 'csv';
  if (type === 'application/json') return 'json';
  if (type === 'text/html' && /<[a-z][^<>]*>/i.test(start)) return 'html';
  return extension === '' && /^(?:#{1,6} \S|```)/m.test(text.slice(0, 16_384)) ? 'markdown' : 'text';
}

/**
 * Decides what a file is from its bytes; name and declared type only choose between formats of text (a CSV and a text
 * file look alike). Text formats come back decoded, so nothing decodes twice.
 *
 * @throws ParseError `unsupported_file`, `empty_file`
 */
export function detectFormat(
  bytes: Uint8Array,
  hints: FileHints,
): { readonly format: FileFormat; readonly text: string } {
  if (bytes.length === 0) throw new ParseError('empty_file', 'The file is empty.');
  if (
    latin1(bytes, 0, 16)
      .replace(/^(?:\u00ef\u00bb\u00bf)?\s*/, '')
      .startsWith('%PDF-')
  )
    return { format: 'pdf', text: '' };
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    // The central directory, at the end, names every entry; its bounds are checked by the DOCX reader.
    const names = latin1(bytes, Math.max(0, bytes.length - 256 * 1024), bytes.length);
    if (names.includes('word/document.xml')) return { format: 'docx', text: '' };
    throw refuse(`The file is an archive or an Office format that is not read. Formats: ${SUPPORTED}.`);
  }
  if (BINARY_MAGIC.some((magic) => startsWith(bytes, magic)) || latin1(bytes, 0, 2) === 'MZ')
    throw refuse(`The file is of no format that is read. Formats: ${SUPPORTED}.`);
  const text = decodeText(bytes);
  const format = textFormat(text, hints);
  if (text.trim() === '') throw new ParseError('empty_file', 'The file holds no text.');
  if (!/[\p{L}\p{N}]/u.test(text)) throw refuse(`The file holds no words. Formats: ${SUPPORTED}.`);
  return { format, text };
}
