import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddingServer } from '../../test/embedding-server.ts';
import { freePort } from '../../test/free-port.ts';
import { readConfig } from './config.ts';
import { SILENT_LOG } from './logs.ts';
import { embeddingSettings, startServer } from './main.ts';
import { databaseFile } from './store/open.ts';
import { openSqliteStore } from './store/sqlite/open.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url));

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-main-'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  children.clear();
  rmSync(folder, { recursive: true });
});

/** The command as a process of its own, in an empty folder and an empty environment. */
function assisters(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', TSX, CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, ASSISTERS_DATA_DIR: join(folder, 'data'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output, ended };
}

/** Runs `serve` until it has printed its addresses. */
async function serve(env: Record<string, string> = {}) {
  const run = assisters(['serve'], { PORT: '0', ...env });
  const url = await new Promise<string>((resolve, reject) => {
    run.child.stdout.on('data', () => {
      const found = /running at (\S+)[\s\S]*Publishable key/.exec(run.output.out);
      if (found) resolve(found[1]!);
    });
    run.ended.then(({ err }) => reject(new Error(err)), reject);
  });
  return { ...run, url };
}

const find = (text: string, pattern: RegExp) => pattern.exec(text)?.[0];

describe('assisters serve', { timeout: 240_000 }, () => {
  test('first start prints keys, the page answers from the guides, a restart keeps all and prints no secret', async () => {
    // Known before, because the second start takes the same one.
    const port = String(await freePort());
    const first = await serve({ PORT: port });
    const publishable = find(first.output.out, /pk_test_\w{49}/)!;
    const secret = find(first.output.out, /sk_live_\w{49}/)!;
    const assistant = find(first.output.out, /ast_\w{22}/)!;
    expect(first.output.out).toContain(`<script async src="${first.url}/assisters.js"`);

    const page = { Authorization: `Bearer ${publishable}`, Origin: first.url, 'Content-Type': 'application/json' };
    const minted = await fetch(`${first.url}/v1/visitor-sessions`, { method: 'POST', headers: page });
    const { token } = (await minted.json()) as { token: string };
    const visitor = { ...page, Authorization: `Bearer ${token}` };
    const post = async (path: string, body: object) =>
      (await fetch(`${first.url}/v1${path}`, { method: 'POST', headers: visitor, body: JSON.stringify(body) })).json();
    const { id } = (await post('/conversations', { assistant_id: assistant })) as { id: string };
    const answer = (await post(`/conversations/${id}/messages`, {
      content: 'How do I embed the widget in an iframe?',
    })) as { outcome: string; sources: { url: string; title: string }[] };
    expect(answer.outcome).toBe('answered');
    expect(answer.sources[0]!.url).toBe(`${first.url}/guides/embedding#iframe`);
    const cited = await (await fetch(answer.sources[0]!.url)).text();
    expect(cited).toContain('id="iframe"');

    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0 });
    await expect(fetch(first.url)).rejects.toThrow();

    const second = await serve({ PORT: port });
    expect(second.output.out).toContain(publishable);
    expect(second.output.out).not.toContain('sk_live_');
    expect(second.output.err).toContain('"read":0');
    const kept = await fetch(`${second.url}/v1/conversations/${id}/messages`, {
      headers: { Authorization: `Bearer ${secret}` },
    });
    expect(await kept.json()).toMatchObject({ total: 2 });
  });

  test('two servers on one folder: the second says so; the command line works beside the first', async () => {
    const first = await serve();
    const second = await assisters(['serve'], { PORT: '0' }).ended;
    expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/^assisters: Another Assisters server .*\n$/) });

    const list = await assisters(['keys', 'list']).ended;
    const keyId = find(list.out, /key_\w{22}(?= {2}publishable)/)!;
    const publishable = find(first.output.out, /pk_test_\w{49}/)!;
    const config = async () =>
      (
        await fetch(`${first.url}/v1/widget/config`, {
          headers: { Authorization: `Bearer ${publishable}`, Origin: 'https://new.example' },
        })
      ).status;
    expect(await config()).toBe(403);
    const added = await assisters(['keys', 'update', keyId, '--add-origin', 'https://NEW.example/']).ended;
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining('https://new.example') });
    expect(await config()).toBe(200);
    expect((await assisters(['keys', 'revoke', keyId]).ended).code).toBe(0);
    expect(await config()).toBe(401);
  });

  test('a killed server lets go of its folder, and what it was writing is marked interrupted', async () => {
    const first = await serve();
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await serve();
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
  });

  test('with an embedding model, an upload is found by what it means', async () => {
    const embeddings = await startEmbeddingServer();
    try {
      const { output, url } = await serve({
        ASSISTERS_EMBEDDING_MODEL: 'm',
        ASSISTERS_EMBEDDING_BASE_URL: embeddings.url,
        ASSISTERS_EMBEDDING_API_KEY: 'embedding-key',
      });
      const headers = { Authorization: `Bearer ${find(output.out, /sk_live_\w{49}/)}` };
      const post = async <Answer>(path: string, body: object): Promise<Answer> => {
        const type = body instanceof FormData ? {} : { 'Content-Type': 'application/json' };
        const text = body instanceof FormData ? body : JSON.stringify(body);
        const answer = await fetch(`${url}/v1${path}`, {
          method: 'POST',
          headers: { ...headers, ...type },
          body: text,
        });
        return (await answer.json()) as Answer;
      };
      const base = await post<{ id: string }>('/knowledge-bases', { name: 'Shop' });
      const form = new FormData();
      const policy = '# Policy\n\n## Reimbursement\n\nReimbursement is granted within fourteen days of delivery.';
      form.append('file', new File([policy], 'policy.md', { type: 'text/markdown' }));
      await post(`/knowledge-bases/${base.id}/documents`, form);
      const assistant = await post<{ id: string }>('/assistants', { name: 'S', knowledge_base_id: base.id });
      const asked = async () => {
        const { id } = await post<{ id: string }>('/conversations', { assistant_id: assistant.id });
        return post(`/conversations/${id}/messages`, { content: 'How do I get my money back?' });
      };
      await expect
        .poll(asked, { timeout: 60_000, interval: 500 })
        .toMatchObject({ outcome: 'answered', content: expect.stringContaining('Reimbursement is granted') });
      expect(new Set(embeddings.requests.map(({ model, authorization }) => `${model} ${authorization}`))).toEqual(
        new Set(['m Bearer embedding-key']),
      );
      expect(output.err).not.toContain('embedding-key');
    } finally {
      await embeddings.close();
    }
  });

  test('a port in use and a wrong value are one line each; .env is read and the environment wins', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      const busy = await assisters(['serve'], { PORT: String(port) }).ended;
      expect(busy).toMatchObject({ code: 1, err: expect.stringMatching(/^assisters: Port \d+ .* is in use.*\n$/) });
    } finally {
      taken.close();
    }
    writeFileSync(join(folder, '.env'), 'PORT=nonsense\n');
    const wrong = await assisters(['serve']).ended;
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/^assisters: PORT must be .*\n$/) });
    writeFileSync(join(folder, '.env'), 'HOST: 0.0.0.0\n');
    const given = await assisters(['serve'], { PORT: '99999', ASSISTERS_DATADIR: '/x' }).ended;
    expect(given.err).toMatch(
      /^assisters: warning: \.env, line 1, is not .*\n.*ASSISTERS_DATADIR .* Did you mean ASSISTERS_DATA_DIR\?\n.*PORT must be.*\n$/,
    );
  });
});

test('a server with another key refuses to start, and has changed nothing of the data', {
  timeout: 60_000,
}, async () => {
  const dataDir = join(folder, 'data');
  const config = (key: string, publicUrl: string) =>
    readConfig({
      PORT: '0',
      ASSISTERS_DATA_DIR: dataDir,
      ASSISTERS_SECRET_KEY: key.repeat(32),
      ASSISTERS_PUBLIC_URL: publicUrl,
    });
  const { installation, stop } = await startServer(config('a', 'https://first.example'), SILENT_LOG);
  await stop();
  const addresses = async () => {
    const store = openSqliteStore({ file: databaseFile(dataDir) });
    const scope = { accountId: installation.accountId };
    const { rows } = await store.knowledge.listDocuments(scope, installation.demoBaseId!, { limit: 100, offset: 0 });
    await store.close();
    return rows.map(({ url, updatedAt }) => `${url} ${updatedAt}`);
  };
  const before = await addresses();
  expect(before[0]).toContain('https://first.example/');
  await expect(startServer(config('b', 'https://second.example'), SILENT_LOG)).rejects.toThrow('another key');
  expect(await addresses()).toEqual(before);
  // The address alone does change them, so that the comparison would have seen it.
  await (await startServer(config('a', 'https://second.example'), SILENT_LOG)).stop();
  expect((await addresses())[0]).toContain('https://second.example/');
});

describe('where embeddings come from', () => {
  const settings = (env: Record<string, string>) =>
    embeddingSettings(
      readConfig(Object.fromEntries(Object.entries(env).map(([name, value]) => [`ASSISTERS_${name}`, value]))),
    );
  const chat = { MODEL_BASE_URL: 'https://chat.example/v1', MODEL_API_KEY: 'chat-key' };

  test('from the address of the language model, unless they have one; its key goes to no other address', () => {
    expect(settings(chat)).toBeNull();
    expect(settings({ ...chat, EMBEDDING_MODEL: 'm' })).toEqual({
      model: 'm',
      baseUrl: 'https://chat.example/v1',
      apiKey: 'chat-key',
    });
    const elsewhere = { ...chat, EMBEDDING_MODEL: 'm', EMBEDDING_BASE_URL: 'https://other.example/v1/' };
    expect(settings(elsewhere)).toEqual({ model: 'm', baseUrl: 'https://other.example/v1', apiKey: null });
    expect(settings({ ...elsewhere, EMBEDDING_API_KEY: 'k' })?.apiKey).toBe('k');
  });
});

describe('assisters', { timeout: 240_000 }, () => {
  test('a reader that has seen enough ends it quietly; what cannot be read or written is one line', async () => {
    // All of these are the command line's own, and need no data.
    const shell = (line: string) => {
      const command = `"${process.execPath}" --import "${TSX}" "${CLI}"`;
      const child = spawn('bash', ['-c', `set -o pipefail; ${line.replaceAll('assisters', command)}`], {
        cwd: folder,
        env: { PATH: process.env.PATH, ASSISTERS_DATA_DIR: join(folder, 'file') },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
      });
      return once(child, 'close').then(([code]) => ({ code, err }));
    };
    writeFileSync(join(folder, 'file'), '');
    const [closed, full, aFile] = await Promise.all([
      // The reader is gone before anything is written.
      shell('assisters --help | exec 0<&-'),
      existsSync('/dev/full') ? shell('assisters --help > /dev/full') : null,
      shell('assisters serve'),
    ]);
    expect(closed).toEqual({ code: 0, err: '' });
    if (full) expect(full).toEqual({ code: 1, err: expect.stringMatching(/^assisters: The output .* ENOSPC.*\n$/) });
    expect(aFile).toEqual({
      code: 1,
      err: expect.stringMatching(/^assisters: .*file is a file; expected a folder\.\n$/),
    });
    mkdirSync(join(folder, '.env'));
    const env = await shell('assisters keys list');
    expect(env).toEqual({ code: 1, err: expect.stringMatching(/^assisters: \.env is a folder.*\n$/) });
  });

  test('help, version and wrong command lines', async () => {
    const [help, helpOf, version, none, unknown, badOption, noData] = await Promise.all(
      [['--help'], ['help', 'ingest'], ['--version'], [], ['toString'], ['serve', '--nope'], ['keys', 'list']].map(
        (args) => assisters(args).ended,
      ),
    );
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('serve') });
    // One column of names, one of summaries.
    expect(new Set(help!.out.match(/^ {2}[a-z]+ +(?=[A-Z])/gm)!.map(({ length }) => length)).size).toBe(1);
    expect(helpOf).toMatchObject({ code: 0, out: expect.stringContaining('Usage: assisters ingest') });
    expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('no command "toString"') });
    expect(badOption).toMatchObject({ code: 2, err: expect.stringContaining('--help') });
    expect(noData).toMatchObject({ code: 1, err: expect.stringContaining('Run "assisters serve" first') });
  });
});
