import { randomBytes } from 'node:crypto';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { RandomBytes } from '../../auth/credentials.ts';
import { sqlStore } from '../sql/store.ts';
import type { Tables } from '../sql/tables.ts';
import { vectorRows } from '../sql/vectors.ts';
import type { Store } from '../store.ts';
import { chunkStore } from './chunks.ts';
import { openPool } from './client.ts';
import { exclusively } from './exclusively.ts';
import { groupAppends } from './group-appends.ts';
import { migrate } from './migrate.ts';
import { nearestInMemory } from './nearest.ts';
import { nearestByPgvector } from './pgvector.ts';
import { sharedRateLimiter } from './rate-limiter.ts';
import { openSignals } from './signals.ts';

/** How a PostgreSQL store is opened. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. */
  readonly url: string;
  /** Most connections this process opens. Default 10. */
  readonly connections?: number;
  /** Makes the ids of webhook deliveries; default `crypto.randomBytes`. */
  readonly random?: RandomBytes;
  /** Hears when a connection that nobody waits for breaks. */
  readonly onIdleError?: (error: Error) => void;
}

/**
 * Opens the engine for more than one machine: any number of processes share the database. Brings its schema up to date.
 * A resolved write is as durable as the server's `synchronous_commit` makes it; PostgreSQL's default survives a power cut.
 *
 * @throws Error when the server does not answer or refuses, or the database is of a newer version
 */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, connections = 10, random = randomBytes, onIdleError = () => {} } = options;
  const pool = openPool(url, connections, onIdleError);
  try {
    const client = await pool.connect();
    try {
      await migrate(client);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  const store = sqlStore(db, random);
  const inMemory = nearestInMemory(db);
  const signals = await openSignals({ url, pool, self: store.servers.id, onError: onIdleError }).catch(
    async (error: unknown) => {
      await pool.end();
      throw error;
    },
  );
  const nearest = (await nearestByPgvector(pool, db, inMemory)) ?? inMemory;
  return {
    ...store,
    messages: { ...store.messages, append: groupAppends(pool) },
    chunks: chunkStore(db),
    vectors: { ...vectorRows(db), nearest },
    servers: { ...store.servers, now: () => clock(pool) },
    signals,
    limiter: sharedRateLimiter(pool),
    exclusively: exclusively(pool),
    async close() {
      await signals.close();
      await store.close();
    },
  };
}

async function clock(pool: pg.Pool): Promise<number> {
  const text = 'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now';
  const { rows } = await pool.query<{ now: number }>(text);
  return rows[0]!.now;
}
