/** A database as version 0.1.0 left it: its schema, frozen, with a row in every table. Never edited. */
export const sql = `
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

create table jobs (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  kind text not null,
  payload text not null,
  bytes blob,
  run_at integer not null,
  attempts integer not null,
  lease_until integer,
  created_at integer not null
) strict;
create index jobs_due on jobs (kind, run_at);

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

create table webhooks (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  url text not null,
  events text not null,
  description text not null,
  enabled integer not null,
  disabled_reason text,
  secret text not null,
  old_secrets text not null,
  paused_until integer not null,
  failures integer not null,
  created_at integer not null,
  updated_at integer not null
) strict;
create index webhooks_account on webhooks (account_id, created_at);

create table webhook_deliveries (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  webhook_id text not null references webhooks (id) on delete cascade,
  event text not null,
  body text not null,
  status text not null,
  attempts text not null,
  tries integer not null,
  next_at integer not null,
  lease_until integer,
  created_at integer not null
) strict;
create index webhook_deliveries_log on webhook_deliveries (webhook_id, created_at);
create index webhook_deliveries_due on webhook_deliveries (next_at) where status = 'pending';
create index webhook_deliveries_leased on webhook_deliveries (webhook_id, lease_until) where lease_until is not null;
create index webhook_deliveries_age on webhook_deliveries (created_at);

insert into accounts values ('acct_1', 'Default', 'enterprise', 1);
insert into api_keys values ('key_1', 'acct_1', 'publishable', 'Site', 'hash_key', 'pk_live_…', 'pk_live_x', 0, '["https://a.example"]', '["ast_1"]', '[]', 0, 2, null, null);
insert into knowledge_bases values ('kb_1', 'acct_1', 'Docs', '', 3);
insert into documents values ('doc_1', 'acct_1', 'kb_1', 'guide.md', 'Guide', 'https://a.example/guide', null, 'text/markdown', 10, 'h', 'ready', null, 1, '{}', 4, 4);
insert into chunks values (1, 'c_1', 'doc_1', 0, 'Guide', 'Guide › Start', 'Begin here.', 'https://a.example/guide#start');
insert into chunks_fts (rowid, base, title, heading, text) values (1, 'kb_1', 'guid', 'guid start', 'begin here');
insert into assistants values ('ast_1', 'acct_1', 'Helper', '', 'extractive', '', 'kb_1', null, '{}', '{"greeting":"Hi"}', 5, 5);
insert into visitor_sessions values ('vs_1', 'acct_1', 'ast_1', 'vis_1', 'key_1', 'https://a.example', 'hash_token', 6, 6, 99, null);
insert into conversations values ('conv_1', 'acct_1', 'ast_1', 'vis_1', null, '{"page":1}', 7, 8, null);
insert into messages values ('msg_q', 'acct_1', 'conv_1', 0, 'user', 'How?', 4, 'complete', '{}', '[]', null, null, null, 0, null, 8, 8);
insert into messages values ('msg_a', 'acct_1', 'conv_1', 1, 'assistant', 'So [1].', 7, 'complete', '{}', '[{"title":"Guide","url":"","relevance":1,"quote":"q","heading":"","document_id":"doc_1"}]', 'answered', '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}', null, 0, '{"rating":"up"}', 8, 9);
insert into idempotency values ('vis_1', 'k', 'r', 'conv_1', 'msg_a', 8);
insert into jobs values ('document:doc_1', 'acct_1', 'document', '{}', x'00ff', 10, 0, null, 10);
insert into url_sources values ('url_1', 'acct_1', 'kb_1', 'https://a.example/', 1, 'daily', 'ready', null, 1, 11, 11, 11);
insert into url_pages values ('page_1', 'url_1', 'https://a.example/', 0, 1, 'indexed', null, 200, null, null, '[]', 'doc_1', 11);
insert into webhooks values ('wh_1', 'acct_1', 'https://a.example/hook', '["message.created"]', '', 1, null, 'whsec_AAAA', '[]', 0, 0, 12, 12);
insert into webhook_deliveries values ('del_1', 'acct_1', 'wh_1', 'message.created', '{}', 'pending', '[]', 0, 13, null, 13);
insert into settings values ('signing_secret', 's');
pragma user_version = 4;
`;
