import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, POSTGRES_ABSENT } from '../scripts/find-postgres.ts';

/** A PostgreSQL server of our own, reached through a socket in its folder. */
export interface Cluster {
  /** URL of a database in it. */
  url(database?: string): string;
  /** Starts it again after `kill` or `stop`. */
  start(): void;
  /** Ends it as a power cut ends its processes: no checkpoint, no goodbye. */
  kill(): void;
  /** Ends it and removes its folder. */
  remove(): void;
}

/** Throwaway data: nothing here must survive the machine. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const SETTINGS = ['listen_addresses=', 'max_connections=200', 'shared_buffers=64MB', 'jit=off'];

/**
 * Makes a cluster in a new folder and starts it. PostgreSQL refuses root, so for root it runs as `nobody`.
 *
 * @param options.durable writes reach the disk before they are acknowledged, as in production; default: fast
 * @param options.bin folder of the server's programs; default: what is found
 * @param options.folder where; default: a new folder among the temporary ones. A socket's path is at most 107 bytes.
 */
export function makeCluster(
  options: { readonly durable?: boolean; readonly folder?: string; readonly bin?: string } = {},
): Cluster {
  const bin = options.bin ?? findPostgres();
  if (!bin) throw new Error(`${POSTGRES_ABSENT}.`);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'assisters-pg-'));
  mkdirSync(folder, { recursive: true });
  const owner = process.getuid?.() === 0 ? nobody() : {};
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!);
  const data = join(folder, 'data');
  const run = (program: string, ...args: readonly string[]) => {
    const done = spawnSync(join(bin, program), args, { ...owner, cwd: folder, encoding: 'utf8', env: { LC_ALL: 'C' } });
    if (done.status !== 0) throw new Error(`${program} failed: ${done.error ?? ''}${done.stderr}${done.stdout}`);
  };
  const settings = [...SETTINGS, `unix_socket_directories=${folder}`, ...(options.durable ? [] : FAST)];
  const start = () => {
    const flags = settings.map((setting) => `-c ${setting}`).join(' ');
    run('pg_ctl', 'start', '-w', '-s', '-D', data, '-l', join(folder, 'log'), '-o', flags);
  };
  const stop = (mode: 'fast' | 'immediate') => {
    if (existsSync(join(data, 'postmaster.pid'))) run('pg_ctl', 'stop', '-w', '-s', '-m', mode, '-D', data);
  };
  try {
    run(
      'initdb',
      '--no-sync',
      '--no-instructions',
      '-A',
      'trust',
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C',
      '-D',
      data,
    );
    start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: (database = 'postgres') => clusterUrl(folder, database),
    start,
    kill: () => stop('immediate'),
    remove() {
      stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** URL of a database of the cluster in that folder. */
export function clusterUrl(folder: string, database = 'postgres'): string {
  return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

/** Ends the cluster in that folder, whoever made it, and removes the folder. */
export function removeCluster(folder: string): void {
  const bin = findPostgres();
  const data = join(folder, 'data');
  if (bin && existsSync(join(data, 'postmaster.pid'))) {
    const owner = process.getuid?.() === 0 ? nobody() : {};
    spawnSync(join(bin, 'pg_ctl'), ['stop', '-w', '-s', '-m', 'immediate', '-D', data], { ...owner, cwd: folder });
  }
  rmSync(folder, { recursive: true, force: true });
}

function nobody(): { readonly uid?: number; readonly gid?: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
