import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

// Only in a run of vitest; the app is also made by programs that are none.
const postgres = () => import('./test-store-postgres.ts');

/** Makes an empty place of {@link TEST_ENGINE}. */
export async function testPlace(): Promise<TestPlace> {
  if (TEST_ENGINE === 'postgres') return (await postgres()).postgresPlace();
  const folder = mkdtempSync(join(tmpdir(), 'assisters-store-'));
  return reopenable(
    async () => openSqliteStore({ file: join(folder, 'test.db') }),
    async () => rmSync(folder, { recursive: true, force: true }),
  );
}

/** An empty store of {@link TEST_ENGINE}. On PostgreSQL it is closed after the test at the latest. */
export async function testStore(): Promise<Store> {
  if (TEST_ENGINE === 'postgres') return (await postgres()).postgresStore();
  return openSqliteStore({ file: ':memory:' });
}

/** A place of which every opened store is closed before it is removed, also one that a test has closed by itself. */
export function reopenable(open: () => Promise<Store>, remove: () => Promise<void>): TestPlace {
  const opened: Store[] = [];
  return {
    async open() {
      const store = await open();
      let closed: Promise<void> | null = null;
      const once: Store = {
        ...store,
        close: () => {
          closed ??= store.close();
          return closed;
        },
      };
      opened.push(once);
      return once;
    },
    async remove() {
      await Promise.all(opened.splice(0).map((store) => store.close()));
      await remove();
    },
  };
}
