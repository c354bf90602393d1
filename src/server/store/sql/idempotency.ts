import type { Kysely } from 'kysely';
import type { IdempotencyStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** Idempotency records, in SQL. They are written by `messages.openTurn`, with the turn they name. */
export function idempotencyStore(db: Kysely<Tables>): IdempotencyStore {
  return {
    async get(owner, key) {
      const found = await db
        .selectFrom('idempotency')
        .selectAll()
        .where('owner', '=', owner)
        .where('key', '=', key)
        .executeTakeFirst();
      return found ?? null;
    },
    async prune(before) {
      await db.deleteFrom('idempotency').where('createdAt', '<', before).execute();
    },
  };
}
