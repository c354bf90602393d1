import { onTestFinished } from 'vitest';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../../test/postgres.ts';
import { openPostgresStore } from '../store/postgres/open.ts';
import type { Store } from '../store/store.ts';
import { reopenable, type TestPlace } from './test-store.ts';

/** A place in the run's PostgreSQL. */
export async function postgresPlace(): Promise<TestPlace> {
  if (!hasPostgres) throw new Error(`${POSTGRES_ABSENT}.`);
  const { url, drop } = await emptySchema();
  return reopenable(() => openPostgresStore({ url, connections: 4 }), drop);
}

/** A store in a place of its own, closed after the test; one made for a whole file lives as long as its process. */
export async function postgresStore(): Promise<Store> {
  const place = await postgresPlace();
  const store = await place.open();
  try {
    onTestFinished(() => place.remove());
  } catch {
    // Not in a test.
  }
  return store;
}
