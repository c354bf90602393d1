/**
 * Text of answers that are being written, before it is in their messages; see `sqlite/append-log.ts`. `pieces` is JSON: a
 * list of `[message id, position, text]`.
 */
export const tables = '';

export const sqlite = `
create table appends (
  seq integer primary key,
  pieces text not null
) strict;
`;
