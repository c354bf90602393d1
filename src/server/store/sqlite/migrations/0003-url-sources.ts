/** Sites a knowledge base follows, and their pages; see `UrlSourceStore`. */
export const sql = `
create table url_sources (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  knowledge_base_id text not null references knowledge_bases (id) on delete cascade,
  url text not null,
  crawl_depth integer not null,
  refresh_schedule text not null,
  status text not null,
  error text,
  run integer not null,
  last_crawled_at integer,
  created_at integer not null,
  updated_at integer not null,
  unique (knowledge_base_id, url)
) strict;

create table url_pages (
  id text primary key,
  source_id text not null references url_sources (id) on delete cascade,
  url text not null,
  depth integer not null,
  run integer not null,
  outcome text not null,
  reason text,
  http_status integer,
  etag text,
  last_modified text,
  links text not null,
  document_id text references documents (id) on delete set null,
  fetched_at integer,
  unique (source_id, url)
) strict;
create index url_pages_run on url_pages (source_id, run, outcome, depth);
create index url_pages_document on url_pages (document_id);
`;
