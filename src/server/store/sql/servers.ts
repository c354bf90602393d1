import type { Kysely } from 'kysely';
import type { ServerStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** The processes that share the data, in SQL; the clock is the engine's own. */
export function serverStore(db: Kysely<Tables>, id: string): Omit<ServerStore, 'now'> {
  return {
    id,
    async beat(now) {
      await db
        .insertInto('servers')
        .values({ id, seenAt: now })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ seenAt: now }))
        .execute();
    },
    async leave(before) {
      await db
        .deleteFrom('servers')
        .where((e) => e.or([e('id', '=', id), e('seenAt', '<', before)]))
        .execute();
    },
  };
}
