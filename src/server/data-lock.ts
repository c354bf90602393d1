import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { makeFolder } from './make-folder.ts';
import { StartError } from './start-error.ts';

/**
 * Keeps a second server off a data directory: answers that are being written belong to one process. Held by SQLite's own
 * lock on a file of its own, so the system lets go of it however the process ends. The command line does not need it.
 *
 * @returns lets go
 * @throws StartError when another server holds it, or the folder cannot be written
 */
export function lockDataDir(folder: string): () => void {
  let lock: Database.Database | null = null;
  try {
    makeFolder(folder);
    // SQLite only says that it could not open a file; this says why.
    accessSync(folder, constants.W_OK);
    lock = new Database(join(folder, 'server.lock'));
    lock.exec('pragma busy_timeout = 0');
    lock.exec('begin exclusive');
    // The lock on the file is taken by the first write, which is never committed.
    lock.exec('create table if not exists held (by_server)');
  } catch (error) {
    lock?.close();
    if (/locked|busy/i.test(String(error))) {
      throw new StartError(
        `Another Assisters server is running on ${folder}. Stop it first, or set ASSISTERS_DATA_DIR to another folder.`,
      );
    }
    throw new StartError(`The data directory ${folder} cannot be written: ${reason(error)}`);
  }
  const held = lock;
  return () => void held.close();
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
