import { describe, expect, test } from 'vitest';
import { EXPOSED_HEADERS } from '../protocol/headers.ts';
import { ROUTES, type Route, type RouteName } from '../protocol/routes.ts';
import { honoPath } from './http/mount.ts';
import { routes } from './routes/index.ts';
import { makeApp, SITE } from './testing/make-app.ts';

describe('the app', () => {
  test('mounts the endpoints of the table and nothing else below /v1', async () => {
    const { app } = await makeApp();
    const mounted = app.routes
      .filter(({ path, method }) => path.startsWith('/v1') && method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`);
    const names = routes.map(({ name }) => name);
    const expected = names.map((name) => `${ROUTES[name].method} ${honoPath(ROUTES[name].path)}`);
    expect(mounted.sort()).toEqual(expected.sort());
    expect(new Set(names).size).toBe(names.length);
  });

  test('lets exactly the callers of the table into each endpoint', async () => {
    const { send, pk, sk, addVisitor, addKey, accountId } = await makeApp();
    const credentials = { pk: pk.credential, sk: sk.credential };
    for (const { name } of routes) {
      const route: Route = ROUTES[name];
      const path = honoPath(route.path).replace(/:\w+/g, 'unknown');
      for (const caller of ['pk', 'sk', 'vt', 'rk', 'rk without scope'] as const) {
        const key =
          caller === 'rk' || caller === 'rk without scope'
            ? (
                await addKey(accountId, 'restricted', {
                  scopes: caller === 'rk' && route.scope ? [route.scope] : ['other'],
                })
              ).credential
            : // One of its own each time: a visitor may delete it.
              caller === 'vt'
              ? (await addVisitor()).token
              : credentials[caller];
        const origin = caller === 'pk' || caller === 'vt' ? SITE : null;
        const { status } = await send(route.method, path, { key, origin });
        const refused = status === 401 || status === 403;
        expect([name, caller, refused]).toEqual([name, caller, !(route.callers as readonly string[]).includes(caller)]);
      }
    }
  });

  test('every answer carries a request id and the rate limit, errors and streams included', async () => {
    const { send, sk } = await makeApp();
    const answers = await Promise.all([
      send('GET', '/v1/assistants', { key: sk.credential }),
      send('GET', '/v1/assistants/ast_none', { key: sk.credential }),
      send('GET', '/v1/assistants'),
      send('GET', '/v1/nothing'),
      send('PUT', '/v1/assistants'),
      send('POST', '/v1/assistants', { key: sk.credential, body: {} }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 404, 405, 400]);
    for (const answer of answers) {
      expect(answer.headers.get('X-Request-Id')).toMatch(/^req_\w{22}$/);
      expect(answer.headers.get('X-RateLimit-Limit')).toMatch(/^\d+$/);
      expect(answer.headers.get('X-RateLimit-Remaining')).toMatch(/^\d+$/);
      expect(Number(answer.headers.get('X-RateLimit-Reset'))).toBe(Date.UTC(2026, 0, 1) / 1000 + 60);
    }
    expect(answers[4]!.headers.get('Allow')).toBe('GET, POST');
    for (const answer of answers.slice(1)) expect(await answer.json()).toHaveProperty('error.message');
  });

  test('a fault of ours is a 500 that names the request and nothing else', async () => {
    const logged: object[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (data: object) => void logged.push(data) };
    const { send, sk, store } = await makeApp({ log });
    store.assistants.list = () => Promise.reject(new Error('disk on fire'));
    const answer = await send('GET', '/v1/assistants', { key: sk.credential });
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).toContain(answer.headers.get('X-Request-Id'));
    expect(text).not.toContain('fire');
    expect(logged).toHaveLength(1);
  });

  test('/healthz lives, /readyz asks the store', async () => {
    const { send, store } = await makeApp();
    expect((await send('GET', '/healthz')).status).toBe(200);
    expect((await send('GET', '/readyz')).status).toBe(200);
    await store.close();
    expect((await send('GET', '/readyz')).status).toBe(503);
    expect((await send('GET', '/healthz')).status).toBe(200);
  });
});

describe('bad input', () => {
  test.each([
    ['no JSON', '{"name":', 'application/json', 400, 'invalid_request'],
    ['nothing', '', 'application/json', 400, 'invalid_request'],
    ['a list', '[]', 'application/json', 400, 'invalid_request'],
    ['deep nesting', '['.repeat(100_000), 'application/json', 400, 'invalid_request'],
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['too much', `"${'x'.repeat(300_000)}"`, 'application/json', 413, 'payload_too_large'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff]), 'application/json', 400, 'invalid_request'],
  ])('%s is refused with its own code', async (_name, body, contentType, status, code) => {
    const { app, sk } = await makeApp();
    const answer = await app.request('/v1/assistants', {
      method: 'POST',
      headers: { Authorization: `Bearer ${sk.credential}`, 'Content-Type': contentType },
      body,
    });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([status, code]);
  });

  test('a wrong field is named by its path, with what was expected and sent', async () => {
    const { send, sk } = await makeApp();
    const answer = await send('POST', '/v1/assistants', {
      key: sk.credential,
      body: { name: 'A', config: { temperature: 5 } },
    });
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'invalid_request',
        message: 'config.temperature: Expected a number of at most 2, got 5.',
        details: { field: 'config.temperature' },
      },
    });
  });
});

describe('CORS', () => {
  test('a preflight lets any origin ask, for the headers of the API and without cookies', async () => {
    const { send } = await makeApp();
    const answer = await send('OPTIONS', '/v1/conversations/x/messages/stream', { origin: 'https://any.example' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(answer.headers.get('Access-Control-Allow-Credentials')).toBeNull();
    expect(answer.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    expect(answer.headers.get('Access-Control-Allow-Methods')).toContain('POST');
  });

  test('an address without the version is told what it lacks, where a page can read it', async () => {
    const { send } = await makeApp();
    const asked = await send('GET', '/widget/config', { origin: SITE });
    expect(asked.status).toBe(404);
    expect(asked.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect((await asked.json()).error).toEqual({
      code: 'not_found',
      message:
        'There is nothing at /widget/config. The API is at /v1/widget/config: put /v1 at the end of the base URL.',
    });
    const preflight = await send('OPTIONS', '/widget/config', { origin: SITE });
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    // The control: any other address is nothing, and no page's business.
    const other = await send('GET', '/nothing', { origin: SITE });
    expect((await other.json()).error.message).toBe('There is nothing at /nothing. The API is below /v1.');
    expect(other.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  test('an answer echoes an approved origin only, and errors that say what to do', async () => {
    const { send, pk, sk } = await makeApp();
    const path = '/v1/assistants';
    const allowed = async (key: string | undefined, origin: string) =>
      (await send('GET', path, { ...(key && { key }), origin })).headers.get('Access-Control-Allow-Origin');
    expect(await allowed(pk.credential, SITE)).toBe(SITE);
    expect(await allowed(pk.credential, 'https://evil.example')).toBe('https://evil.example');
    expect(await allowed(sk.credential, SITE)).toBe(SITE);
    expect(await allowed(undefined, SITE)).toBe(SITE);
    const unknown = await send('GET', '/v1/nothing', { origin: SITE });
    expect(unknown.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const answer = await send('GET', path, { key: pk.credential, origin: SITE });
    expect(answer.headers.get('Vary')).toBe('Origin');
    expect(answer.headers.get('Access-Control-Expose-Headers')).toBe(EXPOSED_HEADERS.join(', '));
  });
});

describe('rate limits', () => {
  test('a plan’s requests per minute are counted per account; the next window is free again', async () => {
    const { send, addAccount, addKey, sk, tick } = await makeApp();
    const account = await addAccount('free');
    const keys = [await addKey(account, 'secret'), await addKey(account, 'secret')];
    const remaining: number[] = [];
    for (let n = 0; n < 20; n++) {
      const answer = await send('GET', '/v1/assistants', { key: keys[n % 2]!.credential });
      expect(answer.status).toBe(200);
      remaining.push(Number(answer.headers.get('X-RateLimit-Remaining')));
      tick(100);
    }
    expect(remaining).toEqual(Array.from({ length: 20 }, (_, n) => 19 - n));
    const refused = await send('GET', '/v1/assistants', { key: keys[0]!.credential });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('58');
    expect(await refused.json()).toMatchObject({
      error: {
        code: 'rate_limit_exceeded',
        details: { limit: 20, remaining: 0, reset_at: Date.UTC(2026, 0, 1) / 1000 + 60, retry_after: 58 },
      },
    });
    expect((await send('GET', '/v1/assistants', { key: sk.credential })).status).toBe(200);
    tick(58_000);
    expect((await send('GET', '/v1/assistants', { key: keys[0]!.credential })).status).toBe(200);
  });
});

test('the OpenAPI document describes every endpoint', async () => {
  const { send } = await makeApp();
  const document = (await (await send('GET', '/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: RouteName }>>;
    components: { schemas: object };
  };
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(routes.map(({ name }) => name).sort());
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Assistant', 'Error']));
});

test('the document knows which fields may be left out, and what can be done with what was made', async () => {
  const { send } = await makeApp();
  const { components, paths } = (await (await send('GET', '/openapi.json')).json()) as {
    components: { schemas: Record<string, { required?: string[]; properties: object }> };
    paths: Record<string, { post: { responses: Record<string, { links: Record<string, object> }> } }>;
  };
  expect(components.schemas.Feedback).toMatchObject({ required: ['rating'] });
  expect(components.schemas.ApiKey!.required).not.toContain('key');
  expect(components.schemas.WidgetSettings!.required).toBeUndefined();
  const { links } = paths['/v1/knowledge-bases/{id}/urls']!.post.responses['201']!;
  expect(Object.keys(links)).toEqual(['getUrl', 'deleteUrl', 'refreshUrl', 'listUrlPages']);
  expect(links.getUrl).toMatchObject({ parameters: { id: '$request.path.id', uid: '$response.body#/urls/0/id' } });
});
