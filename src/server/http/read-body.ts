import { ApiError, badField } from './api-error.ts';

/**
 * Reads a request body as text, at most `maxBytes` of it: the limit holds while reading, whatever `Content-Length` says.
 *
 * @throws ApiError payload_too_large; invalid_request when it is not UTF-8 or the line broke
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const tooLarge = () =>
    new ApiError('payload_too_large', `The body is larger than ${maxBytes} bytes.`, { limit: maxBytes });
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) throw tooLarge();
  if (!request.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let text = '';
  try {
    for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError('invalid_request', 'The body could not be read as UTF-8 text.');
  }
}

/** Deeper than any object of the API; checking and writing out what is nested without end would run out of stack. */
const MOST_NESTED = 100;

/**
 * Reads a JSON body; an empty one gives `undefined`.
 *
 * @throws ApiError unsupported_media_type, invalid_request
 */
export function parseJson(text: string, contentType: string | null): unknown {
  if (text === '') return undefined;
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '')) {
    throw new ApiError('unsupported_media_type', 'Send the body as JSON, with "Content-Type: application/json".');
  }
  return readJson(text, 'body');
}

/**
 * Reads JSON from outside.
 *
 * @param field what holds it
 * @throws ApiError invalid_request when it is none, or nested too deeply
 */
export function readJson(text: string, field: string): unknown {
  if (nestedBeyond(text, MOST_NESTED)) {
    throw badField(field, `Expected at most ${MOST_NESTED} objects and lists within each other.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words repeat what was sent.
    throw badField(
      field,
      'Not valid JSON. Expected names and text in double quotes, and no comma after the last entry.',
    );
  }
}

/** Whether more brackets are open at some place than that. Those within text do not count. */
function nestedBeyond(text: string, most: number): boolean {
  let open = 0;
  let within = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (within) {
      if (char === '\\') at += 1;
      else if (char === '"') within = false;
    } else if (char === '"') within = true;
    else if (char === '{' || char === '[') {
      open += 1;
      if (open > most) return true;
    } else if (char === '}' || char === ']') open -= 1;
  }
  return false;
}
