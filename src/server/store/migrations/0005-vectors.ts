/** Embeddings; see `VectorStore`. */
export const tables = `
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

/** Counts every change of a row, so that a process sees cheaply whether what it has read is still all there is. */
export const postgres = `
create sequence chunk_vectors_seq;
alter table chunk_vectors add column seq bigint not null;
create function chunk_vectors_count() returns trigger language plpgsql as $$
begin
  new.seq := nextval('chunk_vectors_seq');
  return new;
end $$;
create trigger chunk_vectors_count before insert or update on chunk_vectors
  for each row execute function chunk_vectors_count();
create index chunk_vectors_news on chunk_vectors (knowledge_base_id, model, dimension, seq);
`;
