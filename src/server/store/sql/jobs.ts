import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import type { JobRow, JobStore, NewJob } from '../store.ts';
import { fromJson, toJson } from './columns.ts';
import type { Tables } from './tables.ts';

/** Inserts a job or replaces the one with its id. Takes a transaction too, so that work is queued with what it is about. */
export async function putJob(db: Kysely<Tables> | Transaction<Tables>, job: NewJob): Promise<void> {
  const row: Insertable<Tables['jobs']> = {
    ...job,
    payload: toJson(job.payload),
    bytes: job.bytes && Buffer.from(job.bytes),
    attempts: 0,
    leaseUntil: null,
  };
  const { id: _, ...replaced } = row;
  await db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(replaced))
    .execute();
}

/** Jobs in SQL. Correct where transactions that write are serial (SQLite); PostgreSQL leases with SKIP LOCKED instead. */
export function jobStore(db: Kysely<Tables>): JobStore {
  const held = ({ id, leaseUntil }: JobRow) =>
    db.updateTable('jobs').where('id', '=', id).where('leaseUntil', '=', leaseUntil);
  return {
    put: (job) => putJob(db, job),
    lease: (kinds, now, leaseUntil) =>
      db.transaction().execute(async (tx) => {
        const due = await tx
          .selectFrom('jobs')
          .selectAll()
          .where('kind', 'in', kinds)
          .where('runAt', '<=', now)
          .where((e) => e.or([e('leaseUntil', 'is', null), e('leaseUntil', '<=', now)]))
          .orderBy('runAt')
          .limit(1)
          .executeTakeFirst();
        if (!due) return null;
        const attempts = due.attempts + 1;
        await tx.updateTable('jobs').set({ leaseUntil, attempts }).where('id', '=', due.id).execute();
        return toJob({ ...due, leaseUntil, attempts });
      }),
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
        .select((e) => e.fn.min(e.fn<number>('max', ['runAt', e.fn.coalesce('leaseUntil', e.val(0))])).as('at'))
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
