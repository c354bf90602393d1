import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../../test/postgres.ts';
import { openPostgresStore } from '../store/postgres/open.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';

/** A place for data that may be opened again, by the same process or as if by another. */
export interface TestPlace {
  open(): Promise<Store>;
  /** Closes what is open and removes the place. */
  remove(): Promise<void>;
}

/** The engine the tests of the app run on: SQLite, or with `ASSISTERS_TEST_STORE=postgres` PostgreSQL. */
export const TEST_ENGINE: 'sqlite' | 'postgres' =
  process.env.ASSISTERS_TEST_STORE === 'postgres' ? 'postgres' : 'sqlite';

/** Makes an empty place of {@link TEST_ENGINE}. */
export async function testPlace(): Promise<TestPlace> {
  const opened: Store[] = [];
  const closeAll = async () => void (await Promise.all(opened.splice(0).map((store) => store.close())));
  if (TEST_ENGINE === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-store-'));
    return {
      async open() {
        const store = once(openSqliteStore({ file: join(folder, 'test.db') }));
        opened.push(store);
        return store;
      },
      async remove() {
        await closeAll();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  if (!hasPostgres) throw new Error(`${POSTGRES_ABSENT}.`);
  const { url, drop } = await emptySchema();
  return {
    async open() {
      const store = once(await openPostgresStore({ url, connections: 4 }));
      opened.push(store);
      return store;
    },
    async remove() {
      await closeAll();
      await drop();
    },
  };
}

/** An empty store of {@link TEST_ENGINE}; closed after the test at the latest. */
export async function testStore(): Promise<Store> {
  if (TEST_ENGINE === 'sqlite') return openSqliteStore({ file: ':memory:' });
  const place = await testPlace();
  const store = await place.open();
  const remove = () => place.remove();
  try {
    onTestFinished(remove);
  } catch {
    // Not in a test: made for a whole file.
    leftOver.push(remove);
  }
  return store;
}
const leftOver: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const remove of leftOver.splice(0)) await remove();
});

/** Tests close what the set-up closes too. */
function once(store: Store): Store {
  let closed: Promise<void> | null = null;
  return {
    ...store,
    close: () => {
      closed ??= store.close();
      return closed;
    },
  };
}
