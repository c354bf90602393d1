import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import type { ConversationAttachment } from '../../protocol/resources.ts';
import type { Deps } from '../deps.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { HAZARDS } from '../testing/hazards.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { createChildParser } from './parse-in-child.ts';

/**
 * Every hostile file and form of `upload-hazards.json`, as a visitor's attachment: over the route, read by the process that
 * reads in production. Each ends as it may, leaves nothing behind that was refused, and the next file is read.
 */

/** The large ones take minutes: `npm run test:hazards`. */
const all = process.env.ASSISTERS_ALL_HAZARDS === '1';
/** As an assistant is made: no file is larger. */
const MOST_BYTES = 5 * 1024 * 1024;
const parser = createChildParser();
afterAll(() => parser.close());

async function makeSite(overrides: Partial<Deps> = {}) {
  const env = {
    ASSISTERS_MESSAGES_PER_VISITOR: '0',
    ASSISTERS_MESSAGES_PER_VISITOR_DAY: '0',
    ASSISTERS_MESSAGES_PER_IP: '0',
  };
  const app = await makeApp({ parse: parser.parse, env, ...overrides });
  const made = await app.send('POST', '/v1/assistants', {
    key: app.sk.credential,
    body: { name: 'Docs', attachments: { enabled: true, max_bytes: MOST_BYTES } },
  });
  const { id } = (await made.json()) as { id: string };
  const page = await app.addKey(app.accountId, 'publishable', { origins: [SITE], assistantIds: [id] });
  const { token } = await app.addVisitor(page, SITE, id);
  const begin = async () => {
    const begun = await app.send('POST', '/v1/conversations', { key: token, origin: SITE, body: { assistant_id: id } });
    return ((await begun.json()) as { id: string }).id;
  };
  const post = (conversation: string, body: BodyInit, headers: Record<string, string> = {}) =>
    Promise.resolve(
      app.app.request(`/v1/conversations/${conversation}/attachments`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, Origin: SITE, ...headers },
        body,
        duplex: 'half',
      } as RequestInit),
    );
  const kept = (conversation: string) => app.store.attachments.list({ accountId: app.accountId }, conversation);
  return { ...app, token, begin, post, kept };
}

const form = (bytes: BlobPart, name: string, type = '') => {
  const body = new FormData();
  body.append('file', new File([bytes], name, { type }));
  return body;
};
const raw = (boundary: string) => ({ 'Content-Type': `multipart/form-data${boundary}` });
const PART = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';

/** `ready`, the reason why the file could not be read, or the code of another refusal. */
async function endOf(answer: Response): Promise<string> {
  if (answer.status === 201) return 'ready';
  const { error } = (await answer.json()) as { error: { code: string; details?: { reason?: string } } };
  return error.details?.reason ?? `${answer.status} ${error.code}`;
}

let site: Awaited<ReturnType<typeof makeSite>>;
beforeAll(async () => {
  site = await makeSite();
});
afterAll(() => site.store.close());

describe('a file', () => {
  test.for(HAZARDS.filter(({ big }) => all || !big))(
    '$name ends as it may',
    { timeout: 60_000 },
    async ({ make, filename, ends }) => {
      const bytes = make() as Uint8Array<ArrayBuffer>;
      const conversation = await site.begin();
      const end = await endOf(await site.post(conversation, form(bytes, filename)));
      expect(bytes.length > MOST_BYTES ? ['413 payload_too_large'] : ends).toContain(end);
      expect(await site.kept(conversation)).toHaveLength(end === 'ready' ? 1 : 0);
      expect(await endOf(await site.post(conversation, form('Plain words.', 'after.txt')))).toBe('ready');
    },
  );
});

/** What is about the form, the line and the machine, by the recipe's name. */
const FORMS: Readonly<Record<string, () => Promise<void>>> = {
  async 'file name ../../etc/passwd'() {
    expect(await nameOf('../../etc/passwd')).toBe('passwd');
  },
  async 'file name 10 KB'() {
    expect(await nameOf(`${'n'.repeat(10_000)}.md`)).toMatch(/^n{197}\.md$/);
  },
  async 'file name reserved'() {
    // Names are words: no file is written under one.
    expect([await nameOf('CON'), await nameOf('NUL'), await nameOf('.htaccess')]).toEqual(['CON', 'NUL', 'htaccess']);
  },
  async 'content-type spoof'() {
    const answer = await site.post(await site.begin(), form('Some words.', 'a.txt', 'text/html'));
    expect(((await answer.json()) as ConversationAttachment).type).toBe('text/plain');
    const pdf = await site.post(await site.begin(), form('%PDF-1.7\n', 'a.txt', 'text/html'));
    expect(await endOf(pdf)).toBe('invalid_file');
  },
  async 'two files same field'() {
    const two = form('One.', 'a.txt');
    two.append('file', new File(['Two.'], 'b.txt'));
    await isRefused(two, {}, 400);
  },
  async '1000 parts'() {
    const parts = form('One.', 'a.txt');
    for (let part = 0; part < 1000; part++) parts.append(`f${part}`, '1');
    await isRefused(parts, {}, 400);
  },
  'boundary missing': () => isRefused('--x', raw(''), 400),
  'boundary 10 KB': () => isRefused('--x', raw(`; boundary=${'b'.repeat(10_000)}`), 400),
  async 'content-length 5 GB, body slow'() {
    // Of the body nothing ever comes, so what answers has not waited for it.
    const never = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
    await isRefused(never, { ...raw('; boundary=x'), 'Content-Length': '5000000000' }, 413);
  },
  async 'chunked without end'() {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        const piece = sent === 0 ? PART : 'y'.repeat(100_000);
        sent += piece.length;
        controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    await isRefused(endless, raw('; boundary=x'), 413);
    expect(sent).toBeLessThan(MOST_BYTES + 2_000_000);
  },
  async 'expect 100-continue'() {
    const server = createAdaptorServer({ fetch: site.app.fetch });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const conversation = await site.begin();
    const body = `${PART}Some words.\r\n--x--\r\n`;
    const status = await new Promise((resolve, reject) => {
      const call = httpRequest({
        port: (server.address() as AddressInfo).port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/conversations/${conversation}/attachments`,
        headers: {
          Authorization: `Bearer ${site.token}`,
          Origin: SITE,
          Expect: '100-continue',
          'Content-Length': body.length,
          ...raw('; boundary=x'),
        },
      });
      call.on('continue', () => call.end(body));
      call.on('response', (answer) => resolve(answer.resume().statusCode));
      call.on('error', reject);
      call.flushHeaders();
    });
    await new Promise((closed) => server.close(closed));
    expect(status).toBe(201);
  },
  async 'same file twice at once'() {
    const conversation = await site.begin();
    const send = () => site.post(conversation, form('The same words.', 'a.txt'));
    expect((await Promise.all([send(), send()])).map(({ status }) => status)).toEqual([201, 201]);
    // Two files, each whole.
    const texts = (await site.kept(conversation)).map(({ chunks }) => chunks.map(({ text }) => text));
    expect(texts).toEqual([['The same words.'], ['The same words.']]);
  },
  async 'kill -9 while ingesting'() {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-killed-'));
    const file = join(folder, 'a.db');
    let reading = () => {};
    const begun = new Promise<void>((resolve) => {
      reading = resolve;
    });
    const parse: Deps['parse'] = () => {
      reading();
      return new Promise(() => {});
    };
    const killed = await makeSite({ parse, store: openSqliteStore({ file }) });
    const conversation = await killed.begin();
    void killed.post(conversation, form('Some words.', 'a.txt'));
    await begun;
    // What another process finds of it is what a start after the crash does: nothing half, and the conversation whole.
    const after = openSqliteStore({ file });
    expect(await after.attachments.list({ accountId: killed.accountId }, conversation)).toEqual([]);
    expect(await after.conversations.get({ accountId: killed.accountId }, conversation)).not.toBeNull();
    await after.close();
    await killed.store.close();
    rmSync(folder, { recursive: true });
  },
  async 'disk full while ingesting'() {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-full-'));
    const file = join(folder, 'a.db');
    const roomy = await makeSite({ store: openSqliteStore({ file }) });
    await roomy.store.close();
    const full = await makeSite({ store: openSqliteStore({ file, maxBytes: statSync(file).size + 72 * 1024 }) });
    const conversation = await full.begin();
    const large = await full.post(conversation, form('Some words and more. '.repeat(10_000), 'a.txt'));
    expect(await endOf(large)).toBe('503 service_unavailable');
    expect(await full.kept(conversation)).toEqual([]);
    expect(await endOf(await full.post(conversation, form('Few words.', 'b.txt')))).toBe('ready');
    await full.store.close();
    rmSync(folder, { recursive: true });
  },
};

async function nameOf(name: string): Promise<string> {
  const answer = await site.post(await site.begin(), form('Some words.', name));
  return ((await answer.json()) as ConversationAttachment).name;
}

async function isRefused(body: BodyInit, headers: Record<string, string>, status: number): Promise<void> {
  const conversation = await site.begin();
  expect((await site.post(conversation, body, headers)).status).toBe(status);
  expect(await site.kept(conversation)).toEqual([]);
}

describe('a form', () => {
  for (const [name, check] of Object.entries(FORMS)) test(name, check);
});

test.skipIf(!hasCorpora)(`every recipe is here (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  const here = new Set([...HAZARDS.map(({ name }) => name), ...Object.keys(FORMS)]);
  const names = corpus<{ name: string }>('upload-hazards').map(({ name }) => name);
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !here.has(name))).toEqual([]);
});
