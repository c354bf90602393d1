import type { Kysely, Selectable, Transaction } from 'kysely';
import type { DocumentRow, KnowledgeStore } from '../store.ts';
import { columnsOf, fromJson } from './columns.ts';
import { putJob } from './jobs.ts';
import type { Tables } from './tables.ts';

const JSON_FIELDS = ['error', 'metadata'];

/** Knowledge bases and their documents, in SQL. */
export function knowledgeStore(db: Kysely<Tables>): KnowledgeStore {
  const basesOf = (accountId: string) =>
    db
      .selectFrom('knowledgeBases')
      .selectAll()
      .select((e) =>
        e
          .selectFrom('documents')
          .whereRef('documents.knowledgeBaseId', '=', 'knowledgeBases.id')
          .select((c) => c.fn.countAll<number>().as('n'))
          .$asScalar()
          .$notNull()
          .as('documentCount'),
      )
      .where('accountId', '=', accountId);
  const documentsOf = (accountId: string, knowledgeBaseId: string) =>
    db.selectFrom('documents').where('accountId', '=', accountId).where('knowledgeBaseId', '=', knowledgeBaseId);

  return {
    async createBase(row) {
      await db.insertInto('knowledgeBases').values(row).execute();
    },
    async getBase({ accountId }, id) {
      return (await basesOf(accountId).where('id', '=', id).executeTakeFirst()) ?? null;
    },
    async listBases({ accountId }, { limit, offset }) {
      const rows = await basesOf(accountId)
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await db
        .selectFrom('knowledgeBases')
        .where('accountId', '=', accountId)
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return { rows, total };
    },
    async countReady({ accountId }, id) {
      const { total } = await documentsOf(accountId, id)
        .where('status', '=', 'ready')
        .select((e) => e.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow();
      return total;
    },
    async deleteBase({ accountId }, id) {
      const { numDeletedRows } = await db
        .deleteFrom('knowledgeBases')
        .where('accountId', '=', accountId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    putDocument: (row) => putDocument(db, row),
    queueDocument: (row, job) =>
      db.transaction().execute(async (tx) => {
        const stored = await putDocument(tx, row);
        await putJob(tx, { ...job, id: `document:${stored.id}`, payload: { ...job.payload, documentId: stored.id } });
        return stored;
      }),
    async findDocument({ accountId }, knowledgeBaseId, key) {
      const found = await documentsOf(accountId, knowledgeBaseId).selectAll().where('key', '=', key).executeTakeFirst();
      return found ? toDocument(found) : null;
    },
    async getDocument({ accountId }, knowledgeBaseId, id) {
      const found = await documentsOf(accountId, knowledgeBaseId).selectAll().where('id', '=', id).executeTakeFirst();
      return found ? toDocument(found) : null;
    },
    async listDocuments({ accountId }, knowledgeBaseId, { limit, offset }) {
      const all = documentsOf(accountId, knowledgeBaseId);
      const rows = await all
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toDocument), total };
    },
    async updateDocument({ accountId }, id, change) {
      const columns = columnsOf(change, JSON_FIELDS);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable('documents').set(columns).where('accountId', '=', accountId).where('id', '=', id).execute();
    },
    async deleteDocument({ accountId }, knowledgeBaseId, id) {
      const { numDeletedRows } = await db
        .deleteFrom('documents')
        .where('accountId', '=', accountId)
        .where('knowledgeBaseId', '=', knowledgeBaseId)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

async function putDocument(db: Kysely<Tables> | Transaction<Tables>, row: DocumentRow): Promise<DocumentRow> {
  const { id: _id, createdAt: _createdAt, ...replaced } = row;
  const stored = await db
    .insertInto('documents')
    // From a select, so that a document cannot be put into another account's base.
    .columns(Object.keys(row) as (keyof Tables['documents'])[])
    .expression((e) =>
      e
        .selectFrom('knowledgeBases')
        .select(Object.entries(columnsOf(row, JSON_FIELDS)).map(([name, value]) => e.val(value).as(name)))
        .where('id', '=', row.knowledgeBaseId)
        .where('accountId', '=', row.accountId),
    )
    .onConflict((conflict) =>
      conflict.columns(['knowledgeBaseId', 'key']).doUpdateSet(columnsOf(replaced, JSON_FIELDS)),
    )
    .returningAll()
    .executeTakeFirst();
  if (!stored) throw new Error(`No knowledge base ${row.knowledgeBaseId} in account ${row.accountId}.`);
  return toDocument(stored);
}

function toDocument(row: Selectable<Tables['documents']>): DocumentRow {
  return { ...row, error: fromJson(row.error), metadata: fromJson(row.metadata) };
}
