import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../sql/tables.ts';
import type { ChunkHit, VectorStore } from '../store.ts';
import { floatsOf } from './nearest.ts';

/** The longest vector the extension holds. */
const MOST_DIMENSIONS = 16_000;
/** Vectors handed over at once. */
const BATCH = 500;

/**
 * `VectorStore.nearest` inside the database, exactly, where its owner has made the extension (`create extension vector`);
 * else `null`. A table beside `chunk_vectors` holds the same vectors as the extension's type. Each row says which change of
 * the vector it was made from, so that what is new or was replaced, by whichever server, is handed over before it is asked.
 *
 * @param otherwise answers where a vector is longer than the extension's
 */
export async function nearestByPgvector(
  pool: pg.Pool,
  db: Kysely<Tables>,
  otherwise: VectorStore['nearest'],
): Promise<VectorStore['nearest'] | null> {
  const { rows: found } = await pool.query<{ schema: string }>(
    `select quote_ident(n.nspname) as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'vector'`,
  );
  if (found.length === 0) return null;
  const { schema } = found[0]!;
  const type = sql.raw(`${schema}.vector`);
  const distance = sql.raw(`operator(${schema}.<=>)`);
  // Not a migration: the extension may come at any time. Two servers may start at once.
  await pool
    .query(
      `create table if not exists chunk_embeddings (
         chunk_id text primary key references chunk_vectors (chunk_id) on delete cascade,
         seq bigint not null,
         embedding ${schema}.vector not null
       )`,
    )
    .catch(async (error: unknown) => {
      if (!(await pool.query("select to_regclass('chunk_embeddings') as made")).rows[0]?.made) throw error;
    });

  const handOver = async (knowledgeBaseId: string, model: string, dimension: number) => {
    for (;;) {
      const { rows } = await sql<{ chunkId: string; seq: number; vector: Buffer }>`
        select v.chunk_id, v.seq, v.vector
        from chunk_vectors v left join chunk_embeddings e on e.chunk_id = v.chunk_id and e.seq = v.seq
        where v.knowledge_base_id = ${knowledgeBaseId} and v.model = ${model} and v.dimension = ${dimension}
          and e.chunk_id is null
        limit ${BATCH}`.execute(db);
      if (rows.length === 0) return;
      const texts = rows.map(({ vector }) => textOf(floatsOf(vector)));
      // Only for vectors that are still these: a chunk may have gone, or got another one, meanwhile.
      await sql`
        insert into chunk_embeddings (chunk_id, seq, embedding)
        select v.chunk_id, v.seq, n.text::${type}
        from unnest(${rows.map(({ chunkId }) => chunkId)}::text[], ${rows.map(({ seq }) => seq)}::bigint[], ${texts}::text[])
          as n (chunk_id, seq, text)
        join chunk_vectors v on v.chunk_id = n.chunk_id and v.seq = n.seq
        for share of v
        on conflict (chunk_id) do update set seq = excluded.seq, embedding = excluded.embedding`.execute(db);
    }
  };

  return async (scope, knowledgeBaseId, model, vector, limit) => {
    const { accountId } = scope;
    if (vector.length > MOST_DIMENSIONS) return otherwise(scope, knowledgeBaseId, model, vector, limit);
    if (!vector.some((value) => value !== 0)) return [];
    await handOver(knowledgeBaseId, model, vector.length);
    const { rows } = await sql<ChunkHit>`
      with best as materialized (
        select v.chunk_id, c.row_number, e.embedding ${distance} ${textOf(vector)}::${type} as distance
        from chunk_vectors v
        join chunk_embeddings e on e.chunk_id = v.chunk_id and e.seq = v.seq
        join chunks c on c.id = v.chunk_id
        where v.knowledge_base_id = ${knowledgeBaseId} and v.model = ${model} and v.dimension = ${vector.length}
      )
      select c.id, c.document_id, c.ordinal, c.title, c.heading, c.text, c.url, 1 - best.distance as score
      from best join chunks c on c.id = best.chunk_id join documents d on d.id = c.document_id
      where d.account_id = ${accountId} and d.knowledge_base_id = ${knowledgeBaseId} and best.distance <> 'NaN'
      order by best.distance, best.row_number
      limit ${limit}`.execute(db);
    return rows;
  };
}

/** As the extension reads it. */
function textOf(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
