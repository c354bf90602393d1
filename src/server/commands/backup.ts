import { chmodSync, copyFileSync, existsSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { SECRET_KEY_FILE } from '../auth/secret-box.ts';
import { type Config, readConfig } from '../config.ts';
import { lockDataDir } from '../data-lock.ts';
import { makeFolder } from '../make-folder.ts';
import { StartError } from '../start-error.ts';
import { databaseFile, openStore } from '../store/open.ts';
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
    if (existsSync(target)) throw new StartError(`${target} is there already. Name a new folder.`);
    makeFolder(folder);
    const database = new Database(source);
    try {
      database.exec('pragma busy_timeout = 10000');
      // One read transaction over the whole file: what is written meanwhile is not in it, and is not held up.
      database.prepare('vacuum into ?').run([target]);
    } finally {
      database.close();
    }
    chmodSync(target, 0o600);
    check(target);
    const key = join(dataDir, SECRET_KEY_FILE);
    if (existsSync(key)) copyFileSync(key, join(folder, SECRET_KEY_FILE));
    io.out(`${target}\n`);
    return 0;
  },
};

/** `assisters restore` */
export const restore: Command = {
  summary: 'Put a copy that "assisters backup" made in place of the data.',
  help: `Usage: assisters restore <folder> [--replace]

Puts the copy into the data directory (ASSISTERS_DATA_DIR) and brings it up to this version. The server must be stopped.

  --replace   There is data already: set it aside, in files that end in .before-restore.`,

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
    check(source);
    const config = ofSqlite(readConfig(io.env));
    const { dataDir } = config;
    if (resolve(dataDir) === resolve(folder)) throw new StartError('The backup is the data directory itself.');
    const unlock = lockDataDir(dataDir);
    try {
      const target = databaseFile(dataDir);
      const names = [target, `${target}-wal`, `${target}-shm`, join(dataDir, SECRET_KEY_FILE)];
      if (existsSync(target) && values.replace !== true) {
        throw new StartError(`There is data in ${dataDir}. With --replace it is set aside.`);
      }
      for (const name of names) if (existsSync(name)) renameSync(name, `${name}.before-restore`);
      copyFileSync(source, target);
      chmodSync(target, 0o600);
      const key = join(folder, SECRET_KEY_FILE);
      if (existsSync(key)) copyFileSync(key, join(dataDir, SECRET_KEY_FILE));
      // Opening it brings its schema up to date, and says so where it is of a newer version.
      await (await openStore(config)).close();
      io.out(`${target}\n`);
      return 0;
    } finally {
      unlock();
    }
  },
};

/** @throws StartError where the data is in PostgreSQL */
function ofSqlite(config: Config): Config {
  if (config.databaseUrl === null) return config;
  throw new StartError(
    'The data is in PostgreSQL (ASSISTERS_DATABASE_URL). Use pg_dump and pg_restore, and keep ASSISTERS_SECRET_KEY.',
  );
}

function oneFolder(args: readonly string[]): string {
  const [folder, ...rest] = args;
  if (folder === undefined || folder.startsWith('-') || rest.length > 0) throw new UsageError('Expected one folder.');
  return folder;
}

/** Reads the whole file: a copy that is damaged is found now, not on the day it is needed. */
function check(file: string): void {
  const database = new Database(file, { readonly: true });
  try {
    const [row] = database.prepare('pragma integrity_check').all([]) as { integrity_check: string }[];
    if (row?.integrity_check !== 'ok') throw new Error(row?.integrity_check ?? 'no answer');
  } catch (error) {
    throw new StartError(`${file} is damaged: ${error instanceof Error ? error.message : error}`);
  } finally {
    database.close();
  }
}
