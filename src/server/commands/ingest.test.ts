import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tokenize } from '../retrieve/tokenize.ts';
import { databaseFile } from '../store/open.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { type DocsSite, startDocsSite } from '../testing/docs-site.ts';
import { ingest } from './ingest.ts';

let folder: string;
let site: DocsSite;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-ingest-'));
  site = await startDocsSite(3);
  const store = openSqliteStore({ file: databaseFile(join(folder, 'data')) });
  await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'free', createdAt: 1 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
  await store.close();
  mkdirSync(join(folder, 'docs/deep'), { recursive: true });
  writeFileSync(join(folder, 'docs/guide.md'), '# Guide\n\n## Refund period\n\nWithin 14 days.');
  writeFileSync(join(folder, 'docs/deep/table.csv'), 'Name,Price\nMug,9\n');
  writeFileSync(join(folder, 'docs/picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]));
});
afterEach(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  return runWith({}, ...args);
}
async function runWith(env: Record<string, string>, ...args: string[]) {
  let err = '';
  const code = await ingest.run(args, {
    out: () => {},
    err: (text) => {
      err += text;
    },
    env: { ASSISTERS_DATA_DIR: join(folder, 'data'), ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1', ...env },
    signal: new AbortController().signal,
  });
  return { code, err };
}
async function find(question: string) {
  const store = openSqliteStore({ file: databaseFile(join(folder, 'data')) });
  const found = await store.chunks.search({ accountId: 'acct_1' }, 'kb_1', tokenize(question), 5);
  await store.close();
  return found;
}

describe('assisters ingest', { timeout: 60_000 }, () => {
  test('reads a folder, says what came of each file, and reads nothing twice', async () => {
    const docs = join(folder, 'docs');
    const first = await run(docs, '--base-url', 'https://site.example/docs');
    expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/created .*guide\.md {2}\(1 passage\)/) });
    expect(first.err).toContain('2 created; knowledge base kb_1');
    expect((await find('refund period'))[0]?.url).toBe('https://site.example/docs/guide.md#refund-period');
    expect((await find('mug price'))[0]?.text).toBe('Name: Mug · Price: 9');
    expect((await run(docs)).err).toContain('2 unchanged');
  });

  test('Ctrl-C ends it with one line and 130, and run again it goes on', async () => {
    const docs = join(folder, 'docs');
    writeFileSync(join(docs, 'a.md'), '# First\n\nSome words.');
    const stop = new AbortController();
    let err = '';
    const code = await ingest.run([docs], {
      out: () => {},
      // While the next file is being read.
      err: (text) => {
        if (err === '') setImmediate(() => stop.abort());
        err += text;
      },
      env: { ASSISTERS_DATA_DIR: join(folder, 'data') },
      signal: stop.signal,
    });
    expect(code).toBe(130);
    expect(err).toMatch(
      /^ {2}created .*1\/3.*\nStopped: 1 created so far\. Run the same command again to go on: .*\n$/,
    );
    const again = (await run(docs)).err;
    expect(again).toMatch(/unchanged .*a\.md/);
    // What was being read is not taken for read.
    expect(again).toMatch(/updated .*table\.csv/);
    expect(again).toMatch(/created .*guide\.md/);
  });

  test('reads a page, or a site to a depth', async () => {
    const { code, err } = await run(`${site.url}/docs/introduction`);
    expect([code, err]).toEqual([0, expect.stringContaining('1 indexed')]);
    expect((await run(`${site.url}/`, '--depth', '1')).err).toContain('indexed');
    expect((await find('TypeScript toolkit by Vercel'))[0]?.url).toContain('/docs/introduction');
  });

  test('names what is gone from a folder, and removes it when told to; what lies elsewhere stays', async () => {
    const docs = join(folder, 'docs');
    writeFileSync(join(folder, 'terms.md'), '# Terms\n\nThe warranty is void on Sundays.');
    mkdirSync(join(folder, 'docs-old'));
    writeFileSync(join(folder, 'docs-old/a.md'), '# Old\n\nPostage was cheap.');
    await run(docs, join(folder, 'terms.md'), join(folder, 'docs-old'), `${site.url}/docs/introduction`);
    rmSync(join(folder, 'docs/deep/table.csv'));
    rmSync(join(folder, 'docs-old'), { recursive: true });
    rmSync(join(folder, 'terms.md'));

    const named = await run(docs);
    expect(named).toMatchObject({ code: 0, err: expect.stringMatching(/gone .*table\.csv .*--prune removes it/) });
    expect(named.err).toContain('1 unchanged, 1 gone;');
    expect(await find('mug price')).toHaveLength(1);

    const pruned = await run(docs, '--prune');
    expect(pruned).toMatchObject({ code: 0, err: expect.stringMatching(/removed .*table\.csv/) });
    expect(pruned.err).toContain('1 unchanged, 1 removed;');
    expect(await find('mug price')).toEqual([]);
    for (const elsewhere of ['warranty void Sundays', 'postage cheap', 'TypeScript toolkit by Vercel', 'refund period'])
      expect((await find(elsewhere)).length, elsewhere).toBeGreaterThan(0);

    // A folder that holds nothing is one that could not be had.
    rmSync(join(folder, 'docs/guide.md'));
    expect(await run(docs, '--prune')).toMatchObject({ code: 1, err: expect.stringContaining('nothing found') });
    expect((await find('refund period')).length).toBeGreaterThan(0);
  });

  test('a file of gigabytes is not read at all, and the others are', async () => {
    const big = join(folder, 'docs/big.csv');
    writeFileSync(big, 'Name,Price\n');
    // Without its bytes on the disk.
    truncateSync(big, 3 * 1024 ** 3);
    const { code, err } = await run(join(folder, 'docs'));
    expect(code).toBe(1);
    expect(err).toMatch(
      /failed .*big\.csv .*3072 MiB; at most 25 MiB are taken; split it, or raise ASSISTERS_UPLOAD_BYTES/,
    );
    expect(err).toContain('1 failed, 2 created');
    truncateSync(big, 1_000);
    expect((await runWith({ ASSISTERS_UPLOAD_BYTES: '999' }, big)).err).toContain('1 failed');
  });

  test('says what it cannot read and fails', async () => {
    const { code, err } = await run(join(folder, 'docs/picture.png'), 'http://10.0.0.1/', 'http://localhost:3999/');
    expect(code).toBe(1);
    expect(err).toMatch(/failed .*picture\.png/);
    expect(err).toMatch(/not on the public internet\. .* ASSISTERS_ALLOW_PRIVATE_HOSTS=10\.0\.0\.1:80\)/);
    expect(err).toContain('ASSISTERS_ALLOW_PRIVATE_HOSTS=localhost:3999');
  });

  test('an address that gave nothing is not kept as a source, unless it is to be read again or was one before', async () => {
    const kept = async () => {
      const store = openSqliteStore({ file: databaseFile(join(folder, 'data')) });
      const { rows } = await store.urlSources.list({ accountId: 'acct_1' }, 'kb_1', { limit: 9, offset: 0 });
      await store.close();
      return rows.map(({ url }) => new URL(url).pathname).sort();
    };
    expect(await run(`${site.url}/no-such-page`)).toMatchObject({ code: 1 });
    expect(await kept()).toEqual([]);
    expect(await run(`${site.url}/not-yet`, '--refresh', 'daily')).toMatchObject({ code: 1 });
    expect(await run(`${site.url}/docs/introduction`)).toMatchObject({ code: 0 });
    expect(await kept()).toEqual(['/docs/introduction', '/not-yet']);
    await run(`${site.url}/not-yet`, '--refresh', 'none');
    expect(await kept()).toEqual(['/docs/introduction', '/not-yet']);
  });

  test('says what it looked for in a folder that holds none of it', async () => {
    mkdirSync(join(folder, 'pictures'));
    writeFileSync(join(folder, 'pictures/lamp.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]));
    const { code, err } = await run(join(folder, 'pictures'));
    expect(code).toBe(1);
    expect(err).toMatch(
      /nothing .*pictures holds no file of these kinds: \.md .*\.pdf[\s\S]*Name another folder, or the file itself/,
    );
    expect((await run(join(folder, 'docs'))).err).not.toContain('holds no file');
  });

  test.for([[[]], [['docs', '--depth', '99']], [['docs', '--base-url', 'nowhere']], [['no-such-file']]] as const)(
    'refuses %j',
    async ([args]) => {
      await expect(async () => run(...args)).rejects.toThrow();
    },
  );
});
