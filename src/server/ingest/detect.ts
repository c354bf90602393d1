import { decodeText } from './decode-text.ts';
import { ParseError, SUPPORTED } from './document.ts';
import { refusedFormat } from './refused-formats.ts';

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

/** What is known about a file besides its bytes. Neither is trusted: they only choose between formats of text. */
export interface FileHints {
  readonly filename: string | null;
  /** The declared content type, or empty. */
  readonly declaredType: string;
}

/** As much of a file as `refuseAtOnce` looks at. */
export const HEAD_BYTES = 64 * 1024;
const startsWith = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte);
const latin1 = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(to, bytes.length) - from)).toString('latin1');

const refuse = (message: string) => new ParseError('unsupported_file', message);

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

const isPdf = (head: string) => head.replace(/^(?:\u00ef\u00bb\u00bf)?\s*/, '').startsWith('%PDF-');
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/**
 * Refuses what the first `HEAD_BYTES` show to be of no format that is read, so that an upload fails at once and not in
 * the background.
 *
 * @throws ParseError `unsupported_file`, `empty_file`
 */
export function refuseAtOnce(head: Uint8Array, hints: FileHints): void {
  if (head.length === 0) throw new ParseError('empty_file', 'The file is empty.');
  const start = latin1(head, 0, HEAD_BYTES);
  if (isPdf(start)) return;
  const refused = refusedFormat(start);
  if (refused) {
    const { what, instead } = refused;
    throw refuse(`The file is ${what}. ${instead === undefined ? '' : `${instead}. `}Formats: ${SUPPORTED}.`);
  }
  if (startsWith(head, ZIP)) return;
  // Cut anywhere, it may end within a character.
  const text = decodeText(head.length < HEAD_BYTES ? head : wholeCharacters(head), hints.declaredType);
  textFormat(text, hints);
}

/** Without the bytes of a UTF-8 character that a cut went through. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) end = bytes.length - back;
    if (byte < 0x80 || byte >= 0xc0) break;
  }
  return bytes.subarray(0, end);
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
  refuseAtOnce(bytes.subarray(0, HEAD_BYTES), hints);
  if (isPdf(latin1(bytes, 0, 64))) return { format: 'pdf', text: '' };
  if (startsWith(bytes, ZIP)) {
    // The central directory, at the end, names every entry; its bounds are checked by the DOCX reader.
    const names = latin1(bytes, Math.max(0, bytes.length - 256 * 1024), bytes.length);
    if (names.includes('word/document.xml')) return { format: 'docx', text: '' };
    throw refuse(`The file is an archive or an Office format that is not read. Formats: ${SUPPORTED}.`);
  }
  const text = decodeText(bytes, hints.declaredType);
  const format = textFormat(text, hints);
  if (text.trim() === '') throw new ParseError('empty_file', 'The file holds no text.');
  if (!/[\p{L}\p{N}]/u.test(text)) throw refuse(`The file holds no words. Formats: ${SUPPORTED}.`);
  return { format, text };
}
