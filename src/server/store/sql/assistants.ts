import type { Kysely, Selectable } from 'kysely';
import { toAssistant } from '../../openapi/to-wire.ts';
import type { AssistantRow, AssistantStore } from '../store.ts';
import { columnsOf, fromJson } from './columns.ts';
import type { Outbox } from './outbox.ts';
import type { Tables } from './tables.ts';

const JSON_FIELDS = ['config', 'widget', 'identity', 'attachments'];

/** Assistants, in SQL. */
export function assistantStore(db: Kysely<Tables>, outbox: Outbox): AssistantStore {
  const one = (accountId: string, id: string) =>
    db.selectFrom('assistants').selectAll().where('accountId', '=', accountId).where('id', '=', id);
  return {
    async create(row) {
      await db
        .insertInto('assistants')
        .values(columnsOf(row, JSON_FIELDS) as Selectable<Tables['assistants']>)
        .execute();
    },
    async get({ accountId }, id) {
      const found = await one(accountId, id).executeTakeFirst();
      return found ? toRow(found) : null;
    },
    async list({ accountId }, { limit, offset, category }) {
      let all = db.selectFrom('assistants').where('accountId', '=', accountId);
      if (category !== undefined) all = all.where('category', '=', category);
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
      if (Object.keys(columns).length === 0) {
        const found = await one(accountId, id).executeTakeFirst();
        return found ? toRow(found) : null;
      }
      return outbox.run(async (tx, emit) => {
        const changed = await tx
          .updateTable('assistants')
          .set(columns)
          .where('accountId', '=', accountId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        if (!changed) return null;
        const row = toRow(changed);
        await emit(accountId, row.updatedAt, 'assistant.updated', null, () => {
          const { system_prompt: _prompt, identity: _identity, ...assistant } = toAssistant(row);
          return assistant;
        });
        return row;
      });
    },
    async delete({ accountId }, id) {
      const { numDeletedRows } = await db
        .deleteFrom('assistants')
        .where('accountId', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

function toRow(row: Selectable<Tables['assistants']>): AssistantRow {
  const { config, widget, identity, attachments } = row;
  return {
    ...row,
    config: fromJson(config),
    widget: fromJson(widget),
    identity: fromJson(identity),
    attachments: fromJson(attachments),
  };
}
