import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddingServer, startEmbeddingServer } from '../../../test/embedding-server.ts';
import { ingestDocument } from '../ingest/ingest-document.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { createEmbedder } from './embedder.ts';
import { type Embeddings, makeEmbeddings } from './make-embeddings.ts';

const A = { accountId: 'acct_a' };
const B = { accountId: 'acct_b' };
const BASES = [
  [A, 'kb_a'],
  [B, 'kb_b'],
] as const;
/** Asked of `policy.md`, which has none of its words. */
const PARAPHRASE = 'How do I get my money back?';
const DOCUMENTS: Record<string, string> = {
  'policy.md': '# Policy\n\n## Reimbursement\n\nReimbursement is granted within fourteen days of delivery.',
  'garden.md':
    '# Garden\n\nRoses want sun and much water in June.\n\n## Soil\n\nClay holds nutrients; sand drains fast.',
  'office.md': '# Office\n\n## Hours\n\nThe office opens at nine in the morning and closes at six.',
};

let server: EmbeddingServer;
let raw: Store;
let store: Store;
let embeddings: Embeddings;
let warnings: string[];
let now: number;

beforeEach(async () => {
  server = await startEmbeddingServer();
  raw = openSqliteStore({ file: ':memory:' });
  for (const [{ accountId }, id] of BASES) {
    await raw.accounts.create({ id: accountId, name: accountId, plan: 'free', createdAt: 1 });
    await raw.knowledge.createBase({ id, accountId, name: id, description: '', createdAt: 1 });
  }
  now = 1_000;
  warnings = [];
  start();
});
afterEach(async () => {
  await embeddings.jobs.stop();
  await raw.close();
  await server.close();
});

function start(model = 'm', more: { questionTimeoutMs?: number } = {}): void {
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => warnings.push(message) };
  const embedder = createEmbedder({ baseUrl: server.url, apiKey: null, model }, async () => {});
  embeddings = makeEmbeddings({ store: raw, embedder, clock: () => now, log, ...more });
  store = embeddings.store;
}
async function restart(model?: string, more?: { questionTimeoutMs?: number }): Promise<void> {
  await embeddings.jobs.stop();
  start(model, more);
  embeddings.jobs.start();
}
const ingest = async (
  into: Store,
  names = Object.keys(DOCUMENTS),
  [scope, knowledgeBaseId]: (typeof BASES)[number] = BASES[0],
) => {
  for (const key of names)
    await ingestDocument({
      store: into,
      scope,
      knowledgeBaseId,
      key,
      bytes: new TextEncoder().encode(DOCUMENTS[key]),
      filename: key,
      url: '',
      newId: () => `doc_${knowledgeBaseId}_${key}`,
      now: () => now,
    });
};
const ask = async (
  question: string,
  { scope = A, knowledgeBaseId = 'kb_a', earlier = [] as string[], meaning = true } = {},
) => {
  const retriever = createRetriever(store.chunks, meaning ? embeddings.meaning : null);
  const signal = new AbortController().signal;
  const asked = { scope, knowledgeBaseId, question, earlierQuestions: earlier, limit: 5, signal };
  return (await retriever.retrieve(asked)).map(({ heading, relevance, sentences }) => ({
    heading,
    relevance,
    sentences,
  }));
};
const vectorsOf = async (model: string, dimension = 256) =>
  (await raw.vectors.missing(A, 'kb_a', { name: model, dimension }, 100)).length;

describe('search by meaning', () => {
  test('finds a paraphrase that shares no word, and says how sure it is; words alone do not', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    expect(await ask(PARAPHRASE, { meaning: false })).toEqual([]);
    const [best] = await ask(PARAPHRASE);
    expect(best).toMatchObject({ heading: 'Reimbursement', relevance: expect.any(Number) });
    expect(best!.relevance).toBeGreaterThan(0.2);
    expect(best!.relevance).toBeLessThanOrEqual(1);
    // What is found by meaning has a sentence to quote.
    expect(best!.sentences![0]!.score).toBeGreaterThan(0);
  });

  test('is sent title, heading and text, and nothing twice', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    await ingest(store);
    await embeddings.jobs.idle();
    const texts = server.requests.flatMap(({ input }) => input).filter((text) => text.includes('Clay'));
    expect(texts).toEqual(['Garden\nSoil\nClay holds nutrients; sand drains fast.']);
  });

  test('what words find is still found, and what nothing holds is still not', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    expect((await ask('When does the office open?'))[0]).toMatchObject({ heading: 'Hours' });
    expect(await ask('Who painted the ceiling of the chapel?')).toEqual([]);
  });

  test('a follow-up is embedded with the question before it', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    await ask('and how long does it take?', { earlier: [PARAPHRASE] });
    expect(server.requests.at(-1)!.input).toEqual([`${PARAPHRASE}\nand how long does it take?`]);
    await ask('How do roses get enough water?', { earlier: [PARAPHRASE] });
    expect(server.requests.at(-1)!.input).toEqual(['How do roses get enough water?']);
  });

  test('another account finds nothing of it, with the right or the wrong base', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await ingest(store, ['garden.md'], BASES[1]);
    await embeddings.jobs.idle();
    expect(await ask(PARAPHRASE, { scope: B })).toEqual([]);
    expect(await ask(PARAPHRASE, { scope: B, knowledgeBaseId: 'kb_b' })).toEqual([]);
    expect((await ask('roses', { scope: B, knowledgeBaseId: 'kb_b' })).length).toBeGreaterThan(0);
  });

  test('a deleted document is out of every answer at once', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    await store.knowledge.deleteDocument(A, 'kb_a', 'doc_kb_a_policy.md');
    expect(await ask(PARAPHRASE)).toEqual([]);
  });
});

describe('what is missing is embedded later', () => {
  test('after documents that came in without this server', async () => {
    await ingest(raw);
    expect(await vectorsOf('m')).toBe(4);
    embeddings.jobs.start();
    await embeddings.jobs.idle();
    expect(await vectorsOf('m')).toBe(0);
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
  });

  test('after an outage, which no answer fails by', async () => {
    server.respond({ status: 503 });
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    expect(await vectorsOf('m')).toBe(4);
    expect((await ask('When does the office open?'))[0]).toMatchObject({ heading: 'Hours' });
    expect(warnings).toContain('job failed');
    expect(warnings).toContain('no embedding of the question; search is by words');

    server.respond({});
    now += 60_000;
    await restart();
    await embeddings.jobs.idle();
    expect(await vectorsOf('m')).toBe(0);
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
  });

  test('after a change of the model; the vectors of the old one are not looked at', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    const hold = { status: 500 };
    server.respond(hold);
    await restart('other');
    await embeddings.jobs.idle();
    server.respond({});
    now += 60_000;
    expect(await ask(PARAPHRASE)).toEqual([]);
    await restart('other');
    await embeddings.jobs.idle();
    expect([await vectorsOf('other'), await vectorsOf('m')]).toEqual([0, 4]);
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
  });

  test('after a change of the dimension behind the same name, even while the server runs', async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    server.respond({ dimension: 64 });
    // Nothing comparable is there; the question notices, and has everything embedded anew.
    expect(await ask(PARAPHRASE)).toEqual([]);
    await embeddings.jobs.idle();
    expect([await vectorsOf('m', 64), await vectorsOf('m', 256)]).toEqual([0, 4]);
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
  });

  test('but for a passage the service will not take: it is cut, or found by words only, and the others are not kept back', async () => {
    server.respond({ refuses: (text) => text.includes('Clay') });
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    expect(await vectorsOf('m')).toBe(0);
    expect(warnings).toContain('the embedding service refuses a passage; it is found by words only');
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
    expect((await ask('What does clay hold?'))[0]).toMatchObject({ heading: 'Soil' });
  });

  test('a service that refuses everything marks nothing as refused', async () => {
    server.respond({ status: 400 });
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
    expect(await vectorsOf('m')).toBe(4);
  });
});

describe('a service that fails the question', () => {
  beforeEach(async () => {
    embeddings.jobs.start();
    await ingest(store);
    await embeddings.jobs.idle();
  });

  test.for([
    ['down', { status: 500 }],
    ['wrong count', { change: () => ({ data: [] }) }],
    ['not a number', { change: () => ({ data: [{ index: 0, embedding: [null] }] }) }],
    ['broken connection', { fault: 'cut' }],
  ] as const)('%s: search is by words, and it is left alone for a while', async ([, behaviour]) => {
    server.respond(behaviour);
    expect((await ask('When does the office open?'))[0]).toMatchObject({ heading: 'Hours' });
    expect(warnings).toEqual(['no embedding of the question; search is by words']);
    server.respond({});
    const asked = server.requests.length;
    expect(await ask(PARAPHRASE)).toEqual([]);
    expect(server.requests).toHaveLength(asked);
    now += 31_000;
    expect((await ask(PARAPHRASE))[0]).toMatchObject({ heading: 'Reimbursement' });
  });

  test('slow: it is not waited for', async () => {
    await restart('m', { questionTimeoutMs: 50 });
    await embeddings.jobs.idle();
    server.respond({ fault: 'silence' });
    expect((await ask('When does the office open?'))[0]).toMatchObject({ heading: 'Hours' });
    expect(warnings).toEqual(['no embedding of the question; search is by words']);
  });
});
