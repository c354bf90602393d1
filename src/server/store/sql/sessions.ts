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
  };
}
