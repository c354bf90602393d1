import type Database from 'libsql';
import { MIGRATIONS, toSqlite } from '../migrations/index.ts';

/**
 * Brings a database to the newest schema, each migration in its own transaction; `PRAGMA user_version` holds how many
 * have run. Two processes may start at once: the second waits for the write lock and then finds nothing to do.
 *
 * @throws Error when the file was written by a newer version of Assisters
 */
export function migrate(database: Database.Database): void {
  for (;;) {
    database.exec('begin immediate');
    try {
      const version = userVersion(database);
      if (version > MIGRATIONS.length) {
        throw new Error(
          `The database has schema version ${version}; this version of Assisters knows ${MIGRATIONS.length}. ` +
            'Start the newer version again, or restore a backup made before the update.',
        );
      }
      const next = MIGRATIONS[version];
      if (next) {
        database.exec(toSqlite(next));
        database.exec(`pragma user_version = ${version + 1}`);
      }
      database.exec('commit');
      if (!next) return;
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}

function userVersion(database: Database.Database): number {
  const row = database.prepare('select user_version as version from pragma_user_version').get([]);
  return (row as { version: number }).version;
}
