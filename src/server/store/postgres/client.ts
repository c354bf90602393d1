import pg from 'pg';
import { storable } from '../sql/storable.ts';

const INT8 = 20;
const NUMERIC = 1700;

/** Numbers of any width as JavaScript's: times in milliseconds and counts fit them. Everything else as pg has it. */
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig;

/** A client whose text parameters are made {@link storable}. */
class StorableClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg overloads this four ways; only the values are touched.
  override query(config: any, values?: any, callback?: any): any {
    const kept = Array.isArray(values) ? values.map(storableValue) : values;
    return super.query(config, kept, callback);
  }
}

const storableValue = (value: unknown): unknown => {
  if (typeof value === 'string') return storable(value);
  return Array.isArray(value) ? value.map(storableValue) : value;
};

/**
 * Connections to a database.
 *
 * @param url `postgres://user:password@host:port/database?sslmode=…`, or with `?host=/socket/folder`
 * @param onIdleError hears when a connection that nobody uses breaks; the next query opens another
 */
export function openPool(url: string, connections: number, onIdleError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types: TYPES,
    Client: StorableClient,
    // A server that does not answer must not hold a request for ever.
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'assisters',
  });
  pool.on('error', onIdleError);
  // The pool listens only to connections that are idle. One that breaks in use fails its query, which is all there is to
  // say; unheard, it would also end the process.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}
