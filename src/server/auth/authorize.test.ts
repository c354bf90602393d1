import { describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import { ROUTES, type RouteName } from '../../protocol/routes.ts';
import { honoPath } from '../http/mount.ts';
import { SILENT_LOG } from '../logs.ts';
import { routes } from '../routes/index.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { VISITOR_SESSION } from './authorize.ts';
import { hashCredential, newCredential } from './credentials.ts';
import { EMBED_NONCE_SECONDS, makeEmbedNonce } from './embed-nonce.ts';

interface Cell {
  readonly id: string;
  readonly actor: string;
  readonly route: string;
  readonly expect_status: number;
  readonly expect_code: string;
}

/** The matrix proposes routes; these are the ones we have. Others (URL sources, console sessions) are not built. */
const OUR_ROUTE: Readonly<Record<string, RouteName>> = {
  'GET /v1/widget/config': 'getWidgetConfig',
  'POST /v1/visitor-sessions': 'createVisitorSession',
  'GET /v1/conversations/{id}': 'getConversation',
  'GET /v1/conversations/{id}/messages': 'listMessages',
  'POST /v1/conversations/{id}/messages': 'createMessage',
  'POST /v1/messages/{id}/feedback': 'createFeedback',
  'GET /v1/conversations (list all)': 'listConversations',
  'GET /v1/assistants': 'listAssistants',
  'GET /v1/assistants/{id}': 'getAssistant',
  'PATCH /v1/assistants/{id}': 'updateAssistant',
  'GET /v1/api-keys': 'listApiKeys',
  'POST /v1/conversations': 'createConversation',
  'POST /v1/conversations/{id}/messages/stream': 'streamMessage',
  'GET /v1/messages/{id}/stream?after=n': 'resumeMessage',
  'POST /v1/conversations/{id}/end': 'endConversation',
  'GET /v1/knowledge-bases': 'listKnowledgeBases',
  'POST /v1/knowledge-bases/{id}/documents': 'createDocument',
  'POST /v1/api-keys': 'createApiKey',
  'POST /v1/assistants': 'createAssistant',
  'GET /v1/webhooks': 'listWebhooks',
  'POST /v1/webhooks': 'createWebhook',
};
const OUR_CODE: Readonly<Record<string, string>> = {
  invalid_key: 'invalid_api_key',
  insufficient_scope: 'insufficient_permissions',
};
const BODIES: Partial<Record<RouteName, object>> = {
  createMessage: { content: 'Hello?' },
  streamMessage: { content: 'Hello?' },
  createFeedback: { rating: 'up' },
  updateAssistant: { name: 'Changed' },
  createAssistant: { name: 'New' },
  createApiKey: { kind: 'secret', name: 'New' },
  createWebhook: { url: 'https://site.example/hook', events: ['message.created'] },
};

const mounted = new Set<RouteName>(routes.map(({ name }) => name));
const cells = corpus<Cell>('authz-matrix').filter(({ actor, route, expect_status }) => {
  const name = OUR_ROUTE[route];
  if (name === undefined || !mounted.has(name) || actor === 'ck') return false;
  // A visitor may list conversations here, and gets their own.
  if (name === 'listConversations' && actor.startsWith('vt_') && expect_status === 403) return false;
  // The page's own endpoints are narrower here: they take its key and no other.
  if (
    (name === 'getWidgetConfig' || name === 'createVisitorSession') &&
    !actor.startsWith('pk_') &&
    expect_status < 300
  ) {
    return false;
  }
  // Uploads past the door are the business of the documents' own test.
  return !(name === 'createDocument' && (expect_status < 400 || expect_status === 404));
});

/** An account with a conversation of visitor 1, and everybody who may come to it. */
async function scene() {
  const app = await makeApp();
  const { store, accountId, assistant, pk, addKey, addVisitor, addAccount, addAssistant, deps } = app;
  const now = deps.clock();
  const own = await addVisitor();
  await store.conversations.create({
    id: 'conv_1',
    accountId,
    assistantId: assistant.id,
    visitorId: own.session.visitorId,
    userId: null,
    title: null,
    metadata: {},
    createdAt: now,
    lastMessageAt: null,
    endedAt: null,
  });
  await store.messages.openTurn({
    scope: { accountId },
    conversationId: 'conv_1',
    question: { id: 'msg_q', content: 'What?', metadata: {} },
    answerId: 'msg_a',
    idempotency: null,
    now,
  });
  const end = { sources: [], outcome: null, usage: null, error: null, truncated: false };
  await store.messages.finish(accountId, 'msg_a', { status: 'complete', ...end }, now);

  const otherAssistant = await addAssistant(accountId);
  const wide = await addKey(accountId, 'publishable', { origins: [SITE], assistantIds: [otherAssistant.id] });
  const tenant = await addAccount();
  const tenantAssistant = await addAssistant(tenant);
  const tenantPk = await addKey(tenant, 'publishable', { origins: [SITE], assistantIds: [tenantAssistant.id] });
  const page = { origins: [SITE], assistantIds: [assistant.id] };
  const [revoked, grace, afterGrace, willDie] = await Promise.all([
    addKey(accountId, 'publishable', { ...page, revokedAt: now }),
    addKey(accountId, 'publishable', { ...page, expiresAt: now + 1 }),
    addKey(accountId, 'publishable', { ...page, expiresAt: now }),
    addKey(accountId, 'publishable', page),
  ]);
  const ofDead = await addVisitor(willDie);
  await store.keys.update({ accountId }, willDie.row.id, { revokedAt: now });
  const expiredToken = newCredential('visitorToken', deps.random);
  await store.sessions.create({
    ...own.session,
    id: 'vs_expired',
    hash: hashCredential(expiredToken),
    expiresAt: now,
  });
  const read = Object.values(ROUTES).flatMap((route) =>
    'scope' in route && route.scope.endsWith(':read') ? [route.scope] : [],
  );
  const otherVisitor = await addVisitor();
  const actors: Record<string, { key?: string; origin?: string; query?: string; headers?: Record<string, string> }> = {
    none: { origin: SITE },
    pk_ok: { key: pk.credential, origin: SITE },
    pk_badorigin: { key: pk.credential, origin: 'https://evil.example' },
    pk_noorigin: { key: pk.credential },
    pk_revoked: { key: revoked.credential, origin: SITE },
    pk_grace: { key: grace.credential, origin: SITE },
    pk_after_grace: { key: afterGrace.credential, origin: SITE },
    pk_query: { query: `?key=${pk.credential}`, origin: SITE },
    vt_own: { key: own.token, origin: SITE },
    vt_other_visitor: { key: otherVisitor.token, origin: SITE },
    vt_other_assistant: { key: (await addVisitor(wide, SITE, otherAssistant.id)).token, origin: SITE },
    vt_other_tenant: { key: (await addVisitor(tenantPk, SITE, tenantAssistant.id)).token, origin: SITE },
    vt_expired: { key: expiredToken, origin: SITE },
    vt_tampered: { key: `${own.token.slice(0, -1)}${own.token.endsWith('0') ? 1 : 0}`, origin: SITE },
    vt_alg_none: { key: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ2aXNfMSJ9.', origin: SITE },
    vt_pk_revoked: { key: ofDead.token, origin: SITE },
    vt_other_origin: { key: own.token, origin: 'https://evil.example' },
    rk_read: { key: (await addKey(accountId, 'restricted', { scopes: read })).credential },
    sk_own: { key: app.sk.credential },
    sk_other_tenant: { key: (await addKey(tenant, 'secret')).credential },
    sk_revoked: { key: (await addKey(accountId, 'secret', { revokedAt: now })).credential },
    sk_browser: { key: app.sk.credential, origin: SITE },
  };
  const assistantOf: Record<string, string> = {
    vt_other_assistant: otherAssistant.id,
    vt_other_tenant: tenantAssistant.id,
  };
  const visit = (actorName: string, name: RouteName) => {
    const actor = actors[actorName]!;
    const ids: Record<string, string> = { id: name.includes('Assistant') ? assistant.id : 'conv_1', mid: 'msg_a' };
    const path = honoPath(ROUTES[name].path).replace(/:(\w+)/g, (_, param: string) => ids[param]!);
    const body =
      name === 'createConversation' ? { assistant_id: assistantOf[actorName] ?? assistant.id } : BODIES[name];
    return app.send(ROUTES[name].method, path + (actor.query ?? ''), { ...actor, ...(body && { body }) });
  };
  return { ...app, actors, visit, own };
}

describe.skipIf(!hasCorpora)(`authz-matrix corpus${hasCorpora ? '' : ` (${CORPORA_ABSENT})`}`, () => {
  test('many of its cells apply', () => expect(cells.length).toBeGreaterThan(100));
  test.each(cells)('$actor, $route: $expect_status $expect_code', async (cell) => {
    const { visit } = await scene();
    const answer = await visit(cell.actor, OUR_ROUTE[cell.route]!);
    if (cell.expect_status < 300) {
      expect(answer.status).toBeLessThan(300);
      return void (await answer.body?.cancel());
    }
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([cell.expect_status, OUR_CODE[cell.expect_code] ?? cell.expect_code]);
  });
});

const codeOf = async (answer: Response) =>
  answer.ok ? 'ok' : ((await answer.json()) as { error: { code: string } }).error.code;

describe('a publishable key', () => {
  test('of a page that is not listed is refused; the log has the command that lists it, the caller no id', async () => {
    const lines: object[] = [];
    const log = { ...SILENT_LOG, info: (data: object) => void lines.push(data) };
    const { send, pk } = await makeApp({ log });
    const answer = await send('GET', '/v1/widget/config', { key: pk.credential, origin: 'https://new.example:8443' });
    const text = await answer.text();
    expect(text).toContain('https://new.example:8443');
    expect(text).not.toContain(pk.row.id);
    const advice = `npx assisters keys update ${pk.row.id} --add-origin https://new.example:8443`;
    expect(lines).toEqual([expect.objectContaining({ code: 'origin_not_allowed', advice })]);
    expect(text).not.toContain(SITE);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('https://new.example:8443');
  });

  test.each(['null', 'https://x.example"; rm -rf /', `https://${'x'.repeat(400)}.example`])(
    'an origin that cannot be listed is not quoted: %s',
    async (origin) => {
      const { send, pk } = await makeApp();
      const answer = await send('GET', '/v1/widget/config', { key: pk.credential, headers: { Origin: origin } });
      expect(answer.status).toBe(403);
      const text = await answer.text();
      expect(text).not.toContain('--add-origin');
      expect(text).not.toContain('rm -rf');
    },
  );

  test('serves an app without an origin only when the key allows native apps', async () => {
    const { send, addKey, accountId, assistant } = await makeApp();
    const native = await addKey(accountId, 'publishable', { allowNative: true, assistantIds: [assistant.id] });
    expect((await send('GET', '/v1/widget/config', { key: native.credential })).status).toBe(200);
    expect((await send('GET', '/v1/widget/config', { key: native.credential, origin: 'null' })).status).toBe(403);
  });

  test('reads a same-origin GET, which has no Origin, by what the browser says of the site', async () => {
    const { app, addKey, accountId, assistant, pk } = await makeApp();
    const own = await addKey(accountId, 'publishable', {
      origins: ['http://localhost:8787'],
      assistantIds: [assistant.id],
    });
    const get = (key: string, site: string) =>
      app.request('http://localhost:8787/v1/widget/config', {
        headers: { Authorization: `Bearer ${key}`, 'Sec-Fetch-Site': site },
      });
    expect((await get(own.credential, 'same-origin')).status).toBe(200);
    expect((await get(own.credential, 'cross-site')).status).toBe(403);
    expect((await get(pk.credential, 'same-origin')).status).toBe(403);
  });
});

describe('a page of ours in an iframe', () => {
  const OURS = 'http://localhost:8787';
  const mint = async (scene: Awaited<ReturnType<typeof makeApp>>, nonce: string, origin = OURS) =>
    scene.app.request(`${OURS}/v1/visitor-sessions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${scene.pk.credential}`, Origin: origin, 'X-Assisters-Embed': nonce },
    });

  test('starts a session with its nonce for five minutes, and the session works there', async () => {
    const scene = await makeApp();
    const { pk, deps, tick, app, store, accountId } = scene;
    const nonce = makeEmbedNonce(pk.row.id, deps.signingSecret, deps.clock());
    const answer = await mint(scene, nonce);
    expect(answer.status).toBe(201);
    const { token } = (await answer.json()) as { token: string };
    const list = (origin: string) =>
      app.request(`${OURS}/v1/assistants`, { headers: { Authorization: `Bearer ${token}`, Origin: origin } });
    expect(await codeOf(await list(OURS))).toBe('key_type_not_allowed');
    expect(await codeOf(await list('https://evil.example'))).toBe('origin_not_allowed');
    await store.keys.update({ accountId }, pk.row.id, { origins: [] });
    expect(await codeOf(await list(SITE))).toBe('origin_not_allowed');
    tick(EMBED_NONCE_SECONDS * 1000 - 1);
    expect((await mint(scene, nonce)).status).toBe(201);
    tick(1);
    expect((await mint(scene, nonce)).status).toBe(403);
  });

  test('a nonce of another key, another secret or another form opens nothing, nor does a good one elsewhere', async () => {
    const scene = await makeApp();
    const { pk, deps } = scene;
    const good = makeEmbedNonce(pk.row.id, deps.signingSecret, deps.clock());
    for (const nonce of [
      makeEmbedNonce('key_other', deps.signingSecret, deps.clock()),
      makeEmbedNonce(pk.row.id, 'other', deps.clock()),
      good.replace(/^\d+/, (ends) => String(Number(ends) + 1)),
      '',
      '.',
      'x.y',
    ]) {
      expect((await mint(scene, nonce)).status).toBe(403);
    }
    expect((await mint(scene, good, 'https://evil.example')).status).toBe(403);
  });

  test('a token of a listed site is no token of our own origin', async () => {
    const { app, addVisitor } = await makeApp();
    const { token } = await addVisitor();
    const answer = await app.request(`${OURS}/v1/assistants`, {
      headers: { Authorization: `Bearer ${token}`, Origin: OURS },
    });
    expect(await codeOf(answer)).toBe('origin_not_allowed');
  });
});

describe('a visitor token', () => {
  test('dies 30 days after its last use and 90 days after it was made', async () => {
    const { send, addVisitor, tick, store } = await makeApp();
    const { token, session } = await addVisitor();
    const use = async () => codeOf(await send('GET', '/v1/assistants', { key: token, origin: SITE }));
    const lastUse = async () => (await store.sessions.findByHash(session.hash))!.lastUsedAt - session.createdAt;
    tick(1_000);
    expect([await use(), await lastUse()]).toEqual(['key_type_not_allowed', 0]);
    for (const days of [29, 29, 29]) {
      tick(days * 86_400_000);
      expect(await use()).toBe('key_type_not_allowed');
    }
    expect(await lastUse()).toBe(87 * 86_400_000 + 1_000);
    tick(3 * 86_400_000);
    expect(await use()).toBe('token_expired');

    const idle = await addVisitor();
    tick(VISITOR_SESSION.idleMs);
    expect(await codeOf(await send('GET', '/v1/assistants', { key: idle.token, origin: SITE }))).toBe('token_expired');
  });

  test('is refused at once when its origin leaves the list', async () => {
    const { send, addVisitor, store, accountId, pk } = await makeApp();
    const { token } = await addVisitor();
    const use = async () => codeOf(await send('GET', '/v1/assistants', { key: token, origin: SITE }));
    expect(await use()).toBe('key_type_not_allowed');
    await store.keys.update({ accountId }, pk.row.id, { origins: ['https://other.example'] });
    expect(await use()).toBe('origin_not_allowed');
  });
});

describe('a secret key', () => {
  test('sent by a browser is refused, known or not; sent by Node’s fetch it is not', async () => {
    const { send, sk } = await makeApp();
    const use = async (headers: Record<string, string>, key = sk.credential) =>
      codeOf(await send('GET', '/v1/assistants', { key, headers }));
    expect(await use({ Origin: 'https://any.example' })).toBe('secret_key_in_browser');
    expect(await use({ 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' })).toBe('secret_key_in_browser');
    expect(await use({ Origin: 'https://any.example' }, 'sk_live_unknown')).toBe('secret_key_in_browser');
    expect(await use({ 'Sec-Fetch-Mode': 'cors' })).toBe('ok');
  });

  test.each(['', 'Basic eDp5', 'Bearer', 'Bearer a b'])('%j is no credential', async (header) => {
    const { send } = await makeApp();
    expect(await codeOf(await send('GET', '/v1/assistants', { headers: { Authorization: header } }))).toBe(
      'missing_credential',
    );
  });
});
