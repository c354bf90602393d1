import { describe, expect, test } from 'vitest';
import { failure, json, scripted, scriptedRequest } from '../testing/scripted-server.ts';
import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  APIUserAbortError,
  AssistersError,
  AuthenticationError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from './errors.ts';
import type { Call } from './request.ts';

const GET: Call = { method: 'GET', path: '/assistants' };
const POST: Call = { method: 'POST', path: '/conversations', body: { assistant_id: 'ast_1', user_id: undefined } };

describe('one try', () => {
  test('sends bearer, JSON, query; leaves undefined out; gives the data', async () => {
    const script = scripted(json({ id: 'conv_1' }), json([]));
    const request = scriptedRequest(script, { baseURL: 'https://api.test/v1//' });
    expect((await request(POST)).data).toEqual({ id: 'conv_1' });
    await request({ ...GET, query: { limit: 5, offset: undefined, category: 'a&b' } });
    expect(script.seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/conversations',
      body: { assistant_id: 'ast_1' },
    });
    expect(script.seen[0]!.headers.get('authorization')).toBe('Bearer sk_test_1');
    expect(script.seen[0]!.headers.get('content-type')).toBe('application/json');
    expect(script.seen[0]!.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
    expect(script.seen[1]!.path).toBe('/v1/assistants?limit=5&category=a%26b');
    expect(script.seen[1]!.headers.get('idempotency-key')).toBeNull();
  });

  test('204 has no data', async () => {
    expect((await scriptedRequest(scripted(new Response(null, { status: 204 })))(GET)).data).toBeUndefined();
  });

  test.for([
    [404, 'not_found', NotFoundError],
    [401, 'invalid_api_key', AuthenticationError],
    [418, 'teapot', APIError],
  ] as const)('a refusal is an error of its class: %s', async ([status, code, Class]) => {
    const script = scripted(failure(status, code, { 'X-Request-Id': 'req_7' }));
    const error = await scriptedRequest(script)(GET).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ status, code, requestId: 'req_7', message: `It is ${code}.` });
    expect(script.seen).toHaveLength(1);
  });

  test.for([
    ['html', new Response('<h1>Sign in</h1>', { headers: { 'Content-Type': 'text/html' } }), 200],
    ['a redirect', new Response(null, { status: 302, headers: { Location: 'https://evil.test/login' } }), 302],
    ['broken JSON', new Response('{"id":', { headers: { 'Content-Type': 'application/json' } }), 200],
    ['an empty body', new Response('', { headers: { 'Content-Type': 'application/json' } }), 200],
  ] as const)('%s instead of an answer is final, and is not quoted', async ([, response, status]) => {
    const script = scripted(response);
    const error = await scriptedRequest(script)({ ...POST, stream: true }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status, code: 'unexpected_response' });
    expect(String(error.message)).not.toMatch(/Sign in|evil/);
    expect(script.seen).toHaveLength(1);
  });

  test('a credential that no header can carry is refused without quoting it', async () => {
    const request = scriptedRequest(scripted(), { credential: () => 'sk_live_secret\n' });
    const error = await request(GET).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AssistersError);
    expect(String(error.message)).not.toContain('secret');
  });

  test('arrays and objects with a patched toJSON are encoded once', async () => {
    const patched = Array.prototype as { toJSON?: () => string };
    patched.toJSON = function (this: unknown[]) {
      return `[${this.length} items]`;
    };
    try {
      const script = scripted(json({}));
      await scriptedRequest(script)({
        ...POST,
        body: { urls: ['a', undefined, 1], at: new Date(0), deep: { list: [[]] } },
      });
      expect(script.seen[0]!.body).toEqual({
        urls: ['a', null, 1],
        at: '1970-01-01T00:00:00.000Z',
        deep: { list: [[]] },
      });
    } finally {
      delete patched.toJSON;
    }
  });
});

describe('retries', () => {
  test.for([408, 425, 429, 500, 502, 503, 504])('%s is tried again with the same idempotency key', async (status) => {
    const script = scripted(failure(status, 'internal_error'), new TypeError('fetch failed'), json({ id: 'x' }));
    expect((await scriptedRequest(script)(POST)).data).toEqual({ id: 'x' });
    expect(new Set(script.seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(script.slept, 'full jitter: half of 0.5 s, half of 1 s').toEqual([250, 500]);
  });

  test.for([400, 403, 404, 405, 409, 413, 422, 501])('%s is not', async (status) => {
    const script = scripted(failure(status, 'x'));
    await expect(scriptedRequest(script)(POST)).rejects.toMatchObject({ status });
  });

  test('at most four tries', async () => {
    const script = scripted(...Array.from({ length: 9 }, () => failure(500, 'internal_error')));
    await expect(scriptedRequest(script)(POST)).rejects.toBeInstanceOf(InternalServerError);
    expect(script.seen).toHaveLength(4);
    expect(script.slept).toEqual([250, 500, 1000]);
  });

  test.for([
    ['2', [2250]],
    ['0', [250]],
    ['soon', [250]],
    ['', [250]],
    ['60', [60_250]],
    ['Thu, 01 Jan 2026 00:00:03 GMT', [3250]],
    ['Wed, 31 Dec 2025 00:00:00 GMT', [250]],
  ] as const)('Retry-After %j is honoured plus jitter, or falls back to backoff', async ([value, pauses]) => {
    const slept: number[] = [];
    const script = scripted(failure(429, 'rate_limit_exceeded', { 'Retry-After': value }), json({}));
    const request = scriptedRequest(script, {
      sleep: (ms, signal) => {
        if (ms === 7_777) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        slept.push(ms);
        return Promise.resolve();
      },
      timeoutMs: 7_777,
    });
    await request(GET);
    expect(slept).toEqual(pauses);
  });

  test('a Retry-After beyond a minute goes to the caller', async () => {
    const script = scripted(failure(429, 'rate_limit_exceeded', { 'Retry-After': '61' }));
    const error = await scriptedRequest(script)(GET).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(script.seen).toHaveLength(1);
  });

  test('a network that stays away is a connection error with its cause', async () => {
    const cause = new TypeError('fetch failed');
    const error = await scriptedRequest(scripted(cause, cause, cause, cause))(GET).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.cause).toBe(cause);
  });
});

describe('timeouts and aborts', () => {
  const never = () => new Promise<Response>(() => {});

  test('a try that takes longer than timeoutMs is aborted and tried again', async () => {
    // The requests, not their signals: Node's Request drops the link to its signal when it is collected itself.
    const tries: Request[] = [];
    // The time is up once the try has reached the server and hangs there: an event, not a race with the clock.
    let expire = () => {};
    const hang = (request: Request) => {
      tries.push(request);
      expire();
      return never();
    };
    const request = scriptedRequest(scripted(hang, hang, json({ ok: true })), {
      timeoutMs: 9,
      sleep: (ms) =>
        ms === 9
          ? new Promise((resolve) => {
              expire = resolve;
            })
          : Promise.resolve(),
    });
    expect((await request(GET)).data).toEqual({ ok: true });
    expect(tries.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  test('with no retries left it is a timeout error', async () => {
    const request = scriptedRequest(scripted(never), { timeoutMs: 9, maxRetries: 0, sleep: () => Promise.resolve() });
    await expect(request(GET)).rejects.toBeInstanceOf(APITimeoutError);
  });

  test('the signal ends the request, and is asked before the first byte', async () => {
    const abort = new AbortController();
    const script = scripted(() => {
      abort.abort();
      return never();
    });
    await expect(scriptedRequest(script)({ ...GET, signal: abort.signal })).rejects.toBeInstanceOf(APIUserAbortError);
    await expect(scriptedRequest(script)({ ...GET, signal: abort.signal })).rejects.toBeInstanceOf(APIUserAbortError);
    expect(script.seen).toHaveLength(1);
  });
});

describe('token refresh', () => {
  const tokens = (...fresh: (string | null)[]) => {
    let current: string | null = 'vt_old';
    const refused: string[] = [];
    const credential = async (old?: string) => {
      if (old !== undefined) {
        refused.push(old);
        current = fresh.shift() ?? null;
      }
      return current;
    };
    return { credential, refused };
  };

  test('401 token_expired refreshes once and resends with the same key', async () => {
    const { credential, refused } = tokens('vt_new');
    const script = scripted(failure(401, 'token_expired'), json({}));
    await scriptedRequest(script, { credential })(POST);
    expect(script.seen.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer vt_old', 'Bearer vt_new']);
    expect(new Set(script.seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(refused).toEqual(['vt_old']);
  });

  test('a loop of 401s refreshes once only', async () => {
    const { credential, refused } = tokens('vt_2', 'vt_3');
    const script = scripted(...Array.from({ length: 9 }, () => failure(401, 'invalid_token')));
    await expect(scriptedRequest(script, { credential })(POST)).rejects.toBeInstanceOf(AuthenticationError);
    expect(refused).toHaveLength(1);
    expect(script.seen).toHaveLength(2);
  });

  test('calls that are refused together share one refresh', async () => {
    const { credential, refused } = tokens('vt_new', 'vt_never');
    const server = (request: Request) =>
      request.headers.get('authorization') === 'Bearer vt_new' ? json({}) : failure(401, 'token_expired');
    const request = scriptedRequest(scripted(...Array.from({ length: 6 }, () => server)), { credential });
    await Promise.all([request(GET), request(GET), request(POST)]);
    expect(refused).toEqual(['vt_old']);
  });

  test('another 401 is not refreshed', async () => {
    const { credential, refused } = tokens('vt_new');
    const script = scripted(failure(401, 'invalid_api_key'));
    await expect(scriptedRequest(script, { credential })(GET)).rejects.toBeInstanceOf(AuthenticationError);
    expect(refused).toEqual([]);
  });
});
