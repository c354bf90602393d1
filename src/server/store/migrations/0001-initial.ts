/**
 * The first schema. Times are unix milliseconds; JSON lives in TEXT; booleans are 0/1. Every table that belongs to a
 * customer carries `account_id`.
 */
export const tables = `
create table accounts (
  id text primary key,
  name text not null,
  plan text not null,
  created_at integer not null
) strict;

create table api_keys (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  kind text not null,
  name text not null,
  hash text not null unique,
  hint text not null,
  public_key text,
  test integer not null,
  origins text not null,
  assistant_ids text not null,
  scopes text not null,
  allow_native integer not null,
  created_at integer not null,
  expires_at integer,
  revoked_at integer
) strict;
create index api_keys_account on api_keys (account_id, created_at);

create table knowledge_bases (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  name text not null,
  description text not null,
  created_at integer not null
) strict;
create index knowledge_bases_account on knowledge_bases (account_id, created_at);

create table documents (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  knowledge_base_id text not null references knowledge_bases (id) on delete cascade,
  key text not null,
  title text not null,
  url text not null,
  filename text,
  media_type text not null,
  bytes integer not null,
  content_hash text not null,
  status text not null,
  error text,
  chunk_count integer not null,
  metadata text not null,
  created_at integer not null,
  updated_at integer not null,
  unique (knowledge_base_id, key)
) strict;
create index documents_base on documents (knowledge_base_id, created_at);

create table chunks (
  row_number integer primary key,
  id text not null unique,
  document_id text not null references documents (id) on delete cascade,
  ordinal integer not null,
  title text not null,
  heading text not null,
  text text not null,
  url text not null,
  unique (document_id, ordinal)
) strict;

create table assistants (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  name text not null,
  description text not null,
  model text not null,
  system_prompt text not null,
  knowledge_base_id text references knowledge_bases (id) on delete set null,
  category text,
  config text not null,
  widget text not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index assistants_account on assistants (account_id, created_at);
create index assistants_base on assistants (knowledge_base_id);

create table visitor_sessions (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  assistant_id text not null references assistants (id) on delete cascade,
  visitor_id text not null,
  key_id text not null references api_keys (id) on delete cascade,
  origin text,
  hash text not null unique,
  created_at integer not null,
  last_used_at integer not null,
  expires_at integer not null,
  revoked_at integer
) strict;
create index visitor_sessions_assistant on visitor_sessions (assistant_id);
create index visitor_sessions_key on visitor_sessions (key_id);

create table conversations (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  assistant_id text not null references assistants (id) on delete cascade,
  visitor_id text,
  user_id text,
  metadata text not null,
  created_at integer not null,
  last_message_at integer,
  ended_at integer
) strict;
create index conversations_account on conversations (account_id, created_at);
create index conversations_visitor on conversations (account_id, visitor_id, created_at);
create index conversations_assistant on conversations (assistant_id);

create table messages (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  conversation_id text not null references conversations (id) on delete cascade,
  ordinal integer not null,
  role text not null,
  content text not null,
  -- UTF-16 code units of content, which SQLite cannot count itself: the position that appends are checked against.
  content_length integer not null,
  status text not null,
  metadata text not null,
  sources text not null,
  outcome text,
  usage text,
  error text,
  truncated integer not null,
  feedback text,
  created_at integer not null,
  updated_at integer not null,
  unique (conversation_id, ordinal)
) strict;
create index messages_streaming on messages (status) where status = 'streaming';

create table idempotency (
  owner text not null,
  key text not null,
  request_hash text not null,
  conversation_id text not null references conversations (id) on delete cascade,
  message_id text not null,
  created_at integer not null,
  primary key (owner, key)
) strict;
create index idempotency_created on idempotency (created_at);
create index idempotency_conversation on idempotency (conversation_id);

create table settings (
  name text primary key,
  value text not null
) strict;
`;

export const sqlite = `
-- Contentless: the words are indexed, the text is stored once, in chunks. The column base holds the knowledge base's
-- id, so that a search stays inside its tenant within the index itself. The other columns hold the terms of our own
-- tokenizer, parted by spaces; ascii cuts at ASCII punctuation only, of which a term holds none but these.
create virtual table chunks_fts using fts5 (
  base, title, heading, text,
  content = '', contentless_delete = 1,
  tokenize = "ascii tokenchars '_.+#'"
);
create trigger chunks_deleted after delete on chunks begin
  delete from chunks_fts where rowid = old.row_number;
end;
`;

/**
 * The words of each chunk: how often it holds one (weighted by where it stands) and how many it holds in all, which is
 * what BM25 needs, so that a search reads this index alone. `base` is a hash of the knowledge base's id.
 */
export const postgres = `
create table postings (
  base bigint not null,
  term text collate "C" not null,
  chunk bigint not null references chunks (row_number) on delete cascade,
  weight real not null,
  length integer not null,
  primary key (base, term, chunk) include (weight, length)
);
create index postings_chunk on postings (chunk);

create table document_lengths (
  document_id text collate "C" primary key references documents (id) on delete cascade,
  base bigint not null,
  chunks integer not null,
  terms integer not null
);
create index document_lengths_base on document_lengths (base) include (chunks, terms);
`;
