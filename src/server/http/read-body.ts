import { ApiError } from './api-error.ts';

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
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('invalid_request', 'The body is not valid JSON.');
  }
}
