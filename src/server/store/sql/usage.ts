import type { Kysely } from 'kysely';
import type { UsageStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** Counters of windows of time, in SQL. */
export function usageStore(db: Kysely<Tables>): UsageStore {
  const get: UsageStore['get'] = async (name, windowStart) => {
    const found = await db
      .selectFrom('usage')
      .select('used')
      .where('name', '=', name)
      .where('windowStart', '=', windowStart)
      .executeTakeFirst();
    return found?.used ?? 0;
  };
  return {
    get,
    async take(name, windowStart, amount, limit) {
      if (amount <= limit) {
        // One statement: two callers at once cannot both take the last one.
        const taken = await db
          .insertInto('usage')
          .values({ name, windowStart, used: amount })
          .onConflict((conflict) =>
            conflict
              .columns(['name', 'windowStart'])
              .doUpdateSet((e) => ({ used: e('usage.used', '+', amount) }))
              .where('usage.used', '<=', limit - amount),
          )
          .returning('used')
          .executeTakeFirst();
        if (taken) return { used: taken.used, taken: true };
      }
      return { used: await get(name, windowStart), taken: false };
    },
    async prune(before) {
      await db.deleteFrom('usage').where('windowStart', '<', before).execute();
    },
  };
}
