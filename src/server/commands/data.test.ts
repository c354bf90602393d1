import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrapWebhook } from '../../sdk/webhooks.ts';
import { openSecretBox } from '../auth/secret-box.ts';
import { lockDataDir } from '../data-lock.ts';
import { prepareInstallation } from '../first-start.ts';
import { StartError } from '../start-error.ts';
import { databaseFile } from '../store/open.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { accounts } from './accounts.ts';
import { backup, putInPlace, restore } from './backup.ts';
import { type Command, UsageError } from './command.ts';
import { keys } from './keys.ts';
import { listen } from './listen.ts';

const openStore = (dataDir: string) => openSqliteStore({ file: databaseFile(dataDir) });

let folder: string;
let data: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-data-'));
  data = join(folder, 'data');
  const store = openStore(data);
  await prepareInstallation({ store, random: randomBytes, clock: Date.now, publicUrl: 'http://127.0.0.1:1' });
  openSecretBox({ dataDir: data, secretKey: null });
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as the command line does, and gives what it printed. */
async function run(command: Command, args: readonly string[], signal = new AbortController().signal, dataDir = data) {
  const said = { out: '', err: '' };
  const code = await command.run(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    env: { ASSISTERS_DATA_DIR: dataDir },
    signal,
  });
  return { code, ...said };
}

const withStore = async <Result>(work: (store: ReturnType<typeof openStore>) => Promise<Result>, dataDir = data) => {
  const store = openStore(dataDir);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

describe('assisters accounts', () => {
  test('are made with a key, listed, and change their plan', async () => {
    const made = await run(accounts, ['create', '--name', 'Second', '--plan', 'pro']);
    expect(made.out).toMatch(/^acct_\w+ {2}pro {2}"Second"\nkey_\w+ {2}sk_live_\w{49}\n$/);
    const id = /acct_\w+/.exec(made.out)![0];
    expect((await run(accounts, ['update', id, '--plan', 'business'])).out).toBe(`${id}  business  "Second"\n`);
    expect((await run(accounts, ['list'])).out.split('\n')).toHaveLength(3);
    expect((await run(keys, ['list', '--account', id])).out).toContain('"First key"');
    for (const args of [
      ['create'],
      ['update', id],
      ['create', '--name', ' '],
      ['update', id, '--plan', 'gold'],
      ['x'],
    ]) {
      await expect(async () => run(accounts, args)).rejects.toThrow();
    }
    await expect(run(accounts, ['update', 'acct_none', '--plan', 'pro'])).rejects.toThrow('no account');
  });
});

describe('assisters keys rotate', () => {
  test('makes a new key, and the old one lives on as long as it is told', async () => {
    const id = /key_\w+/.exec((await run(keys, ['create', '--kind', 'secret', '--address', '10.0.0.0/8'])).out)![0];
    const rotated = await run(keys, ['rotate', id, '--grace', '12h']);
    expect(rotated.out).toMatch(/^key_\w+ {2}sk_live_\w{49}\n$/);
    const line = (await run(keys, ['list'])).out.split('\n').find((text) => text.startsWith(id))!;
    expect(line).toContain(`rotated to ${/key_\w+/.exec(rotated.out)![0]}`);
    const ends = Date.parse(/expires (\S+)/.exec(line)![1]!);
    expect(Math.abs(ends - Date.now() - 12 * 3_600_000)).toBeLessThan(60_000);
    await expect(run(keys, ['rotate', id])).rejects.toThrow('rotated before');
    const next = /key_\w+/.exec(rotated.out)![0];
    expect((await run(keys, ['list'])).out.split('\n').find((text) => text.startsWith(next))).toContain('10.0.0.0/8');
    for (const grace of ['8d', '5', 'soon'])
      await expect(run(keys, ['rotate', next, '--grace', grace])).rejects.toThrow('--grace');
  });
});

describe('assisters backup and restore', () => {
  test('copies what is there while others write, and puts it back whole', async () => {
    const copy = join(folder, 'copy');
    const writer = openStore(data);
    await writer.settings.set('before', '1');
    const writing = (async () => {
      for (let n = 0; n < 200; n += 1) await writer.settings.set(`n${n}`, String(n));
    })();
    expect((await run(backup, [copy])).code).toBe(0);
    await writing;
    await writer.settings.set('after', '1');
    await writer.close();
    await expect(run(backup, [copy])).rejects.toThrow('is there already');
    await expect(run(restore, [copy])).rejects.toThrow('--replace');
    const unlock = lockDataDir(data);
    await expect(run(restore, [copy, '--replace'])).rejects.toThrow('is running');
    unlock();
    expect((await run(restore, [copy, '--replace'])).code).toBe(0);
    await withStore(async (store) => {
      expect([await store.settings.get('before'), await store.settings.get('after')]).toEqual(['1', null]);
      expect(await store.accounts.list()).toHaveLength(1);
    });
    await withStore(
      async (store) => expect(await store.settings.get('before')).toBe('1'),
      (await run(restore, [copy], undefined, join(folder, 'elsewhere'))) && join(folder, 'elsewhere'),
    );
    // The key goes along, so what it sealed can be opened.
    expect(readFileSync(join(folder, 'elsewhere', 'secret.key'), 'utf8')).toBe(
      readFileSync(join(data, 'secret.key'), 'utf8'),
    );
  });

  test('a damaged copy is refused before anything is touched', async () => {
    const copy = join(folder, 'copy');
    await run(backup, [copy]);
    const bytes = readFileSync(databaseFile(copy));
    bytes.fill(0x5a, 8_192, 24_576);
    writeFileSync(databaseFile(copy), bytes);
    await expect(run(restore, [copy, '--replace'])).rejects.toThrow('is damaged');
    await withStore(async (store) => expect(await store.accounts.list()).toHaveLength(1));
  });

  const names = () => readdirSync(data).sort();
  const filesThere = () =>
    Object.fromEntries(names().map((name) => [name, readFileSync(join(data, name)).toString('base64')]));

  test('what was set aside is never overwritten: the first original is still there after three restores', async () => {
    const copy = join(folder, 'copy');
    await run(backup, [copy]);
    await withStore((store) => store.settings.set('original', '1'));
    const key = readFileSync(join(data, 'secret.key'), 'utf8');
    for (let n = 0; n < 3; n += 1) {
      const { err } = await run(restore, [copy, '--replace']);
      expect(err).toContain(`secret.key.before-restore${n === 0 ? '' : `-${n + 1}`}\n`);
    }
    expect(names().filter((name) => !/-(wal|shm)$/.test(name))).toEqual([
      'assisters.db',
      'assisters.db.before-restore',
      'assisters.db.before-restore-2',
      'assisters.db.before-restore-3',
      'secret.key',
      'secret.key.before-restore',
      'secret.key.before-restore-2',
      'secret.key.before-restore-3',
      'server.lock',
    ]);
    const original = openSqliteStore({ file: join(data, 'assisters.db.before-restore') });
    expect(await original.settings.get('original')).toBe('1');
    await original.close();
    await withStore(async (store) => expect(await store.settings.get('original')).toBeNull());
    expect(readFileSync(join(data, 'secret.key.before-restore'), 'utf8')).toBe(key);
  });

  test.for([
    ['of a later version', 'pragma user_version = 99', 'schema version 99'],
    ['of something else', null, 'none of Assisters'],
    ['that is no database', undefined, 'damaged, or no database'],
    ['that is a folder', 'folder', 'The backup was not restored'],
  ] as const)('a backup %s changes nothing', async ([, how, words]) => {
    const copy = join(folder, 'copy');
    await run(backup, [copy]);
    const file = databaseFile(copy);
    if (how === null || how === undefined || how === 'folder') rmSync(file);
    if (how === undefined) writeFileSync(file, 'no database at all, however long this text may be'.repeat(100));
    else if (how === 'folder') mkdirSync(file);
    else {
      const database = new Database(file);
      database.exec(how ?? 'create table foo (a)');
      database.close();
    }
    const unlock = lockDataDir(data);
    unlock();
    const before = filesThere();
    await expect(run(restore, [copy, '--replace'])).rejects.toThrow(words);
    await expect(run(restore, [copy, '--replace'])).rejects.toThrow(StartError);
    expect(filesThere()).toEqual(before);
  });

  test('a step that fails is undone with those before it', async () => {
    const before = filesThere();
    const ready = join(folder, 'ready');
    mkdirSync(ready);
    writeFileSync(join(ready, 'secret.key'), 'x');
    // It lacks the database, which takes its place when what is there has been moved.
    expect(() => putInPlace(ready, data)).toThrow(/moved back: ENOENT/);
    expect(filesThere()).toEqual(before);
  });

  test('where no copy can be made, one line says why; an empty name is refused', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'x');
    for (const target of [file, join(file, 'below')])
      await expect(run(backup, [target])).rejects.toThrow(/^No copy was made in .*a-file is a file; expected a folder/);
    for (const command of [backup, restore]) {
      await expect(run(command, [''])).rejects.toThrow(UsageError);
      await expect(run(command, [' '])).rejects.toThrow('Is a variable not set?');
    }
    const half = join(folder, 'half');
    mkdirSync(join(data, 'x'));
    rmSync(join(data, 'secret.key'));
    mkdirSync(join(data, 'secret.key'));
    await expect(run(backup, [half])).rejects.toThrow(StartError);
    expect(readdirSync(half)).toEqual([]);
    await expect(run(backup, ['/proc/assisters'])).rejects.toThrow(StartError);
  });
});

describe('assisters listen', () => {
  test('forwards events, signed, each once, and leaves nothing behind', async () => {
    const heard: { body: string; headers: Record<string, string> }[] = [];
    let came = () => {};
    const two = new Promise<void>((resolve) => {
      came = () => heard.length === 2 && resolve();
    });
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request.setEncoding('utf8')) body += piece;
      heard.push({ body, headers: request.headers as Record<string, string> });
      response.writeHead(heard.length === 1 ? 500 : 200).end();
      came();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const stop = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
    let secret = '';
    const ready = new Promise<void>((resolve) => {
      void listen
        .run([url, '--event', 'conversation.created'], {
          out: () => {},
          err: (text) => {
            secret = /whsec_\S+/.exec(text)?.[0] ?? secret;
            resolve();
          },
          env: { ASSISTERS_DATA_DIR: data },
          signal: stop.signal,
        })
        .then(() => ended());
    });
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    await ready;
    await withStore(async (store) => {
      const [account] = await store.accounts.list();
      const { rows } = await store.assistants.list({ accountId: account!.id }, { limit: 1, offset: 0 });
      for (const id of ['conv_1', 'conv_2']) {
        await store.conversations.create({
          id,
          accountId: account!.id,
          assistantId: rows[0]!.id,
          visitorId: null,
          userId: null,
          title: null,
          metadata: {},
          createdAt: Date.now(),
          lastMessageAt: null,
          endedAt: null,
        });
      }
      await two;
      stop.abort();
      await over;
      expect((await store.webhooks.list({ accountId: account!.id }, { limit: 5, offset: 0 })).total).toBe(0);
    });
    expect(heard.map(({ body }) => JSON.parse(body).data.id).sort()).toEqual(['conv_1', 'conv_2']);
    for (const { body, headers } of heard) {
      expect(await unwrapWebhook(body, headers, { secret })).toMatchObject({ type: 'conversation.created' });
    }
    server.close();
  });

  test('takes addresses and events it knows only', async () => {
    for (const args of [[], ['localhost:3000'], ['http://localhost:3000', '--event', 'x']]) {
      await expect(async () => run(listen, args)).rejects.toThrow();
    }
  });
});
