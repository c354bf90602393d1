import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { SECRET_KEY_FILE } from '../auth/secret-box.ts';
import { type Config, readConfig } from '../config.ts';
import { lockDataDir } from '../data-lock.ts';
import { makeFolder } from '../make-folder.ts';
import { StartError } from '../start-error.ts';
import { MIGRATIONS } from '../store/migrations/index.ts';
import { databaseFile } from '../store/open.ts';
import { migrate } from '../store/sqlite/migrate.ts';
import { type Command, UsageError } from './command.ts';

/** `assisters backup` */
export const backup: Command = {
  summary: 'Copy all data into a folder, while the server runs.',
  help: `Usage: assisters backup <folder>

Writes a copy of the database as it is this moment, and the key that seals its secrets, into a new folder. The server
goes on meanwhile. Keep the copy as safe as the data: it holds conversations, and with the key also secrets.
(With PostgreSQL use pg_dump, and keep ASSISTERS_SECRET_KEY.)`,

  async run(args, io) {
    const folder = oneFolder(args);
    const { dataDir } = ofSqlite(readConfig(io.env));
    const source = databaseFile(dataDir);
    if (!existsSync(source)) throw new StartError(`There is no data in ${dataDir}. Set ASSISTERS_DATA_DIR.`);
    const target = databaseFile(folder);
    const keyCopy = join(folder, SECRET_KEY_FILE);
    for (const file of [target, keyCopy])
      if (existsSync(file)) throw new StartError(`${file} is there already. Name a new folder.`);
    let begun = false;
    try {
      makeFolder(folder);
      // SQLite only says that it could not open a file; this says why.
      accessSync(folder, constants.W_OK);
      begun = true;
      const database = new Database(source);
      try {
        database.exec('pragma busy_timeout = 10000');
        // One read transaction over the whole file: what is written meanwhile is not in it, and is not held up.
        database.prepare('vacuum into ?').run([target]);
      } finally {
        database.close();
      }
      chmodSync(target, 0o600);
      withChecked(target, target);
      const key = join(dataDir, SECRET_KEY_FILE);
      if (existsSync(key)) copyFileSync(key, keyCopy);
    } catch (error) {
      // Half a copy would look like one, and stand in the way of the next try.
      if (begun) for (const file of [target, keyCopy]) rmSync(file, { force: true });
      throw new StartError(`No copy was made in ${folder}: ${reason(error)}`);
    }
    io.out(`${target}\n`);
    return 0;
  },
};

/** `assisters restore` */
export const restore: Command = {
  summary: 'Put a copy that "assisters backup" made in place of the data.',
  help: `Usage: assisters restore <folder> [--replace]

Puts the copy into the data directory (ASSISTERS_DATA_DIR) and brings it up to this version. The server must be stopped.
The copy is checked first; one that is damaged, of something else or of a later version changes nothing.

  --replace   There is data already: set it aside, in files that end in .before-restore (then -2, -3 …).`,

  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { replace: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
    const folder = oneFolder(positionals);
    const source = databaseFile(folder);
    if (!existsSync(source)) throw new StartError(`There is no backup in ${folder}: ${source} is missing.`);
    const config = ofSqlite(readConfig(io.env));
    const { dataDir } = config;
    if (resolve(dataDir) === resolve(folder)) throw new StartError('The backup is the data directory itself.');
    const unlock = lockDataDir(dataDir);
    try {
      const target = databaseFile(dataDir);
      if (existsSync(target) && values.replace !== true) {
        throw new StartError(`There is data in ${dataDir}. With --replace it is set aside.`);
      }
      // The copy is made ready beside the data, so that all that is left to do with what is there is to rename.
      const ready = mkdtempSync(join(dataDir, 'restoring-'));
      try {
        await prepare(folder, ready);
        for (const name of putInPlace(ready, dataDir)) io.err(`Set aside: ${name}\n`);
      } finally {
        rmSync(ready, { recursive: true, force: true });
      }
      io.out(`${target}\n`);
      return 0;
    } finally {
      unlock();
    }
  },
};

/**
 * Copies a backup into a folder, sees that it can be used, and brings it up to this version.
 *
 * @throws StartError saying that nothing was changed
 */
async function prepare(backupFolder: string, folder: string): Promise<void> {
  const source = databaseFile(backupFolder);
  const copy = databaseFile(folder);
  try {
    copyFileSync(source, copy);
    // A plain copy of a data folder has its last writes here.
    if (existsSync(`${source}-wal`)) copyFileSync(`${source}-wal`, `${copy}-wal`);
    const key = join(backupFolder, SECRET_KEY_FILE);
    if (existsSync(key)) copyFileSync(key, join(folder, SECRET_KEY_FILE));
    chmodSync(copy, 0o600);
    withChecked(copy, source, (database) => {
      // All of it in the one file that is renamed afterwards; opening it as a store sets the other mode again.
      database.prepare('pragma journal_mode = delete').all([]);
      database.exec('pragma foreign_keys = on');
      migrate(database);
    });
  } catch (error) {
    throw new StartError(`The backup was not restored, and nothing was changed: ${reason(error)}`);
  }
}

/**
 * Renames what is there, then what takes its place. What a restore set aside before is never overwritten; when a step
 * fails, those before it are undone.
 *
 * @returns the files that were set aside
 */
export function putInPlace(ready: string, dataDir: string): readonly string[] {
  const target = databaseFile(dataDir);
  const key = join(dataDir, SECRET_KEY_FILE);
  // A backup without a key is of a server that has it in ASSISTERS_SECRET_KEY.
  const newKey = existsSync(join(ready, SECRET_KEY_FILE)) ? [join(ready, SECRET_KEY_FILE)] : [];
  const ending = freeEnding([target, key]);
  // SQLite looks for the last writes beside the file, under its name and `-wal`: what is set aside can be opened as it is.
  const old = ['', '-wal', '-shm'].map((part) => [target + part, target + ending + part] as const);
  if (newKey.length > 0) old.push([key, key + ending]);
  const aside = old.filter(([from]) => existsSync(from));
  const steps = [...aside, [databaseFile(ready), target] as const, ...newKey.map((from) => [from, key] as const)];
  const done: (readonly [string, string])[] = [];
  try {
    for (const step of steps) {
      renameSync(...step);
      done.unshift(step);
    }
  } catch (error) {
    for (const [from, to] of done) renameSync(to, from);
    throw new StartError(`The backup was not restored, and what was moved was moved back: ${reason(error)}`);
  }
  return aside.map(([, to]) => to);
}

/** The first ending that none of these files is set aside under. */
function freeEnding(names: readonly string[]): string {
  const isTaken = (ending: string) => names.some((name) => existsSync(name + ending));
  let ending = '.before-restore';
  for (let n = 2; isTaken(ending); n += 1) ending = `.before-restore-${n}`;
  return ending;
}

/** @throws StartError where the data is in PostgreSQL */
function ofSqlite(config: Config): Config {
  if (config.databaseUrl === null) return config;
  throw new StartError(
    'The data is in PostgreSQL (ASSISTERS_DATABASE_URL). Use pg_dump and pg_restore, and keep ASSISTERS_SECRET_KEY.',
  );
}

function oneFolder(args: readonly string[]): string {
  const [folder, ...rest] = args;
  if (folder?.trim() === '') throw new UsageError('The name of the folder is empty. Is a variable not set?');
  if (folder === undefined || folder.startsWith('-') || rest.length > 0) throw new UsageError('Expected one folder.');
  return folder;
}

/**
 * Reads the whole file: a copy that is damaged, of something else or of a later version is found now, before it takes
 * the place of the data, and not on the day it is needed.
 *
 * @param name how it is called to the person
 * @param work what is done with it then
 */
function withChecked(file: string, name: string, work: (database: Database.Database) => void = () => {}): void {
  const database = new Database(file);
  try {
    const damage = findDamage(database);
    if (damage !== null) throw new StartError(`${name} is damaged, or no database: ${damage}`);
    const { version } = database.prepare('select user_version as version from pragma_user_version').get([]) as {
      version: number;
    };
    const { tables } = database
      .prepare("select count(*) as tables from sqlite_schema where name in ('accounts', 'api_keys', 'conversations')")
      .get([]) as { tables: number };
    if (version < 1 || tables !== 3) throw new StartError(`${name} is a database, but none of Assisters.`);
    if (version > MIGRATIONS.length)
      throw new StartError(
        `${name} has schema version ${version}; this version of Assisters knows ${MIGRATIONS.length}. ` +
          'Install the version that made it, or a later one.',
      );
    work(database);
  } finally {
    database.close();
  }
}

function findDamage(database: Database.Database): string | null {
  try {
    const [row] = database.prepare('pragma integrity_check').all([]) as { integrity_check: string }[];
    return row?.integrity_check === 'ok' ? null : (row?.integrity_check ?? 'no answer');
  } catch (error) {
    return reason(error);
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
