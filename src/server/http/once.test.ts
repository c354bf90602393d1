import { afterEach, expect, test, vi } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { ROUTES, type RouteName } from '../../protocol/routes.ts';
import { routes } from '../routes/index.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

afterEach(() => vi.useRealTimers());

const twice = { headers: { 'Idempotency-Key': 'the first try of this call' } };

test('the same key and body make one object, and the same answer word for word', async () => {
  const { send, sk, assistant, store, accountId } = await makeApp();
  const ask = () =>
    send('POST', '/v1/conversations', { key: sk.credential, body: { assistant_id: assistant.id }, ...twice });
  const [first, second] = [await ask(), await ask()];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect([first.headers.get('Idempotent-Replayed'), second.headers.get('Idempotent-Replayed')]).toEqual([null, 'true']);
  expect(second.headers.get('X-Request-Id')).not.toBe(first.headers.get('X-Request-Id'));
  expect(await second.text()).toBe(await first.text());
  expect((await store.conversations.list({ accountId }, { limit: 9, offset: 0 })).total).toBe(1);
});

test('without a key, with another key, another credential or after a day it is a new request', async () => {
  const { send, sk, addKey, accountId, assistant, tick } = await makeApp();
  const other = await addKey(accountId, 'secret');
  const body = { assistant_id: assistant.id };
  const idOf = async (key: string, headers: Record<string, string>) =>
    ((await (await send('POST', '/v1/conversations', { key, body, headers })).json()) as { id: string }).id;
  const ids = [
    await idOf(sk.credential, {}),
    await idOf(sk.credential, {}),
    await idOf(sk.credential, { 'Idempotency-Key': 'a' }),
    await idOf(sk.credential, { 'Idempotency-Key': 'b' }),
    await idOf(other.credential, { 'Idempotency-Key': 'a' }),
  ];
  tick(LIMITS.idempotencySeconds * 1000 + 1);
  ids.push(await idOf(sk.credential, { 'Idempotency-Key': 'a' }));
  expect(new Set(ids).size).toBe(6);
});

test('the same key for another body or another endpoint is refused, as is a key that is none', async () => {
  const { send, sk, assistant } = await makeApp();
  const post = (path: string, body: object, key: string) =>
    send('POST', path, { key: sk.credential, body, headers: { 'Idempotency-Key': key } });
  await post('/v1/conversations', { assistant_id: assistant.id }, 'k');
  for (const [path, body] of [
    ['/v1/conversations', { assistant_id: assistant.id, user_id: 'u' }],
    ['/v1/knowledge-bases', { name: 'x' }],
  ] as const) {
    const answer = await post(path, body, 'k');
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: 'idempotency_mismatch' } });
  }
  expect((await post('/v1/conversations', { assistant_id: assistant.id }, 'x'.repeat(256))).status).toBe(400);
});

test('an error is not kept: the request may be put right and sent again', async () => {
  const { send, sk, addAssistant, accountId } = await makeApp();
  const body = { assistant_id: 'ast_later' };
  const ask = () => send('POST', '/v1/conversations', { key: sk.credential, body, ...twice });
  expect((await ask()).status).toBe(404);
  await addAssistant(accountId, { id: 'ast_later' });
  expect((await ask()).status).toBe(201);
});

test('of the same request sent many times at once one is done, and all get its answer', async () => {
  const store = openSqliteStore({ file: ':memory:' });
  const create = store.knowledge.createBase;
  let waiting = 0;
  // The work is not done before all the others have met its claim.
  const slow: Store = {
    ...store,
    knowledge: {
      ...store.knowledge,
      async createBase(row) {
        await vi.waitFor(() => expect(waiting).toBeGreaterThanOrEqual(4));
        return create(row);
      },
    },
    replays: {
      ...store.replays,
      async claim(claim, times) {
        const taken = await store.replays.claim(claim, times);
        if (taken) waiting += 1;
        return taken;
      },
    },
  };
  const { send, sk, accountId } = await makeApp({ store: slow });
  const ask = () => send('POST', '/v1/knowledge-bases', { key: sk.credential, body: { name: 'x' }, ...twice });
  const answers = await Promise.all([ask(), ask(), ask(), ask(), ask()]);
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect((await store.knowledge.listBases({ accountId }, { limit: 9, offset: 0 })).total).toBe(1);
});

test('a first request that hangs is not waited for without end', async () => {
  const store = openSqliteStore({ file: ':memory:' });
  const claims: string[] = [];
  const hung: Store = {
    ...store,
    replays: {
      ...store.replays,
      claim: async (claim) => {
        claims.push(claim.id);
        vi.advanceTimersByTimeAsync(10_000);
        return { ...claim, answer: null };
      },
    },
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  const { send, sk } = await makeApp({ store: hung });
  const answer = await send('POST', '/v1/knowledge-bases', { key: sk.credential, body: { name: 'x' }, ...twice });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('Retry-After')).toBe('2');
  expect(new Set(claims).size).toBe(1);
});

test('a secret that is shown once is shown again to who asked for it, and stands nowhere in the database', async () => {
  const store = openSqliteStore({ file: ':memory:' });
  const kept: string[] = [];
  const { send, sk } = await makeApp({
    store: {
      ...store,
      replays: {
        ...store.replays,
        settle: (claim, answer) => {
          kept.push(JSON.stringify(claim), answer, Buffer.from(answer, 'base64').toString('latin1'));
          return store.replays.settle(claim, answer);
        },
      },
    },
  });
  const body = { kind: 'secret', name: 'Deploy' };
  const ask = async () =>
    (await (await send('POST', '/v1/api-keys', { key: sk.credential, body, ...twice })).json()) as { key: string };
  const { key } = await ask();
  expect((await ask()).key).toBe(key);
  expect(kept).toHaveLength(3);
  for (const text of kept) {
    expect(text).not.toContain(key);
    expect(text).not.toContain('Deploy');
    expect(text).not.toContain(sk.credential);
    expect(text).not.toContain('the first try');
  }
});

test('a second rotation by accident does not put the first new secret out of use', async () => {
  const { send, sk } = await makeApp();
  const url = 'https://hooks.example.com/a';
  const made = await send('POST', '/v1/webhooks', { key: sk.credential, body: { url, events: ['message.created'] } });
  const { id } = (await made.json()) as { id: string };
  const rotate = async () =>
    (
      (await (await send('POST', `/v1/webhooks/${id}/rotate-secret`, { key: sk.credential, ...twice })).json()) as {
        secret: string;
      }
    ).secret;
  expect(await rotate()).toBe(await rotate());
});

test('a visitor’s conversation is made once too', async () => {
  const { send, addVisitor, assistant } = await makeApp();
  const { token } = await addVisitor();
  const body = { assistant_id: assistant.id };
  const ask = async () =>
    (await (await send('POST', '/v1/conversations', { key: token, origin: SITE, body, ...twice })).json()) as {
      id: string;
    };
  const [first, second] = [await ask(), await ask()];
  expect(first.id).toMatch(/^conv_/);
  expect(second.id).toBe(first.id);
});

/** POST endpoints that need no kept answer, and why. */
const HARMLESS: Partial<Record<RouteName, string>> = {
  createVisitorSession: 'a second session is empty; a key shared by pages would give one visitor’s token to another',
  createMessage: 'the turn keeps the key itself, with the answer that is being written',
  streamMessage: 'the same',
  retryMessage: 'an answer that is being written again is given as it is',
  stopMessage: 'stops once',
  createToolResults: 'the same results again give the answer as it is',
  endConversation: 'ends once',
  createAttachment: 'a file that no question names is never read from, and goes with the conversation',
  createDocument: 'the same bytes under the same name are the same document',
};

test('every POST endpoint is done once for a key, or has a reason not to need it', () => {
  const posts = routes.filter(({ name }) => ROUTES[name].method === 'POST');
  const bare = posts.filter(({ once }) => !once).map(({ name }) => name);
  expect(bare.sort()).toEqual(Object.keys(HARMLESS).sort());
});
