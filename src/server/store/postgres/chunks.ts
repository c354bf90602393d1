import { type Kysely, sql } from 'kysely';
import { tokenize } from '../../retrieve/tokenize.ts';
import type { Tables } from '../sql/tables.ts';
import type { ChunkHit, ChunkStore, NewChunk } from '../store.ts';

/** How much a word counts by where it stands, as in the other engine. */
const WEIGHT = { title: 3, heading: 2, text: 1 } as const;
/** More terms than this add cost and no precision. */
const MAX_TERMS = 64;
/** Chunks in one statement: while one is put together, nothing else happens in this process. */
const BATCH = 200;
/** BM25 with the constants of FTS5, so that both engines rank alike. */
const K1 = sql.lit(1.2);
const B = sql.lit(0.75);

/** Chunks and their full-text index: the words of each chunk in a table of their own, ranked by BM25. */
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
        let terms = 0;
        for (let from = 0; from < chunks.length; from += BATCH)
          terms += await insert(tx, knowledgeBaseId, documentId, chunks.slice(from, from + BATCH));
        await sql`
          insert into document_lengths (document_id, base, chunks, terms)
          values (${documentId}, ${baseOf(knowledgeBaseId)}, ${chunks.length}, ${terms})
          on conflict (document_id) do update
          set base = excluded.base, chunks = excluded.chunks, terms = excluded.terms`.execute(tx);
      }),

    async search(scope, knowledgeBaseId, terms, limit) {
      const asked = [...new Set(terms)].slice(0, MAX_TERMS);
      if (asked.length === 0) return [];
      // `best` reads the postings alone; only what it chose is looked up.
      const { rows } = await sql<ChunkHit>`
        with base as materialized (
          select sum(chunks)::float8 as chunks, sum(terms)::float8 / nullif(sum(chunks), 0) as mean
          from document_lengths where base = ${baseOf(knowledgeBaseId)}
        ), found as materialized (
          select term, chunk, weight, length from postings
          where base = ${baseOf(knowledgeBaseId)} and term = any(${asked}::text[])
        ), rarity as (
          select term, greatest(ln((base.chunks - count(*) + 0.5) / (count(*) + 0.5)), 1e-6) as idf
          from found, base group by term, base.chunks
        ), best as materialized (
          select chunk, sum(
            idf * weight * (${K1} + 1.0) / (weight + ${K1} * (1.0 - ${B} + ${B} * length / base.mean))
          )::float8 as score
          from found join rarity using (term), base
          group by chunk order by score desc, chunk limit ${limit}
        )
        select c.id, c.document_id, c.ordinal, c.title, c.heading, c.text, c.url, best.score
        from best
        join chunks c on c.row_number = best.chunk
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
      const { total } = await db
        .selectFrom('documents')
        .where('accountId', '=', scope.accountId)
        .where('knowledgeBaseId', '=', knowledgeBaseId)
        .select((e) => e.fn.coalesce(e.fn.sum<number>('chunkCount'), sql<number>`0`).as('total'))
        .executeTakeFirstOrThrow();
      const asked = [...new Set(terms)];
      const counts = new Map(asked.map((term) => [term, 0]));
      // A base of another account has no chunks here, and so no counts either.
      if (total === 0 || asked.length === 0) return { total, counts };
      const { rows } = await sql<{ term: string; n: number }>`
        select term, count(*) as n from postings
        where base = ${baseOf(knowledgeBaseId)} and term = any(${asked}::text[]) group by term`.execute(db);
      for (const { term, n } of rows) counts.set(term, n);
      return { total, counts };
    },
  };
}

const baseOf = (knowledgeBaseId: string) => sql`hashtextextended(${knowledgeBaseId}, 0)`;

/** The terms of a chunk. */
export interface CountedTerms {
  readonly weights: ReadonlyMap<string, number>;
  readonly length: number;
}

/** The terms of a chunk with their weights, and how many there are in all, the base's own column included as in FTS5. */
export function countTerms(chunk: Pick<NewChunk, 'title' | 'heading' | 'text'>): CountedTerms {
  const weights = new Map<string, number>();
  let length = 1;
  for (const part of ['title', 'heading', 'text'] as const) {
    for (const term of tokenize(chunk[part])) {
      weights.set(term, (weights.get(term) ?? 0) + WEIGHT[part]);
      length += 1;
    }
  }
  return { weights, length };
}

/** @returns how many terms the chunks hold in all */
async function insert(
  db: Kysely<Tables>,
  knowledgeBaseId: string,
  documentId: string,
  chunks: readonly NewChunk[],
): Promise<number> {
  const counted = chunks.map(countTerms);
  const column = (name: keyof NewChunk) => chunks.map((chunk) => chunk[name]);
  const { rows } = await sql<{ ordinal: number; rowNumber: number }>`
    insert into chunks (id, document_id, ordinal, title, heading, text, url)
    select id, ${documentId}, ordinal, title, heading, text, url
    from unnest(
      ${column('id')}::text[], ${column('ordinal')}::bigint[], ${column('title')}::text[],
      ${column('heading')}::text[], ${column('text')}::text[], ${column('url')}::text[]
    ) as c (id, ordinal, title, heading, text, url)
    order by ordinal
    returning ordinal, row_number`.execute(db);
  const numbers = new Map(rows.map(({ ordinal, rowNumber }) => [ordinal, rowNumber]));
  await insertPostings(
    db,
    chunks.map(({ ordinal }, at) => ({ knowledgeBaseId, chunk: numbers.get(ordinal)!, ...counted[at]! })),
  );
  return counted.reduce((sum, { length }) => sum + length, 0);
}

/** Puts the words of chunks, by their row number, into the index. */
export async function insertPostings(
  db: Kysely<Tables>,
  chunks: readonly (CountedTerms & { readonly knowledgeBaseId: string; readonly chunk: number })[],
): Promise<void> {
  const postings = chunks.flatMap(({ weights, ...rest }) =>
    [...weights].map(([term, weight]) => ({ ...rest, term, weight })),
  );
  if (postings.length === 0) return;
  await sql`
    insert into postings (base, term, chunk, weight, length)
    select hashtextextended(base, 0), term, chunk, weight, length
    from unnest(
      ${postings.map(({ knowledgeBaseId }) => knowledgeBaseId)}::text[], ${postings.map(({ term }) => term)}::text[],
      ${postings.map(({ chunk }) => chunk)}::bigint[], ${postings.map(({ weight }) => weight)}::real[],
      ${postings.map(({ length }) => length)}::integer[]
    ) as p (base, term, chunk, weight, length)`.execute(db);
}
