import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../../test/postgres.ts';
import { databaseFile } from '../store/open.ts';
import { openPool } from '../store/postgres/client.ts';
import { openPostgresStore } from '../store/postgres/open.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { sql as v010 } from '../store/sqlite/released/v0.1.0.ts';
import type { Store } from '../store/store.ts';
import { migrate } from './migrate.ts';

const SCOPE = { accountId: 'acct_1' };
const MODEL = { name: 'm', dimension: 3 };
const ALL = { limit: 100, offset: 0 };

describe.skipIf(!hasPostgres)(hasPostgres ? 'assisters migrate' : POSTGRES_ABSENT, { timeout: 60_000 }, () => {
  let folder: string;
  let place: Awaited<ReturnType<typeof emptySchema>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assisters-migrate-'));
    place = await emptySchema();
    const store = openSqliteStore({ file: databaseFile(folder) });
    await fill(store);
    await store.close();
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await place.drop();
  });
  const run = async (env: Record<string, string> = {}) => {
    const said = { out: '', err: '' };
    const code = await migrate.run(['--from', 'sqlite', '--to', 'postgres'], {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      env: { ASSISTERS_DATA_DIR: folder, ASSISTERS_DATABASE_URL: place.url, ...env },
      signal: new AbortController().signal,
    });
    return { code, ...said };
  };
  const edit = (statement: string) => {
    const raw = new Database(databaseFile(folder));
    raw.exec(statement);
    raw.close();
  };

  test('moves everything, and what is found by words and by vectors is found as before', async () => {
    // A process died while it wrote a new version.
    edit(`insert into chunks (id, document_id, ordinal, title, heading, text, url)
      values ('c_half', 'doc_1', -1, '', '', 'alpha', '')`);
    const { code, out, err } = await run();
    expect(code).toBe(0);
    expect(out).toMatch(/Moved \d+ rows of \d+ tables/);
    expect(err).toMatch(/^copy {3}messages 2$/m);
    const [before, after] = [
      openSqliteStore({ file: databaseFile(folder) }),
      await openPostgresStore({ url: place.url }),
    ];
    try {
      for (const look of LOOKS) expect(await look(after)).toEqual(await look(before));
      const found = await Promise.all(
        [before, after].map((store) => store.chunks.search(SCOPE, 'kb_1', ['alpha', 'beta'], 10)),
      );
      expect(found[1]!.map(({ id }) => id)).toEqual(found[0]!.map(({ id }) => id));
      expect(found[1]![0]!.score).toBeCloseTo(found[0]![0]!.score, 4);
      // What comes later takes no number that was given out.
      await after.chunks.replace(SCOPE, 'kb_1', 'doc_1', [{ ...CHUNK, id: 'c_new', text: 'gamma' }], 9);
      expect((await after.chunks.search(SCOPE, 'kb_1', ['gamma'], 10)).map(({ id }) => id)).toEqual(['c_new']);
      expect(await after.jobs.lease(['k'], 100, 200)).toMatchObject({ bytes: new Uint8Array([0, 255, 7]) });
    } finally {
      await before.close();
      await after.close();
    }
  });

  /**
   * The oldest release had SQLite only, so there is no old schema of PostgreSQL to bring up to date: whoever comes from it
   * comes this way.
   */
  test('moves what version 0.1.0 left, every row of every table', async () => {
    const file = databaseFile(folder);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
    const old = new Database(file);
    old.exec(v010);
    const tables = (old.prepare("select name from sqlite_master where type = 'table'").all([]) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('chunks_fts') && !name.startsWith('sqlite_'));
    const counts = tables.map((name) => {
      const [found] = old.prepare(`select count(*) as n from ${name}`).all([]) as { n: number }[];
      return [name, found!.n] as const;
    });
    old.close();
    expect(counts.every(([, n]) => n > 0)).toBe(true);

    expect((await run()).code).toBe(0);
    const pool = openPool(place.url, 1, () => {});
    for (const [name, n] of counts) {
      const { rows } = await pool.query<{ n: string }>(`select count(*) as n from ${name}`);
      expect([name, Number(rows[0]!.n)]).toEqual([name, n]);
    }
    await pool.end();
    const store = await openPostgresStore({ url: place.url });
    try {
      const { rows } = await store.messages.list(SCOPE, 'conv_1', ALL);
      expect(rows.map(({ content, feedback }) => [content, feedback])).toEqual([
        ['How?', null],
        ['So [1].', { rating: 'up' }],
      ]);
      expect((await store.chunks.search(SCOPE, 'kb_1', ['begin'], 5)).map(({ id }) => id)).toEqual(['c_1']);
      expect((await store.sessions.findByHash('hash_token'))?.visitorId).toBe('vis_1');
      expect((await store.keys.get(SCOPE, 'key_1'))?.origins).toEqual(['https://a.example']);
      expect((await store.webhooks.deliveries(SCOPE, 'wh_1', ALL)).total).toBe(1);
    } finally {
      await store.close();
    }
  });

  test('refuses a database that holds an installation, a folder in use, and one without data', async () => {
    await run();
    await expect(run()).rejects.toThrow(/holds an installation already/);
    await expect(run({ ASSISTERS_DATA_DIR: join(folder, 'none') })).rejects.toThrow(/There is no data/);
    await expect(run({ ASSISTERS_DATABASE_URL: '' })).rejects.toThrow(/Set ASSISTERS_DATABASE_URL/);
    await expect(migrate.run(['--from', 'sqlite'], {} as never)).rejects.toThrow(/Expected: assisters migrate/);
  });

  test('that fails half way leaves the target empty, and the next run does it all', async () => {
    // A reference to nothing, as a damaged file has it: SQLite took it with its checks off, PostgreSQL does not.
    edit("pragma foreign_keys = off; update messages set conversation_id = 'conv_gone' where id = 'msg_a'");
    await expect(run()).rejects.toThrow(/Nothing was moved to .*foreign key/);
    const store = await openPostgresStore({ url: place.url });
    expect(await store.accounts.list()).toEqual([]);
    await store.close();
    edit("pragma foreign_keys = off; update messages set conversation_id = 'conv_1' where id = 'msg_a'");
    expect((await run()).code).toBe(0);
  });

  test('notices a row that is not the same', async () => {
    await (await openPostgresStore({ url: place.url })).close();
    const pool = openPool(place.url, 1, () => {});
    await pool.query(`create function spoil() returns trigger language plpgsql as $$ begin new.name := 'x'; return new; end $$;
      create trigger spoil before insert on assistants for each row execute function spoil()`);
    try {
      await expect(run()).rejects.toThrow(/rows of assistants are not the same after copying/);
      await pool.query('drop trigger spoil on assistants');
      expect((await run()).code).toBe(0);
    } finally {
      await pool.query('drop function spoil cascade');
      await pool.end();
    }
  });
});

const LOOKS: readonly ((store: Store) => Promise<unknown>)[] = [
  (store) => store.accounts.list(),
  (store) => store.keys.findByHash('hash'),
  (store) => store.sessions.findByHash('session'),
  (store) => store.assistants.list(SCOPE, ALL),
  (store) => store.knowledge.listDocuments(SCOPE, 'kb_1', ALL),
  (store) => store.conversations.list(SCOPE, ALL),
  (store) => store.messages.list(SCOPE, 'conv_1', ALL),
  (store) => store.idempotency.get('o', 'k'),
  (store) => store.webhooks.list(SCOPE, ALL),
  (store) => store.webhooks.deliveries(SCOPE, 'wh_1', ALL),
  (store) => store.urlSources.list(SCOPE, 'kb_1', ALL),
  (store) => store.urlSources.pendingPages('url_1', 1, 9),
  (store) => store.settings.get('name'),
  async (store) =>
    (await store.vectors.nearest(SCOPE, 'kb_1', 'm', new Float32Array([1, 0.5, 0]), 5)).map(({ id, score }) => [
      id,
      Math.round(score * 1e5),
    ]),
];

const CHUNK = { id: 'c_0', ordinal: 0, title: 'Alpha', heading: '', text: 'alpha beta', url: '' };

/** Something in every table. */
async function fill(store: Store): Promise<void> {
  const { accountId } = SCOPE;
  await store.accounts.create({ id: accountId, name: 'One \u{1F600}', plan: 'pro', createdAt: 1 });
  await store.keys.create({
    id: 'key_1',
    accountId,
    kind: 'publishable',
    name: 'n',
    hash: 'hash',
    hint: 'h',
    publicKey: 'pk',
    test: true,
    origins: ['https://a.example'],
    assistantIds: ['ast_1'],
    scopes: [],
    allowNative: false,
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    addresses: [],
    messagesPerDay: null,
    rotatedTo: null,
  });
  await store.knowledge.createBase({ id: 'kb_1', accountId, name: 'K', description: '', createdAt: 1 });
  await store.assistants.create({
    id: 'ast_1',
    accountId,
    name: 'A',
    description: '',
    model: 'extractive',
    systemPrompt: 'p',
    knowledgeBaseId: 'kb_1',
    category: null,
    config: { temperature: 0.25 },
    widget: {},
    retentionDays: null,
    identity: null,
    attachments: null,
    createdAt: 1,
    updatedAt: 1,
  });
  await store.sessions.create({
    id: 'vs_1',
    accountId,
    assistantId: 'ast_1',
    visitorId: 'vis_1',
    keyId: 'key_1',
    origin: null,
    hash: 'session',
    createdAt: 1,
    lastUsedAt: 1,
    expiresAt: 99,
    revokedAt: null,
  } as Parameters<Store['sessions']['create']>[0]);
  await store.webhooks.create({
    id: 'wh_1',
    accountId,
    url: 'https://a.example/hook',
    events: ['conversation.created'],
    description: '',
    enabled: true,
    disabledReason: null,
    secret: 'whsec_c2VjcmV0',
    oldSecrets: [{ secret: 'whsec_b2xk', until: 9 }],
    pausedUntil: 0,
    failures: 0,
    createdAt: 1,
    updatedAt: 1,
  });
  await store.conversations.create({
    id: 'conv_1',
    accountId,
    assistantId: 'ast_1',
    visitorId: 'vis_1',
    userId: null,
    title: null,
    metadata: { a: [1, 'ü'] },
    createdAt: 1,
    lastMessageAt: null,
    endedAt: null,
  });
  await store.messages.openTurn({
    scope: SCOPE,
    conversationId: 'conv_1',
    question: { id: 'msg_q', content: 'Why?', metadata: {} },
    answerId: 'msg_a',
    idempotency: { owner: 'o', key: 'k', requestHash: 'r', conversationId: 'conv_1', messageId: 'msg_a', createdAt: 1 },
    now: 1,
  });
  await store.messages.append(accountId, 'msg_a', 0, 'Because \u{1F600}', 2);
  const document = {
    id: 'doc_1',
    accountId,
    knowledgeBaseId: 'kb_1',
    key: 'k',
    title: 'T',
    url: '',
    filename: null,
    mediaType: 'text/plain',
    bytes: 3,
    contentHash: 'h',
    status: 'ready',
    error: null,
    chunkCount: 0,
    metadata: {},
    createdAt: 1,
    updatedAt: 1,
  } as const;
  await store.knowledge.queueDocument(document, {
    accountId,
    kind: 'k',
    payload: {},
    bytes: new Uint8Array([0, 255, 7]),
    runAt: 5,
    createdAt: 1,
  });
  const chunks = [CHUNK, { ...CHUNK, id: 'c_1', ordinal: 1, title: '', text: 'beta beta gamma' }];
  await store.chunks.replace(SCOPE, 'kb_1', 'doc_1', chunks, 3);
  await store.vectors.put(SCOPE, 'kb_1', MODEL, [
    { chunkId: 'c_0', vector: new Float32Array([1, 0, 0]) },
    { chunkId: 'c_1', vector: new Float32Array([0, 1, 0]) },
  ]);
  await store.urlSources.put(
    {
      id: 'url_1',
      accountId,
      knowledgeBaseId: 'kb_1',
      url: 'https://a.example/',
      crawlDepth: 1,
      refreshSchedule: 'daily',
      status: 'queued',
      error: null,
      run: 1,
      lastCrawledAt: null,
      createdAt: 1,
      updatedAt: 1,
    },
    { accountId, kind: 'crawl', payload: {}, bytes: null, runAt: 900, createdAt: 1 },
  );
  await store.urlSources.addPages(
    'url_1',
    1,
    ['b', 'a'].map((name) => ({ id: `page_${name}`, url: `https://a.example/${name}`, depth: 1 })),
    10,
  );
  await store.settings.set('name', 'value');
}
