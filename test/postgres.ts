import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { findPostgres } from '../scripts/find-postgres.ts';
import { clusterUrl, makeCluster } from './postgres-cluster.ts';

export { POSTGRES_ABSENT } from '../scripts/find-postgres.ts';

/** Whether there is a PostgreSQL to test with. */
export const hasPostgres: boolean = findPostgres() !== null;

/**
 * An empty place in the run's own cluster: a schema, used again by later tests of the same file with its tables emptied.
 * The first test that asks starts the cluster; the run's set-up (`postgres-setup.ts`) ends it.
 */
export async function emptySchema(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const base = await sharedCluster();
  const name = free.pop() ?? (await makeSchema(base));
  return {
    url: `${base}&options=${encodeURIComponent(`-c search_path=${name}`)}`,
    async drop() {
      // Deleting from tables of a few rows is ten times as fast as making them again.
      await execute(
        base,
        `do $$ declare name text; begin
        for name in select tablename from pg_tables where schemaname = '${name}' and tablename <> 'schema_version' loop
          execute format('delete from ${name}.%I', name);
        end loop; end $$`,
      );
      free.push(name);
    },
  };
}
const free: string[] = [];
let made = 0;

async function makeSchema(base: string): Promise<string> {
  made += 1;
  const name = `t_${process.pid}_${Date.now().toString(36)}_${made}`;
  await execute(base, `create schema ${name}`);
  return name;
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Test files run in several processes; one starts the cluster, and the others wait for it. */
async function sharedCluster(): Promise<string> {
  const folder = inject('postgresFolder');
  const ready = join(folder, 'ready');
  const failed = join(folder, 'failed');
  try {
    mkdirSync(join(folder, 'begun'));
  } catch {
    while (!existsSync(ready)) {
      if (existsSync(failed)) throw new Error(readFileSync(failed, 'utf8'));
      await sleep(50);
    }
    return clusterUrl(join(folder, 'c'));
  }
  try {
    makeCluster({ folder: join(folder, 'c') });
    writeFileSync(ready, '');
  } catch (error) {
    writeFileSync(failed, String(error));
    throw error;
  }
  return clusterUrl(join(folder, 'c'));
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the run's cluster is, once a test has asked for it. */
    postgresFolder: string;
  }
}
