import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { ROUTES, type Route, type RouteName } from '../../protocol/routes.ts';
import { honoPath } from '../http/mount.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { identify } from './authorize.ts';

/** All 10,000 of them: `ASSISTERS_SWAPS=10000`. */
const SWAPS = Number(process.env.ASSISTERS_SWAPS ?? 1_500);

const BODIES: Partial<Record<RouteName, object>> = {
  createMessage: { content: 'Mine?' },
  streamMessage: { content: 'Mine?' },
  createToolResults: { results: [{ tool_call_id: 'c', content: 1 }] },
  createFeedback: { rating: 'up' },
  updateAssistant: { name: 'Mine' },
  updateApiKey: { name: 'Mine' },
  updateWebhook: { enabled: false },
  rotateWebhookSecret: {},
  createUrls: { urls: ['https://site.example/'] },
};
/** Take a form, and are tested with documents and attachments. */
const SKIPPED: readonly RouteName[] = ['createDocument', 'createAttachment'];

interface Owner {
  readonly key: string;
  readonly origin: string | null;
  readonly caller: 'vt' | 'sk';
  readonly account: string;
  /** Ids by the noun of the path they stand in, outer first. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

/** Two accounts, each with a secret key, two visitors and one object of every kind. */
async function scene(store: Store) {
  const app = await makeApp({
    store,
    env: { ASSISTERS_MESSAGES_PER_VISITOR: '0', ASSISTERS_MESSAGES_PER_VISITOR_DAY: '0' },
  });
  const { send, addAccount, addAssistant, addKey, addVisitor } = app;
  const owners: Owner[] = [];
  for (let n = 0; n < 2; n += 1) {
    const account = await addAccount();
    const sk = (await addKey(account, 'secret')).credential;
    const make = async (path: string, body: object) => {
      const answer = await send('POST', `/v1${path}`, { key: sk, body });
      return (await answer.json()) as { id: string; urls: { id: string }[] };
    };
    const assistant = await addAssistant(account);
    const base = await make('/knowledge-bases', { name: 'Docs' });
    const source = (await make(`/knowledge-bases/${base.id}/urls`, { urls: [`https://site${n}.example/`] })).urls[0]!;
    const document = await store.knowledge.putDocument({
      ...DOCUMENT,
      id: `doc_${n}`,
      accountId: account,
      knowledgeBaseId: base.id,
    });
    const hook = await make('/webhooks', { url: 'https://site.example/hook', events: ['conversation.created'] });
    const spare = await make('/api-keys', { kind: 'secret', name: 'Spare' });
    const page = await addKey(account, 'publishable', { origins: [SITE], assistantIds: [assistant.id] });
    const talk = async (key: string, origin: string | null) => {
      const begun = await send('POST', '/v1/conversations', { key, origin, body: { assistant_id: assistant.id } });
      const { id } = (await begun.json()) as { id: string };
      const answer = await send('POST', `/v1/conversations/${id}/messages`, {
        key,
        origin,
        body: { content: `Secret of ${id}` },
      });
      const message = ((await answer.json()) as { id: string }).id;
      const file = { accountId: account, conversationId: id, name: 'a', mediaType: 'text/plain', bytes: 1 };
      await store.attachments.add(
        { accountId: account },
        { ...file, id: `att_${id}`, chunks: [], truncated: false, createdAt: 1 },
        20,
      );
      return [id, message, `att_${id}`];
    };
    for (let v = 0; v < 2; v += 1) {
      const { token } = await addVisitor(page, SITE, assistant.id);
      owners.push({ key: token, origin: SITE, caller: 'vt', account, ids: { conversations: await talk(token, SITE) } });
    }
    const own = await talk(sk, null);
    const { rows } = await store.webhooks.deliveries({ accountId: account }, hook.id, { limit: 1, offset: 0 });
    owners.push({
      key: sk,
      origin: null,
      caller: 'sk',
      account,
      ids: {
        conversations: own,
        assistants: [assistant.id],
        'knowledge-bases': [base.id, document.id, source.id],
        webhooks: [hook.id, rows[0]!.id],
        'api-keys': [spare.id],
      },
    });
  }
  return { ...app, owners };
}

/** Asks for what belongs to others, and counts the answers that are not exactly those for an unknown id. */
async function swaps(store: Store, count: number) {
  const { send, owners } = await scene(store);
  const routes = (Object.entries(ROUTES) as [RouteName, Route][]).filter(
    ([name, { path }]) => path.includes('{') && !SKIPPED.includes(name),
  );
  const random = seededRandom(17);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const leaks: string[] = [];
  const unknown = new Map<string, string>();
  for (let n = 0; n < count; ) {
    const [name, route] = pick(routes);
    const caller = pick(owners);
    // A visitor's things belong to the account too, so a secret key is set on another account's.
    const others = owners.filter(
      (owner) => owner !== caller && (caller.caller === 'vt' || owner.account !== caller.account),
    );
    const owner = pick(others);
    const noun = route.path.split('/')[1]!;
    const theirs = owner.ids[noun];
    if (!route.callers.includes(caller.caller) || !theirs) continue;
    n += 1;
    const mine = caller.ids[noun] ?? [];
    const inner = /\{(\w+)\}.*\{(\w+)\}/.exec(route.path)?.[2];
    const at = inner === 'uid' || inner === 'aid' ? 2 : 1;
    // Both theirs, or one of them in a place of mine.
    const mix = inner === undefined || mine.length === 0 ? 0 : Math.floor(random() * 3);
    const ids = [mix === 1 ? mine[0]! : theirs[0]!, mix === 2 ? mine[at]! : theirs[at]!];
    const at404 = async (values: readonly string[]) => {
      let k = 0;
      const path = honoPath(route.path).replace(/:\w+/g, () => values[k++]!);
      const body = BODIES[name];
      const answer = await send(route.method, path, { key: caller.key, origin: caller.origin, ...(body && { body }) });
      return `${answer.status} ${await answer.text()}`;
    };
    const got = await at404(ids);
    const known = `${name} ${caller.caller} ${mix === 1}`;
    if (!unknown.has(known)) unknown.set(known, await at404(mix === 1 ? [mine[0]!, 'x_none'] : ['x_none', 'x_none']));
    if (!got.startsWith('404 ') || got !== unknown.get(known))
      leaks.push(`${name} as ${caller.caller}: ${got.slice(0, 80)}`);
  }
  return leaks;
}

const DOCUMENT = {
  key: 'a',
  title: 'A',
  url: '',
  filename: null,
  mediaType: 'text/plain',
  bytes: 1,
  contentHash: 'h',
  status: 'ready',
  error: null,
  chunkCount: 0,
  metadata: {},
  createdAt: 1,
  updatedAt: 1,
} as const;

describe('what belongs to others does not exist', () => {
  test(`${SWAPS} ids that are somebody else's: each answers like an unknown one`, async () => {
    expect(await swaps(openSqliteStore({ file: ':memory:' }), SWAPS)).toEqual([]);
  }, 300_000);

  test('the check sees a store that forgets whose conversation it is', async () => {
    const store = openSqliteStore({ file: ':memory:' });
    const { conversations } = store;
    const careless: Store = {
      ...store,
      conversations: { ...conversations, get: ({ accountId }, id) => conversations.get({ accountId }, id) },
    };
    expect((await swaps(careless, 400)).length).toBeGreaterThan(0);
  }, 60_000);
});

test('of 10,000 changed credentials of every kind none is taken', async () => {
  const app = await makeApp({ store: openSqliteStore({ file: ':memory:' }) });
  const { token } = await app.addVisitor();
  const restricted = await app.addKey(app.accountId, 'restricted', { scopes: ['assistants:read'] });
  const good = [
    { credential: app.pk.credential, origin: SITE },
    { credential: token, origin: SITE },
    { credential: app.sk.credential, origin: null },
    { credential: restricted.credential, origin: null },
  ];
  const accepted = (credential: string, origin: string | null) =>
    identify(
      {
        headers: new Headers({ Authorization: `Bearer ${credential}`, ...(origin && { Origin: origin }) }),
        ownOrigins: [],
        address: null,
      },
      app.deps,
    ).then(
      () => true,
      () => false,
    );
  for (const { credential, origin } of good) expect(await accepted(credential, origin)).toBe(true);
  const random = seededRandom(8);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-. ';
  const taken: string[] = [];
  for (let n = 0; n < 10_000; n += 1) {
    const { credential, origin } = good[n % good.length]!;
    let changed = credential;
    for (let changes = 1 + Math.floor(random() * 3); changes > 0 || changed === credential; changes -= 1) {
      const at = Math.floor(random() * changed.length);
      const char = alphabet[Math.floor(random() * alphabet.length)]!;
      const kind = random();
      if (kind < 0.6) changed = changed.slice(0, at) + char + changed.slice(at + 1);
      else if (kind < 0.8) changed = changed.slice(0, at) + changed.slice(at + 1);
      else changed = changed.slice(0, at) + char + changed.slice(at);
    }
    // White space around a credential is no part of it.
    if (changed.trim() !== credential && (await accepted(changed, origin))) taken.push(changed);
  }
  expect(taken).toEqual([]);
}, 60_000);
