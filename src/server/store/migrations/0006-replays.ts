/** Answers that are given again to a request sent again; see `ReplayStore`. */
export const tables = `
create table replays (
  id text primary key,
  account_id text not null references accounts (id) on delete cascade,
  request_hash text not null,
  created_at integer not null,
  answer text
) strict;
create index replays_created on replays (created_at);
create index replays_account on replays (account_id);
`;
