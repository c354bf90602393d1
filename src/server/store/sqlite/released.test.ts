import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from './open.ts';
import { sql as v010 } from './released/v0.1.0.ts';

/** Every schema that was released. A new release adds its own. */
const RELEASED = { 'v0.1.0': v010 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-released-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const schemaOf = (database: Database.Database) =>
  database.prepare('select type, name, sql from sqlite_master order by type, name').all([]);

test.for(Object.entries(RELEASED))(
  'data of %s is brought up to this version, and nothing of it is lost',
  async ([, sql]) => {
    const file = join(folder, 'old.db');
    const old = new Database(file);
    old.exec(sql);
    const tables = (old.prepare("select name from sqlite_master where type = 'table'").all([]) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('chunks_fts') && !name.startsWith('sqlite_'));
    const count = (database: Database.Database, name: string) =>
      (database.prepare(`select count(*) as n from ${name}`).all([]) as { n: number }[])[0]!.n;
    const before = Object.fromEntries(tables.map((name) => [name, count(old, name)]));
    // A table without a row would show nothing.
    expect(Object.values(before).every((n) => n > 0)).toBe(true);
    old.close();

    const store = openSqliteStore({ file });
    const scope = { accountId: 'acct_1' };
    expect(await store.conversations.get({ ...scope, visitorId: 'vis_1' }, 'conv_1')).toMatchObject({
      metadata: { page: 1 },
    });
    const { rows } = await store.messages.list(scope, 'conv_1', { limit: 9, offset: 0 });
    expect(rows.map(({ content, feedback }) => [content, feedback])).toEqual([
      ['How?', null],
      ['So [1].', { rating: 'up' }],
    ]);
    expect((await store.chunks.search(scope, 'kb_1', ['begin'], 5)).map(({ id }) => id)).toEqual(['c_1']);
    expect((await store.sessions.findByHash('hash_token'))?.visitorId).toBe('vis_1');
    expect((await store.keys.get(scope, 'key_1'))?.origins).toEqual(['https://a.example']);
    expect(await store.assistants.get(scope, 'ast_1')).toMatchObject({ widget: { greeting: 'Hi' } });
    expect((await store.webhooks.deliveries(scope, 'wh_1', { limit: 9, offset: 0 })).total).toBe(1);
    await store.close();

    const now = new Database(file);
    const fresh = join(folder, 'new.db');
    await openSqliteStore({ file: fresh }).close();
    const made = new Database(fresh);
    expect(Object.fromEntries(tables.map((name) => [name, count(now, name)]))).toEqual(before);
    // One that has shipped and was edited since would leave another schema here than there.
    expect(schemaOf(now)).toEqual(schemaOf(made));
    expect(now.prepare('pragma integrity_check').all([])).toEqual([{ integrity_check: 'ok' }]);
    expect(now.prepare('pragma foreign_key_check').all([])).toEqual([]);
    now.close();
    made.close();
  },
);
