import type { Kysely } from 'kysely';
import type { UsageStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** Undoes a transaction in which one was taken too many. */
const NO_ROOM = new Error('No room.');

/** Counters of windows of time, in SQL. */
export function usageStore(db: Kysely<Tables>): UsageStore {
  const use = (on: Kysely<Tables>, name: string, windowStart: number, amount: number, limit: number) =>
    // One statement: two callers at once cannot both take the last one.
    on
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
        const taken = await use(db, name, windowStart, amount, limit);
        if (taken) return { used: taken.used, taken: true };
      }
      return { used: await get(name, windowStart), taken: false };
    },
    async takeEach(caps) {
      if (caps.length === 0) return null;
      let full: (typeof caps)[number] | null = null;
      await db
        .transaction()
        .execute(async (tx) => {
          for (const cap of caps) {
            if (cap.limit > 0 && (await use(tx, cap.name, cap.windowStart, 1, cap.limit))) continue;
            full = cap;
            throw NO_ROOM;
          }
        })
        .catch((error: unknown) => {
          if (error !== NO_ROOM) throw error;
        });
      return full;
    },
    async prune(before) {
      await db.deleteFrom('usage').where('windowStart', '<', before).execute();
    },
  };
}
