import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storeContract } from '../contract.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { storable } from '../sql/storable.ts';
import { openSqliteStore } from './open.ts';

const makeFolder = () => mkdtempSync(join(tmpdir(), 'assisters-store-'));

storeContract('sqlite', async () => {
  const folder = makeFolder();
  return {
    open: async () => openSqliteStore({ file: join(folder, 'assisters.db') }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe('the SQLite file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = makeFolder();
    file = join(folder, 'data', 'assisters.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is made with its folder, for its owner only, in WAL mode', async () => {
    const store = openSqliteStore({ file });
    await store.settings.set('a', 'b');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    await store.close();
  });

  test('keeps what was committed when the process dies without closing', async () => {
    const dead = openSqliteStore({ file });
    await dead.settings.set('a', 'b');
    const other = openSqliteStore({ file });
    expect(await other.settings.get('a')).toBe('b');
    await dead.close();
    await other.close();
  });

  test('takes writes from two connections at once', async () => {
    const [one, two] = [openSqliteStore({ file }), openSqliteStore({ file })];
    await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 ? one : two).settings.set(`n${n}`, String(n))));
    expect(await one.settings.get('n48')).toBe('48');
    expect(await two.settings.get('n49')).toBe('49');
    await one.close();
    await two.close();
  });

  test('of a newer version is refused with what to do', async () => {
    await openSqliteStore({ file }).close();
    const raw = new Database(file);
    raw.exec(`pragma user_version = ${MIGRATIONS.length + 1}`);
    raw.close();
    expect(() => openSqliteStore({ file })).toThrow(/Start the newer version again/);
  });

  test('enforces references', async () => {
    const store = openSqliteStore({ file });
    await expect(
      store.knowledge.createBase({ id: 'kb_1', accountId: 'nobody', name: '', description: '', createdAt: 1 }),
    ).rejects.toThrow(/FOREIGN KEY/);
    await store.close();
  });
});

describe('storable', () => {
  test.each([
    ['plain', 'plain'],
    ['a\0b', 'a\uFFFDb'],
    ['👋', '👋'],
    ['\ud83d', '\uFFFD'],
    ['\udc4b\ud83d', '\uFFFD\uFFFD'],
  ])('%j becomes %j', (text, expected) => {
    expect(storable(text)).toBe(expected);
    expect(storable(text)).toHaveLength(text.length);
  });
});
