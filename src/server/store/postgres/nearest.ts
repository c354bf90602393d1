import { type Kysely, sql } from 'kysely';
import type { Tables } from '../sql/tables.ts';
import type { ChunkHit, VectorStore } from '../store.ts';

/** The vectors of one base by one model, as this process last read them. */
interface Matrix {
  readonly rows: Map<string, { readonly order: number; readonly seq: number; readonly unit: Float32Array | null }>;
  /** The largest `seq` read. */
  last: number;
}

/** Vectors kept in memory, bytes; the bases asked longest ago are forgotten. */
const KEPT_BYTES = 256 * 1024 * 1024;
/** Vectors compared before other work of the process gets its turn; about 5 ms. */
const SLICE = 10_000;

/**
 * `VectorStore.nearest` by comparing every vector of the base, exactly. PostgreSQL alone has no arithmetic on vectors that
 * would not take seconds, so the process keeps those of the bases it is asked about and, at each question, reads what is
 * new: each row carries a number from a sequence, and when count and sum of these agree with the database's, so do the rows.
 */
export function nearestInMemory(db: Kysely<Tables>): VectorStore['nearest'] {
  const kept = new Map<string, Matrix>();

  return async ({ accountId }, knowledgeBaseId, model, vector, limit) => {
    const asked = unitOf(vector);
    if (!asked) return [];
    const name = JSON.stringify([knowledgeBaseId, model, vector.length]);
    const matrix = await current(db, kept.get(name), knowledgeBaseId, model, vector.length);
    // Moved to the end, so that what is asked often stays.
    kept.delete(name);
    kept.set(name, matrix);
    forget(kept);
    const best = await closest(matrix, asked, limit);
    if (best.length === 0) return [];
    const scores = new Map(best.map(({ id, score }) => [id, score]));
    const { rows } = await sql<Omit<ChunkHit, 'score'>>`
      select c.id, c.document_id, c.ordinal, c.title, c.heading, c.text, c.url
      from chunks c join documents d on d.id = c.document_id
      where c.id = any(${[...scores.keys()]}::text[])
        and d.account_id = ${accountId} and d.knowledge_base_id = ${knowledgeBaseId}
      order by c.row_number`.execute(db);
    // The sort is stable: of equals the earlier chunk comes first.
    return rows.map((row) => ({ ...row, score: scores.get(row.id)! })).sort((a, b) => b.score - a.score);
  };
}

/** The matrix as the database has it now, from what is known of it. */
async function current(
  db: Kysely<Tables>,
  known: Matrix | undefined,
  knowledgeBaseId: string,
  model: string,
  dimension: number,
): Promise<Matrix> {
  const ours = sql`v.knowledge_base_id = ${knowledgeBaseId} and v.model = ${model} and v.dimension = ${dimension}`;
  const read = async (matrix: Matrix) => {
    const { rows } = await sql<{ chunkId: string; order: number; seq: number; vector: Buffer }>`
      select v.chunk_id, c.row_number as "order", v.seq, v.vector
      from chunk_vectors v join chunks c on c.id = v.chunk_id where ${ours} and v.seq > ${matrix.last}`.execute(db);
    for (const { chunkId, order, seq, vector } of rows) {
      matrix.rows.set(chunkId, { order, seq, unit: unitOf(floatsOf(vector)) });
      matrix.last = Math.max(matrix.last, seq);
    }
    return matrix;
  };
  const { rows } = await sql<{ count: number; sum: number; last: number }>`
    select count(*) as count, coalesce(sum(v.seq), 0) as sum, coalesce(max(v.seq), 0) as last
    from chunk_vectors v where ${ours}`.execute(db);
  const { count, sum, last } = rows[0]!;
  const agrees = (matrix: Matrix) => {
    let total = 0;
    for (const { seq } of matrix.rows.values()) total += seq;
    return matrix.rows.size === count && total === sum;
  };
  if (known && known.last < last) await read(known);
  if (known && agrees(known)) return known;
  return read({ rows: new Map(), last: 0 });
}

async function closest(matrix: Matrix, asked: Float32Array, limit: number) {
  const scored: { id: string; order: number; score: number }[] = [];
  let compared = 0;
  // A copy of the entries: questions beside this one may change the map while this one rests.
  for (const [id, { order, unit }] of [...matrix.rows]) {
    if (!unit) continue;
    let score = 0;
    for (let n = 0; n < unit.length; n += 1) score += unit[n]! * asked[n]!;
    scored.push({ id, order, score });
    compared += 1;
    if (compared % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return scored.sort((a, b) => b.score - a.score || a.order - b.order).slice(0, limit);
}

function forget(kept: Map<string, Matrix>): void {
  const bytesOf = ({ rows }: Matrix) => {
    const [one] = rows.values();
    return rows.size * ((one?.unit?.byteLength ?? 0) + 200);
  };
  let bytes = 0;
  for (const matrix of kept.values()) bytes += bytesOf(matrix);
  for (const [name, matrix] of kept) {
    if (bytes <= KEPT_BYTES || kept.size === 1) return;
    kept.delete(name);
    bytes -= bytesOf(matrix);
  }
}

/** A vector as it is stored: float32, little-endian. */
export function floatsOf(bytes: Buffer): Float32Array {
  const floats = new Float32Array(bytes.length / 4);
  for (let n = 0; n < floats.length; n += 1) floats[n] = bytes.readFloatLE(n * 4);
  return floats;
}

/** The vector at length 1; `null` for one of zeros, which points nowhere. */
function unitOf(vector: Float32Array): Float32Array | null {
  let squared = 0;
  for (const value of vector) squared += value * value;
  const length = Math.sqrt(squared);
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : null;
}
