import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver } from 'kysely';
import type Database from 'libsql';
import { storable } from '../sql/storable.ts';

const STATEMENTS_KEPT = 256;

/**
 * Kysely's SQLite dialect over a libsql database, with four differences:
 *
 * - Transactions begin `immediate`. A deferred one that reads and then writes fails at once when another process (the
 *   command line) wrote in between, and `busy_timeout` does not help it.
 * - A transaction that the engine has rolled back by itself is not rolled back again.
 * - Prepared statements are kept by their text, because kysely prepares anew for each query.
 * - Text is made {@link storable}.
 */
export class LibsqlDialect extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0];
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    const config = { database: { prepare: preparer(database), close: () => void database.close() } };
    super(config);
    this.#config = config;
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config, this.#database);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(config: ConstructorParameters<typeof SqliteDriver>[0], database: Database.Database) {
    super(config);
    this.#database = database;
  }

  /** On a full disk SQLite rolls back by itself; doing it again would hide the reason behind an error of its own. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function preparer(database: Database.Database) {
  const kept = new Map<string, ReturnType<typeof wrap>>();
  return (sql: string) => {
    const found = kept.get(sql);
    if (found) return found;
    const statement = wrap(database.prepare(sql));
    if (kept.size >= STATEMENTS_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(sql, statement);
    return statement;
  };
}

function wrap(statement: Database.Statement<unknown[]>) {
  const bind = (parameters: readonly unknown[]) =>
    parameters.map((value) => (typeof value === 'string' ? storable(value) : value));
  return {
    reader: statement.reader,
    all: (parameters: readonly unknown[]) => statement.all(bind(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(bind(parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(bind(parameters)),
  };
}
