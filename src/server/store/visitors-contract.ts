import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../protocol/limits.ts';
import type { ApiKeyRow, AssistantRow, AttachmentRow, ConversationRow, Store, VisitorSessionRow } from './store.ts';

const A = { accountId: 'acct_a' };
const ALL = { limit: 100, offset: 0 };
const DAY_MS = 86_400_000;
const TOOL = { name: 'add_to_cart', description: 'Adds', parameters: { type: 'object' } };
const END = { sources: [], outcome: 'answered', usage: null, error: null, truncated: false } as const;

/** Rows to begin with. */
export interface VisitorFixtures {
  assistant(change: Partial<AssistantRow>): AssistantRow;
  conversation(change: Partial<ConversationRow>): ConversationRow;
  key(change: Partial<ApiKeyRow> & { id: string }): ApiKeyRow;
  session(change?: Partial<VisitorSessionRow>): VisitorSessionRow;
}

/** Part of the store's contract: known visitors, their data, turns that are replaced or wait for the page, usage. */
export function visitorsContract(given: () => Store, rows: VisitorFixtures): void {
  describe('visitors', () => {
    let store: Store;
    beforeEach(async () => {
      store = given();
      await store.assistants.create(rows.assistant({}));
      await store.conversations.create(rows.conversation({}));
      await store.keys.create(rows.key({ id: 'key_1' }));
      await store.sessions.create(rows.session());
    });
    const ask = (
      n: number,
      more: { attachments?: string[]; replaces?: string; content?: string; tools?: (typeof TOOL)[]; key?: string } = {},
    ) =>
      store.messages.openTurn({
        scope: A,
        conversationId: 'conv_1',
        question: { id: `msg_q${n}`, content: more.content ?? `Question ${n}?`, metadata: {} },
        answerId: `msg_a${n}`,
        replaces: more.replaces ?? null,
        tools: more.tools ?? [],
        attachments: more.attachments ?? [],
        idempotency: more.key
          ? {
              owner: 'vis_1',
              key: more.key,
              requestHash: 'r',
              conversationId: 'conv_1',
              messageId: `msg_a${n}`,
              createdAt: n,
            }
          : null,
        now: n,
      });
    const end = (n: number) => store.messages.finish('acct_a', `msg_a${n}`, { ...END, status: 'complete' }, n);
    const ids = async () => (await store.messages.list(A, 'conv_1', ALL)).rows.map(({ id }) => id);

    const file = (n: number, change: Partial<AttachmentRow> = {}) => ({
      id: `att_${n}`,
      accountId: 'acct_a',
      conversationId: 'conv_1',
      name: 'notes.txt',
      mediaType: 'text/plain',
      bytes: 7,
      chunks: [{ heading: '', text: 'It rains.' }],
      truncated: false,
      createdAt: n,
      ...change,
    });

    test('a file is the conversation’s, is named by one question, and goes with it', async () => {
      expect(await store.attachments.add(A, file(1), 2)).toBe('added');
      expect(await store.attachments.add({ ...A, visitorId: 'vis_other' }, file(2), 2)).toBe('gone');
      expect(await store.attachments.add({ accountId: 'acct_b' }, file(2), 2)).toBe('gone');
      expect(await store.attachments.add({ ...A, visitorId: 'vis_1' }, file(2), 2)).toBe('added');
      expect(await store.attachments.add(A, file(3), 2)).toBe('full');
      expect(await store.attachments.list(A, 'conv_1')).toEqual([1, 2].map((n) => ({ ...file(n), messageId: null })));
      expect(await store.attachments.list({ ...A, visitorId: 'vis_other' }, 'conv_1')).toEqual([]);
      expect(await store.attachments.list({ accountId: 'acct_b' }, 'conv_1')).toEqual([]);

      expect(await ask(1, { attachments: ['att_1', 'att_none'] })).toBe('unattached');
      expect(await ask(1, { attachments: ['att_1', 'att_1'] })).toBe('unattached');
      expect(await ids()).toEqual([]);
      const asked = await ask(1, { attachments: ['att_1'] });
      expect(asked).toMatchObject({
        question: { attachments: [{ id: 'att_1', name: 'notes.txt', type: 'text/plain', size: 7 }] },
        answer: { attachments: [] },
      });
      await end(1);
      expect((await store.messages.get(A, 'conv_1', 'msg_q1'))?.attachments).toHaveLength(1);
      expect(await store.attachments.said(A, 'conv_1', 0)).toEqual([{ ...file(1), messageId: 'msg_q1' }]);
      expect(await store.attachments.said(A, 'conv_1', -1)).toEqual([]);
      expect(await store.attachments.said({ ...A, visitorId: 'vis_other' }, 'conv_1', 9)).toEqual([]);
      // It belongs to a question now.
      expect(await ask(2, { attachments: ['att_1'] })).toBe('unattached');
      expect(await store.attachments.delete(A, 'conv_1', 'att_1')).toBe(false);
      expect(await store.attachments.delete({ ...A, visitorId: 'vis_other' }, 'conv_1', 'att_2')).toBe(false);
      expect(await store.attachments.delete({ accountId: 'acct_b' }, 'conv_1', 'att_2')).toBe(false);
      expect(await store.attachments.delete(A, 'conv_1', 'att_2')).toBe(true);

      // A question in its place may keep it; left out, it goes.
      expect(await ask(2, { replaces: 'msg_q1', attachments: ['att_1'] })).toMatchObject({
        question: { attachments: [{ id: 'att_1' }] },
      });
      await end(2);
      expect((await store.attachments.list(A, 'conv_1')).map(({ messageId }) => messageId)).toEqual(['msg_q2']);
      await ask(3, { replaces: 'msg_q2' });
      expect(await store.attachments.list(A, 'conv_1')).toEqual([]);

      await store.attachments.add(A, file(4), 20);
      await store.conversations.delete(A, 'conv_1');
      await store.conversations.create(rows.conversation({}));
      expect(await store.attachments.list(A, 'conv_1')).toEqual([]);
      await store.attachments.add(A, file(5), 20);
      await store.sessions.forget({ ...A, visitorId: 'vis_1' });
      await store.conversations.create(rows.conversation({}));
      expect(await store.attachments.list(A, 'conv_1')).toEqual([]);
    });

    test('what an unknown visitor began is the known one’s, once, and the session that began it ends', async () => {
      await ask(1, { key: 'k' });
      const known = rows.session({ id: 'vs_2', hash: 'hash-2', visitorId: 'vis_known', userId: 'u_1', createdAt: 50 });
      await store.sessions.identify(known, rows.session());
      expect(await store.sessions.findByHash('hash-2')).toEqual(known);
      expect((await store.sessions.findByHash('hash-session'))?.revokedAt).toBe(50);
      expect(await store.conversations.get({ ...A, visitorId: 'vis_known' }, 'conv_1')).toMatchObject({
        userId: 'u_1',
      });
      expect(await store.conversations.get({ ...A, visitorId: 'vis_1' }, 'conv_1')).toBeNull();
      expect((await store.idempotency.get('vis_known', 'k'))?.messageId).toBe('msg_a1');
      // The same session again gives nobody anything.
      await store.conversations.create(rows.conversation({ id: 'conv_2' }));
      const thief = rows.session({ id: 'vs_3', hash: 'hash-3', visitorId: 'vis_other', userId: 'u_2' });
      await store.sessions.identify(thief, rows.session());
      expect((await store.conversations.list({ ...A, visitorId: 'vis_other' }, ALL)).total).toBe(0);
    });

    test('a known visitor’s session, another assistant’s and another account’s are nobody’s to take over', async () => {
      const named = rows.session({ id: 'vs_n', hash: 'hash-n', visitorId: 'vis_1', userId: 'u_1' });
      await store.sessions.create(named);
      await store.assistants.create(rows.assistant({ id: 'ast_2' }));
      const takers: readonly [VisitorSessionRow, VisitorSessionRow][] = [
        [rows.session({ id: 'vs_a', hash: 'a', visitorId: 'vis_x', userId: 'u_2' }), named],
        [
          rows.session({ id: 'vs_b', hash: 'b', visitorId: 'vis_x', userId: 'u_2', assistantId: 'ast_2' }),
          rows.session(),
        ],
      ];
      for (const [taker, from] of takers) await store.sessions.identify(taker, from);
      expect((await store.conversations.list({ ...A, visitorId: 'vis_x' }, ALL)).total).toBe(0);
      expect((await store.sessions.findByHash('hash-n'))?.revokedAt).toBeNull();
    });

    test('forgetting a visitor takes all of theirs, deliveries too, and nobody else’s', async () => {
      await store.webhooks.create(HOOK);
      await ask(1);
      await store.conversations.create(rows.conversation({ id: 'conv_2', visitorId: 'vis_2' }));
      expect((await store.webhooks.deliveries(A, 'wh_1', ALL)).total).toBe(2);
      await store.sessions.forget({ accountId: 'acct_b', visitorId: 'vis_1' });
      expect((await store.conversations.list(A, ALL)).total).toBe(2);
      await store.sessions.forget({ ...A, visitorId: 'vis_1' });
      expect((await store.conversations.list(A, ALL)).rows.map(({ id }) => id)).toEqual(['conv_2']);
      expect(await store.messages.get(A, 'conv_1', 'msg_q1')).toBeNull();
      expect(await store.sessions.findByHash('hash-session')).toBeNull();
      const { rows: left } = await store.webhooks.deliveries(A, 'wh_1', ALL);
      expect(left.map(({ body }) => JSON.parse(body).data.id)).toEqual(['conv_2']);
    });

    test('a conversation is deleted by its own visitor or its account only', async () => {
      await ask(1);
      expect(await store.conversations.delete({ ...A, visitorId: 'vis_2' }, 'conv_1')).toBe(false);
      expect(await store.conversations.delete({ accountId: 'acct_b' }, 'conv_1')).toBe(false);
      expect(await store.conversations.delete({ ...A, visitorId: 'vis_1' }, 'conv_1')).toBe(true);
      expect(await store.messages.get(A, 'conv_1', 'msg_q1')).toBeNull();
    });

    test('conversations go when their assistant’s time is over, a slice at a time', async () => {
      await store.assistants.create(rows.assistant({ id: 'ast_kept' }));
      await store.assistants.update(A, 'ast_1', { retentionDays: 2 });
      await store.conversations.create(rows.conversation({ id: 'conv_old', createdAt: 5 }));
      await store.conversations.create(rows.conversation({ id: 'conv_kept', assistantId: 'ast_kept' }));
      await store.conversations.create(rows.conversation({ id: 'conv_new', createdAt: 10, lastMessageAt: null }));
      expect(await store.conversations.deleteExpired(2 * DAY_MS + 5, 1)).toBe(1);
      expect(await store.conversations.deleteExpired(2 * DAY_MS + 6, 9)).toBe(1);
      expect(await store.conversations.deleteExpired(2 * DAY_MS + 6, 9)).toBe(0);
      expect((await store.conversations.list(A, ALL)).rows.map(({ id }) => id)).toEqual(['conv_new', 'conv_kept']);
    });

    test('the first question is the title; a long one is cut at a word, between characters', async () => {
      await ask(1, { content: '  How do I\n\n book?  ' });
      expect((await store.conversations.get(A, 'conv_1'))?.title).toBe('How do I book?');
      await end(1);
      await ask(2);
      expect((await store.conversations.get(A, 'conv_1'))?.title).toBe('How do I book?');
      await end(2);
      await ask(3, { content: `${'word '.repeat(40)}`, replaces: 'msg_q1' });
      const { title } = (await store.conversations.get(A, 'conv_1'))!;
      expect(title).toMatch(/^(word )+word…$/);
      expect(title!.length).toBeLessThanOrEqual(LIMITS.titleChars);
      await end(3);
      await ask(4, { content: `x${'👋'.repeat(60)}`, replaces: 'msg_q3' });
      expect((await store.conversations.get(A, 'conv_1'))?.title).toMatch(/^x(👋)+…$/u);
    });

    test('a question that is replaced goes with all after it, in one step', async () => {
      for (const n of [1, 2, 3]) {
        await ask(n);
        await end(n);
      }
      expect(await ask(4, { replaces: 'msg_none' })).toBe('gone');
      expect(await ask(4, { replaces: 'msg_a2' })).toBe('gone');
      expect(await ids()).toHaveLength(6);
      const turn = await ask(5, { replaces: 'msg_q2' });
      expect(turn).toMatchObject({ question: { ordinal: 2 }, answer: { ordinal: 3, status: 'streaming' } });
      expect(await ids()).toEqual(['msg_q1', 'msg_a1', 'msg_q5', 'msg_a5']);
      expect(await ask(6, { replaces: 'msg_q1' })).toBe('busy');
    });

    test('an answer that waits for the page goes on where it stopped, and not twice', async () => {
      await ask(1, { tools: [TOOL] });
      await store.messages.append('acct_a', 'msg_a1', 0, 'Shall I?', 2);
      const call = { id: 'c_1', name: 'add_to_cart', arguments: { n: 1 }, result: null, at: 8, round: 0 };
      await store.messages.finish('acct_a', 'msg_a1', { ...END, status: 'awaiting_tool', calls: [call] }, 3);
      const waiting = await store.messages.get(A, 'conv_1', 'msg_a1');
      expect(waiting).toMatchObject({ status: 'awaiting_tool', tools: { offered: [TOOL], calls: [call] } });
      const done = [{ ...call, result: { content: 'ok' } }];
      expect(await store.messages.proceed({ ...A, visitorId: 'vis_2' }, 'conv_1', 'msg_a1', done, 4)).toBeNull();
      expect(await store.messages.proceed(A, 'conv_1', 'msg_a1', done, 4)).toMatchObject({
        status: 'streaming',
        content: 'Shall I?',
        tools: { calls: done },
      });
      expect(await store.messages.proceed(A, 'conv_1', 'msg_a1', done, 5)).toBeNull();
      await store.messages.append('acct_a', 'msg_a1', 8, ' Done.', 6);
      await store.messages.finish('acct_a', 'msg_a1', { ...END, status: 'complete', followUps: ['And?'] }, 7);
      expect(await store.messages.get(A, 'conv_1', 'msg_a1')).toMatchObject({
        content: 'Shall I? Done.',
        followUps: ['And?'],
        tools: { calls: done },
      });
      // Written again, it asks anew.
      const again = await store.messages.reopen(A, 'conv_1', 'msg_a1', 8);
      expect(waiting?.rewritten).toBe(false);
      expect(again).toMatchObject({
        content: '',
        rewritten: true,
        followUps: [],
        tools: { offered: [TOOL], calls: [] },
      });
    });

    test('a key is rotated once; its sessions go over', async () => {
      const next = rows.key({ id: 'key_2' });
      expect(await store.keys.rotate({ accountId: 'acct_b' }, 'key_1', next, 90)).toBe(false);
      expect(await store.keys.rotate(A, 'key_1', next, 90)).toBe(true);
      expect(await store.keys.get(A, 'key_1')).toMatchObject({ rotatedTo: 'key_2', expiresAt: 90, revokedAt: null });
      expect(await store.keys.get(A, 'key_2')).toEqual(next);
      expect((await store.sessions.findByHash('hash-session'))?.keyId).toBe('key_2');
      expect(await store.keys.rotate(A, 'key_1', rows.key({ id: 'key_3' }), 90)).toBe(false);
      expect(await store.keys.get(A, 'key_3')).toBeNull();
    });

    test('an account’s plan and name are changed', async () => {
      expect(await store.accounts.update('acct_a', { plan: 'pro' })).toMatchObject({ id: 'acct_a', plan: 'pro' });
      expect(await store.accounts.update('acct_a', { name: 'New' })).toMatchObject({ name: 'New', plan: 'pro' });
      expect(await store.accounts.update('acct_x', { plan: 'pro' })).toBeNull();
    });

    test('of several caps each is used once or none is, however many take at once', async () => {
      const caps = [
        { name: 'a', windowStart: 100, limit: 9 },
        { name: 'b', windowStart: 100, limit: 5 },
        { name: 'c', windowStart: 200, limit: 7 },
      ];
      const full = await Promise.all(Array.from({ length: 20 }, () => store.usage.takeEach(caps)));
      expect(full.filter((cap) => cap === null)).toHaveLength(5);
      expect(new Set(full.filter((cap) => cap !== null))).toEqual(new Set([caps[1]]));
      expect(await Promise.all(caps.map(({ name, windowStart }) => store.usage.get(name, windowStart)))).toEqual([
        5, 5, 5,
      ]);
      expect(await store.usage.takeEach([])).toBeNull();
      expect(await store.usage.takeEach([{ name: 'd', windowStart: 1, limit: 0 }])).toMatchObject({ name: 'd' });
      expect(await store.usage.get('d', 1)).toBe(0);
    });

    test('usage stops at its limit, however many take at once, and counts each window anew', async () => {
      const taken = await Promise.all(Array.from({ length: 20 }, () => store.usage.take('n', 100, 2, 15)));
      expect(taken.filter((one) => one.taken)).toHaveLength(7);
      expect(await store.usage.get('n', 100)).toBe(14);
      expect(await store.usage.take('n', 100, 1, 15)).toEqual({ used: 15, taken: true });
      expect(await store.usage.take('n', 100, 1, 15)).toEqual({ used: 15, taken: false });
      expect(await store.usage.take('n', 200, 16, 15)).toEqual({ used: 0, taken: false });
      expect(await store.usage.take('n', 200, 15, 15)).toEqual({ used: 15, taken: true });
      await store.usage.prune(200);
      expect([await store.usage.get('n', 100), await store.usage.get('n', 200)]).toEqual([0, 15]);
    });
  });
}

const HOOK = {
  id: 'wh_1',
  accountId: 'acct_a',
  url: 'https://a.example/',
  events: ['conversation.created', 'message.created'],
  description: '',
  enabled: true,
  disabledReason: null,
  secret: 'whsec_x',
  oldSecrets: [],
  pausedUntil: 0,
  failures: 0,
  createdAt: 1,
  updatedAt: 1,
} as const;
