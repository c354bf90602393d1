/** The processes that share the data, and which of them writes an answer; see `ServerStore`. */
export const tables = `
create table servers (
  id text primary key,
  seen_at integer not null
) strict;
alter table messages add column writer text;
alter table messages add column rewritten integer not null default 0;
`;

/** Counted requests, shared. Not written to the log: what a crash forgets errs towards the caller, and costs no flush. */
export const postgres = `
create unlogged table rate_windows (
  bucket text collate "C" primary key,
  ends_at bigint not null,
  taken bigint not null
);
create index rate_windows_end on rate_windows (ends_at);
`;
