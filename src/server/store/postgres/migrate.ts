import type pg from 'pg';
import { MIGRATIONS, toPostgres } from '../migrations/index.ts';

/** Names the lock under which one process at a time changes the schema. */
const LOCK = 0x61_73_73_74;

/**
 * Brings a database to the newest schema, each migration in its own transaction; the table `schema_version` holds how
 * many have run. Of processes that start at once one migrates, and the others find nothing to do.
 *
 * @throws Error when the database was written by a newer version of Assisters
 */
export async function migrate(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_lock(${LOCK})`);
  try {
    await client.query('create table if not exists schema_version (version integer not null)');
    for (;;) {
      const { rows } = await client.query<{ version: number }>('select version from schema_version');
      const version = rows[0]?.version ?? 0;
      if (version > MIGRATIONS.length) {
        throw new Error(
          `The database has schema version ${version}; this version of Assisters knows ${MIGRATIONS.length}. ` +
            'Start the newer version again, or restore a backup made before the update.',
        );
      }
      const next = MIGRATIONS[version];
      if (!next) return;
      const noted =
        version === 0 ? 'insert into schema_version values (1)' : `update schema_version set version = ${version + 1}`;
      // Sent as one text, so that it is one transaction.
      await client.query(`begin; ${toPostgres(next)} ${noted}; commit`).catch(async (error: unknown) => {
        await client.query('rollback');
        throw error;
      });
    }
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK})`);
  }
}
