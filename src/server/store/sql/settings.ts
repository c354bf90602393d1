import type { Kysely } from 'kysely';
import type { SettingStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** Settings of the installation, in SQL. */
export function settingStore(db: Kysely<Tables>): SettingStore {
  return {
    async get(name) {
      const found = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
      return found?.value ?? null;
    },
    async set(name, value) {
      await db
        .insertInto('settings')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
  };
}
