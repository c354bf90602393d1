import { describe, expect, test } from 'vitest';
import type { Scope, Store } from './store.ts';
import { DELIVERY_JOB, type DeliveryRow, PER_ENDPOINT, type WebhookRow } from './webhooks.ts';

const A: Scope = { accountId: 'acct_a' };
const B: Scope = { accountId: 'acct_b' };
const ALL = { limit: 100, offset: 0 };
const KINDS = [DELIVERY_JOB];

/** The webhook part of the store contract. */
export function webhooksContract(
  given: () => Store,
  /** Makes assistant `ast_1` and conversation `conv_1` of account `acct_a`. */
  seed: (store: Store) => Promise<void>,
): void {
  const logged = async (webhookId = 'wh_1') => (await given().webhooks.deliveries(A, webhookId, ALL)).rows;
  const bodies = async () => (await logged()).map(({ body }) => JSON.parse(body)).reverse();
  const openTurn = (n: number) =>
    given().messages.openTurn({
      scope: A,
      conversationId: 'conv_1',
      question: { id: `msg_q${n}`, content: 'What?', metadata: {} },
      answerId: `msg_a${n}`,
      idempotency: null,
      now: n,
    });
  const end = { sources: [], outcome: null, usage: null, error: null, truncated: false, status: 'complete' } as const;

  describe('webhooks', () => {
    test('are listed newest first, changed and deleted only within their account', async () => {
      const { webhooks } = given();
      await webhooks.create(webhook({ id: 'wh_1', createdAt: 1 }));
      await webhooks.create(webhook({ id: 'wh_2', createdAt: 2 }));
      await webhooks.create(webhook({ id: 'wh_b', accountId: 'acct_b' }));
      expect(await webhooks.list(A, { limit: 1, offset: 0 })).toEqual({
        rows: [webhook({ id: 'wh_2', createdAt: 2 })],
        total: 2,
      });
      expect(await webhooks.get(B, 'wh_1')).toBeNull();
      expect(await webhooks.update(B, 'wh_1', { enabled: false })).toBeNull();
      expect(await webhooks.delete(B, 'wh_1')).toBe(false);
      const oldSecrets = [{ secret: 'whsec_b2xk', until: 9 }];
      expect(await webhooks.update(A, 'wh_1', { enabled: false, oldSecrets })).toEqual(
        webhook({ id: 'wh_1', createdAt: 1, enabled: false, oldSecrets }),
      );
      expect(await webhooks.delete(A, 'wh_1')).toBe(true);
      expect(await webhooks.get(A, 'wh_1')).toBeNull();
    });

    test('each change stores its event with it, once, for those who want it', async () => {
      const store = given();
      await store.webhooks.create(webhook({}));
      await store.webhooks.create(webhook({ id: 'wh_feedback', events: ['feedback.submitted'] }));
      await store.webhooks.create(webhook({ id: 'wh_off', enabled: false }));
      await store.webhooks.create(webhook({ id: 'wh_b', accountId: 'acct_b' }));
      let heard = 0;
      const stop = store.webhooks.onQueued(() => {
        heard += 1;
      });
      await seed(store);
      await openTurn(10);
      expect(await openTurn(11)).toBe('busy');
      await store.messages.append('acct_a', 'msg_a10', 0, 'Hi\u{1F600}', 11);
      await store.messages.finish('acct_a', 'msg_a10', end, 12);
      await store.messages.finish('acct_a', 'msg_a10', end, 13);
      await store.messages.setFeedback(A, 'conv_1', 'msg_a10', { rating: 'up' }, 14);
      await store.messages.setFeedback(B, 'conv_1', 'msg_a10', { rating: 'up' }, 14);
      await openTurn(15);
      await store.messages.interruptAll(16);
      await store.conversations.end(A, 'conv_1', 17);
      await store.conversations.end(A, 'conv_1', 18);
      await store.assistants.update(A, 'ast_1', { name: 'B', updatedAt: 19 });
      await store.assistants.update(A, 'ast_1', {});
      await store.assistants.update(B, 'ast_1', { name: 'C' });
      stop();
      const types = (await bodies()).map(({ type, data }) => [type, data.id ?? data.message_id, data.status ?? '']);
      expect(types).toEqual([
        ['conversation.created', 'conv_1', ''],
        ['message.created', 'msg_q10', 'complete'],
        ['message.created', 'msg_a10', 'complete'],
        ['feedback.submitted', 'msg_a10', ''],
        ['message.created', 'msg_q15', 'complete'],
        ['message.created', 'msg_a15', 'interrupted'],
        ['conversation.ended', 'conv_1', ''],
        ['assistant.updated', 'ast_1', ''],
      ]);
      expect(heard).toBe(8);
      const [, , answer, , , , ended, changed] = await bodies();
      expect(answer).toMatchObject({ timestamp: new Date(12).toISOString(), data: { content: 'Hi\u{1F600}' } });
      expect(ended.data).toMatchObject({ ended_by: 'request', ended_at: new Date(17).toISOString() });
      expect(changed.data).not.toHaveProperty('system_prompt');
      expect(await logged('wh_feedback')).toHaveLength(1);
      expect(await logged('wh_off')).toEqual([]);
      expect((await store.webhooks.deliveries(B, 'wh_b', ALL)).rows).toEqual([]);
      expect((await store.webhooks.deliveries(B, 'wh_1', ALL)).rows).toEqual([]);
    });

    test('an idle end says so', async () => {
      const store = given();
      await seed(store);
      await store.webhooks.create(webhook({ events: ['conversation.ended'] }));
      expect(await store.conversations.endIdle(50, 60, 10)).toHaveLength(1);
      expect(await store.conversations.endIdle(50, 60, 10)).toEqual([]);
      expect(await bodies()).toMatchObject([{ type: 'conversation.ended', data: { id: 'conv_1', ended_by: 'idle' } }]);
    });

    test('a change that fails leaves no event', async () => {
      const store = given();
      await seed(store);
      await store.webhooks.create(webhook({}));
      const same = await store.conversations.get(A, 'conv_1');
      await expect(store.conversations.create(same!)).rejects.toThrow();
      expect(await logged()).toEqual([]);
    });
  });

  describe('deliveries', () => {
    const queued = async (count: number, change: Partial<WebhookRow> = {}) => {
      const store = given();
      await seed(store);
      await store.webhooks.create(webhook({ events: ['assistant.updated'], ...change }));
      for (let n = 0; n < count; n += 1)
        await store.assistants.update(A, 'ast_1', { name: `n${n}`, updatedAt: 100 + n });
      return store.webhooks;
    };
    const attempt = { at: 200, durationMs: 3, status: 500, requestHeaders: { a: 'b' }, responseBody: 'no', error: 'x' };

    test('are leased oldest first, each once, and again when the lease has run out', async () => {
      const { queue } = await queued(2);
      expect(await queue.nextAt(KINDS)).toBe(100);
      expect(await queue.lease(KINDS, 99, 1_000)).toBeNull();
      const first = await queue.lease(KINDS, 150, 1_000);
      const second = await queue.lease(KINDS, 150, 1_000);
      expect([first?.runAt, second?.runAt]).toEqual([100, 101]);
      expect(first).toMatchObject({ kind: DELIVERY_JOB, payload: { webhook_id: 'wh_1' }, attempts: 1 });
      expect(await queue.lease(KINDS, 150, 1_000)).toBeNull();
      expect(await queue.nextAt(KINDS)).toBe(1_000);
      const renewed = await queue.renew(first!, 2_000);
      expect(renewed?.leaseUntil).toBe(2_000);
      expect(await queue.renew(first!, 3_000)).toBeNull();
      expect((await queue.lease(KINDS, 1_500, 4_000))?.id).toBe(second!.id);
      await queue.reschedule(renewed!, 1_600);
      expect((await queue.lease(KINDS, 1_600, 4_000))?.id).toBe(first!.id);
    });

    test('to one webhook are at most a few at a time, one while it fails, none while it rests or is disabled', async () => {
      const webhooks = await queued(PER_ENDPOINT + 2);
      const lease = (now: number) => webhooks.queue.lease(KINDS, now, now + 1_000);
      const held = [];
      for (let job = await lease(200); job; job = await lease(200)) held.push(job);
      expect(held).toHaveLength(PER_ENDPOINT);
      await webhooks.create(webhook({ id: 'wh_2', events: ['assistant.updated'] }));
      await given().assistants.update(A, 'ast_1', { name: 'other', updatedAt: 201 });
      expect((await lease(201))?.payload).toEqual({ webhook_id: 'wh_2' });
      for (const { id } of held) {
        await webhooks.record(id, { attempt, status: 'pending', nextAt: 9_000, gone: false });
      }
      expect(await webhooks.get(A, 'wh_1')).toMatchObject({ failures: PER_ENDPOINT });
      const one = await lease(300);
      expect(one?.payload).toEqual({ webhook_id: 'wh_1' });
      expect(await lease(300)).toBeNull();
      await webhooks.record(one!.id, { attempt, status: 'succeeded', nextAt: 300, pausedUntil: 400, gone: false });
      expect(await webhooks.get(A, 'wh_1')).toMatchObject({ failures: 0, pausedUntil: 400 });
      expect(await lease(399)).toBeNull();
      expect((await lease(400))?.payload).toEqual({ webhook_id: 'wh_1' });
      await webhooks.update(A, 'wh_1', { enabled: false });
      expect(await lease(10_000)).toMatchObject({ payload: { webhook_id: 'wh_2' } });
      expect(await lease(10_000)).toBeNull();
      expect(await webhooks.queue.nextAt(KINDS)).toBe(11_000);
    });

    test('keep their tries, bounded; 410 disables; a late second sender does not undo a success', async () => {
      const webhooks = await queued(1);
      const [{ id }] = (await logged()) as [DeliveryRow];
      await webhooks.record(id, { attempt, status: 'succeeded', nextAt: 300, gone: false });
      await webhooks.record(id, { attempt, status: 'pending', nextAt: 900, gone: false });
      expect(await webhooks.getDelivery(A, 'wh_1', id)).toMatchObject({ status: 'succeeded', tries: 2 });
      expect((await webhooks.getDelivery(A, 'wh_1', id))?.attempts).toEqual([attempt, attempt]);
      expect(await webhooks.getDelivery(B, 'wh_1', id)).toBeNull();
      expect(await webhooks.redeliver(B, 'wh_1', id, 500)).toBeNull();
      expect(await webhooks.redeliver(A, 'wh_1', id, 500)).toMatchObject({ status: 'pending', tries: 0, nextAt: 500 });
      for (let n = 0; n < 30; n += 1) {
        await webhooks.record(id, { attempt, status: 'pending', nextAt: 600, gone: n === 29 });
      }
      expect((await webhooks.getDelivery(A, 'wh_1', id))?.attempts).toHaveLength(20);
      expect(await webhooks.get(A, 'wh_1')).toMatchObject({ enabled: false, disabledReason: 'gone' });
      expect((await webhooks.deliveries(A, 'wh_1', { ...ALL, status: 'failed' })).total).toBe(0);
      await webhooks.prune(100);
      expect(await logged()).toHaveLength(1);
      await webhooks.prune(101);
      expect(await logged()).toEqual([]);
    });
  });
}

const webhook = (change: Partial<WebhookRow>): WebhookRow => ({
  id: 'wh_1',
  accountId: 'acct_a',
  url: 'https://a.example/hook',
  events: ['conversation.created', 'conversation.ended', 'message.created', 'feedback.submitted', 'assistant.updated'],
  description: '',
  enabled: true,
  disabledReason: null,
  secret: 'whsec_c2VjcmV0',
  oldSecrets: [],
  pausedUntil: 0,
  failures: 0,
  createdAt: 1,
  updatedAt: 1,
  ...change,
});
