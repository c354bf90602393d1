import { type Kysely, sql } from 'kysely';
import { type JobRow, LONGEST_LEASE_MS } from '../store.ts';
import { DELIVERY_JOB, PER_ENDPOINT, type WebhookStore } from '../webhooks.ts';
import { hasRowLocks } from './row-locks.ts';
import type { Tables } from './tables.ts';

/**
 * `WebhookStore.queue` in SQL: the deliveries' own rows are the queue, so what became of a try and when the next one is
 * are one write.
 */
export function deliveryQueue(db: Kysely<Tables>): WebhookStore['queue'] {
  const held = ({ id, leaseUntil }: JobRow) =>
    db.updateTable('webhookDeliveries').where('id', '=', id).where('leaseUntil', '=', leaseUntil);
  // Literals: the index of what is due holds pending rows only, and a parameter would not be known to match it.
  const pending = sql<boolean>`d.status = 'pending'`;
  return {
    lease: (kinds, now, leaseUntil) =>
      db.transaction().execute(async (tx) => {
        if (!kinds.includes(DELIVERY_JOB)) return null;
        // Endpoints that turned out to be busy.
        const passed: string[] = [];
        for (;;) {
          const due = await tx
            .selectFrom('webhookDeliveries as d')
            .innerJoin('webhooks as w', 'w.id', 'd.webhookId')
            .select(['d.id', 'd.accountId', 'd.webhookId', 'd.nextAt', 'd.tries', 'd.createdAt'])
            .where(pending)
            .where('d.nextAt', '<=', now)
            .where((e) =>
              e.or([
                e('d.leaseUntil', 'is', null),
                e('d.leaseUntil', '<=', now),
                e('d.leaseUntil', '>', now + LONGEST_LEASE_MS),
              ]),
            )
            .where('w.enabled', '=', 1)
            .where('w.pausedUntil', '<=', now)
            .where(mayTakeMore(now))
            .$if(passed.length > 0, (query) => query.where('w.id', 'not in', passed))
            .orderBy('d.nextAt')
            .limit(1)
            .$if(hasRowLocks(tx), (query) => query.forNoKeyUpdate(['d', 'w']).skipLocked())
            .executeTakeFirst();
          if (!due) return null;
          // What others leased before we held the endpoint's row shows only to a statement that begins after.
          if (hasRowLocks(tx) && !(await isFree(tx, due.webhookId, now))) {
            passed.push(due.webhookId);
            continue;
          }
          await tx.updateTable('webhookDeliveries').set({ leaseUntil }).where('id', '=', due.id).execute();
          return {
            id: due.id,
            accountId: due.accountId,
            kind: DELIVERY_JOB,
            payload: { webhook_id: due.webhookId },
            bytes: null,
            runAt: due.nextAt,
            attempts: due.tries + 1,
            leaseUntil,
            createdAt: due.createdAt,
          };
        }
      }),
    async renew(job, leaseUntil) {
      const { numUpdatedRows } = await held(job).set({ leaseUntil }).executeTakeFirstOrThrow();
      return numUpdatedRows > 0n ? { ...job, leaseUntil } : null;
    },
    async finish(job) {
      await held(job).set({ leaseUntil: null }).execute();
    },
    async reschedule(job, runAt) {
      await held(job).set({ nextAt: runAt, leaseUntil: null }).execute();
    },
    async nextAt(kinds) {
      if (!kinds.includes(DELIVERY_JOB)) return null;
      const rested = sql`case when w.paused_until > d.next_at then w.paused_until else d.next_at end`;
      const next = await db
        .selectFrom('webhookDeliveries as d')
        .innerJoin('webhooks as w', 'w.id', 'd.webhookId')
        .where(pending)
        .where('w.enabled', '=', 1)
        .select(
          sql<number | null>`min(case when d.lease_until > ${rested} then d.lease_until else ${rested} end)`.as('at'),
        )
        .executeTakeFirst();
      return next?.at ?? null;
    },
  };
}

/** Of a webhook `w`: whether fewer deliveries to it are being sent than may be. */
function mayTakeMore(now: number) {
  const sending = sql`(select count(*) from webhook_deliveries l where l.webhook_id = w.id
    and l.lease_until > ${now} and l.lease_until <= ${now + LONGEST_LEASE_MS})`;
  return sql<boolean>`${sending} < case when w.failures > 0 then 1 else ${sql.lit(PER_ENDPOINT)} end`;
}

async function isFree(db: Kysely<Tables>, webhookId: string, now: number): Promise<boolean> {
  const free = db.selectFrom('webhooks as w').select('w.id').where('w.id', '=', webhookId).where(mayTakeMore(now));
  return (await free.executeTakeFirst()) !== undefined;
}
