import { inflateRawSync } from 'node:zlib';
import { ParseError } from './document.ts';

/** Bounds of an archive: entries, and bytes after inflation. */
const MAX_ENTRIES = 5_000;
const MAX_INFLATED = 100 * 1024 * 1024;
const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;

const tooComplex = (why: string) => new ParseError('file_too_complex', `The file is refused: ${why}.`);
const damaged = () => new ParseError('invalid_file', 'The archive is damaged.');

/**
 * Checks a ZIP's directory and really inflates every entry, within bounds, before a library that has none sees it: sizes
 * an archive states about itself may lie. ZIP64 is refused; no document needs it.
 *
 * @throws ParseError `invalid_file`, `file_too_complex`
 */
export function checkZip(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const last = Math.max(0, end - 65_535);
  while (end >= last && view.getUint32(end, true) !== END_OF_DIRECTORY) end -= 1;
  if (end < last) throw damaged();
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw tooComplex('it is larger than any document');
  if (count > MAX_ENTRIES) throw tooComplex(`it holds more than ${MAX_ENTRIES} parts`);
  let inflated = 0;
  try {
    for (let index = 0; index < count; index += 1) {
      if (view.getUint32(at, true) !== ENTRY) throw damaged();
      const method = view.getUint16(at + 10, true);
      const packed = view.getUint32(at + 20, true);
      const local = view.getUint32(at + 42, true);
      if (view.getUint32(local, true) !== LOCAL) throw damaged();
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const data = bytes.subarray(start, start + packed);
      if (method === 0) inflated += data.length;
      else if (method === 8) inflated += inflateRawSync(data, { maxOutputLength: MAX_INFLATED - inflated + 1 }).length;
      else throw damaged();
      if (inflated > MAX_INFLATED) throw tooComplex(`it is larger than ${MAX_INFLATED} bytes unpacked`);
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    if (error instanceof ParseError) throw error;
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooComplex(`it is larger than ${MAX_INFLATED} bytes unpacked`);
    throw damaged();
  }
}
