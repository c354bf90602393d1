import type { Kysely, Selectable } from 'kysely';
import type { ApiKeyRow, KeyStore } from '../store.ts';
import { columnsOf, fromJson } from './columns.ts';
import type { Tables } from './tables.ts';

const JSON_FIELDS = ['origins', 'assistantIds', 'scopes', 'addresses'];

/** API keys, in SQL. */
export function keyStore(db: Kysely<Tables>): KeyStore {
  const one = (accountId: string, id: string) =>
    db.selectFrom('apiKeys').selectAll().where('accountId', '=', accountId).where('id', '=', id);
  return {
    async create(row) {
      await db
        .insertInto('apiKeys')
        .values(columnsOf(row, JSON_FIELDS) as Selectable<Tables['apiKeys']>)
        .execute();
    },
    async findByHash(hash) {
      const found = await db.selectFrom('apiKeys').selectAll().where('hash', '=', hash).executeTakeFirst();
      return found ? toRow(found) : null;
    },
    async get({ accountId }, id) {
      const found = await one(accountId, id).executeTakeFirst();
      return found ? toRow(found) : null;
    },
    async list({ accountId }, { limit, offset }) {
      const all = db.selectFrom('apiKeys').where('accountId', '=', accountId);
      const rows = await all
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toRow), total };
    },
    async update({ accountId }, id, change) {
      const columns = columnsOf(change, JSON_FIELDS);
      if (Object.keys(columns).length > 0) {
        await db.updateTable('apiKeys').set(columns).where('accountId', '=', accountId).where('id', '=', id).execute();
      }
      const found = await one(accountId, id).executeTakeFirst();
      return found ? toRow(found) : null;
    },
    rotate: ({ accountId }, id, next, expiresAt) =>
      db.transaction().execute(async (tx) => {
        const old = await tx
          .updateTable('apiKeys')
          .set({ rotatedTo: next.id, expiresAt })
          .where('accountId', '=', accountId)
          .where('id', '=', id)
          .where('revokedAt', 'is', null)
          .where('rotatedTo', 'is', null)
          .executeTakeFirstOrThrow();
        if (old.numUpdatedRows === 0n) return false;
        await tx
          .insertInto('apiKeys')
          .values(columnsOf(next, JSON_FIELDS) as Selectable<Tables['apiKeys']>)
          .execute();
        await tx
          .updateTable('visitorSessions')
          .set({ keyId: next.id })
          .where('accountId', '=', accountId)
          .where('keyId', '=', id)
          .execute();
        return true;
      }),
  };
}

function toRow(row: Selectable<Tables['apiKeys']>): ApiKeyRow {
  return {
    ...row,
    test: row.test === 1,
    allowNative: row.allowNative === 1,
    origins: fromJson(row.origins),
    assistantIds: fromJson(row.assistantIds),
    scopes: fromJson(row.scopes),
    addresses: fromJson(row.addresses),
  };
}
