import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ErrorBody } from '../../protocol/errors.ts';
import type { KnowledgeDocument } from '../../protocol/resources.ts';
import { secretBox } from '../auth/secret-box.ts';
import { readConfig } from '../config.ts';
import { createChildParser } from '../ingest/parse-in-child.ts';
import { LEASE } from '../jobs/keep-lease.ts';
import { makeJobs } from '../jobs/make-jobs.ts';
import { SILENT_LOG } from '../logs.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { isStorageFull } from '../store/storage-full.ts';
import { HAZARDS } from '../testing/hazards.ts';
import { makeApp } from '../testing/make-app.ts';

let server: Awaited<ReturnType<typeof makeApp>>;

beforeEach(async () => {
  server = await makeApp({ env: { ASSISTERS_UPLOAD_BYTES: '2000' } });
  const { store, accountId } = server;
  await store.knowledge.createBase({ id: 'kb_1', accountId, name: 'K', description: '', createdAt: 1 });
});
afterEach(async () => {
  await server.deps.jobs.stop();
  await server.store.close();
});

const auth = () => ({ Authorization: `Bearer ${server.sk.credential}` });
const path = (rest = '') => `/v1/knowledge-bases/kb_1/documents${rest}`;
const form = (content: string | null, name = 'guide.md', fields: Record<string, string> = {}) => {
  const body = new FormData();
  for (const [key, value] of Object.entries(fields)) body.append(key, value);
  if (content !== null) body.append('file', new File([content], name));
  return body;
};
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  Promise.resolve(
    server.app.request(path(), {
      method: 'POST',
      headers: { ...auth(), ...headers },
      body,
      duplex: 'half',
    } as RequestInit),
  );
const upload = async (content: string, name?: string, fields?: Record<string, string>) => {
  const response = await post(form(content, name, fields));
  expect(response.status).toBe(201);
  return (await response.json()) as KnowledgeDocument;
};
const read = async (id: string) =>
  (await (await server.app.request(path(`/${id}`), { headers: auth() })).json()) as KnowledgeDocument;
const processed = async () => {
  server.deps.jobs.start();
  await server.deps.jobs.idle();
};
const find = async (question: string) =>
  (
    await createRetriever(server.store.chunks).retrieve({
      scope: { accountId: server.accountId },
      knowledgeBaseId: 'kb_1',
      question,
      earlierQuestions: [],
      limit: 5,
      signal: new AbortController().signal,
    })
  ).map(({ text }) => text);

describe('uploading a document', () => {
  test('answers at once, is read in the background and then answers questions', async () => {
    const queued = await upload('# Guide\n\n## Refund period\n\nWithin 14 days.', 'guide.md', {
      metadata: '{"url":"https://docs.example/guide","team":"a"}',
    });
    expect(queued).toMatchObject({ status: 'queued', filename: 'guide.md', metadata: { team: 'a' }, chunk_count: 0 });
    expect(await find('What is the refund period?')).toEqual([]);
    await processed();
    expect(await read(queued.id)).toMatchObject({
      status: 'ready',
      title: 'Guide',
      media_type: 'text/markdown',
      chunk_count: 1,
    });
    expect(await find('What is the refund period?')).toEqual(['Within 14 days.']);
  });

  test('the same file is the same document; a changed one is a new version, and the old answers until it is ready', async () => {
    const first = await upload('# Refund period\n\nWithin 14 days.');
    await processed();
    expect(await upload('# Refund period\n\nWithin 14 days.')).toMatchObject({ id: first.id, status: 'ready' });
    await server.deps.jobs.stop();
    const second = await upload('# Refund period\n\nWithin 30 days.');
    expect(second).toMatchObject({ id: first.id, status: 'queued' });
    expect(await find('refund period')).toEqual(['Within 14 days.']);
  });

  test('what turns out unreadable fails with a reason, and the version before goes on answering', async () => {
    const { id } = await upload('{"refund":"Within 14 days."}', 'a.json');
    await processed();
    expect(await find('refund')).toHaveLength(1);
    await upload('{"refund":', 'a.json');
    await server.deps.jobs.idle();
    const document = await read(id);
    expect(document).toMatchObject({ status: 'failed', error: { code: 'invalid_file' } });
    expect(document.error!.message).toContain('not valid JSON');
    expect(await find('refund')).toHaveLength(1);
  });

  test('deleted is out of every answer at once, read or not', async () => {
    const { id } = await upload('# Refund period\n\nWithin 14 days.');
    await processed();
    expect((await server.app.request(path(`/${id}`), { method: 'DELETE', headers: auth() })).status).toBe(204);
    expect(await find('refund period')).toEqual([]);
    const waiting = await upload('# Refund period\n\nWithin 15 days.');
    await server.app.request(path(`/${waiting.id}`), { method: 'DELETE', headers: auth() });
    await server.deps.jobs.idle();
    expect(await find('refund period')).toEqual([]);
    expect((await server.app.request(path(`/${id}`), { headers: auth() })).status).toBe(404);
  });

  test('the same file twice at once is one document, whole', async () => {
    const [one, two] = await Promise.all([
      upload('# Refund period\n\nWithin 14 days.'),
      upload('# Refund period\n\nWithin 14 days.'),
    ]);
    expect(one.id).toBe(two.id);
    await processed();
    expect(await find('refund period')).toEqual(['Within 14 days.']);
    const list = (await (await server.app.request(path(), { headers: auth() })).json()) as { total: number };
    expect(list.total).toBe(1);
  });

  test('a file that was queued or half read when the process died is read by the next one', async () => {
    const { id } = await upload('# Refund period\n\nWithin 14 days.');
    const dead = await server.store.jobs.lease(['document'], server.deps.clock(), server.deps.clock() + LEASE.ms);
    expect(dead?.id).toBe(`document:${id}`);
    await server.store.knowledge.updateDocument({ accountId: server.accountId }, id, { status: 'processing' });
    server.tick(LEASE.ms + 1);
    await processed();
    expect(await read(id)).toMatchObject({ status: 'ready', chunk_count: 1 });
    expect(await find('refund period')).toHaveLength(1);
  });

  test('a full disk refuses an upload, keeps a queued file, and reads it once there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-full-'));
    const file = join(folder, 'a.db');
    const form = (name: string, bytes: number) => {
      const sentence = 'Within 14 days of the day of arrival, in writing. ';
      const body = new FormData();
      body.append('file', new File([`# Refund period\n\n${sentence.repeat(bytes / sentence.length)}`], name));
      return body;
    };
    const roomy = openSqliteStore({ file });
    const before = await makeApp({ store: roomy });
    const { accountId } = before;
    await roomy.knowledge.createBase({ id: 'kb_1', accountId, name: 'K', description: '', createdAt: 1 });
    const headers = { Authorization: `Bearer ${before.sk.credential}` };
    const send = (server: typeof before, name: string, bytes: number) =>
      server.app.request(path(), { method: 'POST', headers, body: form(name, bytes) });
    const { id } = (await (await send(before, 'a.md', 60_000)).json()) as KnowledgeDocument;
    await before.deps.jobs.stop();
    await roomy.close();

    // Room for the job to be taken, and not for the passages.
    const full = openSqliteStore({ file, maxBytes: statSync(file).size + 72 * 1024 });
    const failures: unknown[] = [];
    const note = (data: object) => {
      if (isStorageFull((data as { err?: unknown }).err)) failures.push(data);
    };
    const during = await makeApp({ store: full, log: { ...SILENT_LOG, warn: note, error: note } });
    const refused = await send(during, 'b.md', 400_000);
    expect([refused.status, ((await refused.json()) as ErrorBody).error]).toEqual([
      503,
      { code: 'service_unavailable', message: expect.stringContaining('disk is full') },
    ]);
    failures.length = 0;
    during.deps.jobs.start();
    const status = async (server: typeof before) =>
      (await (await server.app.request(path(`/${id}`), { headers })).json()) as KnowledgeDocument;
    // Taking the job is a write too: either it finds no room, or the reading does, and then the document says so.
    await expect
      .poll(async () => failures.length > 0 || (await status(during)).error?.code === 'storage_full', {
        timeout: 20_000,
      })
      .toBe(true);
    expect(await status(during)).toMatchObject({ status: 'queued', chunk_count: 0 });
    await during.deps.jobs.stop();
    await full.close();

    const after = await makeApp({ store: openSqliteStore({ file }) });
    after.tick(120_000);
    after.deps.jobs.start();
    await after.deps.jobs.idle();
    expect(await status(after)).toMatchObject({ status: 'ready', error: null });
    await after.deps.jobs.stop();
    await after.store.close();
    rmSync(folder, { recursive: true });
  });

  test('every other request is served while a bomb is read', { timeout: 120_000 }, async () => {
    const store = openSqliteStore({ file: ':memory:' });
    const parser = createChildParser({ timeMs: 5_000 });
    const began = performance.now();
    const clock = () => Date.UTC(2026, 0, 1) + Math.round(performance.now() - began);
    const config = readConfig({});
    const secrets = secretBox(Buffer.alloc(32, 7));
    const jobs = makeJobs({ store, config, clock, log: SILENT_LOG, secrets, parse: parser.parse });
    const bombed = await makeApp({ store, jobs, clock });
    await store.knowledge.createBase({
      id: 'kb_1',
      accountId: bombed.accountId,
      name: 'K',
      description: '',
      createdAt: 1,
    });
    const headers = { Authorization: `Bearer ${bombed.sk.credential}` };
    const { make } = HAZARDS.find(({ name }) => name === 'content stream q x1e7')!;
    const body = new FormData();
    body.append('file', new File([make() as Uint8Array<ArrayBuffer>], 'bomb.pdf'));
    const { id } = (await (
      await bombed.app.request(path(), { method: 'POST', headers, body })
    ).json()) as KnowledgeDocument;
    jobs.start();
    const status = async () =>
      ((await (await bombed.app.request(path(`/${id}`), { headers })).json()) as KnowledgeDocument).status;
    await expect.poll(status, { interval: 5, timeout: 60_000 }).toBe('processing');
    let served = 0;
    while ((await status()) === 'processing') {
      served += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(served).toBeGreaterThan(20);
    expect(await status()).toBe('failed');
    await jobs.stop();
    await parser.close();
    await store.close();
  });

  test('a file that takes the process down again and again is given up, with a reason', async () => {
    const { id } = await upload('# Refund period\n\nWithin 14 days.');
    for (let crash = 0; crash < 5; crash += 1) {
      await server.store.jobs.lease(['document'], server.deps.clock(), server.deps.clock() + LEASE.ms);
      server.tick(LEASE.ms + 1);
    }
    await processed();
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'file_too_complex' } });
  });
});

describe('a form that is refused', () => {
  const refused = async (response: Response) => {
    const { error } = (await response.json()) as ErrorBody;
    return [response.status, error.code, error.details?.field];
  };
  const raw = (boundary: string, ...lines: string[]) =>
    post(lines.join('\r\n'), { 'Content-Type': `multipart/form-data${boundary}` });

  test('larger than the limit: 413, declared or not', async () => {
    expect(await refused(await post(form('x'.repeat(2001))))).toEqual([413, 'payload_too_large', undefined]);
    const declared = post('', { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '5000000000' });
    expect(await refused(await declared)).toEqual([413, 'payload_too_large', undefined]);
    expect((await post(form('x'.repeat(2000), 'a.txt'))).status).toBe(201);
  });
  test('an endless body: 413 as soon as it passes the limit', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        const piece =
          sent === 0 ? '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' : 'y'.repeat(1000);
        sent += piece.length;
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    const response = await post(endless, { 'Content-Type': 'multipart/form-data; boundary=x' });
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(200_000);
  });
  test('no form: 415', async () => {
    expect(await refused(await post('{}', { 'Content-Type': 'application/json' }))).toEqual([
      415,
      'unsupported_media_type',
      undefined,
    ]);
  });
  test('no file: 400 that names it', async () => {
    expect(await refused(await post(form(null, '', { metadata: '{}' })))).toEqual([400, 'invalid_request', 'file']);
  });
  test.for([
    ['not json', '{', 'metadata'],
    ['not an object', '[1]', 'metadata'],
    ['an address that is none', '{"url":"javascript:alert(1)"}', 'metadata.url'],
  ])('metadata: %s', async ([, metadata, field]) => {
    expect(await refused(await post(form('x y', 'a.txt', { metadata: metadata! })))).toEqual([
      400,
      'invalid_request',
      field,
    ]);
  });
  test.for([
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), 'a.png', 'PNG picture'],
    ['a picture called text', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'a.txt', 'JPEG picture'],
    ['a workbook', Buffer.from('PK\x03\x04.......xl/workbook.xml'), 'a.xlsx', 'Save each sheet as CSV'],
    ['binary', Buffer.from([0, 1, 2]), 'a.txt', 'binary'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.svg', 'SVG'],
    ['a page called PDF', Buffer.from('<script>1</script>'), 'a.pdf', 'not PDF'],
    ['nothing', Buffer.alloc(0), 'a.md', 'empty'],
  ] as const)('%s: 400 that says what it is and what is taken', async ([, bytes, name, says]) => {
    const body = new FormData();
    body.append('file', new File([bytes], name));
    const response = await post(body);
    const { error } = (await response.json()) as ErrorBody;
    expect([response.status, error.code, error.details?.field]).toEqual([400, 'invalid_request', 'file']);
    expect(error.message).toContain(says);
    expect(error.details?.accepted).toContain('application/pdf');
    const list = (await (await server.app.request(path(), { headers: auth() })).json()) as { total: number };
    expect(list.total).toBe(0);
  });
  test('a picture is refused at its beginning, not at its end', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        const piece =
          sent === 0
            ? '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nGIF89a'
            : 'y'.repeat(10_000);
        sent += piece.length;
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    const big = await makeApp();
    const { store, accountId } = big;
    await store.knowledge.createBase({ id: 'kb_1', accountId, name: 'K', description: '', createdAt: 1 });
    const response = await big.app.request(path(), {
      method: 'POST',
      headers: { Authorization: `Bearer ${big.sk.credential}`, 'Content-Type': 'multipart/form-data; boundary=x' },
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, ((await response.json()) as ErrorBody).error.message]).toEqual([
      400,
      expect.stringContaining('GIF picture'),
    ]);
    expect(sent).toBeLessThan(1_000_000);
    await store.close();
  });
  test('two files, a file in another field, a thousand parts', async () => {
    const two = form('a b');
    two.append('file', new File(['c d'], 'b.md'));
    expect(await refused(await post(two))).toEqual([400, 'invalid_request', 'file']);
    const other = new FormData();
    other.append('document', new File(['c d'], 'b.md'));
    expect(await refused(await post(other))).toEqual([400, 'invalid_request', 'document']);
    const parts = form('a b', 'a.md', Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`f${n}`, '1'])));
    expect((await post(parts)).status).toBe(400);
  });
  test('boundary missing, empty, too long; a body cut off', async () => {
    expect((await raw('', '--x')).status).toBe(400);
    expect((await raw(`; boundary=${'b'.repeat(10_000)}`, '--x')).status).toBe(400);
    const cut = raw('; boundary=x', '--x', 'Content-Disposition: form-data; name="file"; filename="a.txt"', '', 'half');
    expect((await cut).status).toBe(400);
  });
  test('file names never become paths and are cut', async () => {
    expect((await upload('a b', '../../etc/passwd')).filename).toBe('passwd');
    expect((await upload('a b', `${'n'.repeat(10_000)}.md`)).filename).toMatch(/^n{197}\.md$/);
    for (const [name, kept] of [
      ['CON', 'CON'],
      ['.htaccess', 'htaccess'],
      ['a\u202egpj.exe', 'agpj.exe'],
      ['..', null],
    ] as const)
      expect((await upload('a b', name)).filename).toBe(kept);
  });
  test('an unknown or foreign knowledge base is not found, before the body is read', async () => {
    const other = await server.addKey(await server.addAccount(), 'secret');
    for (const [base, key] of [
      ['kb_x', server.sk],
      ['kb_1', other],
    ] as const) {
      const response = await server.app.request(`/v1/knowledge-bases/${base}/documents`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${key.credential}` },
        body: form('a b'),
      });
      expect(response.status).toBe(404);
    }
  });
});
