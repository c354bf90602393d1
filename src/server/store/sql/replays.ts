import type { Kysely } from 'kysely';
import type { ReplayRow, ReplayStore } from '../replays.ts';
import type { Tables } from './tables.ts';

type Claim = Omit<ReplayRow, 'answer'>;

/** Answers that are given again, in SQL. */
export function replayStore(db: Kysely<Tables>): ReplayStore {
  /** The claim's own row: another that took the id over later has another time. */
  const own = ({ id, createdAt }: Claim) =>
    db.deleteFrom('replays').where('id', '=', id).where('createdAt', '=', createdAt);
  return {
    claim: (claim, { forgetBefore, abandonedBefore }) =>
      db.transaction().execute(async (tx) => {
        await tx
          .deleteFrom('replays')
          .where('id', '=', claim.id)
          .where((row) =>
            row.or([
              row('createdAt', '<', forgetBefore),
              row.and([row('answer', 'is', null), row('createdAt', '<', abandonedBefore)]),
            ]),
          )
          .execute();
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('replays')
          .values({ ...claim, answer: null })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 0n) return null;
        const taken = await tx.selectFrom('replays').selectAll().where('id', '=', claim.id).executeTakeFirst();
        // Given back between the two statements, by another process: as good as being answered still.
        return taken ?? { ...claim, answer: null };
      }),
    async settle({ id, createdAt }, answer) {
      await db
        .updateTable('replays')
        .set({ answer })
        .where('id', '=', id)
        .where('createdAt', '=', createdAt)
        .where('answer', 'is', null)
        .execute();
    },
    async release(claim) {
      await own(claim).where('answer', 'is', null).execute();
    },
    async prune(before) {
      await db.deleteFrom('replays').where('createdAt', '<', before).execute();
    },
  };
}
