import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appServer, prose } from '../../test/app-server.ts';
import { SITE } from '../server/testing/make-app.ts';
import { Assisters, AuthenticationError, ConflictError, NotFoundError, type RateLimitError } from './index.ts';

/** The SDK against the real app: without a socket, and through one. */

let server: Awaited<ReturnType<typeof appServer>>;
beforeAll(async () => {
  server = await appServer();
});
afterAll(() => server.close());

const ways = [
  [
    'app.fetch',
    () => new Assisters({ apiKey: server.sk.credential, baseURL: 'http://app/v1', fetch: server.app.fetch }),
  ],
  ['a socket', () => new Assisters({ apiKey: server.sk.credential, baseURL: `http://127.0.0.1:${server.port}/v1` })],
] as const;

describe.for(ways)('through %s', ([, connect]) => {
  test('the reference, as printed', async () => {
    const client = connect();
    const written: string[] = [];
    const process = { stdout: { write: (text: string) => void written.push(text) } };
    const assistantId = server.assistant.id;
    // --- from the reference ---
    const conversation = await client.conversations.create({ assistantId });
    const conversationId = conversation.id;
    const response = await client.messages.create({ conversationId, content: 'Hello!' });
    const stream = await client.messages.stream({ conversationId, content: 'seed 3' });
    for await (const chunk of stream) process.stdout.write(chunk.content);
    // ---
    expect(conversation).toMatchObject({ assistant_id: assistantId, messages: [] });
    expect(response).toMatchObject({ role: 'assistant', content: 'You said: Hello!', status: 'complete' });
    expect(written.join('')).toBe(prose(3).join(''));
  });

  test('the reference’s error handling, as printed', async () => {
    const client = connect();
    const seen: string[] = [];
    try {
      await client.conversations.create({ assistantId: 'ast_unknown' });
    } catch (error) {
      const { code, status, details } = error as RateLimitError;
      if (code === 'rate_limit_exceeded') seen.push(`wait ${details.retry_after}`);
      else if (status >= 500) seen.push('retry');
      else seen.push(code);
    }
    expect(seen).toEqual(['not_found']);
  });

  test('a stream tells its ids, sources, usage; the whole answer is what is stored', async () => {
    const client = connect();
    const { id: conversationId } = await client.conversations.create({ assistantId: server.assistant.id });
    const stream = await client.messages.stream({ conversationId, content: 'seed 4', metadata: { page: '/a' } });
    const { message_id: messageId, user_message_id: questionId } = await stream.start;
    const final = await stream.finalMessage();
    expect(final.content).toBe(prose(4).join(''));
    expect((await stream.end).usage).toMatchObject({ total_tokens: 3 });
    const { messages, total } = await client.messages.list({ conversationId });
    expect(total).toBe(2);
    expect(messages[0]).toMatchObject({ id: questionId, role: 'user', metadata: { page: '/a' } });
    expect(messages[1]).toMatchObject({ ...final, id: messageId });
  });

  test('stop ends the answer on the server; it can be rated, written again and resumed', async () => {
    const client = connect();
    const { id: conversationId } = await client.conversations.create({ assistantId: server.assistant.id });
    const stream = await client.messages.stream({ conversationId, content: 'endless' });
    for await (const { offset } of stream) if (offset > 50) await stream.stop();
    const stopped = await stream.finalMessage();
    expect(stopped).toMatchObject({ status: 'stopped' });
    const messageId = stopped.id;
    expect(await client.messages.feedback({ conversationId, messageId, rating: 'down', comment: 'c' })).toMatchObject({
      rating: 'down',
    });

    const again = await client.messages.retry({ conversationId, messageId });
    for await (const { content } of again) if (content !== '') break;
    const held = again.state.content;
    const resumed = await client.messages.resume({ conversationId, messageId, content: held });
    for await (const { offset } of resumed) {
      expect(offset, 'nothing that is held comes again').toBeGreaterThanOrEqual(held.length);
      break;
    }
    const twice = await client.messages.retry({ conversationId, messageId });
    expect(await client.messages.stop({ conversationId, messageId })).toMatchObject({ status: 'stopped' });
    expect(await twice.finalMessage()).toMatchObject({ id: messageId, status: 'stopped' });
  });

  test('leaving the loop does not end the answer: it is there later', async () => {
    const client = connect();
    const { id: conversationId } = await client.conversations.create({ assistantId: server.assistant.id });
    const stream = await client.messages.stream({ conversationId, content: 'seed 5' });
    for await (const _ of stream) break;
    const { message_id: messageId } = await stream.start;
    const resumed = await client.messages.resume({ conversationId, messageId });
    expect((await resumed.finalMessage()).content).toBe(prose(5).join(''));
  });

  test('every noun', async () => {
    const client = connect();
    const kb = await client.knowledgeBases.create({ name: 'Docs' });
    const assistant = await client.assistants.create({
      name: 'A',
      systemPrompt: 's',
      knowledgeBaseId: kb.id,
      category: 'c',
    });
    expect(await client.assistants.update(assistant.id, { name: 'B', knowledgeBaseId: null })).toMatchObject({
      name: 'B',
      knowledge_base_id: null,
    });
    const ids: string[] = [];
    for await (const { id } of client.assistants.list({ category: 'c', limit: 1 })) ids.push(id);
    expect(ids).toContain(assistant.id);
    const key = await client.apiKeys.create({
      kind: 'publishable',
      name: 'k',
      assistantIds: [assistant.id],
      origins: [SITE],
    });
    expect(await client.apiKeys.update(key.id, { name: 'l' })).toMatchObject({ name: 'l', origins: [SITE] });
    await client.apiKeys.revoke(key.id);
    expect((await client.apiKeys.list()).api_keys.find(({ id }) => id === key.id)?.revoked_at).not.toBeNull();
    const conversation = await client.conversations.create({
      assistantId: assistant.id,
      userId: 'u',
      metadata: { a: 1 },
    });
    expect(await client.conversations.end(conversation.id)).toMatchObject({ id: conversation.id, user_id: 'u' });
    await expect(client.messages.create({ conversationId: conversation.id, content: 'x' })).rejects.toBeInstanceOf(
      ConflictError,
    );
    expect((await client.conversations.list({ userId: 'u', limit: 1 })).total).toBeGreaterThan(0);
    const knowledgeBaseId = kb.id;
    const filename = 'größe 1.md';
    const document = await client.documents.create({
      knowledgeBaseId,
      file: '# Hi',
      filename,
      metadata: { title: 'T', a: [1] },
    });
    expect(document).toMatchObject({ filename, title: 'T', bytes: 4, metadata: { a: [1] } });
    const documentId = document.id;
    expect(await client.documents.get({ knowledgeBaseId, documentId })).toMatchObject({ id: documentId });
    expect((await client.documents.list({ knowledgeBaseId })).total).toBe(1);
    await client.documents.delete({ knowledgeBaseId, documentId });
    expect((await client.documents.list({ knowledgeBaseId })).documents).toEqual([]);
    await client.assistants.delete(assistant.id);
    await client.knowledgeBases.delete(kb.id);
    await expect(client.assistants.get(assistant.id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.knowledgeBases.get(kb.id)).rejects.toMatchObject({ requestId: expect.stringMatching(/^req_/) });
  });

  test('a wrong key is an authentication error', async () => {
    const { baseURL } = connect();
    const client = new Assisters({
      apiKey: 'sk_live_wrong',
      baseURL,
      fetch: baseURL.startsWith('http://app') ? server.app.fetch : undefined,
    });
    await expect(client.assistants.list()).rejects.toBeInstanceOf(AuthenticationError);
  });
});

test('a page’s key opens a session, and the session’s token speaks', async () => {
  const options = { baseURL: `http://127.0.0.1:${server.port}/v1`, headers: { Origin: SITE } };
  const page = new Assisters({ ...options, apiKey: server.pk.credential });
  expect((await page.widget.config()).assistant.id).toBe(server.assistant.id);
  const { token } = await page.visitorSessions.create();
  const visitor = new Assisters({ ...options, apiKey: token });
  const { id: conversationId } = await visitor.conversations.create({ assistantId: server.assistant.id });
  const stream = await visitor.messages.stream({ conversationId, content: 'seed 6' });
  expect((await stream.finalMessage()).content).toBe(prose(6).join(''));
  await expect(visitor.apiKeys.list()).rejects.toMatchObject({ status: 403 });
});
