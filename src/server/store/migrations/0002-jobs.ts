/** Work that outlives the process; see `JobStore`. */
export const tables = `
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
`;
