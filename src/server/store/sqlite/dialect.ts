import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, SqliteDriver } from 'kysely';
import type Database from 'libsql';

const STATEMENTS_KEPT = 256;

/**
 * Kysely's SQLite dialect over a libsql database, with three differences:
 *
 * - Transactions begin `immediate`. A deferred one that reads and then writes fails at once when another process (the
 *   command line) wrote in between, and `busy_timeout` does not help it.
 * - Prepared statements are kept by their text, because kysely prepares anew for each query.
 * - Text is made storable: libsql reads a string back only up to its first NUL, and UTF-8 has no lone surrogates. Each
 *   such code unit becomes U+FFFD, which is one code unit too, so lengths and positions stay what the caller counted.
 */
export class LibsqlDialect extends SqliteDialect {
  readonly #database: ConstructorParameters<typeof SqliteDialect>[0];

  constructor(database: Database.Database) {
    const config = { database: { prepare: preparer(database), close: () => void database.close() } };
    super(config);
    this.#database = config;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#database);
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Replaces what SQLite cannot hold; see {@link LibsqlDialect}. */
export function storable(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
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
