import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const SCOPE = { accountId: 'acct_1' };
const ANSWERS = Array.from({ length: 12 }, (_, n) => n);
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-log-'));
  store = openSqliteStore({ file: join(folder, 'live.db') });
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
  for (const n of ANSWERS) {
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
    await store.messages.openTurn({
      scope: SCOPE,
      conversationId: `conv_${n}`,
      question: { id: `msg_q${n}`, content: '?', metadata: {} },
      answerId: `msg_a${n}`,
      idempotency: null,
      now: 1,
    });
  }
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const END = {
  status: 'complete',
  sources: [],
  outcome: 'answered',
  usage: null,
  error: null,
  truncated: false,
} as const;
/** Every answer grows by a piece, all in one group. */
const grow = (at: number, piece: string, of: readonly number[] = ANSWERS) =>
  Promise.allSettled(of.map((n) => store.messages.append('acct_1', `msg_a${n}`, at, `${piece}${n % 10}`, 2))).then(
    (all) => all.map(({ status }) => status === 'fulfilled'),
  );
const contentOf = async (from: Store, n: number) => (await from.messages.get(SCOPE, `conv_${n}`, `msg_a${n}`))?.content;

/** The file as it is at this moment, opened as the next process would. */
function crashed(name: string): { readonly logged: number; readonly next: Store } {
  for (const end of ['', '-wal']) copyFileSync(join(folder, `live.db${end}`), join(folder, `${name}.db${end}`));
  const file = join(folder, `${name}.db`);
  const raw = new Database(file);
  const [{ n }] = raw.prepare('select count(*) as n from appends').all([]) as [{ n: number }];
  raw.close();
  return { logged: n, next: openSqliteStore({ file }) };
}

test('what was appended and not yet in its message survives a crash at any moment', async () => {
  let text = '';
  for (let piece = 0; piece < 6; piece += 1) {
    expect(await grow(text.length, 'ab')).not.toContain(false);
    text += 'ab?';
    // Some of it goes into its message, some stays in the log.
    if (piece === 2) expect(await contentOf(store, 3)).toHaveLength(text.length);
    const { logged, next } = crashed(`at-${piece}`);
    expect(logged).toBeGreaterThan(0);
    expect(await next.messages.interruptAll(9)).toBe(ANSWERS.length);
    for (const n of ANSWERS) expect(await contentOf(next, n)).toBe(text.replaceAll('?', String(n % 10)));
    // A log that was replayed is empty: starting again adds nothing.
    await next.messages.interruptAll(9);
    expect(await contentOf(next, 0)).toBe(text.replaceAll('?', '0'));
    await next.close();
  }
});

test('without the replay it would be lost', async () => {
  await grow(0, 'ab');
  const { next } = crashed('control');
  expect(await contentOf(next, 0)).toBe('');
  await next.close();
});

test('an answer that is written again after a crash-prone moment holds nothing of the attempt before', async () => {
  await grow(0, 'old ');
  await store.messages.finish('acct_1', 'msg_a0', { ...END, status: 'interrupted' }, 3);
  expect((await store.messages.reopen(SCOPE, 'conv_0', 'msg_a0', 4))?.content).toBe('');
  await grow('old 0'.length, 'more', ANSWERS.slice(1));
  const { next } = crashed('again');
  await next.messages.interruptAll(9);
  expect(await contentOf(next, 0)).toBe('');
  expect(await contentOf(next, 1)).toBe('old 1more1');
  await next.close();
});

test('reading, rating and ending see every word, and what ended takes no more', async () => {
  await grow(0, 'ab');
  expect((await store.messages.list(SCOPE, 'conv_1', { limit: 9, offset: 0 })).rows.at(-1)?.content).toBe('ab1');
  expect((await store.messages.tail(SCOPE, 'conv_2', 1)).at(-1)?.content).toBe('ab2');
  await grow(3, 'cd');
  const rating = await store.messages.setFeedback(SCOPE, 'conv_4', 'msg_a4', { rating: 'up' }, 3);
  expect(rating?.content).toBe('ab4cd4');
  await store.messages.finish('acct_1', 'msg_a5', END, 3);
  await store.conversations.delete(SCOPE, 'conv_6');
  const taken = await grow(6, 'ef');
  expect(taken.flatMap((ok, n) => (ok ? [] : [n]))).toEqual([5, 6]);
  expect(await contentOf(store, 5)).toBe('ab5cd5');
  expect(await contentOf(store, 7)).toBe('ab7cd7ef7');
});

test('few and many at once may take turns', async () => {
  await grow(0, 'ab');
  await grow(3, 'cd', [0, 1]);
  await grow(6, 'ef', [0, 1]);
  await grow(3, 'gh', ANSWERS.slice(2));
  expect(await grow(0, 'late')).not.toContain(true);
  expect(await contentOf(store, 0)).toBe('ab0cd0ef0');
  expect(await contentOf(store, 5)).toBe('ab5gh5');
});

test('a log that is full goes into the messages and begins anew', async () => {
  const long = 'x'.repeat(60_000);
  for (let n = 0; n < 3; n += 1) expect(await grow(n * 60_001, long)).not.toContain(false);
  const { logged, next } = crashed('full');
  // Each group is 720,000 characters; the second did not fit beside the first.
  expect(logged).toBe(1);
  await next.messages.interruptAll(9);
  expect(await contentOf(next, 7)).toHaveLength(3 * 60_001);
  await next.close();
});

test('a store that is closed leaves no log', async () => {
  await grow(0, 'ab');
  const file = join(folder, 'live.db');
  await store.close();
  store = openSqliteStore({ file });
  expect(await contentOf(store, 9)).toBe('ab9');
});
