import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { lockDataDir } from '../data-lock.ts';
import { StartError } from '../start-error.ts';
import { databaseFile, hasData, withoutPassword } from '../store/open.ts';
import { type Command, UsageError } from './command.ts';

/** `assisters migrate` */
export const migrate: Command = {
  summary: 'Move an installation from SQLite to PostgreSQL.',
  help: `Usage: assisters migrate --from sqlite --to postgres

Copies everything from the database in ASSISTERS_DATA_DIR into the PostgreSQL database ASSISTERS_DATABASE_URL names: accounts,
keys, assistants, documents and their embeddings, conversations, webhooks, work that waits. It happens whole or not at all, and
counts and checksums of every table are compared before it counts as done. The folder is left as it is.

  1. Stop the server.
  2. Make an empty database, set ASSISTERS_DATABASE_URL, run this command.
  3. Start the server with ASSISTERS_DATABASE_URL set.`,

  async run(args, io) {
    const { values } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' } },
      strict: true,
    });
    if (values.from !== 'sqlite' || values.to !== 'postgres') {
      throw new UsageError('Expected: assisters migrate --from sqlite --to postgres');
    }
    const { databaseUrl: url, ...config } = readConfig(io.env);
    if (url === null) throw new StartError('Set ASSISTERS_DATABASE_URL to the database to move to.');
    if (!hasData({ ...config, databaseUrl: null })) throw new StartError(`There is no data in ${config.dataDir}.`);
    // A server on the folder would go on writing to what has been copied.
    const unlock = lockDataDir(config.dataDir);
    try {
      const { copyFromSqlite, NotEmptyError } = await import('../store/postgres/copy-from-sqlite.ts');
      const startedAt = performance.now();
      const report = await copyFromSqlite({
        file: databaseFile(config.dataDir),
        url,
        onProgress({ table, step, done, total }) {
          if (done === total) io.err(`${step.padEnd(6)} ${table} ${total}\n`);
          else if (done % 10_000 === 0) io.err(`${step.padEnd(6)} ${table} ${done} of ${total}\n`);
        },
      }).catch((error: unknown) => {
        const where = withoutPassword(url);
        if (error instanceof NotEmptyError) {
          throw new StartError(`The database ${where} holds an installation already. Move into an empty one.`);
        }
        throw new StartError(`Nothing was moved to ${where}: ${error instanceof Error ? error.message : error}`);
      });
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      io.out(
        `Moved ${report.rows} rows of ${report.tables} tables in ${seconds} s; counts and checksums agree.\n` +
          `Start the server with ASSISTERS_DATABASE_URL set. ${config.dataDir} is left as it was.\n`,
      );
      return 0;
    } finally {
      unlock();
    }
  },
};
