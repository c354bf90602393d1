import { LIMITS } from '../../protocol/limits.ts';
import { AssistersError } from './errors.ts';

/**
 * What can be uploaded: a `File` or `Blob`, bytes (a `Buffer` too), text, or a stream of bytes (web or Node). A file on
 * disk is `fs.createReadStream(path)` or, in Node, `await fs.openAsBlob(path)`.
 */
export type Uploadable =
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | string
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** Blobs made of bytes have no type, and a part without one arrives as octet-stream. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  md: 'text/markdown',
  markdown: 'text/markdown',
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

/**
 * A `File` of what the caller has. Streams are gathered in memory first, so that a retry can send them again.
 *
 * @param filename needed unless `value` is a `File` or a Node file stream; its ending tells the media type
 * @param maxBytes a stream that is longer is given up. Default `LIMITS.uploadBytes`
 * @throws {AssistersError} without a name, or for a stream that is too long
 */
export async function toFile(
  value: Uploadable,
  filename?: string,
  maxBytes: number = LIMITS.uploadBytes,
): Promise<File> {
  const { name: own, path } = value as { readonly name?: string; readonly path?: unknown };
  // A Node file stream knows where it reads.
  const name = filename ?? own ?? (typeof path === 'string' ? path.split(/[\\/]/).pop() : undefined);
  if (!name) throw new AssistersError('An upload needs a filename, e.g. filename: "guide.md".');
  const type = (value as Partial<Blob>).type || MEDIA_TYPES[name.split('.').pop()!.toLowerCase()] || '';
  if (value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value) || typeof value === 'string') {
    return new File([value as BlobPart], name, { type });
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of iterate(value)) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new AssistersError(`The upload ${name} is larger than ${maxBytes} bytes.`);
    parts.push(part as Uint8Array<ArrayBuffer>);
  }
  return new File(parts, name, { type });
}

/** Safari's streams cannot be iterated. */
async function* iterate(stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!('getReader' in stream)) return yield* stream;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
