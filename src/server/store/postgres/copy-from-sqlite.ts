import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import Database from 'libsql';
import { storable } from '../sql/storable.ts';
import type { Tables } from '../sql/tables.ts';
import { AppendLog } from '../sqlite/append-log.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import { countTerms, insertPostings } from './chunks.ts';
import { openPool } from './client.ts';
import { openPostgresStore } from './open.ts';

/** The target holds an installation already. */
export class NotEmptyError extends Error {}

/** How many rows of a table have been copied or verified. */
export interface CopyProgress {
  readonly table: string;
  readonly step: 'copy' | 'index' | 'verify';
  readonly done: number;
  readonly total: number;
}

/** What was moved. */
export interface CopyReport {
  readonly tables: number;
  readonly rows: number;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows in one statement: small enough that the largest, uploads and vectors, fit memory. */
const BATCH = 200;
/** What is of the running processes and not of the installation, and the log, which is empty by then. */
const LEFT_OUT = new Set(['servers', 'appends']);

/**
 * Copies everything of a SQLite file into an empty PostgreSQL database, in one transaction: counts and checksums of every
 * table are compared before it is committed, so it has happened whole or not at all. Both schemas are brought up to date
 * first. The words' index is built anew. Nothing else may write to the file meanwhile.
 *
 * @throws NotEmptyError when the target holds an account
 * @throws Error when a table's rows are not the same after copying
 */
export async function copyFromSqlite(options: {
  readonly file: string;
  readonly url: string;
  readonly onProgress?: (progress: CopyProgress) => void;
}): Promise<CopyReport> {
  const { file, url, onProgress = () => {} } = options;
  await openSqliteStore({ file }).close();
  settleHalfWritten(file);
  await (await openPostgresStore({ url, connections: 2 })).close();
  const source = new Database(file, { readonly: true });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openPool(url, 1, () => {}) }) });
  try {
    source.exec('begin');
    return await db.transaction().execute(async (tx) => {
      // The lock of a first start: no server makes an installation here meanwhile.
      await sql`select pg_advisory_xact_lock(hashtext('assisters first start'), hashtext(current_schema))`.execute(tx);
      const { rows: accounts } = await sql<{ n: number }>`select count(*) as n from accounts`.execute(tx);
      if (accounts[0]!.n > 0) throw new NotEmptyError('The target holds an installation already.');
      const tables = inOrder(source);
      let rows = 0;
      for (const table of tables) rows += await copyTable(source, tx, table, onProgress);
      await indexChunks(source, tx, onProgress);
      for (const table of tables) await verify(source, tx, table, onProgress);
      return { tables: tables.length, rows };
    });
  } finally {
    source.close();
    await db.destroy();
  }
}

/**
 * What a process that died was writing: its answers get the text that is in the log, its chunks are taken out (their
 * document is read again).
 */
function settleHalfWritten(file: string): void {
  const database = new Database(file);
  try {
    database.exec('pragma foreign_keys = on');
    database.exec('delete from chunks where ordinal < 0');
    new AppendLog(database).replay();
  } finally {
    database.close();
  }
}

/** The tables of our schema, each after those it refers to. */
function inOrder(source: Database.Database): string[] {
  const names = source
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'chunks_fts%'",
    )
    .all([])
    .map((row) => (row as { name: string }).name)
    .filter((name) => !LEFT_OUT.has(name));
  const ordered: string[] = [];
  const visit = (name: string) => {
    if (ordered.includes(name)) return;
    for (const { table } of source.prepare(`pragma foreign_key_list(${name})`).all([]) as { table: string }[]) {
      if (table !== name) visit(table);
    }
    ordered.push(name);
  };
  for (const name of names.sort()) visit(name);
  return ordered;
}

const columnsOf = (source: Database.Database, table: string): string[] =>
  (source.prepare(`pragma table_info(${table})`).all([]) as { name: string }[]).map(({ name }) => name);

const countOf = (source: Database.Database, table: string): number =>
  (source.prepare(`select count(*) as n from ${table}`).get([]) as { n: number }).n;

/** Rows of a query over a table, a batch at a time, in the order in which they were made. */
function* batches(source: Database.Database, select: string): Generator<readonly Row[]> {
  let batch: Row[] = [];
  for (const row of source.prepare(select).iterate([])) {
    batch.push(row as Row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function copyTable(
  source: Database.Database,
  tx: Kysely<Tables>,
  table: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<number> {
  const columns = columnsOf(source, table);
  const { rows: types } = await sql<{ column: string; type: string }>`
    select attname as column, format_type(atttypid, null) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`.execute(tx);
  const typeOf = new Map(types.map(({ column, type }) => [column, type]));
  const total = countOf(source, table);
  let done = 0;
  for (const batch of batches(source, `select ${columns.join(', ')} from ${table} order by rowid`)) {
    const arrays = columns.map((column) => {
      const type = typeOf.get(column);
      if (type === undefined) throw new Error(`The target has no column ${table}.${column}.`);
      return sql`${batch.map((row) => toPostgres(row[column]))}::${sql.raw(type)}[]`;
    });
    await sql`insert into ${sql.raw(table)} (${sql.raw(columns.join(', '))})
      select * from unnest(${sql.join(arrays)})`.execute(tx);
    done += batch.length;
    onProgress({ table, step: 'copy', done, total });
  }
  // Numbers that were copied are not given out again.
  if (table === 'chunks') {
    await sql`select setval(pg_get_serial_sequence('chunks', 'row_number'), coalesce(max(row_number), 0) + 1, false)
      from chunks`.execute(tx);
  }
  return total;
}

/** libsql gives blobs as ArrayBuffer. */
function toPostgres(value: unknown): unknown {
  return value instanceof ArrayBuffer ? Buffer.from(value) : value;
}

async function indexChunks(
  source: Database.Database,
  tx: Kysely<Tables>,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const total = countOf(source, 'chunks');
  const select = `select c.row_number, c.title, c.heading, c.text, c.document_id, d.knowledge_base_id
    from chunks c join documents d on d.id = c.document_id order by c.row_number`;
  const lengths = new Map<string, { knowledgeBaseId: string; chunks: number; terms: number }>();
  let done = 0;
  for (const batch of batches(source, select)) {
    const counted = batch.map((row) => {
      const knowledgeBaseId = String(row.knowledge_base_id);
      const part = (name: string) => String(row[name]);
      const terms = countTerms({ title: part('title'), heading: part('heading'), text: part('text') });
      const known = lengths.get(part('document_id')) ?? { knowledgeBaseId, chunks: 0, terms: 0 };
      lengths.set(part('document_id'), { ...known, chunks: known.chunks + 1, terms: known.terms + terms.length });
      return { ...terms, knowledgeBaseId, chunk: Number(row.row_number) };
    });
    await insertPostings(tx, counted);
    done += batch.length;
    onProgress({ table: 'chunks', step: 'index', done, total });
  }
  const all = [...lengths];
  await sql`insert into document_lengths (document_id, base, chunks, terms)
    select id, hashtextextended(base, 0), chunks, terms
    from unnest(${all.map(([id]) => id)}::text[], ${all.map(([, { knowledgeBaseId }]) => knowledgeBaseId)}::text[],
      ${all.map(([, { chunks }]) => chunks)}::integer[], ${all.map(([, { terms }]) => terms)}::integer[])
      as l (id, base, chunks, terms)`.execute(tx);
}

async function verify(
  source: Database.Database,
  tx: Kysely<Tables>,
  table: string,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const columns = columnsOf(source, table);
  const total = countOf(source, table);
  const ours = new Checksum(columns);
  for (const batch of batches(source, `select ${columns.join(', ')} from ${table}`))
    for (const row of batch) ours.add(row);
  const theirs = new Checksum(columns);
  await sql`declare copied cursor for select ${sql.raw(columns.join(', '))} from ${sql.raw(table)}`.execute(tx);
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(BATCH)} from copied`.execute(tx);
    for (const row of rows) theirs.add(row);
    if (rows.length === 0) break;
    onProgress({ table, step: 'verify', done: theirs.count, total });
  }
  await sql`close copied`.execute(tx);
  if (ours.count !== theirs.count || ours.sum !== theirs.sum) {
    throw new Error(
      `The rows of ${table} are not the same after copying (${ours.count} and ${theirs.count}); nothing was changed.`,
    );
  }
}

/** A sum over rows that does not depend on their order: the rows' SHA-256 added up. */
class Checksum {
  count = 0;
  sum = 0n;
  readonly #columns: readonly string[];

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  add(row: Row): void {
    const text = JSON.stringify(this.#columns.map((column) => comparable(row[column])));
    this.sum = (this.sum + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`)) % (1n << 256n);
    this.count += 1;
  }
}

function comparable(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex');
  if (Buffer.isBuffer(value)) return value.toString('hex');
  return typeof value === 'string' ? storable(value) : value;
}
