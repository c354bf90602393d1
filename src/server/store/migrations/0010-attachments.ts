/** Files that visitors attach to questions: their text, which goes with the conversation. */
export const tables = `
-- JSON, or null: visitors attach nothing.
alter table assistants add column attachments text;
-- JSON: what a list of messages shows of them.
alter table messages add column attachments text not null default '[]';

create table attachments (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  conversation_id text not null references conversations (id) on delete cascade,
  -- Null: no question names it yet.
  message_id text references messages (id) on delete cascade,
  name text not null,
  media_type text not null,
  bytes integer not null,
  -- JSON: its passages, in order.
  chunks text not null,
  truncated integer not null,
  created_at integer not null
) strict;
create index attachments_conversation on attachments (conversation_id);
create index attachments_message on attachments (message_id);
`;
