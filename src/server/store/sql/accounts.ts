import type { Kysely } from 'kysely';
import type { AccountStore } from '../store.ts';
import { columnsOf } from './columns.ts';
import type { Tables } from './tables.ts';

/** Accounts, in SQL. */
export function accountStore(db: Kysely<Tables>): AccountStore {
  return {
    async create(row) {
      await db.insertInto('accounts').values(row).execute();
    },
    async get(id) {
      return (await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
    },
    async update(id, change) {
      const columns = columnsOf(change, []);
      const changed =
        Object.keys(columns).length > 0
          ? db.updateTable('accounts').set(columns).where('id', '=', id).returningAll()
          : db.selectFrom('accounts').selectAll().where('id', '=', id);
      return (await changed.executeTakeFirst()) ?? null;
    },
    list: () => db.selectFrom('accounts').selectAll().orderBy('createdAt').orderBy('id').execute(),
  };
}
