import type { Kysely, Transaction } from 'kysely';
import { ID_PREFIX } from '../../../protocol/ids.ts';
import type { WebhookEventType, WebhookPayloads } from '../../../protocol/webhooks.ts';
import { newId, type RandomBytes } from '../../auth/credentials.ts';
import { fromJson } from './columns.ts';
import type { Tables } from './tables.ts';

/**
 * Stores an event's deliveries with the change it tells of. `data` is asked for only if somebody wants the event. What
 * tells of a conversation is deleted with it.
 */
export type Emit = <Type extends WebhookEventType>(
  accountId: string,
  now: number,
  type: Type,
  conversationId: string | null,
  data: () => WebhookPayloads[Type] | Promise<WebhookPayloads[Type]>,
) => Promise<void>;

/** Transactions that store events with what they change, and tell once they are on disk. */
export interface Outbox {
  run<Result>(change: (tx: Transaction<Tables>, emit: Emit) => Promise<Result>): Promise<Result>;
  onQueued(listener: () => void): () => void;
}

/** @param random makes the deliveries' ids */
export function createOutbox(db: Kysely<Tables>, random: RandomBytes): Outbox {
  const listeners = new Set<() => void>();
  return {
    async run(change) {
      let queued = 0;
      const result = await db.transaction().execute((tx) =>
        change(tx, async (accountId, now, type, conversationId, data) => {
          const all = await tx
            .selectFrom('webhooks')
            .select(['id', 'events'])
            .where('accountId', '=', accountId)
            .where('enabled', '=', 1)
            .execute();
          const wanting = all.filter(({ events }) => fromJson<readonly string[]>(events).includes(type));
          if (wanting.length === 0) return;
          const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data: await data() });
          const rows = wanting.map(({ id }) => ({
            id: newId(ID_PREFIX.delivery, random),
            accountId,
            webhookId: id,
            event: type,
            body,
            status: 'pending' as const,
            attempts: '[]',
            tries: 0,
            nextAt: now,
            leaseUntil: null,
            conversationId,
            createdAt: now,
          }));
          await tx.insertInto('webhookDeliveries').values(rows).execute();
          queued += rows.length;
        }),
      );
      if (queued > 0) for (const listener of [...listeners]) listener();
      return result;
    },
    onQueued(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
