import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const SCOPE = { accountId: 'acct_1' };
let store: Store;

beforeEach(async () => {
  store = openSqliteStore({ file: ':memory:' });
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
  for (let n = 0; n < 20; n += 1) {
    await store.conversations.create({
      id: `conv_${n}`,
      accountId: 'acct_1',
      assistantId: 'ast_1',
      visitorId: null,
      userId: null,
      title: null,
      metadata: {},
      createdAt: 1,
      lastMessageAt: null,
      endedAt: null,
    });
    await openTurn(n);
  }
});
afterEach(() => store.close());

const openTurn = (n: number, suffix = '') =>
  store.messages.openTurn({
    scope: SCOPE,
    conversationId: `conv_${n}`,
    question: { id: `msg_q${n}${suffix}`, content: '?', metadata: {} },
    answerId: `msg_a${n}${suffix}`,
    idempotency: null,
    now: 1,
  });
const content = async (n: number) => (await store.messages.get(SCOPE, `conv_${n}`, `msg_a${n}`))?.content;

test('appends of many answers at once are all kept, and one that is refused fails alone', async () => {
  const answers = Array.from({ length: 20 }, (_, n) => n);
  const results = await Promise.allSettled(
    answers.map((n) => store.messages.append('acct_1', `msg_a${n}`, n === 7 ? 3 : 0, `text ${n}`, 2)),
  );
  expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([7]);
  for (const n of answers) expect(await content(n)).toBe(n === 7 ? '' : `text ${n}`);
});

test('appends between other callers’ transactions neither break them nor are lost', async () => {
  const work: Promise<unknown>[] = [];
  for (let n = 0; n < 10; n += 1) {
    work.push(store.messages.append('acct_1', `msg_a${n}`, 0, 'one', 2));
    work.push(store.messages.reopen(SCOPE, `conv_${n + 10}`, `msg_a${n + 10}`, 2));
    work.push(openTurn(n + 10, 'again'));
  }
  await Promise.all(work);
  for (let n = 0; n < 10; n += 1) expect(await content(n)).toBe('one');
});

test('appends to one answer in order, without waiting for each, are kept in order', async () => {
  const pieces = Array.from({ length: 50 }, (_, n) => `${n} 😀,`);
  let at = 0;
  const work = pieces.map((piece) => {
    const append = store.messages.append('acct_1', 'msg_a0', at, piece, 2);
    at += piece.length;
    return append;
  });
  await Promise.all(work);
  expect(await content(0)).toBe(pieces.join(''));
});

test('a closed store refuses the append instead of leaving it waiting', async () => {
  const other = openSqliteStore({ file: ':memory:' });
  await other.close();
  await expect(other.messages.append('acct_1', 'msg_a0', 0, 'x', 2)).rejects.toThrow();
});
