import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { CamelCasePlugin, Kysely } from 'kysely';
import Database from 'libsql';
import type { RandomBytes } from '../../auth/credentials.ts';
import { makeFolder } from '../../make-folder.ts';
import { NO_SIGNALS } from '../signals.ts';
import { sqlStore } from '../sql/store.ts';
import type { Tables } from '../sql/tables.ts';
import { vectorRows } from '../sql/vectors.ts';
import type { Store } from '../store.ts';
import { AppendLog } from './append-log.ts';
import { chunkStore } from './chunks.ts';
import { LibsqlDialect } from './dialect.ts';
import { groupAppends } from './group-appends.ts';
import { migrate } from './migrate.ts';
import { nearestHere, nearestInWorker } from './nearest.ts';

const BUSY_TIMEOUT_MS = 5_000;
/** SQLite's default. */
const PAGE_BYTES = 4_096;

/**
 * Opens the embedded engine: one SQLite file in WAL mode with `synchronous=FULL`, so a resolved write survives a power
 * cut. Makes the file (readable by its owner only) and brings its schema up to date. Other processes may open the same
 * file at the same time; a writer waits up to 5 s for another.
 *
 * @param options.file path of the database file, or `:memory:`
 * @param options.random makes the ids of webhook deliveries; default `crypto.randomBytes`
 * @param options.maxBytes the file grows no larger; a write that would make it so fails as on a full disk. Default: no bound
 * @throws Error when the file is not a database, cannot be written, or is of a newer version
 */
export function openSqliteStore(options: {
  readonly file: string;
  readonly random?: RandomBytes;
  readonly maxBytes?: number;
}): Store {
  if (options.file !== ':memory:') makeFolder(dirname(options.file));
  const database = new Database(options.file);
  try {
    // Conversations are private: other users of the machine have no business in the file.
    if (options.file !== ':memory:') chmodSync(options.file, 0o600);
    database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.exec('pragma foreign_keys = on');
    database.prepare('pragma journal_mode = wal').all([]);
    database.exec('pragma synchronous = full');
    migrate(database);
    if (options.maxBytes !== undefined)
      database.prepare(`pragma max_page_count = ${Math.ceil(options.maxBytes / PAGE_BYTES)}`).all([]);
  } catch (error) {
    database.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new LibsqlDialect(database), plugins: [new CamelCasePlugin()] });
  const store = sqlStore(db, options.random ?? randomBytes);
  const log = new AppendLog(database);
  // A database in memory belongs to its connection, so no worker can read it.
  const scan = options.file === ':memory:' ? nearestHere(database) : nearestInWorker(options.file);
  const close = async () => {
    await scan.close();
    if (!log.isEmpty) await db.connection().execute(async () => log.settle());
    await store.close();
  };
  return {
    ...store,
    messages: groupAppends(db, log, store.messages),
    chunks: chunkStore(db),
    vectors: { ...vectorRows(db), nearest: scan.nearest },
    // One server has the file, and says so by a lock on its folder; the command line writes no answers.
    servers: { ...store.servers, now: async () => Date.now() },
    signals: NO_SIGNALS,
    limiter: null,
    exclusively: (_name, work) => work(),
    close,
  };
}
