import { HEADER } from '../../protocol/headers.ts';
import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  APIUserAbortError,
  AssistersError,
  responseError,
} from './errors.ts';
import { stringify } from './json.ts';
import type { Sleep } from './retry.ts';
import { RETRY, retryDelayMs, sleep } from './retry.ts';

/** What every method takes as its last argument. */
export interface RequestOptions {
  /** Ends the request, its retries and its stream. */
  readonly signal?: AbortSignal | undefined;
  /** For one try, until the answer is complete (a stream: until it begins). Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Default: the client's. */
  readonly maxRetries?: number | undefined;
  /** Sent with this call, beside the client's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** POST only. Default: a random key, the same for every try of this call. */
  readonly idempotencyKey?: string | undefined;
}

/** One call of the API. */
export interface Call extends RequestOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base URL, with a leading slash; ids are encoded (see `path`). */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  /** Plain data is sent as JSON, `FormData` as multipart. */
  readonly body?: unknown;
  /** In place of the client's. */
  readonly fetch?: Fetch | undefined;
  /** Asks for an event stream; JSON is accepted too. */
  readonly stream?: boolean;
}

/** A successful answer. Exactly one of `data` (JSON, or `undefined` for 204) and `body` (an event stream) is meant. */
export interface Reply {
  readonly data: unknown;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly headers: Headers;
}

/** The narrow seam that resource functions are written against. */
export type Request = (call: Call) => Promise<Reply>;

/** From a Request to a Response: `globalThis.fetch`, a Hono app's `fetch`, … */
export type Fetch = (request: globalThis.Request) => Response | Promise<Response>;

/** Where the SDK writes what it does. No bodies, no credentials. `console` fits. */
export interface Logger {
  debug(message: string): void;
}

export interface RequestConfig {
  /** E.g. `https://chat.example.com/v1`. */
  readonly baseURL: string;
  /**
   * The bearer credential. Called without an argument before each try; called with the refused credential, at most once
   * in a call, after 401 `token_expired` or `invalid_token`: gives a new one, or the same or `null` to let the error
   * through. Calls that are refused together share one refresh.
   */
  readonly credential: (refused?: string) => string | null | Promise<string | null>;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly fetch?: Fetch | undefined;
  /** Default 60 000. */
  readonly timeoutMs?: number | undefined;
  /** Default 3: four tries in total. */
  readonly maxRetries?: number | undefined;
  readonly logger?: Logger | undefined;
  /** Test seams. */
  readonly random?: () => number;
  readonly sleep?: Sleep;
  readonly now?: () => number;
}

/** 128 random bits, hex. `crypto.randomUUID` is missing on pages served over plain http. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Settles as `work` does, or rejects with {@link APITimeoutError} after `ms`, or with {@link APIUserAbortError} when
 * `signal` aborts. In the last two cases `abandon` runs first. No listener and no timer stays behind.
 */
export function within<Value>(
  work: Promise<Value>,
  ms: number,
  wait: Sleep,
  signal: AbortSignal | undefined,
  abandon: () => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = new AbortController();
    let open = true;
    const settle = (act: () => void) => {
      if (!open) return;
      open = false;
      timer.abort();
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const giveUp = (error: AssistersError) =>
      settle(() => {
        abandon();
        reject(error);
      });
    const onAbort = () => giveUp(new APIUserAbortError());
    work.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    wait(ms, timer.signal).then(() => giveUp(new APITimeoutError(`The server was silent for ${ms} ms.`)));
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
  });
}

/**
 * The request function of one client: base URL, bearer, JSON, timeouts, retries (see `RETRY`), one token refresh,
 * redirects refused.
 *
 * @returns a function that rejects with {@link APIError} (refused, or not this API's form), {@link APIConnectionError},
 *   {@link APITimeoutError} or {@link APIUserAbortError}
 */
export function createRequest(config: RequestConfig): Request {
  const { random = Math.random, sleep: wait = sleep, now = Date.now, logger } = config;
  // Read late and called bare: a page may replace its fetch, and the browser's refuses another `this`.
  const fetch: Fetch = config.fetch ?? ((request) => globalThis.fetch(request));
  const baseURL = config.baseURL.replace(/\/+$/, '');
  /** The refresh under way, so that calls refused together share it. */
  let refreshing: Promise<string | null> | null = null;

  const renew = async (refused: string): Promise<string | null> => {
    const current = await config.credential();
    if (current !== refused) return current;
    refreshing ??= Promise.resolve(config.credential(refused)).finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  const exchange = async (call: Call, request: globalThis.Request): Promise<Reply> => {
    try {
      const response = await (call.fetch ?? fetch)(request);
      const { headers, status, body } = response;
      // Followed, a redirect could carry the question and the answer's trust elsewhere (a login page, another host).
      // Not `redirect: 'error'`: that is indistinguishable from a broken line, and some workers do not know it.
      if (response.type === 'opaqueredirect' || (status > 299 && status < 400)) {
        body?.cancel().catch(() => {});
        throw responseError(response, null);
      }
      const type = (headers.get('content-type') ?? '').toLowerCase();
      if (response.ok && call.stream && body && type.startsWith('text/event-stream')) {
        return { data: undefined, body, headers };
      }
      const text = await response.text();
      // A page that hides `body` gets the answer whole instead of piece by piece.
      if (response.ok && call.stream && type.startsWith('text/event-stream'))
        return { data: undefined, body: streamOf(text), headers };
      if (status === 204) return { data: undefined, body: null, headers };
      let data: unknown;
      try {
        if (/^application\/([\w.-]+\+)?json/.test(type)) data = JSON.parse(text);
      } catch {}
      if (!response.ok || data === undefined) throw responseError(response, data);
      return { data, body: null, headers };
    } catch (cause) {
      if (cause instanceof AssistersError) throw cause;
      throw new APIConnectionError(
        `No answer from ${baseURL}: offline, a broken line, or the server refuses this page's origin.`,
        { cause },
      );
    }
  };

  const once = (call: Call, url: string, headers: Headers, credential: string | null): Promise<Reply> => {
    if (credential !== null) {
      // The platform's own error would quote the credential.
      if (!/^[!-~]+$/.test(credential)) throw new AssistersError('The API key holds characters that no key has.');
      headers.set('Authorization', `Bearer ${credential}`);
    }
    const controller = new AbortController();
    const { body } = call;
    const isJSON = body !== undefined && !(body instanceof FormData);
    if (isJSON) headers.set('Content-Type', 'application/json');
    const request = new Request(url, {
      method: call.method,
      headers,
      redirect: 'manual',
      signal: controller.signal,
      ...(body !== undefined && { body: isJSON ? stringify(body)! : (body as FormData) }),
    });
    return within(exchange(call, request), call.timeoutMs ?? config.timeoutMs ?? 60_000, wait, call.signal, () =>
      controller.abort(),
    );
  };

  return async (call) => {
    const { method, signal, maxRetries = config.maxRetries ?? RETRY.maxRetries } = call;
    const query = Object.entries(call.query ?? {}).filter(([, value]) => value !== undefined);
    const search = query.length > 0 ? `?${new URLSearchParams(query as [string, string][])}` : '';
    const key = method === 'POST' ? (call.idempotencyKey ?? randomKey()) : null;
    let renewed: string | null = null;
    let proof: string | null = null;
    for (let retry = 0; ; ) {
      if (signal?.aborted) throw new APIUserAbortError();
      const credential: string | null = renewed ?? (await config.credential());
      try {
        // Own ones only: a page's `Object.prototype.headers` must not become part of the call.
        const headers = new Headers({ ...own(config), ...own(call) });
        headers.set('Accept', call.stream ? 'text/event-stream, application/json' : 'application/json');
        if (key !== null) headers.set(HEADER.idempotencyKey, key);
        if (proof !== null) headers.set(HEADER.proof, proof);
        return await once(call, baseURL + call.path + search, headers, credential);
      } catch (error) {
        if (
          renewed === null &&
          credential !== null &&
          error instanceof APIError &&
          /^(token_expired|invalid_token)$/.test(error.code)
        ) {
          renewed = await renew(credential);
          if (renewed === null || renewed === credential) throw error;
          continue;
        }
        const challenge = error instanceof APIError ? error.details.challenge : null;
        if (typeof challenge === 'string' && proof === null) {
          // Rarely needed, so it is loaded when it is.
          proof = await (await import('./proof.ts')).solve(challenge, signal);
          if (proof !== null) continue;
        }
        const delay = retry < maxRetries ? retryDelayMs(error, retry, random, now()) : null;
        if (delay === null || signal?.aborted) throw error;
        retry += 1;
        logger?.debug(
          `assisters: ${method} ${call.path} failed (${(error as Error).name}), retry ${retry} in ${delay} ms`,
        );
        await wait(delay, signal ?? new AbortController().signal);
      }
    }
  };
}

const own = (holder: { readonly headers?: Readonly<Record<string, string>> | undefined }) =>
  Object.hasOwn(holder, 'headers') ? holder.headers : undefined;

/** The text as a stream of one piece. */
function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}
