import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Log } from '../logs.ts';
import { StartError } from '../start-error.ts';
import { openSqliteStore } from './sqlite/open.ts';
import type { Store } from './store.ts';

/** What of the configuration says where the data is. */
export type Place = Pick<Config, 'dataDir' | 'databaseUrl' | 'databaseConnections'>;

/** Path of the embedded engine's file below a data directory. */
export const databaseFile = (dataDir: string): string => join(dataDir, 'assisters.db');

/** Whether there can be data already. A PostgreSQL database is there, or opening it says why not. */
export const hasData = ({ databaseUrl, dataDir }: Place): boolean =>
  databaseUrl !== null || existsSync(databaseFile(dataDir));

/**
 * Opens the configured engine; for the server and for commands beside it.
 *
 * @throws StartError with one line that says which database and why, without its password
 */
export async function openStore(place: Place, log?: Pick<Log, 'warn'>): Promise<Store> {
  const { databaseUrl: url, databaseConnections: connections, dataDir } = place;
  try {
    if (url === null) return openSqliteStore({ file: databaseFile(dataDir) });
    if (connections < 2) throw new Error('ASSISTERS_DATABASE_CONNECTIONS must be at least 2.');
    // Loaded only where it is used: the embedded engine needs no PostgreSQL client in memory.
    const { openPostgresStore } = await import('./postgres/open.ts');
    const onIdleError = (error: Error) => log?.warn({ err: error }, 'a database connection broke');
    return await openPostgresStore({ url, connections, onIdleError });
  } catch (error) {
    const where = url === null ? `The database in ${dataDir}` : `The database ${withoutPassword(url)}`;
    throw new StartError(`${where} cannot be opened: ${reason(error)}`);
  }
}

/** The database as it may be shown. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/]*@/, '$1…@').replace(/\?.*$/, '');
}

/** Node reports a host of several addresses, none of which answers, as an error without words of its own. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join('; ');
  const text = error instanceof Error ? error.message : String(error);
  // SQLite's "cannot open" (14) does not say why, and hardly anything else is the reason.
  return /ConnectionFailed.*: 14\b/.test(text)
    ? 'its file may not be opened. Look at its owner and permissions.'
    : text;
}
