import { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { ApiError, badField } from './api-error.ts';

/** A file that was uploaded, and the other fields of its form. */
export interface Upload {
  readonly bytes: Buffer;
  /** The name alone, without folders, control characters or leading dots, at most 200 characters; `null` if there is none. */
  readonly filename: string | null;
  /** As declared; not to be trusted. */
  readonly declaredType: string;
  readonly fields: ReadonlyMap<string, string>;
}

const MAX_FIELDS = 10;
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_NAME_CHARS = 200;
/** An upload that is not whole by then is dropped: a slow line is not a way to hold memory. */
const DEADLINE_MS = 120_000;
/** What the form's own lines may add to the file. */
const FORM_OVERHEAD_BYTES = 256 * 1024;

/** The name to show and to tell uploads apart by. It never becomes a path. */
export function safeFilename(name: string | undefined): string | null {
  const base = (name ?? '').normalize('NFC').split(/[\\/]/).at(-1)!;
  const clean = base
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/^\.+/, '')
    .trim();
  if (clean === '') return null;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(clean)?.[0] ?? '';
  return clean.length <= MAX_NAME_CHARS ? clean : clean.slice(0, MAX_NAME_CHARS - extension.length) + extension;
}

/**
 * Reads a `multipart/form-data` body with one file in the field `file`. Held in memory, at most `maxBytes`: the limit is
 * kept while reading, whatever `Content-Length` says. Exactly one file; a second one is refused. A file that `check`
 * refuses is not read to its end.
 *
 * @throws ApiError unsupported_media_type; payload_too_large; invalid_request (`details.field`)
 */
export async function readUpload(
  request: Request,
  options: {
    readonly maxBytes: number;
    /** Looks at the first `headBytes` of the file, or all of a smaller one; what it throws ends the upload there. */
    readonly check?: (head: Buffer, file: Pick<Upload, 'filename' | 'declaredType'>) => void;
    readonly headBytes?: number;
    /** Default 120 s. */
    readonly deadlineMs?: number;
  },
): Promise<Upload> {
  const { maxBytes, check, headBytes = 0, deadlineMs = DEADLINE_MS } = options;
  const contentType = request.headers.get('Content-Type') ?? '';
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new ApiError('unsupported_media_type', 'Send the file as multipart/form-data, in the field "file".');
  }
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundaryText = boundary?.[1] ?? boundary?.[2] ?? '';
  if (boundaryText === '' || boundaryText.length > 70)
    throw badField('Content-Type', 'The boundary of the form is missing or longer than 70 characters.');
  const tooLarge = () =>
    new ApiError('payload_too_large', `The file is larger than ${maxBytes} bytes.`, { limit: maxBytes });
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes + FORM_OVERHEAD_BYTES) throw tooLarge();
  if (!request.body) throw badField('file', 'Missing.');

  const headers: BusboyHeaders = { 'content-type': contentType };
  const busboy = new Busboy({
    headers,
    limits: {
      fileSize: maxBytes,
      files: 1,
      fields: MAX_FIELDS,
      parts: MAX_FIELDS + 2,
      fieldSize: MAX_FIELD_BYTES,
      headerPairs: 50,
    },
  });
  const fields = new Map<string, string>();
  const pieces: Buffer[] = [];
  let file: { readonly filename: string | null; readonly declaredType: string } | null = null;

  await new Promise<void>((resolve, reject) => {
    const source = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
    const deadline = setTimeout(
      () => fail(new ApiError('invalid_request', `The upload was not whole after ${deadlineMs / 1000} s.`)),
      deadlineMs,
    );
    let refusal: unknown = null;
    const fail = (error: unknown) => {
      clearTimeout(deadline);
      source.unpipe(busboy);
      source.destroy();
      busboy.destroy();
      reject(
        error instanceof ApiError
          ? error
          : new ApiError('invalid_request', 'The form could not be read: it is malformed or was cut off.'),
      );
    };
    busboy.on('file', (name, stream, filename, _encoding, declaredType) => {
      stream.on('error', fail);
      if (name !== 'file') {
        fail(badField(name.slice(0, 100), 'Files are taken in the field "file" only.'));
        return;
      }
      const named = { filename: safeFilename(filename), declaredType };
      file = named;
      let size = 0;
      let checked = check === undefined;
      const look = (refuse: (error: unknown) => void) => {
        checked = true;
        try {
          check?.(Buffer.concat(pieces).subarray(0, headBytes), named);
        } catch (error) {
          refuse(error);
        }
      };
      stream.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (!checked && size >= headBytes) look(fail);
      });
      stream.on('limit', () => fail(tooLarge()));
      stream.on('end', () => {
        if (stream.truncated) fail(tooLarge());
        // It is all here: the form may as well be read to its end.
        else if (!checked)
          look((error) => {
            refusal = error;
          });
      });
    });
    busboy.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (valueTruncated) fail(badField(name.slice(0, 100), `Longer than ${MAX_FIELD_BYTES} bytes.`));
      else fields.set(name, value);
    });
    busboy.on('filesLimit', () => fail(badField('file', 'One file per request.')));
    busboy.on('fieldsLimit', () =>
      fail(new ApiError('invalid_request', `The form has more than ${MAX_FIELDS} fields.`)),
    );
    busboy.on('partsLimit', () => fail(new ApiError('invalid_request', 'The form has too many parts.')));
    busboy.on('error', fail);
    busboy.on('finish', () => {
      clearTimeout(deadline);
      if (refusal === null) resolve();
      else reject(refusal as Error);
    });
    source.on('error', fail);
    source.pipe(busboy);
  });
  const found = file as { filename: string | null; declaredType: string } | null;
  if (!found) throw badField('file', 'Missing.');
  return { bytes: Buffer.concat(pieces), ...found, fields };
}
