import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import { tokenize } from '../retrieve/tokenize.ts';
import { replaysContract } from './replays-contract.ts';
import type {
  ApiKeyRow,
  AssistantRow,
  ConversationRow,
  DocumentRow,
  JobRow,
  KnowledgeBaseRow,
  NewChunk,
  NewJob,
  Scope,
  Store,
  VisitorSessionRow,
} from './store.ts';
import type { UrlSourceRow } from './url-sources.ts';
import { visitorsContract } from './visitors-contract.ts';
import { webhooksContract } from './webhooks-contract.ts';

/** How the suite gets at an engine. `open` on the same place gives the same data again. */
export interface EngineUnderTest {
  open(): Promise<Store>;
  /** Removes the place; called after the store was closed. */
  remove(): Promise<void>;
}

const A: Scope = { accountId: 'acct_a' };
const B: Scope = { accountId: 'acct_b' };
const V1: Scope = { accountId: 'acct_a', visitorId: 'vis_1' };
const V2: Scope = { accountId: 'acct_a', visitorId: 'vis_2' };
const ALL = { limit: 100, offset: 0 };

/** What every engine must do, run over each of them. */
export function storeContract(name: string, makeEngine: () => Promise<EngineUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let engine: EngineUnderTest;
    let store: Store;

    beforeEach(async () => {
      engine = await makeEngine();
      store = await engine.open();
      for (const { accountId } of [A, B]) {
        await store.accounts.create({ id: accountId, name: accountId, plan: 'free', createdAt: 1 });
      }
    });
    afterEach(async () => {
      await store.close();
      await engine.remove();
    });
    const reopen = async () => {
      await store.close();
      store = await engine.open();
    };

    webhooksContract(() => store, seedConversation);
    replaysContract(() => store);
    visitorsContract(() => store, { assistant, conversation, key, session });

    test('everything written is there after closing and opening again', async () => {
      await seedConversation(store);
      await store.settings.set('name', 'value');
      await store.keys.create(key({ id: 'key_1' }));
      await store.sessions.create(session());
      await open(store, 'msg_q1', 'msg_a1');
      await store.messages.append('acct_a', 'msg_a1', 0, 'Half an', 5);
      await reopen();
      expect(await store.settings.get('name')).toBe('value');
      expect(await store.accounts.get('acct_a')).toEqual({ id: 'acct_a', name: 'acct_a', plan: 'free', createdAt: 1 });
      expect(await store.keys.findByHash('hash-key_1')).toEqual(key({ id: 'key_1' }));
      expect(await store.sessions.findByHash('hash-session')).toEqual(session());
      expect(await store.assistants.get(A, 'ast_1')).toEqual(assistant({}));
      expect(await store.conversations.get(A, 'conv_1')).toEqual(conversation({ lastMessageAt: 4, title: 'What?' }));
      expect((await store.messages.get(A, 'conv_1', 'msg_a1'))?.content).toBe('Half an');
      await store.ping();
    });

    describe('accounts and settings', () => {
      test('accounts are listed oldest first; an unknown one is null', async () => {
        await store.accounts.create({ id: 'acct_0', name: 'old', plan: 'pro', createdAt: 0 });
        expect((await store.accounts.list()).map(({ id }) => id)).toEqual(['acct_0', 'acct_a', 'acct_b']);
        expect(await store.accounts.get('acct_x')).toBeNull();
      });
      test('a setting is replaced by the next one of its name', async () => {
        expect(await store.settings.get('n')).toBeNull();
        await store.settings.set('n', '1');
        await store.settings.set('n', '2');
        expect(await store.settings.get('n')).toBe('2');
      });
    });

    describe('keys and sessions', () => {
      test('a key is found by hash, listed newest first, changed, and only within its account', async () => {
        await store.keys.create(key({ id: 'key_1', createdAt: 1 }));
        await store.keys.create(key({ id: 'key_2', createdAt: 2 }));
        await store.keys.create(key({ id: 'key_b', accountId: 'acct_b' }));
        expect(await store.keys.list(A, { limit: 1, offset: 0 })).toEqual({
          rows: [key({ id: 'key_2', createdAt: 2 })],
          total: 2,
        });
        expect((await store.keys.list(A, { limit: 5, offset: 1 })).rows.map(({ id }) => id)).toEqual(['key_1']);
        expect(await store.keys.get(B, 'key_1')).toBeNull();
        expect(await store.keys.update(B, 'key_1', { revokedAt: 9 })).toBeNull();
        expect((await store.keys.get(A, 'key_1'))?.revokedAt).toBeNull();
        const changed = await store.keys.update(A, 'key_1', { revokedAt: 9, origins: ['https://b.example'] });
        expect(changed).toEqual(key({ id: 'key_1', createdAt: 1, revokedAt: 9, origins: ['https://b.example'] }));
        expect(await store.keys.update(A, 'key_1', {})).toEqual(changed);
        expect((await store.keys.findByHash('hash-key_1'))?.revokedAt).toBe(9);
        expect(await store.keys.findByHash('other')).toBeNull();
      });
      test('two keys cannot share a hash', async () => {
        await store.keys.create(key({ id: 'key_1' }));
        await expect(store.keys.create(key({ id: 'key_2', hash: 'hash-key_1' }))).rejects.toThrow();
      });
      test('touching a session moves its last use forward only', async () => {
        await seedConversation(store);
        await store.keys.create(key({ id: 'key_1' }));
        await store.sessions.create(session());
        await store.sessions.touch('vs_1', 50);
        await store.sessions.touch('vs_1', 40);
        expect((await store.sessions.findByHash('hash-session'))?.lastUsedAt).toBe(50);
        expect(await store.sessions.findByHash('other')).toBeNull();
      });
    });

    describe('assistants', () => {
      test('are created, listed by category, changed and deleted only within their account', async () => {
        await store.assistants.create(assistant({ id: 'ast_1', createdAt: 1, category: 'help' }));
        await store.assistants.create(assistant({ id: 'ast_2', createdAt: 2 }));
        await store.assistants.create(assistant({ id: 'ast_b', accountId: 'acct_b' }));
        const listed = await store.assistants.list(A, ALL);
        expect([listed.total, listed.rows.map(({ id }) => id)]).toEqual([2, ['ast_2', 'ast_1']]);
        expect((await store.assistants.list(A, { ...ALL, category: 'help' })).rows.map(({ id }) => id)).toEqual([
          'ast_1',
        ]);
        expect(await store.assistants.get(B, 'ast_1')).toBeNull();
        expect(await store.assistants.update(B, 'ast_1', { name: 'stolen' })).toBeNull();
        expect(await store.assistants.delete(B, 'ast_1')).toBe(false);
        const changed = await store.assistants.update(A, 'ast_1', {
          name: 'New',
          widget: { prompts: ['?'] },
          updatedAt: 8,
        });
        expect(changed).toEqual(
          assistant({ createdAt: 1, category: 'help', name: 'New', widget: { prompts: ['?'] }, updatedAt: 8 }),
        );
        expect(await store.assistants.delete(A, 'ast_1')).toBe(true);
        expect(await store.assistants.delete(A, 'ast_1')).toBe(false);
      });
      test('deleting one deletes its conversations, messages and sessions', async () => {
        await seedConversation(store);
        await store.keys.create(key({ id: 'key_1' }));
        await store.sessions.create(session());
        await open(store, 'msg_q1', 'msg_a1', { key: 'k' });
        await store.assistants.delete(A, 'ast_1');
        expect(await store.conversations.get(A, 'conv_1')).toBeNull();
        expect(await store.messages.get(A, 'conv_1', 'msg_q1')).toBeNull();
        expect(await store.sessions.findByHash('hash-session')).toBeNull();
        expect(await store.idempotency.get('vis_1', 'k')).toBeNull();
      });
    });

    describe('knowledge', () => {
      beforeEach(async () => {
        await store.knowledge.createBase(base({}));
        await store.knowledge.createBase(base({ id: 'kb_b', accountId: 'acct_b' }));
      });
      test('bases count their documents and stay in their account', async () => {
        await store.knowledge.putDocument(document({ id: 'doc_1', key: 'a' }));
        await store.knowledge.putDocument(document({ id: 'doc_2', key: 'b' }));
        expect(await store.knowledge.getBase(A, 'kb_1')).toEqual({ ...base({}), documentCount: 2 });
        expect(await store.knowledge.listBases(A, ALL)).toEqual({
          rows: [{ ...base({}), documentCount: 2 }],
          total: 1,
        });
        await store.knowledge.updateDocument(A, 'doc_1', { status: 'processing' });
        expect(await store.knowledge.countReady(A, 'kb_1')).toBe(1);
        expect(await store.knowledge.countReady(B, 'kb_1')).toBe(0);
        expect(await store.knowledge.getBase(B, 'kb_1')).toBeNull();
        expect(await store.knowledge.deleteBase(B, 'kb_1')).toBe(false);
      });
      test('a document with the same key replaces the first and keeps its id and creation time', async () => {
        await store.knowledge.putDocument(document({ id: 'doc_1', key: 'a', createdAt: 1 }));
        const error = { code: 'x', message: 'y' };
        const again = await store.knowledge.putDocument(
          document({ id: 'doc_2', key: 'a', createdAt: 9, title: 'T', error }),
        );
        expect(again).toEqual(document({ id: 'doc_1', key: 'a', createdAt: 1, title: 'T', error }));
        expect(await store.knowledge.findDocument(A, 'kb_1', 'a')).toEqual(again);
        expect((await store.knowledge.listDocuments(A, 'kb_1', ALL)).total).toBe(1);
      });
      test('another account can neither put, see, change nor delete a document', async () => {
        await store.knowledge.putDocument(document({ id: 'doc_1', key: 'a' }));
        await expect(store.knowledge.putDocument(document({ id: 'doc_2', accountId: 'acct_b' }))).rejects.toThrow();
        expect(await store.knowledge.getDocument(B, 'kb_1', 'doc_1')).toBeNull();
        expect(await store.knowledge.findDocument(B, 'kb_1', 'a')).toBeNull();
        expect((await store.knowledge.listDocuments(B, 'kb_1', ALL)).total).toBe(0);
        await store.knowledge.updateDocument(B, 'doc_1', { title: 'stolen' });
        expect(await store.knowledge.deleteDocument(B, 'kb_1', 'doc_1')).toBe(false);
        expect(await store.knowledge.deleteDocument(B, 'kb_b', 'doc_1')).toBe(false);
        expect(await store.knowledge.getDocument(A, 'kb_1', 'doc_1')).toEqual(document({ id: 'doc_1', key: 'a' }));
      });
      test('a change reaches the row', async () => {
        await store.knowledge.putDocument(document({ id: 'doc_1' }));
        await store.knowledge.updateDocument(A, 'doc_1', { status: 'failed', error: { code: 'c', message: 'm' } });
        expect(await store.knowledge.getDocument(A, 'kb_1', 'doc_1')).toEqual(
          document({ id: 'doc_1', status: 'failed', error: { code: 'c', message: 'm' } }),
        );
      });
      test('deleting a base leaves its assistants without one', async () => {
        await store.assistants.create(assistant({ knowledgeBaseId: 'kb_1' }));
        await store.knowledge.putDocument(document({ id: 'doc_1' }));
        expect(await store.knowledge.deleteBase(A, 'kb_1')).toBe(true);
        expect((await store.assistants.get(A, 'ast_1'))?.knowledgeBaseId).toBeNull();
        expect(await store.knowledge.getDocument(A, 'kb_1', 'doc_1')).toBeNull();
      });
    });

    describe('chunks', () => {
      beforeEach(async () => {
        await store.knowledge.createBase(base({}));
        await store.knowledge.createBase(base({ id: 'kb_b', accountId: 'acct_b' }));
        await store.knowledge.putDocument(document({ id: 'doc_1' }));
        await store.knowledge.putDocument(document({ id: 'doc_b', accountId: 'acct_b', knowledgeBaseId: 'kb_b' }));
      });
      const fill = (chunks: readonly NewChunk[]) => store.chunks.replace(A, 'kb_1', 'doc_1', chunks, 7);
      const find = async (...terms: string[]) => (await store.chunks.search(A, 'kb_1', terms, 10)).map(({ id }) => id);

      test('are replaced as a whole and make the document ready', async () => {
        await fill([chunk(0, 'alpha'), chunk(1, 'beta')]);
        await fill([chunk(0, 'gamma', { id: 'c_new' })]);
        expect(await find('alpha')).toEqual([]);
        expect(await store.chunks.search(A, 'kb_1', ['gamma'], 10)).toEqual([
          { ...chunk(0, 'gamma', { id: 'c_new' }), documentId: 'doc_1', score: expect.any(Number) },
        ]);
        expect(await store.knowledge.getDocument(A, 'kb_1', 'doc_1')).toMatchObject({
          status: 'ready',
          chunkCount: 1,
          updatedAt: 7,
        });
      });
      test('come best first: a heading counts more than text, a title more than a heading, stems and accents fold', async () => {
        const filler = 'words that say nothing about it at all';
        await fill([
          chunk(0, `connecting ${filler}`),
          chunk(1, filler, { heading: 'Connected things' }),
          chunk(2, filler, { title: 'Connects' }),
          chunk(3, 'A café by the sea'),
          ...Array.from({ length: 20 }, (_, n) => chunk(n + 4, filler)),
        ]);
        expect(await find('connect')).toEqual(['c_2', 'c_1', 'c_0']);
        expect(await find(...tokenize('CAFÉS'))).toEqual(['c_3']);
        const hits = await store.chunks.search(A, 'kb_1', ['connect'], 10);
        expect(hits[0]!.score).toBeGreaterThan(hits[2]!.score);
        expect(await store.chunks.search(A, 'kb_1', ['connect'], 1)).toHaveLength(1);
      });
      test('no term is query syntax', async () => {
        await fill([chunk(0, 'plain NEAR words'), chunk(1, 'quote " inside')]);
        for (const term of ['"', '*', 'a OR b', 'base:kb_1', '-', '^x', '{}', ')', '', '\0', "'; drop", '()']) {
          expect(await find(term)).toEqual([]);
        }
        expect(await find('near')).toEqual(['c_0']);
        expect(await find('"', 'plain')).toEqual(['c_0']);
        expect(await find('kb_1')).toEqual([]);
        expect(await find(...Array.from({ length: 5000 }, (_, n) => `t${n}`))).toEqual([]);
        expect(await find()).toEqual([]);
      });
      test('are found by their words where the text has no spaces', async () => {
        await fill([chunk(0, '東京都に住む')]);
        expect(await find('東京')).toEqual(['c_0']);
        expect((await store.chunks.search(A, 'kb_1', ['東京'], 1))[0]?.text).toBe('東京都に住む');
      });
      test('stay in their account and base', async () => {
        await fill([chunk(0, 'alpha')]);
        await store.chunks.replace(B, 'kb_b', 'doc_b', [chunk(0, 'alpha', { id: 'c_b' })], 1);
        expect(await find('alpha')).toEqual(['c_0']);
        expect(await store.chunks.search(B, 'kb_1', ['alpha'], 10)).toEqual([]);
        expect(await store.chunks.search(A, 'kb_b', ['alpha'], 10)).toEqual([]);
        await expect(store.chunks.replace(B, 'kb_1', 'doc_1', [], 1)).rejects.toThrow();
        expect(await store.chunks.frequencies(B, 'kb_1', ['alpha'])).toEqual({
          total: 0,
          counts: new Map([['alpha', 0]]),
        });
        expect(await find('alpha')).toEqual(['c_0']);
      });
      test('answer until they are replaced, or their document or base is deleted', async () => {
        await fill([chunk(0, 'alpha')]);
        for (const status of ['processing', 'failed'] as const) {
          await store.knowledge.updateDocument(A, 'doc_1', { status });
          expect(await find('alpha')).toEqual(['c_0']);
        }
        await store.knowledge.deleteDocument(A, 'kb_1', 'doc_1');
        expect(await find('alpha')).toEqual([]);
        await store.knowledge.putDocument(document({ id: 'doc_2' }));
        await store.chunks.replace(A, 'kb_1', 'doc_2', [chunk(0, 'beta')], 1);
        expect(await find('alpha')).toEqual([]);
        await store.knowledge.deleteBase(A, 'kb_1');
        expect(await find('beta')).toEqual([]);
      });
      describe('of a large document', () => {
        const COUNT = 450;
        const version = (word: string) =>
          Array.from({ length: COUNT }, (_, n) => chunk(n, `${word} common`, { id: `c_${word}_${n}` }));
        const shown = async () => {
          const found = await store.chunks.search(A, 'kb_1', ['common'], 2 * COUNT);
          return [...new Set(found.map(({ text }) => text))].map((text) => `${found.length} ${text}`);
        };

        test('are shown all at once; until then the version before answers, and others write', async () => {
          await fill(version('v0'));
          expect(await shown()).toEqual([`${COUNT} v0 common`]);
          // One long transaction would let in no other before its end. A busy machine may do the first few at a stroke.
          let between = 0;
          for (let turn = 1; between === 0 && turn <= 10; turn += 1) {
            const versions = [`${COUNT} v${turn - 1} common`, `${COUNT} v${turn} common`];
            let done = false;
            const filling = fill(version(`v${turn}`)).then(() => {
              done = true;
            });
            await store.settings.set('turn', `${turn}`);
            if (!done) between += 1;
            while (!done) {
              expect(versions).toContain((await shown()).join());
              expect((await store.chunks.frequencies(A, 'kb_1', ['common'])).counts.get('common')).toBe(COUNT);
              await new Promise((resolve) => setImmediate(resolve));
            }
            await filling;
            expect(await shown()).toEqual([versions[1]]);
          }
          expect(between).toBe(1);
          expect(await store.chunks.headings(A, 'doc_1')).toEqual([]);
        });
        test('are written again when that failed half-way, and may be the same ones', async () => {
          await fill(version('old'));
          const broken = version('new');
          await expect(fill([...broken.slice(0, -1), { ...broken.at(-1)!, id: broken[0]!.id }])).rejects.toThrow();
          expect(await shown()).toEqual([`${COUNT} old common`]);
          for (const word of ['new', 'new', 'new']) {
            await fill(version(word));
            expect(await shown()).toEqual([`${COUNT} new common`]);
          }
          await fill([chunk(0, 'little common')]);
          expect(await shown()).toEqual(['1 little common']);
        });
        test('stay in their account and base', async () => {
          await fill(version('old'));
          await expect(store.chunks.replace(B, 'kb_1', 'doc_1', version('new'), 1)).rejects.toThrow();
          expect(await shown()).toEqual([`${COUNT} old common`]);
        });
        test('wait for no vectors while they are not shown', async () => {
          const broken = version('new');
          await expect(fill([...broken.slice(0, -1), { ...broken.at(-1)!, id: broken[0]!.id }])).rejects.toThrow();
          expect(await store.vectors.missing(A, 'kb_1', { name: 'm', dimension: 3 }, 10)).toEqual([]);
          expect(await store.vectors.incomplete({ name: 'm', dimension: 3 })).toEqual([]);
        });
      });
      test('frequencies count the chunks that hold a term', async () => {
        await fill([chunk(0, 'alpha beta'), chunk(1, 'alpha alphas'), chunk(2, 'gamma')]);
        expect(await store.chunks.frequencies(A, 'kb_1', ['alpha', 'beta', 'none', 'alpha'])).toEqual({
          total: 3,
          counts: new Map([
            ['alpha', 2],
            ['beta', 1],
            ['none', 0],
          ]),
        });
      });
    });

    describe('vectors', () => {
      const MODEL = { name: 'm', dimension: 3 };
      const vec = (...numbers: number[]) => new Float32Array(numbers);
      beforeEach(async () => {
        await store.knowledge.createBase(base({}));
        await store.knowledge.createBase(base({ id: 'kb_b', accountId: 'acct_b' }));
        await store.knowledge.putDocument(document({ id: 'doc_1' }));
        await store.knowledge.putDocument(document({ id: 'doc_b', accountId: 'acct_b', knowledgeBaseId: 'kb_b' }));
        await store.chunks.replace(A, 'kb_1', 'doc_1', [chunk(0, 'one'), chunk(1, 'two'), chunk(2, 'three')], 1);
        await store.chunks.replace(B, 'kb_b', 'doc_b', [chunk(0, 'other', { id: 'c_b' })], 1);
      });
      const put = (vectors: Record<string, Float32Array>, model = MODEL, scope = A, knowledgeBaseId = 'kb_1') =>
        store.vectors.put(
          scope,
          knowledgeBaseId,
          model,
          Object.entries(vectors).map(([chunkId, vector]) => ({ chunkId, vector })),
        );
      const near = async (vector: Float32Array, limit = 10, model = 'm') =>
        (await store.vectors.nearest(A, 'kb_1', model, vector, limit)).map(({ id, score }) => [
          id,
          Math.round(score * 100) / 100,
        ]);
      const missing = async (model = MODEL, limit = 10) =>
        (await store.vectors.missing(A, 'kb_1', model, limit)).map(({ id }) => id).sort();

      test('the nearest come first, by angle and not by length, as whole chunks', async () => {
        await put({ c_0: vec(1, 0, 0), c_1: vec(0, 5, 0), c_2: vec(-1, 0, 0) });
        expect(await near(vec(2, 2, 0))).toEqual([
          ['c_0', 0.71],
          ['c_1', 0.71],
          ['c_2', -0.71],
        ]);
        expect(await near(vec(0, 0.1, 0), 1)).toEqual([['c_1', 1]]);
        expect((await store.vectors.nearest(A, 'kb_1', 'm', vec(0, 1, 0), 1))[0]).toEqual({
          ...chunk(1, 'two'),
          documentId: 'doc_1',
          score: expect.closeTo(1, 5),
        });
      });
      test('are there after closing and opening again', async () => {
        await put({ c_0: vec(0.1, -0.7, 0.3), c_1: vec(0, 1, 0) });
        await reopen();
        expect((await near(vec(0.1, -0.7, 0.3)))[0]).toEqual(['c_0', 1]);
        expect(await missing()).toEqual(['c_2']);
      });
      test('a chunk is missing until it has a vector of this model and dimension', async () => {
        expect(await missing()).toEqual(['c_0', 'c_1', 'c_2']);
        expect(await missing(MODEL, 2)).toHaveLength(2);
        expect(await store.vectors.missing(A, 'kb_1', MODEL, 10)).toContainEqual({
          ...chunk(0, 'one'),
          documentId: 'doc_1',
        });
        await put({ c_0: vec(1, 0, 0), c_1: vec(1, 0, 0) });
        expect(await missing()).toEqual(['c_2']);
        expect(await missing({ name: 'm', dimension: 4 })).toEqual(['c_0', 'c_1', 'c_2']);
        expect(await missing({ name: 'n', dimension: 3 })).toEqual(['c_0', 'c_1', 'c_2']);
      });
      test('vectors of another model or dimension are not looked at, and are replaced', async () => {
        await put({ c_0: vec(1, 0, 0), c_1: vec(1, 0, 0) });
        await put({ c_0: new Float32Array([1, 0]) }, { name: 'm', dimension: 2 });
        await put({ c_1: vec(1, 0, 0) }, { name: 'n', dimension: 3 });
        expect(await near(vec(1, 0, 0))).toEqual([]);
        expect(await near(new Float32Array([1, 0]))).toEqual([['c_0', 1]]);
        expect(await near(vec(1, 0, 0), 10, 'n')).toEqual([['c_1', 1]]);
        expect(await missing()).toEqual(['c_0', 'c_1', 'c_2']);
      });
      test('a vector of zeros is near nothing, and not missing', async () => {
        await put({ c_0: vec(0, 0, 0), c_1: vec(0, 1, 0) });
        expect(await near(vec(1, 1, 0), 1)).toEqual([['c_1', 0.71]]);
        expect(await near(vec(1, 1, 0))).toEqual([['c_1', 0.71]]);
        expect(await near(vec(0, 0, 0))).toEqual([]);
        expect(await missing()).toEqual(['c_2']);
      });
      test('stay in their account and base', async () => {
        await put({ c_0: vec(1, 0, 0), c_b: vec(1, 0, 0), c_gone: vec(1, 0, 0) });
        await put({ c_1: vec(1, 0, 0) }, MODEL, B, 'kb_1');
        await put({ c_1: vec(1, 0, 0) }, MODEL, B, 'kb_b');
        await put({ c_b: vec(1, 0, 0) }, MODEL, B, 'kb_b');
        expect(await near(vec(1, 0, 0))).toEqual([['c_0', 1]]);
        expect(await store.vectors.nearest(B, 'kb_1', 'm', vec(1, 0, 0), 10)).toEqual([]);
        expect(await store.vectors.nearest(A, 'kb_b', 'm', vec(1, 0, 0), 10)).toEqual([]);
        expect((await store.vectors.nearest(B, 'kb_b', 'm', vec(1, 0, 0), 10)).map(({ id }) => id)).toEqual(['c_b']);
        expect(await store.vectors.missing(B, 'kb_1', MODEL, 10)).toEqual([]);
        expect(await store.vectors.incomplete(MODEL)).toEqual([{ accountId: 'acct_a', knowledgeBaseId: 'kb_1' }]);
      });
      test('are gone with their chunk, document or base', async () => {
        await put({ c_0: vec(1, 0, 0), c_1: vec(1, 0, 0) });
        await store.chunks.replace(A, 'kb_1', 'doc_1', [chunk(0, 'one'), chunk(3, 'new')], 2);
        expect(await near(vec(1, 0, 0))).toEqual([]);
        expect(await missing()).toEqual(['c_0', 'c_3']);
        await put({ c_0: vec(1, 0, 0) });
        await store.knowledge.deleteDocument(A, 'kb_1', 'doc_1');
        expect(await near(vec(1, 0, 0))).toEqual([]);
        await put({ c_b: vec(1, 0, 0) }, MODEL, B, 'kb_b');
        await store.knowledge.deleteBase(B, 'kb_b');
        expect(await store.vectors.nearest(B, 'kb_b', 'm', vec(1, 0, 0), 10)).toEqual([]);
        expect(await store.vectors.incomplete(MODEL)).toEqual([]);
      });
      test('many questions at once are each answered', async () => {
        await put({ c_0: vec(1, 0, 0), c_1: vec(0, 1, 0), c_2: vec(0, 0, 1) });
        const answers = await Promise.all(
          Array.from({ length: 30 }, (_, n) =>
            near(vec(Number(n % 3 === 0), Number(n % 3 === 1), Number(n % 3 === 2)), 1),
          ),
        );
        expect(answers.flat().map(([id]) => id)).toEqual(Array.from({ length: 30 }, (_, n) => `c_${n % 3}`));
      });
    });

    describe('jobs', () => {
      const job = (change: Partial<NewJob> = {}): NewJob => ({
        id: 'j_1',
        accountId: 'acct_a',
        kind: 'k',
        payload: { a: [1] },
        bytes: new Uint8Array([0, 255, 7]),
        runAt: 10,
        createdAt: 5,
        ...change,
      });
      test('are leased once due, oldest first, by one worker, and again when the lease runs out', async () => {
        await store.jobs.put(job());
        await store.jobs.put(job({ id: 'j_0', runAt: 9, bytes: null }));
        await store.jobs.put(job({ id: 'j_other', kind: 'other', runAt: 0 }));
        expect(await store.jobs.lease(['k'], 8, 100)).toBeNull();
        expect(await store.jobs.nextAt(['k'])).toBe(9);
        expect(await store.jobs.lease(['k'], 10, 100)).toMatchObject({ id: 'j_0', attempts: 1, leaseUntil: 100 });
        expect(await store.jobs.lease(['k'], 10, 100)).toEqual({ ...job(), attempts: 1, leaseUntil: 100 });
        expect(await store.jobs.lease(['k'], 99, 200)).toBeNull();
        expect(await store.jobs.nextAt(['k'])).toBe(100);
        expect(await store.jobs.lease(['k'], 100, 200)).toMatchObject({ id: 'j_0', attempts: 2 });
        expect(await store.jobs.nextAt(['none'])).toBeNull();
      });
      test('a lost lease changes nothing any more', async () => {
        await store.jobs.put(job());
        const old = (await store.jobs.lease(['k'], 10, 20))!;
        const held = (await store.jobs.lease(['k'], 20, 30))!;
        expect(await store.jobs.renew(old, 99)).toBeNull();
        await store.jobs.finish(old);
        await store.jobs.reschedule(old, 1000);
        const renewed = (await store.jobs.renew(held, 40))!;
        expect(renewed).toMatchObject({ leaseUntil: 40 });
        await store.jobs.reschedule(renewed, 50, { b: 2 });
        expect(await store.jobs.lease(['k'], 50, 60)).toMatchObject({ payload: { b: 2 }, attempts: 1 });
      });
      test('put again replaces what waits, and whoever worked on the old one holds nothing', async () => {
        await store.jobs.put(job());
        const old = (await store.jobs.lease(['k'], 10, 20))!;
        await store.jobs.put(job({ payload: { v: 2 } }));
        await store.jobs.finish(old);
        const held = (await store.jobs.lease(['k'], 10, 20))!;
        expect(held.payload).toEqual({ v: 2 });
        await store.jobs.finish(held);
        expect(await store.jobs.nextAt(['k'])).toBeNull();
      });
      test('are queued with their document or not at all, and go with their account’s word only', async () => {
        await expect(
          store.knowledge.queueDocument(document({ id: 'doc_x', knowledgeBaseId: 'kb_none' }), job()),
        ).rejects.toThrow();
        expect(await store.jobs.nextAt(['k'])).toBeNull();
        await store.knowledge.createBase(base({}));
        const stored = await store.knowledge.queueDocument(document({ id: 'doc_1', status: 'queued' }), job());
        expect(stored.status).toBe('queued');
        await store.jobs.delete('acct_b', 'document:doc_1');
        expect(await store.jobs.lease(['k'], 10, 20)).toMatchObject({
          id: 'document:doc_1',
          payload: { a: [1], documentId: 'doc_1' },
        });
        await store.jobs.delete('acct_a', 'document:doc_1');
        expect(await store.jobs.nextAt(['k'])).toBeNull();
      });
    });

    describe('followed sites', () => {
      const source = (change: Partial<UrlSourceRow> = {}): UrlSourceRow => ({
        id: 'url_1',
        accountId: 'acct_a',
        knowledgeBaseId: 'kb_1',
        url: 'https://a.example/',
        crawlDepth: 1,
        refreshSchedule: 'daily',
        status: 'queued',
        error: null,
        run: 0,
        lastCrawledAt: null,
        createdAt: 1,
        updatedAt: 1,
        ...change,
      });
      const crawl = { accountId: 'acct_a', kind: 'crawl', payload: { x: 1 }, bytes: null, runAt: 10, createdAt: 1 };
      const found = (...urls: string[]) => urls.map((url, depth) => ({ id: `page_${url}`, url, depth }));
      beforeEach(() => store.knowledge.createBase(base({})));

      test('an address is one source, which keeps its id and takes the new depth and schedule, with one job', async () => {
        await store.urlSources.put(source(), crawl);
        await store.urlSources.update(A, 'url_1', { status: 'ready', run: 3, error: { code: 'c', message: 'm' } });
        const again = source({ id: 'url_2', crawlDepth: 2, refreshSchedule: 'none', updatedAt: 5 });
        expect(await store.urlSources.put(again, crawl)).toEqual({ ...again, id: 'url_1', run: 3 });
        expect(await store.urlSources.find(A, 'kb_1', 'https://a.example/')).toMatchObject({ id: 'url_1', run: 3 });
        expect(await store.urlSources.find(B, 'kb_1', 'https://a.example/')).toBeNull();
        expect(await store.urlSources.find(A, 'kb_1', 'https://b.example/')).toBeNull();
        expect(await store.urlSources.list(A, 'kb_1', ALL)).toMatchObject({ total: 1 });
        expect(await store.jobs.lease(['crawl'], 10, 20)).toMatchObject({
          id: 'crawl:url_1',
          payload: { x: 1, sourceId: 'url_1' },
        });
        expect(await store.jobs.lease(['crawl'], 10, 20)).toBeNull();
      });

      test('its job may be put under a lease, which others respect until it runs out', async () => {
        await store.urlSources.put(source(), { ...crawl, leaseUntil: 50 });
        expect(await store.jobs.lease(['crawl'], 49, 99)).toBeNull();
        expect(await store.jobs.nextAt(['crawl'])).toBe(50);
        const own: JobRow = {
          ...crawl,
          id: 'crawl:url_1',
          payload: { x: 1, sourceId: 'url_1' },
          attempts: 1,
          leaseUntil: 50,
        };
        const renewed = (await store.jobs.renew(own, 70))!;
        expect(await store.jobs.lease(['crawl'], 60, 99)).toBeNull();
        expect(await store.jobs.lease(['crawl'], 70, 99)).toEqual({ ...renewed, attempts: 2, leaseUntil: 99 });
        expect(await store.jobs.renew(renewed, 100)).toBeNull();
      });

      test('pages are noted once a crawl, nearest first, up to the cap; what was learned of them stays', async () => {
        await store.urlSources.put(source(), crawl);
        expect(await store.urlSources.addPages('url_1', 1, found('/a', '/c', '/b'), 3)).toBe(true);
        expect(await store.urlSources.addPages('url_1', 1, found('/a', '/d'), 3)).toBe(false);
        const pending = async (run: number, limit = 9) =>
          (await store.urlSources.pendingPages('url_1', run, limit)).map(({ url }) => url);
        expect(await pending(1)).toEqual(['/a', '/c', '/b']);
        expect(await pending(1, 2)).toEqual(['/a', '/c']);
        await store.urlSources.updatePage('page_/a', { outcome: 'indexed', etag: '"1"', links: ['/x'] });
        expect(await pending(1)).toEqual(['/c', '/b']);
        expect(await store.urlSources.outcomes(A, 'url_1')).toEqual({ indexed: 1, pending: 2 });
        expect(await store.urlSources.addPages('url_1', 2, found('/a'), 3)).toBe(true);
        expect(await store.urlSources.findPage('url_1', '/a')).toMatchObject({
          run: 2,
          outcome: 'pending',
          etag: '"1"',
          links: ['/x'],
        });
        expect((await store.urlSources.vanished('url_1', 2)).map(({ url }) => url).sort()).toEqual(['/b', '/c']);
      });

      test('deleted takes the documents made from it alone', async () => {
        await store.urlSources.put(source(), crawl);
        await store.urlSources.put(source({ id: 'url_2', url: 'https://a.example/b' }), crawl);
        for (const id of ['doc_1', 'doc_2']) await store.knowledge.putDocument(document({ id, key: id }));
        await store.urlSources.addPages('url_1', 1, found('/1', '/2'), 9);
        await store.urlSources.addPages('url_2', 1, [{ id: 'page_other', url: '/2', depth: 0 }], 9);
        await store.urlSources.updatePage('page_/1', { documentId: 'doc_1' });
        await store.urlSources.updatePage('page_/2', { documentId: 'doc_2' });
        await store.urlSources.updatePage('page_other', { documentId: 'doc_2' });
        expect(await store.urlSources.isShared('doc_1', 'page_/1')).toBe(false);
        expect(await store.urlSources.isShared('doc_2', 'page_/2')).toBe(true);
        expect(await store.urlSources.delete(B, 'kb_1', 'url_1')).toBe(false);
        expect(await store.urlSources.delete(A, 'kb_1', 'url_1')).toBe(true);
        expect((await store.knowledge.listDocuments(A, 'kb_1', ALL)).rows.map(({ id }) => id)).toEqual(['doc_2']);
        expect(await store.jobs.lease(['crawl'], 10, 20)).toMatchObject({ id: 'crawl:url_2' });
        expect(await store.jobs.lease(['crawl'], 10, 20)).toBeNull();
      });
    });

    describe('conversations', () => {
      test('a visitor sees their own; the account sees all; another account none', async () => {
        await seedConversation(store);
        await store.conversations.create(conversation({ id: 'conv_2', visitorId: 'vis_2', userId: 'u', createdAt: 3 }));
        expect((await store.conversations.list(A, ALL)).rows.map(({ id }) => id)).toEqual(['conv_2', 'conv_1']);
        expect(await store.conversations.list(V1, ALL)).toEqual({ rows: [conversation({})], total: 1 });
        expect((await store.conversations.list(A, { ...ALL, userId: 'u' })).rows.map(({ id }) => id)).toEqual([
          'conv_2',
        ]);
        expect((await store.conversations.list(A, { ...ALL, assistantId: 'ast_9' })).total).toBe(0);
        expect((await store.conversations.list(B, ALL)).total).toBe(0);
        expect(await store.conversations.get(V2, 'conv_1')).toBeNull();
        expect(await store.conversations.get(B, 'conv_1')).toBeNull();
        expect(await store.conversations.get({ ...B, visitorId: 'vis_1' }, 'conv_1')).toBeNull();
        expect(await store.conversations.end(V2, 'conv_1', 9)).toBeNull();
        expect((await store.conversations.get(V1, 'conv_1'))?.endedAt).toBeNull();
      });
      test('end once, at the first time asked', async () => {
        await seedConversation(store);
        expect((await store.conversations.end(V1, 'conv_1', 9))?.endedAt).toBe(9);
        expect((await store.conversations.end(A, 'conv_1', 12))?.endedAt).toBe(9);
      });
      test('are counted from a time on', async () => {
        await seedConversation(store);
        await store.conversations.create(conversation({ id: 'conv_2', createdAt: 10 }));
        expect(await store.conversations.countSince('acct_a', 10)).toBe(1);
        expect(await store.conversations.countSince('acct_a', 0)).toBe(2);
        expect(await store.conversations.countSince('acct_b', 0)).toBe(0);
      });
    });

    describe('messages', () => {
      beforeEach(() => seedConversation(store));

      test('a turn is a complete question and an empty streaming answer, in order', async () => {
        const first = await open(store, 'msg_q1', 'msg_a1');
        expect(first).toMatchObject({
          question: {
            id: 'msg_q1',
            ordinal: 0,
            role: 'user',
            content: 'What?',
            status: 'complete',
            metadata: { p: 1 },
          },
          answer: { id: 'msg_a1', ordinal: 1, role: 'assistant', content: '', status: 'streaming', sources: [] },
        });
        await store.messages.finish('acct_a', 'msg_a1', END, 5);
        await open(store, 'msg_q2', 'msg_a2');
        const { rows, total } = await store.messages.list(V1, 'conv_1', ALL);
        expect([total, rows.map(({ id }) => id)]).toEqual([4, ['msg_q1', 'msg_a1', 'msg_q2', 'msg_a2']]);
        expect((await store.messages.list(A, 'conv_1', { limit: 2, offset: 1 })).rows.map(({ id }) => id)).toEqual([
          'msg_a1',
          'msg_q2',
        ]);
        expect((await store.messages.tail(A, 'conv_1', 2)).map(({ id }) => id)).toEqual(['msg_q2', 'msg_a2']);
        expect((await store.messages.tail(A, 'conv_1', 2, 3)).map(({ id }) => id)).toEqual(['msg_a1', 'msg_q2']);
        expect((await store.conversations.get(A, 'conv_1'))?.lastMessageAt).toBe(4);
      });

      test('while an answer streams a second turn is busy and leaves nothing behind', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        expect(await open(store, 'msg_q2', 'msg_a2', { key: 'k' })).toBe('busy');
        expect((await store.messages.list(A, 'conv_1', ALL)).total).toBe(2);
        expect(await store.idempotency.get('vis_1', 'k')).toBeNull();
      });

      test('of many turns opened at once exactly one is not busy', async () => {
        const turns = await Promise.all(
          Array.from({ length: 20 }, (_, n) => open(store, `msg_q${n}`, `msg_a${n}`, { key: 'same' })),
        );
        expect(turns.filter((turn) => turn !== 'busy')).toHaveLength(1);
        expect((await store.messages.list(A, 'conv_1', ALL)).total).toBe(2);
      });

      test('an idempotency record is stored with its turn, taken once, and free again after its time', async () => {
        await open(store, 'msg_q1', 'msg_a1', { key: 'k' });
        await store.messages.finish('acct_a', 'msg_a1', END, 5);
        expect(await store.idempotency.get('vis_1', 'k')).toMatchObject({ messageId: 'msg_a1', requestHash: 'r' });
        expect(await store.idempotency.get('vis_2', 'k')).toBeNull();
        expect(await open(store, 'msg_q2', 'msg_a2', { key: 'k' })).toBe('busy');
        const later = 5 + LIMITS.idempotencySeconds * 1000;
        expect(await open(store, 'msg_q3', 'msg_a3', { key: 'k', now: later })).not.toBe('busy');
        expect((await store.idempotency.get('vis_1', 'k'))?.messageId).toBe('msg_a3');
        await store.idempotency.prune(later);
        expect(await store.idempotency.get('vis_1', 'k')).not.toBeNull();
        await store.idempotency.prune(later + 1);
        expect(await store.idempotency.get('vis_1', 'k')).toBeNull();
      });

      test('a turn cannot be opened in a conversation out of scope', async () => {
        for (const scope of [B, V2]) await expect(open(store, 'msg_q', 'msg_a', { scope })).rejects.toThrow();
        expect((await store.messages.list(A, 'conv_1', ALL)).total).toBe(0);
      });

      test('appends are checked against the position, in UTF-16 code units', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        await store.messages.append('acct_a', 'msg_a1', 0, 'Grüße 👋🏽', 5);
        await store.messages.append('acct_a', 'msg_a1', 'Grüße 👋🏽'.length, '!', 6);
        await expect(store.messages.append('acct_a', 'msg_a1', 3, 'x', 7)).rejects.toThrow('length 3');
        await expect(store.messages.append('acct_b', 'msg_a1', 11, 'x', 7)).rejects.toThrow();
        const answer = await store.messages.get(V1, 'conv_1', 'msg_a1');
        expect([answer?.content, answer?.updatedAt]).toEqual(['Grüße 👋🏽!', 6]);
      });

      test('text that the engine cannot hold keeps its length', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        await store.messages.append('acct_a', 'msg_a1', 0, 'a\0b\ud800c', 5);
        await store.messages.append('acct_a', 'msg_a1', 5, 'd', 5);
        expect((await store.messages.get(A, 'conv_1', 'msg_a1'))?.content).toMatch(/^a.b.cd$/u);
      });

      test('an answer ends once; after that nothing is appended and the end does not change', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        await store.messages.finish('acct_b', 'msg_a1', { ...END, status: 'failed' }, 5);
        await store.messages.finish('acct_a', 'msg_a1', END, 6);
        await store.messages.finish('acct_a', 'msg_a1', { ...END, status: 'failed' }, 7);
        await expect(store.messages.append('acct_a', 'msg_a1', 0, 'late', 8)).rejects.toThrow();
        expect(await store.messages.get(A, 'conv_1', 'msg_a1')).toMatchObject({ ...END, updatedAt: 6 });
      });

      test('the last answer can be opened again, empty; no other message can', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        expect(await store.messages.reopen(A, 'conv_1', 'msg_a1', 9)).toBeNull();
        await store.messages.append('acct_a', 'msg_a1', 0, 'First', 5);
        await store.messages.finish('acct_a', 'msg_a1', END, 6);
        await store.messages.setFeedback(A, 'conv_1', 'msg_a1', { rating: 'down' }, 8);
        expect(await store.messages.reopen(V2, 'conv_1', 'msg_a1', 9)).toBeNull();
        expect(await store.messages.reopen(A, 'conv_1', 'msg_q1', 9)).toBeNull();
        expect(await store.messages.reopen(V1, 'conv_1', 'msg_a1', 9)).toMatchObject({
          content: '',
          status: 'streaming',
          sources: [],
          outcome: null,
          usage: null,
          feedback: null,
          truncated: false,
          updatedAt: 9,
        });
        await store.messages.append('acct_a', 'msg_a1', 0, 'Second', 10);
        await store.messages.finish('acct_a', 'msg_a1', END, 11);
        await open(store, 'msg_q2', 'msg_a2');
        await store.messages.finish('acct_a', 'msg_a2', END, 12);
        expect(await store.messages.reopen(A, 'conv_1', 'msg_a1', 13)).toBeNull();
      });

      test('feedback is kept, and only within scope', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        const feedback = { rating: 'up', comment: 'Good' } as const;
        for (const scope of [V2, B]) {
          expect(await store.messages.setFeedback(scope, 'conv_1', 'msg_a1', feedback, 8)).toBeNull();
        }
        expect((await store.messages.setFeedback(V1, 'conv_1', 'msg_a1', feedback, 8))?.feedback).toEqual(feedback);
        expect(await store.messages.setFeedback(V1, 'conv_1', 'msg_x', feedback, 8)).toBeNull();
      });

      test('another visitor, another account and another conversation see no message', async () => {
        await store.conversations.create(conversation({ id: 'conv_2' }));
        await open(store, 'msg_q1', 'msg_a1');
        for (const scope of [V2, B]) {
          expect(await store.messages.get(scope, 'conv_1', 'msg_q1')).toBeNull();
          expect(await store.messages.list(scope, 'conv_1', ALL)).toEqual({ rows: [], total: 0 });
          expect(await store.messages.tail(scope, 'conv_1', 5)).toEqual([]);
        }
        expect(await store.messages.get(A, 'conv_2', 'msg_q1')).toBeNull();
      });

      test('answers that were streaming when the server went away become interrupted', async () => {
        await open(store, 'msg_q1', 'msg_a1');
        const source = { title: 'T', url: '', relevance: 1, quote: 'q', heading: '', document_id: 'doc_1' };
        await store.messages.cite('acct_b', 'msg_a1', [source, source]);
        await store.messages.cite('acct_a', 'msg_a1', [source]);
        await store.messages.append('acct_a', 'msg_a1', 0, 'Half', 5);
        await reopen();
        expect(await store.messages.interruptAll(9)).toBe(1);
        expect(await store.messages.interruptAll(9)).toBe(0);
        expect(await store.messages.get(A, 'conv_1', 'msg_a1')).toMatchObject({
          status: 'interrupted',
          content: 'Half',
          sources: [source],
        });
        await store.messages.cite('acct_a', 'msg_a1', []);
        expect((await store.messages.get(A, 'conv_1', 'msg_a1'))?.sources).toEqual([source]);
        expect(await open(store, 'msg_q2', 'msg_a2')).not.toBe('busy');
      });
    });
  });
}

const END = {
  status: 'complete',
  sources: [{ title: 'T', url: 'u', relevance: 0.5, quote: 'q', heading: 'h', document_id: 'doc_1' }],
  outcome: 'answered',
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  error: null,
  truncated: true,
} as const;

async function seedConversation(store: Store): Promise<void> {
  await store.assistants.create(assistant({}));
  await store.conversations.create(conversation({}));
}

function open(
  store: Store,
  questionId: string,
  answerId: string,
  options: { readonly key?: string; readonly now?: number; readonly scope?: Scope } = {},
) {
  const now = options.now ?? 4;
  return store.messages.openTurn({
    scope: options.scope ?? V1,
    conversationId: 'conv_1',
    question: { id: questionId, content: 'What?', metadata: { p: 1 } },
    answerId,
    idempotency: options.key
      ? {
          owner: 'vis_1',
          key: options.key,
          requestHash: 'r',
          conversationId: 'conv_1',
          messageId: answerId,
          createdAt: now,
        }
      : null,
    now,
  });
}

const key = (change: Partial<ApiKeyRow> & { id: string }): ApiKeyRow => ({
  accountId: 'acct_a',
  kind: 'publishable',
  name: 'Site',
  hash: `hash-${change.id}`,
  hint: 'pk_live_…',
  publicKey: 'pk_live_x',
  test: false,
  origins: ['https://a.example'],
  assistantIds: ['ast_1'],
  scopes: [],
  allowNative: true,
  createdAt: 1,
  expiresAt: null,
  revokedAt: null,
  addresses: [],
  messagesPerDay: null,
  rotatedTo: null,
  ...change,
});
const session = (change: Partial<VisitorSessionRow> = {}): VisitorSessionRow => ({
  id: 'vs_1',
  accountId: 'acct_a',
  assistantId: 'ast_1',
  visitorId: 'vis_1',
  userId: null,
  keyId: 'key_1',
  origin: null,
  hash: 'hash-session',
  createdAt: 2,
  lastUsedAt: 3,
  expiresAt: 99,
  revokedAt: null,
  ...change,
});
const assistant = (change: Partial<AssistantRow>): AssistantRow => ({
  id: 'ast_1',
  accountId: 'acct_a',
  name: 'Helper',
  description: '',
  model: 'extractive',
  systemPrompt: '',
  knowledgeBaseId: null,
  category: null,
  config: { temperature: 0.5 },
  widget: { greeting: 'Hi' },
  retentionDays: null,
  identity: null,
  attachments: null,
  createdAt: 1,
  updatedAt: 1,
  ...change,
});
const base = (change: Partial<KnowledgeBaseRow>): KnowledgeBaseRow => ({
  id: 'kb_1',
  accountId: 'acct_a',
  name: 'Docs',
  description: '',
  createdAt: 1,
  ...change,
});
const document = (change: Partial<DocumentRow> & { id: string }): DocumentRow => ({
  accountId: 'acct_a',
  knowledgeBaseId: 'kb_1',
  key: 'guide.md',
  title: 'Guide',
  url: 'https://a.example/guide',
  filename: null,
  mediaType: 'text/markdown',
  bytes: 10,
  contentHash: 'h',
  status: 'ready',
  error: null,
  chunkCount: 0,
  metadata: { a: [1] },
  createdAt: 1,
  updatedAt: 1,
  ...change,
});
const conversation = (change: Partial<ConversationRow>): ConversationRow => ({
  id: 'conv_1',
  accountId: 'acct_a',
  assistantId: 'ast_1',
  visitorId: 'vis_1',
  userId: null,
  title: null,
  metadata: { page: { url: 'x' } },
  createdAt: 2,
  lastMessageAt: null,
  endedAt: null,
  ...change,
});
const chunk = (ordinal: number, text: string, change: Partial<NewChunk> = {}): NewChunk => ({
  id: `c_${ordinal}`,
  ordinal,
  title: '',
  heading: '',
  text,
  url: '',
  ...change,
});
