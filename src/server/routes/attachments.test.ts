import { beforeEach, describe, expect, test } from 'vitest';
import type { Assistant, ConversationAttachment, Message, VisitorExport } from '../../protocol/resources.ts';
import { ExtractiveAnswerer } from '../answer/extractive.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

let t: Awaited<ReturnType<typeof makeApp>>;
let assistant: Assistant;
let token: string;
let other: string;
let conversation: string;

const NOTES = 'The lamp in the hall flickers when it rains. The serial number is K-4711.';

beforeEach(async () => {
  t = await makeApp({ answerer: new ExtractiveAnswerer({ wordPaceMs: 0 }) });
  const made = await t.send('POST', '/v1/assistants', {
    key: t.sk.credential,
    body: { name: 'Docs', attachments: { enabled: true } },
  });
  assistant = (await made.json()) as Assistant;
  const page = await t.addKey(t.accountId, 'publishable', { origins: [SITE], assistantIds: [assistant.id] });
  token = (await t.addVisitor(page, SITE, assistant.id)).token;
  other = (await t.addVisitor(page, SITE, assistant.id)).token;
  conversation = await begin(token);
});

const begin = async (key: string) => {
  const body = { assistant_id: assistant.id };
  return ((await (await t.send('POST', '/v1/conversations', { key, origin: SITE, body })).json()) as { id: string }).id;
};
const upload = async (
  file: BlobPart,
  {
    name = 'notes.txt',
    key = token,
    to = conversation,
    type = '',
  }: { name?: string; key?: string; to?: string; type?: string } = {},
) => {
  const body = new FormData();
  body.set('file', new File([file], name, { type }));
  return t.app.request(`/v1/conversations/${to}/attachments`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, Origin: SITE },
    body,
  });
};
const attach = async (...given: Parameters<typeof upload>) =>
  (await (await upload(...given)).json()) as ConversationAttachment;
const ask = (
  content: string,
  attachments: string[],
  { key = token, to = conversation, ...more }: { key?: string; to?: string; replaces?: string } = {},
) => t.send('POST', `/v1/conversations/${to}/messages`, { key, origin: SITE, body: { content, attachments, ...more } });
const remove = (id: string, key = token, to = conversation) =>
  t.send('DELETE', `/v1/conversations/${to}/attachments/${id}`, { key, origin: SITE });
const failure = async (answer: Response | Promise<Response>) => {
  const { status } = await answer;
  const { error } = (await (await answer).json()) as { error: { code: string; message: string; details?: object } };
  return { status, ...error };
};
const messages = async () => {
  const list = await t.send('GET', `/v1/conversations/${conversation}/messages`, { key: token, origin: SITE });
  return ((await list.json()) as { messages: Message[] }).messages;
};

describe('a file with a question', () => {
  test('is read, listed with its question, and answered from, also by questions after it', async () => {
    const file = await attach(NOTES);
    expect(file).toEqual({
      id: expect.stringMatching(/^att_/),
      conversation_id: conversation,
      name: 'notes.txt',
      type: 'text/plain',
      size: NOTES.length,
      truncated: false,
      created_at: expect.any(String),
    });
    const answer = (await (await ask('When does the lamp flicker?', [file.id])).json()) as Message;
    expect(answer.content).toContain('flickers when it rains');
    expect(answer.sources[0]).toMatchObject({ title: 'notes.txt', url: '', document_id: file.id });
    const { id, name, type, size } = file;
    expect((await messages()).map(({ attachments }) => attachments)).toEqual([[{ id, name, type, size }], []]);
    const second = (await (await ask('What is the serial number?', [])).json()) as Message;
    expect(second.content).toContain('K-4711');
    // Without it nothing is known.
    conversation = await begin(token);
    const without = (await (await ask('When does the lamp flicker?', [])).json()) as Message;
    expect(without).toMatchObject({ outcome: 'not_found' });
  });

  test('stays with a question in its place that names it, and is of no use twice', async () => {
    const file = await attach(NOTES);
    await ask('When does the lamp flicker?', [file.id]);
    const [question] = await messages();
    expect(await failure(ask('Again?', [file.id]))).toMatchObject({ status: 404, code: 'not_found' });
    await ask('When does the lamp flicker, in the hall?', [file.id], { replaces: question!.id });
    expect((await messages())[0]!.attachments).toHaveLength(1);
    expect(await remove(file.id)).toMatchObject({ status: 404 });
  });

  test('is taken back, exported with its text, and goes with the conversation and with the visitor', async () => {
    const spare = await attach('A spare one, with words.');
    expect((await remove(spare.id)).status).toBe(204);
    expect((await remove(spare.id)).status).toBe(404);
    const file = await attach(NOTES);
    await ask('When does the lamp flicker?', [file.id]);
    const answer = await t.send('GET', '/v1/visitor-sessions/me/export', { key: token, origin: SITE });
    const data = (await answer.json()) as VisitorExport;
    expect(data.conversations[0]!.attachments).toEqual([{ ...file, text: NOTES }]);
    const scope = { accountId: t.accountId };
    expect(await t.store.attachments.list(scope, conversation)).toHaveLength(1);
    await t.send('DELETE', `/v1/conversations/${conversation}`, { key: token, origin: SITE });
    expect(await t.store.attachments.list(scope, conversation)).toEqual([]);
    conversation = await begin(token);
    await attach(NOTES);
    await t.send('DELETE', '/v1/visitor-sessions/me', { key: token, origin: SITE });
    expect(await t.store.attachments.list(scope, conversation)).toEqual([]);
  });
});

describe('what is refused', () => {
  test('everything, where the assistant takes none; which is how it begins', async () => {
    const page = await t.addKey(t.accountId, 'publishable', { origins: [SITE], assistantIds: [t.assistant.id] });
    const visitor = (await t.addVisitor(page, SITE, t.assistant.id)).token;
    const made = await t.send('POST', '/v1/conversations', {
      key: visitor,
      origin: SITE,
      body: { assistant_id: t.assistant.id },
    });
    const { id } = (await made.json()) as { id: string };
    expect(await failure(upload(NOTES, { key: visitor, to: id }))).toMatchObject({ status: 409, code: 'conflict' });
  });

  test('another visitor’s, by every way there is; the owner’s own goes through', async () => {
    const file = await attach(NOTES);
    const theirs = await begin(other);
    expect((await upload(NOTES, { key: other })).status).toBe(404);
    expect((await remove(file.id, other)).status).toBe(404);
    expect((await remove(file.id, other, theirs)).status).toBe(404);
    expect((await ask('What is in it?', [file.id], { key: other })).status).toBe(404);
    expect((await ask('What is in it?', [file.id], { key: other, to: theirs })).status).toBe(404);
    expect((await ask('What is in it?', [file.id])).status).toBe(200);
  });

  test('what is too large, of a type that is not taken, or more than a conversation holds', async () => {
    await t.send('PATCH', `/v1/assistants/${assistant.id}`, {
      key: t.sk.credential,
      body: { attachments: { enabled: true, max_bytes: 100, types: ['text/plain'] } },
    });
    expect(await failure(upload('word '.repeat(100)))).toMatchObject({ status: 413, code: 'payload_too_large' });
    expect(await failure(upload('# Title\n\nWords.', { name: 'a.md' }))).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      details: { accepted: ['text/plain'] },
    });
    const row = await t.store.attachments.list({ accountId: t.accountId }, conversation);
    expect(row).toEqual([]);
    for (let n = 0; n < 20; n += 1) {
      const file = {
        accountId: t.accountId,
        conversationId: conversation,
        name: 'a',
        mediaType: 'text/plain',
        bytes: 1,
      };
      await t.store.attachments.add(
        { accountId: t.accountId },
        { ...file, id: `att_${n}`, chunks: [], truncated: false, createdAt: n },
        20,
      );
    }
    expect(await failure(upload('Some words.'))).toMatchObject({ status: 409, code: 'conflict' });
    const six = Array.from({ length: 6 }, (_, n) => `att_${n}`);
    expect(await failure(ask('What?', six))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test.each([
    ['one byte', '%', 'a.pdf', 'unsupported_file'],
    ['nothing', '', 'a.txt', 'empty_file'],
    ['HTML under another name', '<script>alert(1)</script>', 'a.pdf', 'unsupported_file'],
    [
      'SVG with a script',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
      'a.svg',
      'unsupported_file',
    ],
    ['an archive', 'PK\u0003\u0004 nothing in it', 'a.zip', 'unsupported_file'],
    ['a PDF that is none', '%PDF-1.7\nnothing in it', 'a.pdf', 'invalid_file'],
  ])('%s', async (_what, bytes, name, reason) => {
    expect(await failure(upload(bytes, { name }))).toMatchObject({ status: 400, details: { field: 'file', reason } });
    expect(await t.store.attachments.list({ accountId: t.accountId }, conversation)).toEqual([]);
  });

  test('a hostile name is a name; a type that is declared is not believed', async () => {
    const file = await attach('Words of mine.', {
      name: '../../etc/\u202egpj.exe\u0000<img onerror=1>.txt',
      type: 'text/html',
    });
    expect(file.name).toBe('gpj.exe<img onerror=1>.txt');
    expect(file.type).toBe('text/plain');
    const pdf = await failure(upload('%PDF-1.7\n', { name: 'a.txt', type: 'text/plain' }));
    expect(pdf.details).toMatchObject({ reason: 'invalid_file' });
  });

  test('more than a visitor may send in a minute', async () => {
    for (let n = 0; n < 10; n += 1) await upload('Some words.');
    expect(await failure(upload('Some words.'))).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
  });

  test('text beyond what is kept is cut, and said so', async () => {
    const file = await attach(`${'Words and more words. '.repeat(6_000)}`);
    expect(file.truncated).toBe(true);
    const [row] = await t.store.attachments.list({ accountId: t.accountId }, conversation);
    const kept = row!.chunks.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeLessThanOrEqual(100_000);
    expect(kept).toBeGreaterThan(90_000);
  });
});
