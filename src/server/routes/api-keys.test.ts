import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../protocol/resources.ts';
import { makeApp } from '../testing/make-app.ts';

describe('API keys', () => {
  test('a publishable key is made, shown again, changed and revoked', async () => {
    const { send, sk, assistant } = await makeApp();
    const key = sk.credential;
    const answer = await send('POST', '/v1/api-keys', {
      key,
      body: {
        kind: 'publishable',
        name: 'Site',
        test: true,
        origins: ['HTTPS://Bücher.example', 'http://localhost:*', 'https://bücher.example'],
        assistant_ids: [assistant.id],
      },
    });
    expect(answer.status).toBe(201);
    const made = (await answer.json()) as ApiKey;
    expect(made.key).toMatch(/^pk_test_\w{49}$/);
    expect(made.origins).toEqual(['https://xn--bcher-kva.example', 'http://localhost:*']);
    const use = async (origin: string) => (await send('GET', '/v1/widget/config', { key: made.key!, origin })).status;
    expect(await use('http://localhost:5173')).toBe(200);

    const path = `/v1/api-keys/${made.id}`;
    const changed = await send('PATCH', path, { key, body: { origins: ['https://a.example'] } });
    expect(await changed.json()).toEqual({ ...made, origins: ['https://a.example'] });
    expect(await use('http://localhost:5173')).toBe(403);
    const { api_keys } = (await (await send('GET', '/v1/api-keys', { key })).json()) as { api_keys: ApiKey[] };
    expect(api_keys.find(({ id }) => id === made.id)?.key).toBe(made.key);

    expect((await send('DELETE', path, { key })).status).toBe(204);
    expect((await send('DELETE', path, { key })).status).toBe(204);
    expect(await use('https://a.example')).toBe(401);
    expect((await send('PATCH', path, { key, body: { name: 'x' } })).status).toBe(409);
  });

  test('a secret key is shown once and stored as a hash only', async () => {
    const { send, sk, store, accountId } = await makeApp();
    const answer = await send('POST', '/v1/api-keys', { key: sk.credential, body: { kind: 'secret', name: 'CI' } });
    const { id, key } = (await answer.json()) as ApiKey;
    expect((await send('GET', '/v1/assistants', { key: key! })).status).toBe(200);
    const listed = await (await send('GET', '/v1/api-keys', { key: sk.credential })).text();
    expect(listed).toContain(id);
    expect(listed).not.toContain(key);
    expect(JSON.stringify(await store.keys.get({ accountId }, id))).not.toContain(key);
  });

  test('a restricted key does what its scopes say, and nothing after its end', async () => {
    const { send, sk, tick } = await makeApp();
    const body = {
      kind: 'restricted',
      name: 'R',
      scopes: ['assistants:read'],
      expires_at: '2026-01-01T01:00:00+01:00',
    };
    const expired = (await (await send('POST', '/v1/api-keys', { key: sk.credential, body })).json()) as ApiKey;
    expect(expired.expires_at).toBe('2026-01-01T00:00:00.000Z');
    expect((await send('GET', '/v1/assistants', { key: expired.key! })).status).toBe(401);
    const later = { ...body, expires_at: '2026-01-01T00:00:10Z' };
    const key = (await (await send('POST', '/v1/api-keys', { key: sk.credential, body: later })).json()) as ApiKey;
    expect((await send('GET', '/v1/assistants', { key: key.key! })).status).toBe(200);
    expect((await send('POST', '/v1/assistants', { key: key.key!, body: { name: 'x' } })).status).toBe(403);
    tick(10_000);
    expect((await send('GET', '/v1/assistants', { key: key.key! })).status).toBe(401);
  });

  test.each([
    ['origins.0', { kind: 'publishable', name: 'x', origins: ['*'] }],
    ['origins.0', { kind: 'publishable', name: 'x', origins: ['http://localhost:*'] }],
    ['assistant_ids', { kind: 'publishable', name: 'x' }],
    ['assistant_ids.0', { kind: 'publishable', name: 'x', assistant_ids: ['ast_unknown'] }],
    ['origins', { kind: 'secret', name: 'x', origins: ['https://a.example'] }],
    ['scopes', { kind: 'secret', name: 'x', scopes: ['assistants:read'] }],
    ['scopes.0', { kind: 'restricted', name: 'x', scopes: ['everything'] }],
    ['kind', { kind: 'other', name: 'x' }],
    ['name', { kind: 'secret', name: ' ' }],
    ['expires_at', { kind: 'secret', name: 'x', expires_at: 'tomorrow' }],
  ])('%s is named when it is wrong', async (field, body) => {
    const { send, sk, assistant } = await makeApp();
    const full = 'origins' in body && body.kind === 'publishable' ? { ...body, assistant_ids: [assistant.id] } : body;
    const answer = await send('POST', '/v1/api-keys', { key: sk.credential, body: full });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request', details: { field } } });
  });

  test('of another account do not exist', async () => {
    const { send, pk, addAccount, addKey } = await makeApp();
    const { credential: key } = await addKey(await addAccount(), 'secret');
    const path = `/v1/api-keys/${pk.row.id}`;
    expect((await send('PATCH', path, { key, body: { name: 'x' } })).status).toBe(404);
    expect((await send('DELETE', path, { key })).status).toBe(404);
    expect(await (await send('GET', '/v1/api-keys', { key })).json()).toMatchObject({ total: 1 });
  });
});
