import { type Kysely, sql } from 'kysely';
import { tokenize } from '../../retrieve/tokenize.ts';
import type { Tables } from '../sql/tables.ts';
import type { ChunkHit, ChunkStore } from '../store.ts';

/** How much a match counts by column. The first, `base`, only narrows the search to one knowledge base. */
const WEIGHT = { base: 0, title: 3, heading: 2, text: 1 } as const;
/** More terms than this add cost and no precision. */
const MAX_TERMS = 64;

/** Chunks and their full-text index, in FTS5. */
export function chunkStore(db: Kysely<Tables>): ChunkStore {
  return {
    replace: (scope, knowledgeBaseId, documentId, chunks, now) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('documents')
          .set({ chunkCount: chunks.length, status: 'ready', error: null, updatedAt: now })
          .where('accountId', '=', scope.accountId)
          .where('knowledgeBaseId', '=', knowledgeBaseId)
          .where('id', '=', documentId)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) throw new Error(`No document ${documentId} in knowledge base ${knowledgeBaseId}.`);
        await tx.deleteFrom('chunks').where('documentId', '=', documentId).execute();
        for (const chunk of chunks) {
          const { insertId } = await tx
            .insertInto('chunks')
            .values({ ...chunk, documentId })
            .executeTakeFirstOrThrow();
          const terms = (text: string) => tokenize(text).join(' ');
          await sql`insert into chunks_fts (rowid, base, title, heading, text)
            values (${insertId}, ${knowledgeBaseId}, ${terms(chunk.title)}, ${terms(chunk.heading)}, ${terms(chunk.text)})`.execute(
            tx,
          );
        }
      }),

    async search(scope, knowledgeBaseId, terms, limit) {
      if (terms.length === 0) return [];
      // The best are chosen inside the index; only they are looked up, not every chunk that holds a term.
      const { rows } = await sql<ChunkHit>`
        with best as materialized (
          select rowid as row_number, -bm25(chunks_fts, ${sql.raw(Object.values(WEIGHT).join(', '))}) as score
          from chunks_fts where chunks_fts match ${matchExpression(knowledgeBaseId, terms)}
          order by score desc, rowid limit ${limit}
        )
        select c.id, c.document_id, c.ordinal, c.title, c.heading, c.text, c.url, best.score
        from best
        join chunks c on c.row_number = best.row_number
        join documents d on d.id = c.document_id
        where d.account_id = ${scope.accountId} and d.knowledge_base_id = ${knowledgeBaseId}
        order by best.score desc, c.row_number`.execute(db);
      return rows;
    },

    async headings(scope, documentId) {
      const { rows } = await sql<{ heading: string }>`
        select c.heading from chunks c join documents d on d.id = c.document_id
        where d.account_id = ${scope.accountId} and c.document_id = ${documentId} and c.heading <> ''
        group by c.heading order by min(c.ordinal)`.execute(db);
      return rows.map(({ heading }) => heading);
    },

    async frequencies(scope, knowledgeBaseId, terms) {
      // Counted by document: counting the chunks themselves would read them all.
      const { total } = await db
        .selectFrom('documents')
        .where('accountId', '=', scope.accountId)
        .where('knowledgeBaseId', '=', knowledgeBaseId)
        .select((e) => e.fn.coalesce(e.fn.sum<number>('chunkCount'), e.val(0)).as('total'))
        .executeTakeFirstOrThrow();
      const counts = new Map<string, number>();
      for (const term of new Set(terms)) {
        // Inside the index alone. A base of another account has no chunks here, and so no counts either.
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from chunks_fts
          where chunks_fts match ${matchExpression(knowledgeBaseId, [term])} and ${total} > 0`.execute(db);
        counts.set(term, rows[0]!.n);
      }
      return { total, counts };
    },
  };
}

/**
 * An FTS5 expression for "any of the terms, in this knowledge base". Each term is a quoted string, in which FTS5 knows
 * no syntax but the doubled quote; a term of punctuation alone matches nothing.
 */
export function matchExpression(knowledgeBaseId: string, terms: readonly string[]): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const any = [...new Set(terms)].slice(0, MAX_TERMS).map(quote).join(' OR ');
  return `base : ${quote(knowledgeBaseId)} AND {title heading text} : (${any})`;
}
