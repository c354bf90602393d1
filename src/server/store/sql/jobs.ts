import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { type JobRow, type JobStore, LONGEST_LEASE_MS, type NewJob } from '../store.ts';
import { fromJson, toJson } from './columns.ts';
import { hasRowLocks } from './row-locks.ts';
import type { Tables } from './tables.ts';

/** Inserts a job or replaces the one with its id. Takes a transaction too, so that work is queued with what it is about. */
export async function putJob(db: Kysely<Tables> | Transaction<Tables>, job: NewJob): Promise<void> {
  const row: Insertable<Tables['jobs']> = {
    ...job,
    payload: toJson(job.payload),
    bytes: job.bytes && Buffer.from(job.bytes),
    attempts: job.leaseUntil === undefined ? 0 : 1,
    leaseUntil: job.leaseUntil ?? null,
  };
  const { id: _, ...replaced } = row;
  await db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(replaced))
    .execute();
}

/** Jobs, in SQL. */
export function jobStore(db: Kysely<Tables>): JobStore {
  const held = ({ id, leaseUntil }: JobRow) =>
    db.updateTable('jobs').where('id', '=', id).where('leaseUntil', '=', leaseUntil);
  return {
    put: (job) => putJob(db, job),
    async lease(kinds, now, leaseUntil) {
      const due = db
        .selectFrom('jobs')
        .select('id')
        .where('kind', 'in', kinds)
        .where('runAt', '<=', now)
        .where((e) =>
          e.or([e('leaseUntil', 'is', null), e('leaseUntil', '<=', now), e('leaseUntil', '>', now + LONGEST_LEASE_MS)]),
        )
        .orderBy('runAt')
        .limit(1)
        // Workers in other processes take the next one instead of waiting for this one.
        .$if(hasRowLocks(db), (query) => query.forUpdate().skipLocked());
      const leased = await db
        .updateTable('jobs')
        .set({ leaseUntil, attempts: sql<number>`attempts + 1` })
        .where('id', '=', due)
        .returningAll()
        .executeTakeFirst();
      return leased ? toJob(leased) : null;
    },
    async renew(job, leaseUntil) {
      const { numUpdatedRows } = await held(job).set({ leaseUntil }).executeTakeFirstOrThrow();
      return numUpdatedRows > 0n ? { ...job, leaseUntil } : null;
    },
    async finish({ id, leaseUntil }) {
      await db.deleteFrom('jobs').where('id', '=', id).where('leaseUntil', '=', leaseUntil).execute();
    },
    async reschedule(job, runAt, payload) {
      await held(job)
        .set({ runAt, leaseUntil: null, ...(payload && { payload: toJson(payload), attempts: 0 }) })
        .execute();
    },
    async nextAt(kinds) {
      const next = await db
        .selectFrom('jobs')
        .where('kind', 'in', kinds)
        .select(sql<number | null>`min(case when lease_until > run_at then lease_until else run_at end)`.as('at'))
        .executeTakeFirst();
      return next?.at ?? null;
    },
    async delete(accountId, id) {
      await db.deleteFrom('jobs').where('accountId', '=', accountId).where('id', '=', id).execute();
    },
  };
}

function toJob(row: Selectable<Tables['jobs']>): JobRow {
  // libsql gives blobs as ArrayBuffer, pg as Buffer.
  return { ...row, payload: fromJson(row.payload), bytes: row.bytes === null ? null : new Uint8Array(row.bytes) };
}
