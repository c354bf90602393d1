import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps each major version's programs in a folder of its own, off the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'];
/** The oldest version the engine is tested on. */
const OLDEST = 15;

const complete = (folder: string) => PROGRAMS.every((name) => existsSync(join(folder, name)));

function existing(): string | null {
  const wanted = process.env.ASSISTERS_POSTGRES_BIN;
  if (wanted) {
    if (!complete(wanted)) throw new Error(`ASSISTERS_POSTGRES_BIN names ${wanted}, which holds no PostgreSQL server.`);
    return wanted;
  }
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number) : [];
  const newestFirst = versions.filter((version) => version >= OLDEST).sort((a, b) => b - a);
  const folders = newestFirst.map((version) => join(DEBIAN, String(version), 'bin'));
  return (
    [...folders, ...(process.env.PATH ?? '').split(':')].find((folder) => folder !== '' && complete(folder)) ?? null
  );
}

function install(): void {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const apt = (...args: readonly string[]) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    console.error(`$ ${[command, ...rest].join(' ')}`);
    return spawnSync(command!, rest, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
  };
  console.error('No PostgreSQL found; installing it for the tests.');
  // The package would start a cluster of its own.
  if (apt('update') && apt('install', '-y', '--no-install-recommends', 'postgresql')) return;
  throw new Error(
    'Could not install PostgreSQL. Install it, or set ASSISTERS_POSTGRES_BIN to the folder of its programs.',
  );
}

/**
 * The folder of a PostgreSQL server's programs, 15 or newer: `ASSISTERS_POSTGRES_BIN`, else Debian's, else on the PATH.
 * In CI one is installed when there is none; elsewhere the answer is `null`.
 */
export function findPostgres(): string | null {
  const found = existing();
  if (found || !process.env.CI) return found;
  install();
  return existing();
}

/** What to say where tests are left out. */
export const POSTGRES_ABSENT = 'PostgreSQL is not installed (apt-get install postgresql); its tests are skipped';
