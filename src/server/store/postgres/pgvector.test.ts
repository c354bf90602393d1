import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPgvector, PGVECTOR_ABSENT } from '../../../../scripts/find-pgvector.ts';
import { type Cluster, makeCluster } from '../../../../test/postgres-cluster.ts';
import { seededRandom } from '../../../../test/random.ts';
import { storeContract } from '../contract.ts';
import type { Store } from '../store.ts';
import { openPostgresStore } from './open.ts';

const bin = findPgvector();
if (!bin) console.warn(PGVECTOR_ABSENT);

describe.skipIf(!bin)(bin ? 'with pgvector' : PGVECTOR_ABSENT, () => {
  let cluster: Cluster;
  let made = 0;
  beforeAll(() => {
    cluster = makeCluster({ bin: bin! });
  }, 60_000);
  afterAll(() => cluster?.remove(), 60_000);

  /** A new database, with the extension or without. */
  const database = async (extension: boolean): Promise<string> => {
    made += 1;
    await run(cluster.url(), `create database d${made}`);
    if (extension) await run(cluster.url(`d${made}`), 'create extension vector');
    return cluster.url(`d${made}`);
  };

  storeContract('postgres with pgvector', async () => {
    const url = await database(true);
    return { open: () => openPostgresStore({ url, connections: 4 }), remove: async () => {} };
  });

  test('the database compares, and finds what comparing in memory finds', async () => {
    const url = await database(false);
    const plain = await openPostgresStore({ url, connections: 3 });
    const random = seededRandom(5);
    const vector = () => Float32Array.from({ length: 64 }, () => random() - 0.5);
    await fill(plain, 400, vector);
    await run(url, 'create extension vector');
    // One that is opened now uses it, and is handed what was there before.
    const extended = await openPostgresStore({ url, connections: 3 });
    for (let n = 0; n < 20; n += 1) {
      const asked = vector();
      const ask = (store: Store) => store.vectors.nearest({ accountId: 'acct_1' }, 'kb_1', 'm', asked, 10);
      const [want, got] = [await ask(plain), await ask(extended)];
      expect(got.map(({ id }) => id)).toEqual(want.map(({ id }) => id));
      for (const [k, { score }] of got.entries()) expect(score).toBeCloseTo(want[k]!.score, 4);
    }
    expect(await run(url, 'select count(*)::int as n from chunk_embeddings')).toEqual([{ n: 400 }]);
    // What another server replaces is not asked by its old vector.
    const asked = vector();
    await plain.vectors.put({ accountId: 'acct_1' }, 'kb_1', MODEL, [{ chunkId: 'c_7', vector: asked }]);
    const [first] = await extended.vectors.nearest({ accountId: 'acct_1' }, 'kb_1', 'm', asked, 1);
    expect(first).toMatchObject({ id: 'c_7', score: expect.closeTo(1, 4) });
    await plain.close();
    await extended.close();
  }, 60_000);
});

const MODEL = { name: 'm', dimension: 64 };

async function run(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function fill(store: Store, count: number, vector: () => Float32Array): Promise<void> {
  const scope = { accountId: 'acct_1' };
  await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'enterprise', createdAt: 1 });
  await store.knowledge.createBase({ ...scope, id: 'kb_1', name: 'K', description: '', createdAt: 1 });
  await store.knowledge.putDocument({
    ...scope,
    id: 'doc_1',
    knowledgeBaseId: 'kb_1',
    key: 'k',
    title: 'D',
    url: '',
    filename: null,
    mediaType: 'text/plain',
    bytes: 1,
    contentHash: 'h',
    status: 'ready',
    error: null,
    chunkCount: count,
    metadata: {},
    createdAt: 1,
    updatedAt: 1,
  });
  const numbers = Array.from({ length: count }, (_, n) => n);
  const chunks = numbers.map((n) => ({
    id: `c_${n}`,
    ordinal: n,
    title: 'D',
    heading: '',
    text: `t${n}`,
    url: '',
    tokens: ['t'],
  }));
  await store.chunks.replace(scope, 'kb_1', 'doc_1', chunks as never, 1);
  const vectors = numbers.map((n) => ({ chunkId: `c_${n}`, vector: vector() }));
  await store.vectors.put(scope, 'kb_1', MODEL, vectors);
}
