import { setImmediate as othersTurn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { tokenize } from '../../retrieve/tokenize.ts';
import type { Tables } from '../sql/tables.ts';
import type { ChunkHit, ChunkStore, NewChunk, Scope } from '../store.ts';

/** How much a match counts by column. The first, `base`, only narrows the search to one knowledge base. */
const WEIGHT = { base: 0, title: 3, heading: 2, text: 1 } as const;
/** More terms than this add cost and no precision. */
const MAX_TERMS = 64;

/** Chunks written or removed in one transaction. While it lasts, other writers wait, and everything in this process. */
const BATCH = 100;
/**
 * A chunk with an ordinal below 0 is hidden: of a version that is still being written (−1 − n), or of one that has been
 * replaced and is being removed (`RETIRED` − n).
 */
const RETIRED = -1_000_000;
/** Condition of the rows of `chunks_fts` that are found. */
const SHOWN = sql`rowid not in (select row_number from chunks where ordinal < 0)`;

/**
 * Chunks and their full-text index, in FTS5. A document of many chunks is written hidden, a batch at a time, and shown
 * all at once in place of the version before, which is then removed in batches too.
 */
export function chunkStore(db: Kysely<Tables>): ChunkStore {
  /** The end of every replacement: the document's row says what its chunks are. */
  async function settle(
    tx: Kysely<Tables>,
    { scope, knowledgeBaseId, documentId, count, now }: Settled,
  ): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('documents')
      .set({ chunkCount: count, status: 'ready', error: null, updatedAt: now })
      .where('accountId', '=', scope.accountId)
      .where('knowledgeBaseId', '=', knowledgeBaseId)
      .where('id', '=', documentId)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new Error(`No document ${documentId} in knowledge base ${knowledgeBaseId}.`);
  }

  async function insert(
    tx: Kysely<Tables>,
    { knowledgeBaseId, documentId }: Pick<Settled, 'knowledgeBaseId' | 'documentId'>,
    chunks: readonly Tokenized[],
  ): Promise<void> {
    for (const { chunk, terms } of chunks) {
      const { insertId } = await tx
        .insertInto('chunks')
        .values({ ...chunk, documentId })
        .executeTakeFirstOrThrow();
      await sql`insert into chunks_fts (rowid, base, title, heading, text)
        values (${insertId}, ${knowledgeBaseId}, ${terms[0]}, ${terms[1]}, ${terms[2]})`.execute(tx);
    }
  }

  /** Removes what is hidden of a document, a batch at a time. */
  async function removeHidden(documentId: string): Promise<void> {
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from chunks where row_number in (
          select row_number from chunks where document_id = ${documentId} and ordinal < 0 limit ${BATCH}
        )`.execute(db);
      if (numAffectedRows < BATCH) return;
      await othersTurn();
    }
  }

  async function replaceAtOnce(document: Settled, chunks: readonly NewChunk[]): Promise<void> {
    const tokenized = chunks.map(tokenizeChunk);
    await db.transaction().execute(async (tx) => {
      await settle(tx, document);
      await tx.deleteFrom('chunks').where('documentId', '=', document.documentId).execute();
      await insert(tx, document, tokenized);
    });
  }

  async function replaceInBatches(document: Settled, chunks: readonly NewChunk[]): Promise<void> {
    const { documentId } = document;
    const ofDocument = (tx: Kysely<Tables>) => tx.selectFrom('chunks').where('documentId', '=', documentId);
    // What a process that died has left.
    await removeHidden(documentId);
    // The same bytes read again have the same ids, which the version before still holds.
    const taken = await ofDocument(db)
      .where('id', '=', chunks[0]?.id ?? '')
      .select('id')
      .executeTakeFirst();
    const mark = taken ? '.again' : '';
    for (let from = 0; from < chunks.length; from += BATCH) {
      const batch = chunks
        .slice(from, from + BATCH)
        .map((chunk) => tokenizeChunk({ ...chunk, id: chunk.id + mark, ordinal: -1 - chunk.ordinal }));
      await db.transaction().execute((tx) => insert(tx, document, batch));
      await othersTurn();
    }
    await db.transaction().execute(async (tx) => {
      await settle(tx, document);
      const { written } = await ofDocument(tx)
        .where('ordinal', '<', 0)
        .select((e) => e.fn.countAll<number>().as('written'))
        .executeTakeFirstOrThrow();
      if (written !== chunks.length) throw new Error(`Document ${documentId} was written by two at once.`);
      const move = (from: number, which: '<' | '>=') =>
        tx
          .updateTable('chunks')
          .set((e) => ({ ordinal: e(e.val(from), '-', e.ref('ordinal')) }))
          .where('documentId', '=', documentId)
          .where('ordinal', which, 0);
      await move(RETIRED, '>=').execute();
      await move(-1, '<').where('ordinal', '>', RETIRED).execute();
    });
    await removeHidden(documentId);
  }

  return {
    async replace(scope, knowledgeBaseId, documentId, chunks, now) {
      const document = { scope, knowledgeBaseId, documentId, count: chunks.length, now };
      const before = await db
        .selectFrom('chunks')
        .where('documentId', '=', documentId)
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const isSmall = Math.max(chunks.length, before.count) <= BATCH;
      await (isSmall ? replaceAtOnce : replaceInBatches)(document, chunks);
    },

    async search(scope, knowledgeBaseId, terms, limit) {
      if (terms.length === 0) return [];
      // The best are chosen inside the index; only they are looked up, not every chunk that holds a term.
      const { rows } = await sql<ChunkHit>`
        with best as materialized (
          select rowid as row_number, -bm25(chunks_fts, ${sql.raw(Object.values(WEIGHT).join(', '))}) as score
          from chunks_fts where chunks_fts match ${matchExpression(knowledgeBaseId, terms)} and ${SHOWN}
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
        where d.account_id = ${scope.accountId} and c.document_id = ${documentId} and c.ordinal >= 0 and c.heading <> ''
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
          where chunks_fts match ${matchExpression(knowledgeBaseId, [term])} and ${SHOWN} and ${total} > 0`.execute(db);
        counts.set(term, rows[0]!.n);
      }
      return { total, counts };
    },
  };
}

/** What a replacement makes of a document's row. */
interface Settled {
  readonly scope: Scope;
  readonly knowledgeBaseId: string;
  readonly documentId: string;
  /** Its chunks. */
  readonly count: number;
  readonly now: number;
}

interface Tokenized {
  readonly chunk: NewChunk;
  /** Of title, heading and text. */
  readonly terms: readonly string[];
}

/** Before its transaction begins: it takes longer than the writing. */
function tokenizeChunk(chunk: NewChunk): Tokenized {
  return { chunk, terms: [chunk.title, chunk.heading, chunk.text].map((text) => tokenize(text).join(' ')) };
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
