import { type Kysely, type Selectable, sql } from 'kysely';
import { LIMITS } from '../../../protocol/limits.ts';
import type { Attachment } from '../../../protocol/resources.ts';
import { toMessage } from '../../openapi/to-wire.ts';
import type { MessageRow, MessageStore, Scope } from '../store.ts';
import { fromJson, toJson } from './columns.ts';
import type { Outbox } from './outbox.ts';
import { hasRowLocks } from './row-locks.ts';
import type { Tables } from './tables.ts';

/** A message as it is before anything has happened to it. */
const FRESH = {
  metadata: '{}',
  sources: '[]',
  outcome: null,
  usage: null,
  error: null,
  truncated: 0,
  feedback: null,
  writer: null,
  rewritten: 0,
  followUps: '[]',
  attachments: '[]',
} as const;

/**
 * Messages, in SQL.
 *
 * @param writer the process whose answers these are
 */
export function messageStore(db: Kysely<Tables>, outbox: Outbox, writer: string): MessageStore {
  const interrupt = (now: number, seenMs: number | null) =>
    outbox.run(async (tx, emit) => {
      let lost = tx
        .updateTable('messages')
        .set({ status: 'interrupted', updatedAt: now })
        .where('status', '=', 'streaming');
      if (seenMs !== null) {
        const alive = tx
          .selectFrom('servers')
          .select('id')
          .where('seenAt', '>=', now - seenMs)
          .where('seenAt', '<=', now + seenMs);
        lost = lost.where((e) => e.or([e('writer', 'is', null), e('writer', 'not in', alive)]));
      }
      const ended = await lost.returningAll().execute();
      for (const row of ended) {
        await emit(row.accountId, now, 'message.created', row.conversationId, () => toMessage(toRow(row)));
      }
      return ended.length;
    });

  return {
    openTurn: ({
      scope,
      conversationId,
      question,
      answerId,
      idempotency,
      replaces = null,
      tools = [],
      attachments = [],
      now,
    }) =>
      outbox.run(async (tx, emit) => {
        const conversation = await conversationsOf(tx, scope)
          .select(['id', 'title'])
          .where('id', '=', conversationId)
          .$if(hasRowLocks(tx), (query) => query.forNoKeyUpdate())
          .executeTakeFirst();
        if (!conversation) throw new Error(`No conversation ${conversationId} in this scope.`);
        const last = await lastOf(tx, conversationId);
        if (last?.status === 'streaming') return 'busy';
        const replaced = replaces === null ? null : await find(tx, scope, conversationId, replaces);
        if (replaces !== null && replaced?.role !== 'user') return 'gone';
        const files = await filesOf(tx, scope, conversationId, attachments, replaced?.id ?? null);
        if (files === null) return 'unattached';
        if (idempotency) {
          await tx
            .deleteFrom('idempotency')
            .where('owner', '=', idempotency.owner)
            .where('key', '=', idempotency.key)
            .where('createdAt', '<', now - LIMITS.idempotencySeconds * 1000)
            .execute();
          const { numInsertedOrUpdatedRows } = await tx
            .insertInto('idempotency')
            .values(idempotency)
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow();
          if (numInsertedOrUpdatedRows === 0n) return 'busy';
        }
        if (replaced) {
          // What is named again is not the replaced question's any more, and does not go with it.
          await attach(tx, attachments, null);
          await tx
            .deleteFrom('messages')
            .where('conversationId', '=', conversationId)
            .where('ordinal', '>=', replaced.ordinal)
            .execute();
        }
        const ordinal = replaced ? replaced.ordinal : last ? last.ordinal + 1 : 0;
        const shared = { ...FRESH, accountId: scope.accountId, conversationId, createdAt: now, updatedAt: now };
        const rows = await tx
          .insertInto('messages')
          .values([
            {
              ...shared,
              id: question.id,
              ordinal,
              role: 'user',
              content: question.content,
              contentLength: question.content.length,
              status: 'complete',
              metadata: toJson(question.metadata),
              attachments: toJson(files),
              tools: null,
            },
            {
              ...shared,
              id: answerId,
              ordinal: ordinal + 1,
              role: 'assistant',
              content: '',
              contentLength: 0,
              status: 'streaming',
              writer,
              tools: tools.length > 0 ? toJson({ offered: tools, calls: [] }) : null,
            },
          ])
          .returningAll()
          .execute();
        await attach(tx, attachments, question.id);
        const title = ordinal === 0 || conversation.title === null ? titleOf(question.content) : conversation.title;
        await tx
          .updateTable('conversations')
          .set({ lastMessageAt: now, title })
          .where('id', '=', conversationId)
          .execute();
        const [asked, answer] = rows.sort((a, b) => a.ordinal - b.ordinal).map(toRow);
        await emit(scope.accountId, now, 'message.created', conversationId, () => toMessage(asked!));
        return { question: asked!, answer: answer! };
      }),

    get: (scope, conversationId, id) => find(db, scope, conversationId, id),

    async list(scope, conversationId, { limit, offset }) {
      const all = messagesOf(db, scope, conversationId);
      const rows = await all.selectAll().orderBy('ordinal').limit(limit).offset(offset).execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toRow), total };
    },

    async tail(scope, conversationId, limit, before) {
      let all = messagesOf(db, scope, conversationId);
      if (before !== undefined) all = all.where('ordinal', '<', before);
      const rows = await all.selectAll().orderBy('ordinal', 'desc').limit(limit).execute();
      return rows.reverse().map(toRow);
    },

    async append(accountId, id, at, text, now) {
      const { numUpdatedRows } = await db
        .updateTable('messages')
        .set({ content: sql`content || ${text}`, contentLength: at + text.length, updatedAt: now })
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .where('status', '=', 'streaming')
        .where('contentLength', '=', at)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) {
        throw new Error(`Message ${id} is not a streaming answer of length ${at}: it ended, or has another writer.`);
      }
    },

    async cite(accountId, id, sources) {
      await db
        .updateTable('messages')
        .set({ sources: toJson(sources) })
        .where('id', '=', id)
        .where('accountId', '=', accountId)
        .where('status', '=', 'streaming')
        .execute();
    },

    finish: (accountId, id, end, now) =>
      outbox.run(async (tx, emit) => {
        const ended = await tx
          .updateTable('messages')
          .set({
            status: end.status,
            sources: toJson(end.sources),
            outcome: end.outcome,
            usage: toJson(end.usage),
            error: toJson(end.error),
            truncated: Number(end.truncated),
            followUps: toJson(end.followUps ?? []),
            updatedAt: now,
          })
          .where('id', '=', id)
          .where('accountId', '=', accountId)
          .where('status', '=', 'streaming')
          .returningAll()
          .executeTakeFirst();
        if (!ended) return;
        let row = toRow(ended);
        if (row.tools && end.calls) {
          const tools = { ...row.tools, calls: end.calls };
          await tx
            .updateTable('messages')
            .set({ tools: toJson(tools) })
            .where('id', '=', id)
            .execute();
          row = { ...row, tools };
        }
        await emit(accountId, now, 'message.created', row.conversationId, () => toMessage(row));
      }),

    reopen: (scope, conversationId, id, now) =>
      db.transaction().execute(async (tx) => {
        if (hasRowLocks(tx)) {
          await conversationsOf(tx, scope).select('id').where('id', '=', conversationId).forNoKeyUpdate().execute();
        }
        const found = await find(tx, scope, conversationId, id);
        const last = await lastOf(tx, conversationId);
        if (found?.role !== 'assistant' || found.status === 'streaming' || last?.id !== id) return null;
        const { metadata: _kept, attachments: _none, ...emptied } = FRESH;
        const tools = found.tools && toJson({ ...found.tools, calls: [] });
        await tx
          .updateTable('messages')
          .set({
            ...emptied,
            tools,
            content: '',
            contentLength: 0,
            status: 'streaming',
            writer,
            rewritten: 1,
            updatedAt: now,
          })
          .where('id', '=', id)
          .execute();
        return find(tx, scope, conversationId, id);
      }),

    proceed: (scope, conversationId, id, calls, now) =>
      db.transaction().execute(async (tx) => {
        const found = await find(tx, scope, conversationId, id);
        const last = await lastOf(tx, conversationId);
        if (found?.status !== 'awaiting_tool' || !found.tools || last?.id !== id) return null;
        const { numUpdatedRows } = await tx
          .updateTable('messages')
          .set({ tools: toJson({ ...found.tools, calls }), status: 'streaming', writer, updatedAt: now })
          // Of two that give results at once, one goes on.
          .where('status', '=', 'awaiting_tool')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n ? find(tx, scope, conversationId, id) : null;
      }),

    setFeedback: (scope, conversationId, id, feedback, now) =>
      outbox.run(async (tx, emit) => {
        if (!(await find(tx, scope, conversationId, id))) return null;
        await tx
          .updateTable('messages')
          .set({ feedback: toJson(feedback) })
          .where('id', '=', id)
          .where('accountId', '=', scope.accountId)
          .execute();
        await emit(scope.accountId, now, 'feedback.submitted', conversationId, () => ({
          ...feedback,
          message_id: id,
          conversation_id: conversationId,
        }));
        return find(tx, scope, conversationId, id);
      }),

    interruptAll: (now) => interrupt(now, null),
    interruptLost: (now, seenMs) => interrupt(now, seenMs),
  };
}

/** The named files, in that order; `null` when one is not the conversation's, or another question's. */
async function filesOf(
  db: Kysely<Tables>,
  { accountId }: Scope,
  conversationId: string,
  ids: readonly string[],
  replaced: string | null,
): Promise<readonly Attachment[] | null> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('attachments')
    .select(['id', 'name', 'mediaType', 'bytes', 'messageId'])
    .where('accountId', '=', accountId)
    .where('conversationId', '=', conversationId)
    .where('id', 'in', ids)
    .execute();
  const free = new Map(
    rows.filter(({ messageId }) => messageId === null || messageId === replaced).map((row) => [row.id, row]),
  );
  const files = ids.map((id) => free.get(id));
  if (new Set(ids).size !== ids.length || files.includes(undefined)) return null;
  return files.map((row) => ({ id: row!.id, name: row!.name, type: row!.mediaType, size: row!.bytes }));
}

async function attach(db: Kysely<Tables>, ids: readonly string[], messageId: string | null): Promise<void> {
  if (ids.length > 0) await db.updateTable('attachments').set({ messageId }).where('id', 'in', ids).execute();
}

/** The first line of what was asked, cut at a word. */
function titleOf(question: string): string {
  const line = question.replace(/\s+/g, ' ').trim();
  if (line.length <= LIMITS.titleChars) return line;
  const cut = line.slice(0, LIMITS.titleChars - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > LIMITS.titleChars / 2 ? space : -1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function conversationsOf(db: Kysely<Tables>, scope: Scope) {
  const all = db.selectFrom('conversations').where('accountId', '=', scope.accountId);
  return scope.visitorId === undefined ? all : all.where('visitorId', '=', scope.visitorId);
}

function messagesOf(db: Kysely<Tables>, scope: Scope, conversationId: string) {
  const all = db
    .selectFrom('messages')
    .where('accountId', '=', scope.accountId)
    .where('conversationId', '=', conversationId);
  if (scope.visitorId === undefined) return all;
  return all.where('conversationId', 'in', conversationsOf(db, scope).select('id').where('id', '=', conversationId));
}

async function find(db: Kysely<Tables>, scope: Scope, conversationId: string, id: string): Promise<MessageRow | null> {
  const found = await messagesOf(db, scope, conversationId).selectAll().where('id', '=', id).executeTakeFirst();
  return found ? toRow(found) : null;
}

function lastOf(db: Kysely<Tables>, conversationId: string) {
  return db
    .selectFrom('messages')
    .select(['id', 'ordinal', 'status'])
    .where('conversationId', '=', conversationId)
    .orderBy('ordinal', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function toRow({ contentLength: _length, ...row }: Selectable<Tables['messages']>): MessageRow {
  return {
    ...row,
    metadata: fromJson(row.metadata),
    sources: fromJson(row.sources),
    usage: fromJson(row.usage),
    error: fromJson(row.error),
    truncated: row.truncated === 1,
    rewritten: row.rewritten === 1,
    feedback: fromJson(row.feedback),
    followUps: fromJson(row.followUps),
    tools: fromJson(row.tools),
    attachments: fromJson(row.attachments),
  };
}
