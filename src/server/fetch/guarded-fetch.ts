import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { buildConnector } from 'undici';
import { FetchError } from './fetch-error.ts';
import type { Resolve } from './guarded-connect.ts';
import { type AllowedHosts, readTarget } from './target.ts';

/** Bounds of one fetch. */
export const FETCH_LIMITS = {
  redirects: 5,
  /** Body after decompression. */
  bytes: 10 * 1024 * 1024,
  headersMs: 10_000,
  /** From the first byte sent to the last received, redirects included. */
  totalMs: 30_000,
  headerBytes: 32 * 1024,
} as const;

export interface FetchRequest {
  readonly url: string;
  /** Default GET. With a body, set `maxRedirects` 0: a redirect would be asked with the same method and body. */
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default `FETCH_LIMITS.bytes`. */
  readonly maxBytes?: number;
  /** At `maxBytes`: `refuse` (default) throws `too_large`, `cut` gives what was read. */
  readonly atLimit?: 'refuse' | 'cut';
  /** A body that breaks off, comes too slowly or cannot be decoded: `refuse` (default) throws, `cut` gives what came. */
  readonly broken?: 'refuse' | 'cut';
  /** Default `FETCH_LIMITS.redirects`. 0: a redirect is the answer. */
  readonly maxRedirects?: number;
  /** Asked before each redirect is followed; false makes the redirect the answer. */
  readonly follow?: (to: URL) => boolean;
  readonly signal?: AbortSignal;
}
export interface FetchResponse {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  /** Lower-case names; the first value where there are several. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

/** Fetches public pages only; see {@link createGuardedFetch}. */
export interface GuardedFetch {
  (request: FetchRequest): Promise<FetchResponse>;
  /** Closes kept connections. */
  close(): Promise<void>;
}

/**
 * A request that reaches the public internet and nothing else, whatever the URL, the name's answers or the redirects say:
 * SECURITY's recipe over `net.BlockList`. No proxy from the environment, no cookies, no credentials.
 *
 * @param options.allowedHosts private hosts the server's owner allows
 * @param options.resolve, options.open for tests: the resolver and what opens sockets
 * @throws FetchError from the function it gives
 */
export function createGuardedFetch(options: {
  readonly allowedHosts: AllowedHosts;
  readonly userAgent: string;
  readonly resolve?: Resolve;
  readonly open?: buildConnector.connector;
  readonly totalMs?: number;
  readonly headersMs?: number;
  /** Connections to one origin at the same time. */
  readonly connections?: number;
}): GuardedFetch {
  const { allowedHosts, userAgent, totalMs = FETCH_LIMITS.totalMs, connections = 4 } = options;
  // undici is loaded by the first fetch: a megabyte of source that a server at rest need not hold.
  const load = async () => {
    const [{ Agent, request }, { guardedConnector }] = await Promise.all([
      import('undici'),
      import('./guarded-connect.ts'),
    ]);
    const agent = new Agent({
      connect: guardedConnector({ allowed: allowedHosts, ...options }),
      maxHeaderSize: FETCH_LIMITS.headerBytes,
      headersTimeout: options.headersMs ?? FETCH_LIMITS.headersMs,
      bodyTimeout: totalMs,
      keepAliveTimeout: 2_000,
      connections,
    });
    return { agent, request };
  };
  let loaded: ReturnType<typeof load> | null = null;

  const once = async (url: URL, { method = 'GET', body = null, headers }: Sent, signal: AbortSignal) => {
    loaded ??= load();
    const { agent, request } = await loaded;
    return request(url, {
      method,
      body,
      dispatcher: agent,
      signal,
      headers: { 'user-agent': userAgent, accept: 'text/html,*/*;q=0.5', 'accept-encoding': 'gzip, br', ...headers },
    });
  };

  const guarded = async (wanted: FetchRequest): Promise<FetchResponse> => {
    const deadline = AbortSignal.timeout(totalMs);
    const signal = wanted.signal ? AbortSignal.any([deadline, wanted.signal]) : deadline;
    const maxRedirects = wanted.maxRedirects ?? FETCH_LIMITS.redirects;
    let url = readTarget(wanted.url, allowedHosts);
    try {
      for (let redirects = 0; ; redirects += 1) {
        const response = await once(url, wanted, signal);
        const headers = firstValues(response.headers);
        const location = headers.get('location');
        if (location !== undefined && [301, 302, 303, 307, 308].includes(response.statusCode) && maxRedirects > 0) {
          const next = readTarget(resolveLocation(location, url), allowedHosts);
          if (wanted.follow?.(next) ?? true) {
            // The connection is given up rather than drained: a redirect's body has no bound worth reading.
            response.body.on('error', () => {}).destroy();
            if (redirects >= maxRedirects)
              throw new FetchError('too_many_redirects', `The address redirects more than ${maxRedirects} times.`);
            url = next;
            continue;
          }
        }
        const bytes = await readBody(response.body, headers.get('content-encoding') ?? '', wanted, signal);
        return { url: url.href, status: response.statusCode, headers, bytes };
      }
    } catch (error) {
      wanted.signal?.throwIfAborted();
      throw toFetchError(error, deadline, totalMs);
    }
  };
  return Object.assign(guarded, { close: async () => (await loaded)?.agent.destroy() });
}

type Sent = Pick<FetchRequest, 'method' | 'headers'> & { readonly body?: string | null };

function resolveLocation(location: string, base: URL): string {
  try {
    if (location.trim() === '') throw new TypeError('empty');
    return new URL(location, base).href;
  } catch {
    throw new FetchError('invalid_url', 'The address redirects to something that is not a URL.');
  }
}

function firstValues(headers: Record<string, string | string[] | undefined>): Map<string, string> {
  const first = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first.set(name.toLowerCase(), text);
  }
  return first;
}

/** One layer of compression at most: a second one is how small bodies become large ones. */
function decoder(encoding: string): Transform | null {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      throw new FetchError('unsupported_encoding', `The content encoding "${encoding.slice(0, 40)}" is not read.`);
  }
}

async function readBody(
  body: Readable,
  encoding: string,
  { maxBytes = FETCH_LIMITS.bytes, atLimit = 'refuse', broken = 'refuse' }: FetchRequest,
  signal: AbortSignal,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  let source: Readable = body;
  try {
    const decode = decoder(encoding);
    if (decode) {
      body.on('error', (error) => decode.destroy(error));
      source = body.pipe(decode);
    }
    signal.addEventListener('abort', () => source.destroy(signal.reason as Error), { once: true });
    for await (const piece of source as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > maxBytes) {
        if (atLimit === 'refuse') throw new FetchError('too_large', `The page is larger than ${maxBytes} bytes.`);
        pieces.push(piece.subarray(0, piece.length - (size - maxBytes)));
        break;
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    const tooLarge = error instanceof FetchError && error.code === 'too_large';
    if (broken === 'refuse' || tooLarge) throw error;
    return Buffer.concat(pieces);
  } finally {
    body.on('error', () => {}).destroy();
    source.destroy();
  }
}

/** The guard's own error where there is one below undici's; otherwise what kind of failure it was, without its details. */
function toFetchError(error: unknown, deadline: AbortSignal, totalMs: number): FetchError {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause as Error, depth += 1)
    if (cause instanceof FetchError) return cause;
  if (deadline.aborted || /Timeout/.test((error as { code?: string }).code ?? (error as Error).name))
    return new FetchError('timeout', `The page did not arrive within ${totalMs / 1000} s.`);
  return new FetchError('connection_failed', 'The server could not be reached or broke the connection.', {
    cause: error,
  });
}
