import type { Kysely } from 'kysely';
import type { VisitorSessionStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** Visitor sessions, in SQL. */
export function visitorSessionStore(db: Kysely<Tables>): VisitorSessionStore {
  return {
    async create(row) {
      await db.insertInto('visitorSessions').values(row).execute();
    },
    async findByHash(hash) {
      return (await db.selectFrom('visitorSessions').selectAll().where('hash', '=', hash).executeTakeFirst()) ?? null;
    },
    async touch(id, lastUsedAt) {
      await db
        .updateTable('visitorSessions')
        .set({ lastUsedAt })
        .where('id', '=', id)
        .where('lastUsedAt', '<', lastUsedAt)
        .execute();
    },
    identify: (row, anonymous) =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('visitorSessions').values(row).execute();
        if (!anonymous) return;
        const { accountId, assistantId, visitorId, userId } = row;
        const ended = await tx
          .updateTable('visitorSessions')
          .set({ revokedAt: row.createdAt })
          .where('id', '=', anonymous.id)
          .where('accountId', '=', accountId)
          .where('assistantId', '=', assistantId)
          .where('visitorId', '=', anonymous.visitorId)
          .where('userId', 'is', null)
          .where('revokedAt', 'is', null)
          .executeTakeFirstOrThrow();
        if (ended.numUpdatedRows === 0n) return;
        await tx
          .updateTable('conversations')
          .set({ visitorId, userId })
          .where('accountId', '=', accountId)
          .where('visitorId', '=', anonymous.visitorId)
          .execute();
        // What was sent just before and not heard of is asked again by the known visitor, under the same key.
        await tx
          .updateTable('idempotency')
          .set({ owner: visitorId })
          .where('owner', '=', anonymous.visitorId)
          .where(
            'key',
            'not in',
            tx.selectFrom('idempotency as known').select('known.key').where('known.owner', '=', visitorId),
          )
          .execute();
      }),
    forget: ({ accountId, visitorId }) =>
      db.transaction().execute(async (tx) => {
        for (const table of ['conversations', 'visitorSessions'] as const) {
          await tx.deleteFrom(table).where('accountId', '=', accountId).where('visitorId', '=', visitorId).execute();
        }
      }),
  };
}
