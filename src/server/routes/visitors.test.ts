import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import type { Assistant, Conversation, Page, VisitorExport, VisitorSession } from '../../protocol/resources.ts';
import { hourly } from '../jobs/hourly.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const NOW = Date.UTC(2026, 0, 1) / 1000;

/** An app whose assistant knows its visitors by tokens signed with its identity secret. */
async function setUp(identity: object = {}, env: Record<string, string> = {}) {
  const app = await makeApp({ env });
  const { send, sk, pk, assistant } = app;
  const path = `/v1/assistants/${assistant.id}`;
  const set = await send('PATCH', path, { key: sk.credential, body: { identity } });
  expect(set.status).toBe(200);
  const rotate = async () => {
    const answer = await send('POST', `${path}/identity-secret`, { key: sk.credential });
    return ((await answer.json()) as Assistant).identity_secret!;
  };
  const mint = (body: object = {}) => send('POST', '/v1/visitor-sessions', { key: pk.credential, origin: SITE, body });
  const login = async (body: object) => {
    const answer = await mint(body);
    expect(answer.status, await answer.clone().text()).toBe(201);
    const session = (await answer.json()) as VisitorSession;
    const as = (method: string, at: string, sent?: object) =>
      send(method, `/v1${at}`, { key: session.token, origin: SITE, ...(sent && { body: sent }) });
    return {
      session,
      as,
      /** Asks something in a conversation of its own and gives its id. */
      ask: async (content: string) => {
        const begun = await as('POST', '/conversations', { assistant_id: assistant.id });
        const { id } = (await begun.json()) as Conversation;
        expect((await as('POST', `/conversations/${id}/messages`, { content })).status).toBe(200);
        return id;
      },
      threads: async () =>
        ((await (await as('GET', '/conversations')).json()) as Page<'conversations', Conversation>).conversations,
    };
  };
  return { ...app, rotate, mint, login, path };
}

const sign = (secret: string, audience: string, claims: object = {}, header = { alg: 'HS256' }) =>
  new SignJWT({ sub: 'user_1', aud: audience, exp: NOW + 3600, ...claims })
    .setProtectedHeader(header)
    .sign(new TextEncoder().encode(secret));

const refusal = async (answer: Response) => {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return { status: answer.status, code: error.code, message: error.message };
};

describe('a known visitor', () => {
  test('has their conversations on another device, with titles, and nobody else has them', async () => {
    const { rotate, login, assistant } = await setUp();
    const secret = await rotate();
    const token = () => sign(secret, assistant.id);
    const phone = await login({ identity_token: await token() });
    expect(phone.session.user_id).toBe('user_1');
    const id = await phone.ask('How do I book a course?');
    const laptop = await login({ identity_token: await token() });
    expect(laptop.session.visitor_id).toBe(phone.session.visitor_id);
    expect(await laptop.threads()).toMatchObject([{ id, title: 'How do I book a course?', user_id: 'user_1' }]);
    const other = await login({ identity_token: await sign(secret, assistant.id, { sub: 'user_2' }) });
    expect(await other.threads()).toEqual([]);
    expect((await other.as('GET', `/conversations/${id}`)).status).toBe(404);
    const anonymous = await login({});
    expect(anonymous.session.user_id).toBeNull();
    expect(await anonymous.threads()).toEqual([]);
  });

  test('takes along what they said before they were known, once', async () => {
    const { rotate, login, assistant } = await setUp();
    const secret = await rotate();
    const before = await login({});
    const id = await before.ask('Who am I?');
    const identity_token = await sign(secret, assistant.id);
    const known = await login({ identity_token, previous_token: before.session.token });
    expect(await known.threads()).toMatchObject([{ id, user_id: 'user_1' }]);
    expect((await before.as('GET', '/conversations')).status).toBe(401);
    const thief = await login({
      identity_token: await sign(secret, assistant.id, { sub: 'user_2' }),
      previous_token: known.session.token,
    });
    expect(await thief.threads()).toEqual([]);
    expect(await known.threads()).toHaveLength(1);
  });

  test('is who the token says by the assistant’s rules alone', async () => {
    const { rotate, mint, assistant, path, send, sk } = await setUp({ issuer: 'https://site.example' });
    expect(await refusal(await mint({ identity_token: await sign('x'.repeat(43), assistant.id) }))).toMatchObject({
      status: 401,
      code: 'invalid_identity',
    });
    const secret = await rotate();
    const claims = { iss: 'https://site.example' };
    expect((await mint({ identity_token: await sign(secret, assistant.id, claims) })).status).toBe(201);
    // Clocks may differ by a minute.
    expect(
      (await mint({ identity_token: await sign(secret, assistant.id, { ...claims, exp: NOW - 59 }) })).status,
    ).toBe(201);
    for (const [name, wrong] of [
      ['expired', { exp: NOW - 61 }],
      ['too long', { exp: NOW + 86_400 + 120 }],
      ['no expiry', { exp: undefined }],
      ['no subject', { sub: undefined }],
      ['empty subject', { sub: '' }],
      ['long subject', { sub: 'x'.repeat(256) }],
      ['a number as subject', { sub: 7 }],
      ['another audience', { aud: 'ast_other' }],
      ['another issuer', { iss: 'https://evil.example' }],
      ['not yet', { nbf: NOW + 120 }],
    ] as const) {
      const answer = await mint({ identity_token: await sign(secret, assistant.id, { ...claims, ...wrong }) });
      expect([name, (await refusal(answer)).code]).toEqual([name, 'invalid_identity']);
    }
    const other = await sign(secret, assistant.id, claims, { alg: 'HS384' });
    expect((await refusal(await mint({ identity_token: other }))).message).toContain('another algorithm');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = part({ sub: 'user_1', aud: assistant.id, exp: NOW + 60, ...claims });
    for (const header of [{ alg: 'none' }, { alg: 'NONE' }, { alg: '' }, {}]) {
      for (const signature of ['', 'AA']) {
        const answer = await mint({ identity_token: `${part(header)}.${body}.${signature}` });
        expect((await refusal(answer)).code).toBe('invalid_identity');
      }
    }
    // No token at all is possible until it is required.
    expect((await mint()).status).toBe(201);
    await send('PATCH', path, { key: sk.credential, body: { identity: { required: true } } });
    expect((await refusal(await mint())).code).toBe('identity_required');
    expect((await mint({ identity_token: await sign(secret, assistant.id) })).status).toBe(201);
    await send('PATCH', path, { key: sk.credential, body: { identity: null } });
    expect((await refusal(await mint({ identity_token: 'x' }))).code).toBe('invalid_request');
  });

  test('is not forged: of 10,000 changed tokens none is taken', async () => {
    const { rotate, assistant, deps, store, accountId } = await setUp();
    const token = await sign(await rotate(), assistant.id, { name: 'Ada', roles: ['a', 'b'] });
    const row = (await store.assistants.get({ accountId }, assistant.id))!;
    const read = (text: string) =>
      deps.identity.read({ ...row, identity: row.identity! }, text).then(
        () => true,
        () => false,
      );
    expect(await read(token)).toBe(true);
    const random = seededRandom(6);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
    // The last character of a 32-byte signature carries two bits that mean nothing; they are left alone.
    const bodyEnd = token.length - 1;
    let taken = 0;
    for (let n = 0; n < 10_000; n++) {
      let changed = token;
      for (let changes = 1 + Math.floor(random() * 3); changes > 0 || changed === token; changes--) {
        const at = Math.floor(random() * bodyEnd);
        const char = alphabet[Math.floor(random() * alphabet.length)]!;
        const kind = random();
        if (kind < 0.7) changed = changed.slice(0, at) + char + changed.slice(at + 1);
        else if (kind < 0.85) changed = changed.slice(0, at) + changed.slice(at + 1);
        else changed = changed.slice(0, at) + char + changed.slice(at);
      }
      if (await read(changed)) taken += 1;
    }
    expect(taken).toBe(0);
  });

  test('is read by the old secret for a day after a new one was made; the secrets are not in the database', async () => {
    const { rotate, mint, assistant, tick, store, accountId } = await setUp();
    const [first, second] = [await rotate(), await rotate()];
    const at = (secret: string, seconds = 0) => sign(secret, assistant.id, { exp: NOW + 3600 + seconds });
    for (const secret of [first, second]) expect((await mint({ identity_token: await at(secret) })).status).toBe(201);
    const stored = JSON.stringify(await store.assistants.get({ accountId }, assistant.id));
    for (const secret of [first, second]) expect(stored).not.toContain(secret);
    tick(86_400_000);
    expect((await mint({ identity_token: await at(first, 86_400) })).status).toBe(401);
    expect((await mint({ identity_token: await at(second, 86_400) })).status).toBe(201);
  });

  test.for(['EdDSA', 'ES256'] as const)('is read by public keys: %s', async (algorithm) => {
    const [one, two] = await Promise.all([generateKeyPair(algorithm), generateKeyPair(algorithm)]);
    const jwk = async (pair: typeof one, kid: string) => ({
      ...(await exportJWK(pair.publicKey)),
      kid,
      alg: algorithm,
    });
    let keys: object[] = [await jwk(one, 'k1')];
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end(JSON.stringify({ keys }));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    cleanups.push(() => server.close());
    const jwks_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const { mint, assistant, tick } = await setUp(
      { algorithm, jwks_url },
      { ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1' },
    );
    const token = (pair: typeof one, kid: string) =>
      new SignJWT({ sub: 'user_1', aud: assistant.id, exp: NOW + 7200 })
        .setProtectedHeader({ alg: algorithm, kid })
        .sign(pair.privateKey);
    for (let n = 0; n < 3; n++) expect((await mint({ identity_token: await token(one, 'k1') })).status).toBe(201);
    expect(asked).toBe(1);
    // A key that is not there, then is: fetched again, but not at each try.
    expect((await mint({ identity_token: await token(two, 'k2') })).status).toBe(401);
    keys = [...keys, await jwk(two, 'k2')];
    tick(31_000);
    expect((await mint({ identity_token: await token(two, 'k2') })).status).toBe(201);
    expect(asked).toBe(2);
    // Nor is an old answer fresh for as long as the clock was put back.
    keys = [...keys, await jwk(two, 'k3')];
    tick(-3_600_000);
    expect((await mint({ identity_token: await token(two, 'k3') })).status).toBe(201);
    expect(asked).toBe(3);
    // The public key taken for a secret signs nothing.
    const confused = await sign(JSON.stringify(keys[0]), assistant.id, {}, { alg: 'HS256' });
    expect((await mint({ identity_token: confused })).status).toBe(401);
    // Old keys are used when new ones cannot be fetched.
    server.close();
    server.closeAllConnections();
    tick(600_000);
    expect((await mint({ identity_token: await token(one, 'k1') })).status).toBe(201);
  });

  test('needs an address of public keys that is public', async () => {
    const { send, sk, path } = await setUp();
    for (const identity of [
      { algorithm: 'ES256' },
      { algorithm: 'ES256', jwks_url: 'http://site.example/jwks' },
      { algorithm: 'ES256', jwks_url: 'https://127.0.0.1/jwks' },
      { algorithm: 'HS256', jwks_url: 'https://site.example/jwks' },
      { algorithm: 'none' },
    ]) {
      expect((await send('PATCH', path, { key: sk.credential, body: { identity } })).status).toBe(400);
    }
    const body = { identity: { algorithm: 'ES256', jwks_url: 'https://site.example/jwks' } };
    expect((await send('PATCH', path, { key: sk.credential, body })).status).toBe(200);
    expect((await send('POST', `${path}/identity-secret`, { key: sk.credential })).status).toBe(409);
  });
});

describe('a visitor’s own data', () => {
  test('is exported whole, however much there is, and nothing of others', async () => {
    const { login } = await setUp({}, { ASSISTERS_MESSAGES_PER_VISITOR: '0' });
    const visitor = await login({});
    const other = await login({});
    await other.ask('A secret of somebody else');
    const first = await visitor.ask('metadata with "messages":[ in it');
    for (let n = 0; n < 120; n++) {
      await visitor.as('POST', `/conversations/${first}/messages`, { content: `n ${n}`, metadata: { messages: [n] } });
    }
    await visitor.ask('The last');
    const answer = await visitor.as('GET', '/visitor-sessions/me/export');
    expect(answer.headers.get('Content-Disposition')).toContain('attachment');
    const text = await answer.text();
    expect(text).not.toContain('somebody else');
    const data = JSON.parse(text) as VisitorExport;
    expect(data).toMatchObject({ visitor_id: visitor.session.visitor_id, user_id: null });
    expect(data.conversations.map(({ messages }) => messages.length).sort()).toEqual([2, 242]);
    const stored = data.conversations.find(({ id }) => id === first)!;
    expect(stored.messages[4]).toMatchObject({ role: 'user', content: 'n 1', metadata: { messages: [1] } });
  }, 30_000);

  test('is deleted whole, on every device, and nothing of others', async () => {
    const { rotate, login, assistant } = await setUp();
    const secret = await rotate();
    const identity_token = await sign(secret, assistant.id);
    const [phone, laptop, other] = [await login({ identity_token }), await login({ identity_token }), await login({})];
    const id = await phone.ask('Forget me');
    await other.ask('Keep me');
    expect((await laptop.as('DELETE', '/visitor-sessions/me')).status).toBe(204);
    for (const device of [phone, laptop]) expect((await device.as('GET', '/conversations')).status).toBe(401);
    expect(await other.threads()).toHaveLength(1);
    const again = await login({ identity_token });
    expect(await again.threads()).toEqual([]);
    expect((await again.as('GET', `/conversations/${id}`)).status).toBe(404);
  });

  test('one conversation is deleted by its visitor, not by another', async () => {
    const { login } = await setUp();
    const [visitor, other] = [await login({}), await login({})];
    const id = await visitor.ask('One');
    expect((await other.as('DELETE', `/conversations/${id}`)).status).toBe(404);
    expect((await visitor.as('DELETE', `/conversations/${id}`)).status).toBe(204);
    expect((await visitor.as('DELETE', `/conversations/${id}`)).status).toBe(404);
    expect(await visitor.threads()).toEqual([]);
  });

  test('is kept as long as the assistant says, and the page is told how long', async () => {
    const { login, send, sk, pk, path, deps, tick } = await setUp();
    expect((await send('PATCH', path, { key: sk.credential, body: { retention_days: 0 } })).status).toBe(400);
    await send('PATCH', path, { key: sk.credential, body: { retention_days: 2 } });
    const config = await send('GET', '/v1/widget/config', { key: pk.credential, origin: SITE });
    expect(await config.json()).toMatchObject({ retention_days: 2, identity: 'optional', tools: false });
    const visitor = await login({});
    await visitor.ask('How long?');
    tick(2 * 86_400_000);
    await hourly(deps);
    expect(await visitor.threads()).toHaveLength(1);
    tick(1);
    await hourly(deps);
    expect(await visitor.threads()).toEqual([]);
  });
});
