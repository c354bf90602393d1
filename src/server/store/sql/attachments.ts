import type { Kysely, Selectable } from 'kysely';
import type { AttachmentRow, AttachmentStore, Scope } from '../store.ts';
import { columnsOf, fromJson } from './columns.ts';
import { hasRowLocks } from './row-locks.ts';
import type { Tables } from './tables.ts';

/** Attached files, in SQL. */
export function attachmentStore(db: Kysely<Tables>): AttachmentStore {
  return {
    add: (scope, row, most) =>
      db.transaction().execute(async (tx) => {
        // Of two files at once each must count the other.
        const conversation = await conversationsOf(tx, scope)
          .where('id', '=', row.conversationId)
          .$if(hasRowLocks(tx), (query) => query.forNoKeyUpdate())
          .executeTakeFirst();
        if (!conversation) return 'gone';
        const { total } = await tx
          .selectFrom('attachments')
          .where('conversationId', '=', row.conversationId)
          .select((e) => e.fn.countAll<number>().as('total'))
          .executeTakeFirstOrThrow();
        if (total >= most) return 'full';
        await tx
          .insertInto('attachments')
          .values(columnsOf({ ...row, messageId: null }, ['chunks']) as Selectable<Tables['attachments']>)
          .execute();
        return 'added';
      }),
    async delete(scope, conversationId, id) {
      const { numDeletedRows } = await db
        .deleteFrom('attachments')
        .where('id', '=', id)
        .where('accountId', '=', scope.accountId)
        .where('conversationId', '=', conversationId)
        .where('conversationId', 'in', conversationsOf(db, scope))
        .where('messageId', 'is', null)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async list(scope, conversationId) {
      const rows = await ofConversation(db, scope, conversationId)
        .selectAll('attachments')
        .orderBy('attachments.createdAt')
        .orderBy('attachments.id')
        .execute();
      return rows.map(toRow);
    },
    async said(scope, conversationId, upTo) {
      const rows = await ofConversation(db, scope, conversationId)
        .innerJoin('messages', 'messages.id', 'attachments.messageId')
        .where('messages.ordinal', '<=', upTo)
        .selectAll('attachments')
        .orderBy('messages.ordinal', 'desc')
        .orderBy('attachments.createdAt')
        .orderBy('attachments.id')
        .execute();
      return rows.map(toRow);
    },
  };
}

function conversationsOf(db: Kysely<Tables>, { accountId, visitorId }: Scope) {
  const all = db
    .selectFrom('conversations')
    .select('conversations.id')
    .where('conversations.accountId', '=', accountId);
  return visitorId === undefined ? all : all.where('conversations.visitorId', '=', visitorId);
}

function ofConversation(db: Kysely<Tables>, scope: Scope, conversationId: string) {
  return db
    .selectFrom('attachments')
    .where('attachments.accountId', '=', scope.accountId)
    .where('attachments.conversationId', '=', conversationId)
    .where('attachments.conversationId', 'in', conversationsOf(db, scope));
}

function toRow(row: Selectable<Tables['attachments']>): AttachmentRow {
  return { ...row, chunks: fromJson(row.chunks), truncated: row.truncated === 1 };
}
