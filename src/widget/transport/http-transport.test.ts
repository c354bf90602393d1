import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeApp, SITE } from '../../server/testing/make-app.ts';
import { createMemory } from '../storage.ts';
import { Chat } from '../store/chat.ts';
import { createHttpTransport } from './http-transport.ts';

afterEach(() => vi.unstubAllGlobals());

/** The real server behind `fetch`, as a page of `origin` reaches it, and the chat of one visitor. */
async function world(origin = SITE) {
  const server = await makeApp();
  const requests: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname.replace(/(conv|msg)_\w+/g, '$1')}`);
    const headers = new Headers(request.headers);
    headers.set('Origin', origin);
    return server.app.fetch(new Request(request, { headers }));
  });
  const memory = createMemory('k');
  const visit = () => {
    let changed = () => {};
    const errors: unknown[] = [];
    const chat = new Chat({
      transport: createHttpTransport({
        apiUrl: 'http://localhost:8787/v1',
        publishableKey: server.pk.credential,
        memory,
        now: () => Date.UTC(2026, 0, 1),
      }),
      memory,
      now: () => Date.now(),
      wait: async () => {},
      newId: () => crypto.randomUUID(),
      emit: (name, detail) => name !== 'assisters:error' || errors.push(detail) > 0,
      join: async () => null,
      allowed: () => true,
      outbox: async () => null,
      tools: async () => [],
      files: () => null,
      known: () => false,
      copy: async () => {},
      follow: () => {},
      changed: () => changed(),
    });
    const until = (ready: () => boolean) =>
      new Promise<void>((resolve) => {
        changed = () => ready() && resolve();
        changed();
      });
    return { chat, until, errors };
  };
  return { ...server, requests, visit, memory, stored: () => memory.session() };
}

describe('over the real server', () => {
  test('config at the open, a session at the first question, and the conversation again on the next page', async () => {
    const { visit, requests, stored, assistant } = await world();
    const first = visit();
    first.chat.open();
    await first.until(() => first.chat.state.phase === 'ready');
    expect(first.chat.state.config?.assistant.id).toBe(assistant.id);
    expect(requests).toEqual(['GET /v1/widget/config']);
    expect(stored()).toBeNull();

    first.chat.request({ type: 'send', content: 'Is there an answer?' });
    await first.until(() => first.chat.state.live === null);
    expect(first.chat.state.rows.at(-1)).toMatchObject({ answer: { status: 'complete', outcome: 'not_found' } });
    expect(stored()).toMatchObject({ conversationId: first.chat.state.conversationId });

    const second = visit();
    second.chat.open();
    await second.until(() => second.chat.state.phase === 'ready');
    expect(second.chat.state.rows).toMatchObject([
      { role: 'user', content: 'Is there an answer?' },
      { role: 'assistant', answer: { status: 'complete', outcome: 'not_found' } },
    ]);
    expect(requests.filter((request) => request.endsWith('visitor-sessions')).length).toBe(1);
  });

  test('feedback, try again and end reach the server', async () => {
    const { visit, requests } = await world();
    const { chat, until } = visit();
    chat.request({ type: 'send', content: 'Why?' });
    await until(() => chat.state.live === null);
    const { key } = chat.state.rows.at(-1)!;
    chat.request({ type: 'rate', key, rating: 'down' });
    await vi.waitFor(() => expect(requests).toContain('POST /v1/conversations/conv/messages/msg/feedback'));
    chat.request({ type: 'retry' });
    await until(() => chat.state.live === null);
    expect(requests).toContain('POST /v1/conversations/conv/messages/msg/retry');
    expect(chat.state.rows.at(-1)).toMatchObject({ answer: { status: 'complete' } });
    chat.request({ type: 'end' });
    await vi.waitFor(() => expect(requests).toContain('POST /v1/conversations/conv/end'));
    chat.request({ type: 'send', content: 'And now?' });
    await until(() => chat.state.live === null && chat.state.rows.length > 4);
    expect(requests.filter((request) => request === 'POST /v1/conversations').length).toBe(2);
  });

  test('pages of a long history come from its end', async () => {
    const { visit, tick } = await world();
    const { chat, until } = visit();
    for (let turn = 0; turn < 40; turn++) {
      chat.request({ type: 'send', content: `Question ${turn}` });
      await until(() => chat.state.live === null);
      // Slow enough for the visitor's rate limit.
      tick(60_000);
    }
    const again = visit();
    again.chat.open();
    await again.until(() => again.chat.state.phase === 'ready');
    expect(again.chat.state).toMatchObject({ before: 20 });
    expect(again.chat.state.rows.length).toBe(60);
    again.chat.request({ type: 'older' });
    await again.until(() => again.chat.state.before === 0);
    expect(again.chat.state.rows.map((row) => row.role === 'user' && row.content).filter(Boolean)).toEqual(
      Array.from({ length: 40 }, (_, turn) => `Question ${turn}`),
    );
  });

  test('a token the server no longer knows is replaced, and the lost conversation is said', async () => {
    const { visit, stored, memory } = await world();
    const { chat, until } = visit();
    chat.request({ type: 'send', content: 'One?' });
    await until(() => chat.state.live === null);
    const old = stored()!;
    memory.saveSession({ ...old, token: `${old.token.slice(0, -3)}xyz` });
    const later = visit();
    later.chat.open();
    await later.until(() => later.chat.state.phase === 'ready');
    expect(later.chat.state.rows).toMatchObject([{ role: 'notice', notice: 'gone' }]);
    later.chat.request({ type: 'send', content: 'Two?' });
    await later.until(() => later.chat.state.live === null);
    expect(later.chat.state.rows.at(-1)).toMatchObject({ answer: { status: 'complete' } });
  });

  test('an origin that is not listed is a code of its own, not a broken line', async () => {
    const { visit } = await world('https://elsewhere.example');
    const { chat, until, errors } = visit();
    chat.open();
    await until(() => chat.state.phase === 'failed');
    expect(chat.state.error).toEqual({ code: 'origin_not_allowed', retryAtMs: null });
    expect(errors).toMatchObject([{ code: 'origin_not_allowed' }]);
  });
});
