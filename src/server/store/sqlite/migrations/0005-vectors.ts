/** Embeddings; see `VectorStore`. */
export const sql = `
create table chunk_vectors (
  chunk_id text primary key references chunks (id) on delete cascade,
  -- Where the chunk is, so that a scan reads no other base.
  knowledge_base_id text not null,
  model text not null,
  dimension integer not null,
  -- float32, little-endian
  vector blob not null
) strict;
create index chunk_vectors_base on chunk_vectors (knowledge_base_id, model, dimension);
`;
