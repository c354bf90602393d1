/**
 * Visitors who are known by name, the titles of their conversations, how long conversations are kept, tools of the
 * page, and what keys gained: rotation, addresses, a daily cap.
 */
export const tables = `
alter table assistants add column retention_days integer;
-- JSON, or null: nobody can prove who a visitor is.
alter table assistants add column identity text;

alter table visitor_sessions add column user_id text;
create index visitor_sessions_visitor on visitor_sessions (account_id, visitor_id);

alter table conversations add column title text;
create index conversations_spoken on conversations (assistant_id, coalesce(last_message_at, created_at));

alter table messages add column follow_ups text not null default '[]';
-- JSON, or null: the page offers no tools.
alter table messages add column tools text;

-- What a delivery tells of goes with its conversation.
alter table webhook_deliveries add column conversation_id text references conversations (id) on delete cascade;
create index webhook_deliveries_conversation on webhook_deliveries (conversation_id) where conversation_id is not null;

alter table api_keys add column addresses text not null default '[]';
alter table api_keys add column messages_per_day integer;
alter table api_keys add column rotated_to text;

-- How much of something was used in a window of time; see UsageStore.
create table usage (
  name text not null,
  window_start integer not null,
  used integer not null,
  primary key (name, window_start)
) strict;
create index usage_age on usage (window_start);
`;
