import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../../../test/postgres.ts';
import { seededRandom } from '../../../../test/random.ts';
import { createSitePace } from '../../crawl/site-pace.ts';
import { makeApp } from '../../testing/make-app.ts';
import { storeContract } from '../contract.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import type { NewChunk, Scope, Store } from '../store.ts';
import { DELIVERY_JOB, PER_ENDPOINT, type WebhookRow } from '../webhooks.ts';
import { openPool } from './client.ts';
import { openPostgresStore } from './open.ts';

const SCOPE: Scope = { accountId: 'acct_1' };

if (hasPostgres) {
  storeContract('postgres', async () => {
    const { url, drop } = await emptySchema();
    return { open: () => openPostgresStore({ url, connections: 4 }), remove: drop };
  });
}

describe.skipIf(!hasPostgres)(hasPostgres ? 'several processes on one database' : POSTGRES_ABSENT, () => {
  let place: Awaited<ReturnType<typeof emptySchema>>;
  let stores: readonly Store[];
  beforeEach(async () => {
    place = await emptySchema();
    stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url: place.url, connections: 4 })));
    await seed(stores[0]!);
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await place.drop();
  });
  const openTurn = (store: Store, n: number) =>
    store.messages.openTurn({
      scope: SCOPE,
      conversationId: 'conv_1',
      question: { id: `msg_q${n}`, content: '?', metadata: {} },
      answerId: `msg_a${n}`,
      idempotency: {
        owner: 'o',
        key: 'k',
        requestHash: 'r',
        conversationId: 'conv_1',
        messageId: `msg_a${n}`,
        createdAt: 1,
      },
      now: 1,
    });

  test('a job is leased by one of them', async () => {
    for (let n = 0; n < 40; n += 1) {
      await stores[0]!.jobs.put({
        id: `j${n}`,
        accountId: 'acct_1',
        kind: 'k',
        payload: {},
        bytes: null,
        runAt: 1,
        createdAt: 1,
      });
    }
    const leased = await Promise.all(
      Array.from({ length: 60 }, (_, n) => stores[n % 3]!.jobs.lease(['k'], 10, 1_000 + n)),
    );
    const ids = leased.flatMap((job) => (job ? [job.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    // Who finds every due row locked by others goes away empty, and looks again; nothing is left for long.
    for (
      let job = await stores[0]!.jobs.lease(['k'], 10, 9_000);
      job;
      job = await stores[0]!.jobs.lease(['k'], 10, 9_000)
    ) {
      ids.push(job.id);
    }
    expect(new Set(ids)).toEqual(new Set(Array.from({ length: 40 }, (_, n) => `j${n}`)));
    expect(ids).toHaveLength(40);
  });

  test('an endpoint is sent no more at once than it may', async () => {
    await stores[0]!.webhooks.create(WEBHOOK);
    for (let n = 0; n < 12; n += 1) await stores[0]!.assistants.update(SCOPE, 'ast_1', { name: `n${n}`, updatedAt: 5 });
    const held = [];
    for (let round = 0; round < 5; round += 1) {
      const jobs = await Promise.all(stores.map((store) => store.webhooks.queue.lease([DELIVERY_JOB], 10, 1_000)));
      held.push(...jobs.filter((job) => job !== null));
    }
    expect(held).toHaveLength(PER_ENDPOINT);
    expect(new Set(held.map(({ id }) => id)).size).toBe(PER_ENDPOINT);
  });

  test('an endpoint may be deleted while what was sent to it is being noted', async () => {
    const [one, other] = stores as [Store, Store];
    for (let round = 0; round < 25; round += 1) {
      await one.webhooks.create({ ...WEBHOOK, id: `wh_${round}` });
      await Promise.all(
        Array.from({ length: 8 }, (_, n) => one.assistants.update(SCOPE, 'ast_1', { name: `n${n}`, updatedAt: 5 })),
      );
      const { rows } = await one.webhooks.deliveries(SCOPE, `wh_${round}`, { limit: 8, offset: 0 });
      expect(rows).toHaveLength(8);
      const attempt = { at: 9, durationMs: 1, status: 200, requestHeaders: {}, responseBody: '', error: null };
      await Promise.all([
        ...rows.map(({ id }) => one.webhooks.record(id, { attempt, status: 'succeeded', nextAt: 9, gone: false })),
        other.webhooks.delete(SCOPE, `wh_${round}`),
      ]);
    }
  });

  test('of turns opened in all of them exactly one is not busy', async () => {
    const turns = await Promise.all(Array.from({ length: 30 }, (_, n) => openTurn(stores[n % 3]!, n)));
    expect(turns.filter((turn) => turn !== 'busy')).toHaveLength(1);
  });

  test('crawls of one site keep its pace together', async () => {
    const began = performance.now();
    const { signal } = new AbortController();
    const paces = stores.slice(0, 2).map((store) => createSitePace(store.limiter));
    await Promise.all([1, 2, 3].flatMap(() => paces.map((pace) => pace.turn('a.example', 50.5, signal))));
    // Six turns have five pauses between them; each pace alone would have been through after two.
    expect(performance.now() - began).toBeGreaterThan(4 * 50);
  });

  test('an idle conversation ends once', async () => {
    const ended = await Promise.all(stores.map((store) => store.conversations.endIdle(50, 60, 10)));
    expect(ended.flat()).toHaveLength(1);
  });

  test('appends that share a statement fail alone and keep their order', async () => {
    const store = stores[0]!;
    for (let n = 1; n < 20; n += 1) {
      await store.conversations.create({ ...CONVERSATION, id: `conv_${n + 1}` });
    }
    for (let n = 0; n < 20; n += 1) {
      await store.messages.openTurn({
        scope: SCOPE,
        conversationId: `conv_${n + 1}`,
        question: { id: `msg_q${n}`, content: '?', metadata: {} },
        answerId: `msg_a${n}`,
        idempotency: null,
        now: 1,
      });
    }
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) =>
        store.messages.append(
          'acct_1',
          `msg_a${n % 20}`,
          n % 20 === 7 ? 9 : n < 20 ? 0 : 3,
          n < 20 ? 'one' : '\u{1F600}',
          2,
        ),
      ),
    );
    expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([7, 27]);
    expect((await store.messages.get(SCOPE, 'conv_3', 'msg_a2'))?.content).toBe('one\u{1F600}');
  });

  test('processes that start at once migrate once; a database of a newer version is refused', async () => {
    const fresh = await emptySchema();
    const pool = openPool(place.url, 1, () => {});
    try {
      const opened = await Promise.all([1, 2, 3, 4].map(() => openPostgresStore({ url: fresh.url, connections: 1 })));
      await Promise.all(opened.map((store) => store.close()));
      await pool.query(`update schema_version set version = ${MIGRATIONS.length + 1}`);
      await expect(openPostgresStore({ url: place.url })).rejects.toThrow(/Start the newer version again/);
      await pool.query(`update schema_version set version = ${MIGRATIONS.length}`);
    } finally {
      await pool.end();
      await fresh.drop();
    }
  });
});

test.skipIf(!hasPostgres)(
  'a key that is revoked through one process opens no other from then on',
  async () => {
    const place = await emptySchema();
    const stores = await Promise.all([1, 2].map(() => openPostgresStore({ url: place.url, connections: 3 })));
    try {
      const [one, two] = await Promise.all(stores.map((store) => makeApp({ store })));
      const { credential, row } = await one!.addKey(one!.accountId, 'secret');
      const ask = () => two!.send('GET', '/v1/assistants', { key: credential });
      expect((await ask()).status).toBe(200);
      const gone = await one!.send('DELETE', `/v1/api-keys/${row.id}`, { key: one!.sk.credential });
      expect(gone.status).toBe(204);
      expect((await ask()).status).toBe(401);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await place.drop();
    }
  },
  60_000,
);

describe.skipIf(!hasPostgres)('full-text search', () => {
  test('ranks as the embedded engine does', async () => {
    const random = seededRandom(7);
    const words = Array.from({ length: 60 }, (_, n) => `word${n}`);
    // Squared, so that some words are common and some are rare.
    const text = (length: number) =>
      Array.from({ length }, () => words[Math.floor(random() ** 2 * words.length)]).join(' ');
    const chunks: NewChunk[] = Array.from({ length: 80 }, (_, n) => ({
      id: `c_${n}`,
      ordinal: n,
      title: text(2),
      heading: text(3),
      text: text(5 + Math.floor(random() * 60)),
      url: '',
    }));
    const place = await emptySchema();
    const stores = [openSqliteStore({ file: ':memory:' }), await openPostgresStore({ url: place.url })];
    for (const store of stores) {
      await seed(store);
      await store.chunks.replace(SCOPE, 'kb_1', 'doc_1', chunks, 1);
    }
    for (const terms of [['word1'], ['word3', 'word50'], ['word0', 'word20', 'word59', 'none'], words.slice(10, 40)]) {
      const [sqlite, postgres] = await Promise.all(
        stores.map((store) => store.chunks.search(SCOPE, 'kb_1', terms, 20)),
      );
      expect(sqlite!.length).toBeGreaterThan(0);
      expect(postgres!.map(({ id }) => id)).toEqual(sqlite!.map(({ id }) => id));
      for (const [n, { score }] of postgres!.entries()) expect(score).toBeCloseTo(sqlite![n]!.score, 4);
    }
    await Promise.all(stores.map((store) => store.close()));
    await place.drop();
  });
});

const WEBHOOK: WebhookRow = {
  id: 'wh_1',
  accountId: 'acct_1',
  url: 'https://a.example/',
  events: ['assistant.updated'],
  description: '',
  enabled: true,
  disabledReason: null,
  secret: 'whsec_c2VjcmV0',
  oldSecrets: [],
  pausedUntil: 0,
  failures: 0,
  createdAt: 1,
  updatedAt: 1,
};

const CONVERSATION = {
  id: 'conv_1',
  accountId: 'acct_1',
  assistantId: 'ast_1',
  visitorId: null,
  userId: null,
  title: null,
  metadata: {},
  createdAt: 1,
  lastMessageAt: null,
  endedAt: null,
};

async function seed(store: Store): Promise<void> {
  await store.accounts.create({ id: 'acct_1', name: 'One', plan: 'enterprise', createdAt: 1 });
  await store.assistants.create({
    id: 'ast_1',
    accountId: 'acct_1',
    name: 'A',
    description: '',
    model: 'extractive',
    systemPrompt: '',
    knowledgeBaseId: null,
    category: null,
    config: {},
    widget: {},
    retentionDays: null,
    identity: null,
    attachments: null,
    createdAt: 1,
    updatedAt: 1,
  });
  await store.conversations.create(CONVERSATION);
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: '', description: '', createdAt: 1 });
  await store.knowledge.putDocument({
    id: 'doc_1',
    accountId: 'acct_1',
    knowledgeBaseId: 'kb_1',
    key: 'k',
    title: '',
    url: '',
    filename: null,
    mediaType: 'text/plain',
    bytes: 1,
    contentHash: '',
    status: 'ready',
    error: null,
    chunkCount: 0,
    metadata: {},
    createdAt: 1,
    updatedAt: 1,
  });
}
