import { type Kysely, type Selectable, sql } from 'kysely';
import { WEBHOOKS } from '../../../protocol/webhooks.ts';
import type { DeliveryRow, WebhookRow, WebhookStore } from '../webhooks.ts';
import { columnsOf, fromJson, toJson } from './columns.ts';
import { deliveryQueue } from './delivery-queue.ts';
import type { Outbox } from './outbox.ts';
import { hasRowLocks } from './row-locks.ts';
import type { Tables } from './tables.ts';

const JSON_FIELDS = ['events', 'oldSecrets'];

/** Webhooks and their deliveries, in SQL. */
export function webhookStore(db: Kysely<Tables>, outbox: Outbox): WebhookStore {
  const hooksOf = (accountId: string) => db.selectFrom('webhooks').where('accountId', '=', accountId);
  const logOf = (accountId: string, webhookId: string) =>
    db.selectFrom('webhookDeliveries').where('accountId', '=', accountId).where('webhookId', '=', webhookId);
  const get: WebhookStore['get'] = async ({ accountId }, id) => {
    const found = await hooksOf(accountId).selectAll().where('id', '=', id).executeTakeFirst();
    return found ? toWebhook(found) : null;
  };
  const getDelivery: WebhookStore['getDelivery'] = async ({ accountId }, webhookId, id) => {
    const found = await logOf(accountId, webhookId).selectAll().where('id', '=', id).executeTakeFirst();
    return found ? toDelivery(found) : null;
  };
  return {
    async create(row) {
      await db
        .insertInto('webhooks')
        .values(columnsOf(row, JSON_FIELDS) as Selectable<Tables['webhooks']>)
        .execute();
    },
    get,
    async list({ accountId }, { limit, offset }) {
      const rows = await hooksOf(accountId)
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await hooksOf(accountId)
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return { rows: rows.map(toWebhook), total };
    },
    async update(scope, id, change) {
      const columns = columnsOf(change, JSON_FIELDS);
      if (Object.keys(columns).length > 0) {
        await db
          .updateTable('webhooks')
          .set(columns)
          .where('accountId', '=', scope.accountId)
          .where('id', '=', id)
          .execute();
      }
      return get(scope, id);
    },
    async delete({ accountId }, id) {
      const { numDeletedRows } = await db
        .deleteFrom('webhooks')
        .where('accountId', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    getDelivery,
    async deliveries({ accountId }, webhookId, { limit, offset, status }) {
      let all = logOf(accountId, webhookId);
      if (status !== undefined) all = all.where('status', '=', status);
      const rows = await all
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toDelivery), total };
    },
    async redeliver(scope, webhookId, id, now) {
      await db
        .updateTable('webhookDeliveries')
        .set({ status: 'pending', tries: 0, nextAt: now })
        .where('accountId', '=', scope.accountId)
        .where('webhookId', '=', webhookId)
        .where('id', '=', id)
        // One that is being sent this moment is what was asked for.
        .where((e) => e.or([e('leaseUntil', 'is', null), e('leaseUntil', '<=', now)]))
        .execute();
      return getDelivery(scope, webhookId, id);
    },
    record: (id, { attempt, status, nextAt, pausedUntil, gone }) =>
      db.transaction().execute(async (tx) => {
        if (hasRowLocks(tx)) {
          // The endpoint before its deliveries, as a deletion locks them: in the other order the two may wait for each other.
          const endpoint = tx.selectFrom('webhookDeliveries').select('webhookId').where('id', '=', id);
          await tx.selectFrom('webhooks').select('id').where('id', '=', endpoint).forNoKeyUpdate().execute();
        }
        const found = await tx
          .selectFrom('webhookDeliveries')
          .selectAll()
          .where('id', '=', id)
          .$if(hasRowLocks(tx), (query) => query.forNoKeyUpdate())
          .executeTakeFirst();
        if (!found) return;
        const { attempts, tries, webhookId } = toDelivery(found);
        await tx
          .updateTable('webhookDeliveries')
          .set({
            // A second sender, whose lease had run out, does not undo what the first reached.
            ...(found.status === 'pending' && { status, nextAt }),
            attempts: toJson([...attempts, attempt].slice(-WEBHOOKS.attemptsKept)),
            tries: tries + 1,
            leaseUntil: null,
          })
          .where('id', '=', id)
          .execute();
        await tx
          .updateTable('webhooks')
          .set({
            failures: status === 'succeeded' ? 0 : sql<number>`failures + 1`,
            ...(pausedUntil !== undefined && { pausedUntil }),
            ...(gone && { enabled: 0, disabledReason: 'gone' as const, updatedAt: attempt.at }),
          })
          .where('id', '=', webhookId)
          .execute();
      }),
    async prune(before) {
      await db.deleteFrom('webhookDeliveries').where('createdAt', '<', before).execute();
    },

    queue: deliveryQueue(db),
    onQueued: (listener) => outbox.onQueued(listener),
  };
}

function toWebhook(row: Selectable<Tables['webhooks']>): WebhookRow {
  return {
    ...row,
    events: fromJson(row.events),
    oldSecrets: fromJson(row.oldSecrets),
    enabled: row.enabled === 1,
  };
}

function toDelivery({ leaseUntil: _lease, ...row }: Selectable<Tables['webhookDeliveries']>): DeliveryRow {
  return { ...row, attempts: fromJson(row.attempts) };
}
