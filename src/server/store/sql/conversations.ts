import { type Kysely, type Selectable, sql } from 'kysely';
import { toConversation } from '../../openapi/to-wire.ts';
import type { ConversationRow, ConversationStore, Scope } from '../store.ts';
import { columnsOf, fromJson } from './columns.ts';
import type { Outbox } from './outbox.ts';
import type { Tables } from './tables.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Conversations, in SQL. */
export function conversationStore(db: Kysely<Tables>, outbox: Outbox): ConversationStore {
  const visible = (scope: Scope) => {
    const all = db.selectFrom('conversations').where('accountId', '=', scope.accountId);
    return scope.visitorId === undefined ? all : all.where('visitorId', '=', scope.visitorId);
  };
  const get = async (scope: Scope, id: string) => {
    const found = await visible(scope).selectAll().where('id', '=', id).executeTakeFirst();
    return found ? toRow(found) : null;
  };
  return {
    async create(row) {
      await outbox.run(async (tx, emit) => {
        await tx
          .insertInto('conversations')
          .values(columnsOf(row, ['metadata']) as Selectable<Tables['conversations']>)
          .execute();
        await emit(row.accountId, row.createdAt, 'conversation.created', row.id, () => withoutMessages(row));
      });
    },
    get,
    async list(scope, { limit, offset, assistantId, userId }) {
      let all = visible(scope);
      if (assistantId !== undefined) all = all.where('assistantId', '=', assistantId);
      if (userId !== undefined) all = all.where('userId', '=', userId);
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
    async end(scope, id, now) {
      const ended = await outbox.run(async (tx, emit) => {
        let open = tx
          .updateTable('conversations')
          .set({ endedAt: now })
          .where('id', '=', id)
          .where('accountId', '=', scope.accountId)
          .where('endedAt', 'is', null);
        if (scope.visitorId !== undefined) open = open.where('visitorId', '=', scope.visitorId);
        const changed = await open.returningAll().executeTakeFirst();
        if (!changed) return null;
        const row = toRow(changed);
        await emit(row.accountId, now, 'conversation.ended', row.id, () => ({
          ...withoutMessages(row),
          ended_by: 'request',
        }));
        return row;
      });
      return ended ?? get(scope, id);
    },
    async endIdle(before, now, limit) {
      const spoken = sql<number>`coalesce(last_message_at, created_at)`;
      return outbox.run(async (tx, emit) => {
        const idle = tx
          .selectFrom('conversations')
          .select('id')
          .where('endedAt', 'is', null)
          .where(spoken, '<', before)
          .where((e) =>
            e.not(
              e.exists(
                e
                  .selectFrom('messages')
                  .select('messages.id')
                  .whereRef('messages.conversationId', '=', 'conversations.id')
                  .where('messages.status', '=', 'streaming'),
              ),
            ),
          )
          .orderBy(spoken)
          .limit(limit);
        const ended = await tx
          .updateTable('conversations')
          .set({ endedAt: now })
          .where('id', 'in', idle)
          .where('endedAt', 'is', null)
          .returningAll()
          .execute();
        const rows = ended.map(toRow);
        for (const row of rows) {
          await emit(row.accountId, now, 'conversation.ended', row.id, () => ({
            ...withoutMessages(row),
            ended_by: 'idle',
          }));
        }
        return rows;
      });
    },
    async delete({ accountId, visitorId }, id) {
      let one = db.deleteFrom('conversations').where('id', '=', id).where('accountId', '=', accountId);
      if (visitorId !== undefined) one = one.where('visitorId', '=', visitorId);
      const { numDeletedRows } = await one.executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async deleteExpired(now, limit) {
      const spoken = sql<number>`coalesce(conversations.last_message_at, conversations.created_at)`;
      const expired = db
        .selectFrom('conversations')
        .innerJoin('assistants', 'assistants.id', 'conversations.assistantId')
        .select('conversations.id')
        .where('assistants.retentionDays', 'is not', null)
        .where(spoken, '<', sql<number>`${now} - assistants.retention_days * ${sql.lit(DAY_MS)}`)
        .limit(limit);
      const { numDeletedRows } = await db
        .deleteFrom('conversations')
        .where('id', 'in', expired)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    async countSince(accountId, since) {
      const { total } = await db
        .selectFrom('conversations')
        .where('accountId', '=', accountId)
        .where('createdAt', '>=', since)
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return total;
    },
  };
}

function withoutMessages(row: ConversationRow) {
  const { messages: _none, ...conversation } = toConversation(row, []);
  return conversation;
}

function toRow(row: Selectable<Tables['conversations']>): ConversationRow {
  return { ...row, metadata: fromJson(row.metadata) };
}
