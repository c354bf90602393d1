import { describe, expect, test } from 'vitest';
import { createMemory, type StoredSession } from '../storage.ts';
import { delta, end, hangs, says } from '../testing/scripts.ts';
import { createScriptedTransport, type ScriptedOptions } from '../transport/scripted-transport.ts';
import { TransportError } from '../transport/transport.ts';
import { Chat } from './chat.ts';
import type { AnswerRow } from './state.ts';

/** A chat in a world where waiting takes no time. */
function start(options: ScriptedOptions, session: Omit<StoredSession, 'subject'> | null = null) {
  const events: [string, Readonly<Record<string, unknown>>][] = [];
  const waits: number[] = [];
  let ids = 0;
  const memory = createMemory('k');
  if (session) memory.saveSession(session);
  const transport = createScriptedTransport(options);
  const chat = new Chat({
    transport,
    memory,
    now: () => 1_000_000,
    wait: async (ms) => void waits.push(ms),
    newId: () => `id_${++ids}`,
    emit: (name, detail) => events.push([name, detail]) > 0,
    join: async () => null,
    allowed: () => true,
    outbox: async () => null,
    tools: async () => [],
    known: () => false,
    copy: async () => {},
    follow: () => {},
    changed: () => settled(),
  });
  let settled = () => {};
  const until = (ready: () => boolean) =>
    new Promise<void>((resolve) => {
      settled = () => ready() && resolve();
      settled();
    });
  const ask = async (content: string) => {
    chat.request({ type: 'send', content });
    await until(() => chat.state.live === null);
    await Promise.resolve();
  };
  const last = () => chat.state.rows.at(-1) as AnswerRow;
  return { chat, transport, events, waits, ask, until, last, session: () => memory.session() };
}

const down = () => new TransportError('connection', 'x');

describe('a broken line', () => {
  test('is tried again with growing pauses, and then is an interrupted answer, not a spinner', async () => {
    const { ask, waits, last, transport } = start({
      answer: (_q, attempt) => (attempt ? down() : [delta('Half'), 'cut']),
    });
    await ask('Why?');
    expect(last().answer).toMatchObject({ status: 'interrupted', content: 'Half' });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000]);
    expect(transport.calls.filter((call) => call.startsWith('resume')).length).toBe(8);
  });

  test('that comes back starts the count anew', async () => {
    const { ask, waits, last } = start({ answer: (_q, attempt) => (attempt < 20 ? [delta('x'), 'cut'] : says('!')) });
    await ask('Why?');
    expect(last().answer).toMatchObject({ status: 'complete', content: `${'x'.repeat(20)}!` });
    expect(new Set(waits)).toEqual(new Set([1000]));
  });

  test('before the server took the question sends the same question under the same key', async () => {
    const keys: string[] = [];
    const { ask, transport, last } = start({ answer: (_q, attempt) => (attempt < 2 ? down() : says('Yes.')) });
    const send = transport.send;
    transport.send = (id, content, key, signal) => {
      keys.push(key);
      return send(id, content, key, signal);
    };
    await ask('Why?');
    expect(last().answer.content).toBe('Yes.');
    expect(new Set(keys)).toEqual(new Set(['id_1']));
    expect(keys.length).toBe(3);
  });
});

describe('a conversation the server no longer takes', () => {
  test.each([
    ['conversation_ended', 'ended'],
    ['not_found', 'gone'],
  ])('%s: the question goes into a new one, and the visitor is told', async (code, notice) => {
    const session = { token: 'vt_1', expiresAtMs: 9e15, conversationId: 'conv_old' };
    const refuse = (_q: string, attempt: number) => (attempt ? says('Yes.') : new TransportError(code, 'x'));
    const { chat, ask, until, last, session: stored } = start({ answer: refuse }, session);
    chat.open();
    await until(() => chat.state.phase === 'ready');
    expect(chat.state.conversationId).toBe('conv_old');
    await ask('Why?');
    expect(chat.state.rows.map((row) => (row.role === 'notice' ? row.notice : row.role))).toEqual([
      notice,
      'user',
      'assistant',
    ]);
    expect(last().answer.content).toBe('Yes.');
    expect(stored()).toMatchObject({ token: 'vt_1', conversationId: 'conv_1' });
  });
});

describe('requests', () => {
  test('a second question waits for the first answer', async () => {
    const { chat, transport } = start({ answer: () => [delta('x'), hangs()] });
    chat.request({ type: 'send', content: 'One?' });
    chat.request({ type: 'send', content: 'Two?' });
    await Promise.resolve();
    expect(chat.state.rows.length).toBe(1);
    chat.dispose();
    expect(transport.calls.filter((call) => call.includes('Two'))).toEqual([]);
  });

  test('context goes with conversations started afterwards', async () => {
    const { chat, ask, transport } = start({ answer: () => says('Yes.') });
    chat.setContext({ plan: 'pro' });
    chat.setContext({ page: '/pricing' });
    await ask('Why?');
    expect(transport.calls[0]).toBe('start:{"plan":"pro","page":"/pricing"}');
  });

  test('an empty question and one over the limit are not sent', () => {
    const { chat } = start({ answer: () => says('Yes.') });
    chat.request({ type: 'send', content: '  \n' });
    chat.request({ type: 'send', content: 'x'.repeat(4001) });
    expect(chat.state.rows).toEqual([]);
  });

  test('tells the page what happens, in order', async () => {
    const { ask, events } = start({ answer: () => [delta('Yes.'), end] });
    await ask('Why?');
    expect(events.map(([name]) => name)).toEqual([
      'assisters:message',
      'assisters:response-start',
      'assisters:response-end',
      'assisters:message',
      'assisters:unread',
    ]);
  });

  test('a reset forgets the conversation and stops what nobody will read', async () => {
    const { chat, transport, until } = start({ answer: () => [delta('x'), hangs()] });
    chat.open();
    chat.request({ type: 'send', content: 'Why?' });
    await until(() => chat.state.live?.answer.content === 'x');
    chat.reset();
    expect(chat.state).toMatchObject({ rows: [], live: null, conversationId: null, open: true });
    expect(transport.calls.at(-1)).toBe('stop:msg_1');
  });

  test('a rating the server refuses is taken back', async () => {
    const { chat, ask, transport, last, until } = start({ answer: () => says('Yes.') });
    await ask('Why?');
    transport.feedback = async () => {
      throw new TransportError('internal_error', 'x');
    };
    chat.request({ type: 'rate', key: last().key, rating: 'up' });
    expect(last().feedback).toBe('up');
    await until(() => last().feedback === null);
  });
});
