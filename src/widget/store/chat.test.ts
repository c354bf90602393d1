import { describe, expect, test, vi } from 'vitest';
import type { PageTool } from '../../protocol/resources.ts';
import type { Outbox, Waiting } from '../features/outbox.ts';
import { createMemory, type StoredSession } from '../storage.ts';
import { stored } from '../testing/messages.ts';
import { delta, end, hangs, says } from '../testing/scripts.ts';
import { createScriptedTransport, type ScriptedOptions } from '../transport/scripted-transport.ts';
import { TransportError } from '../transport/transport.ts';
import { Chat } from './chat.ts';
import type { AnswerRow } from './state.ts';

/** A chat in a world where waiting takes no time. */
function start(
  options: ScriptedOptions,
  session: Omit<StoredSession, 'subject'> | null = null,
  outbox: Outbox | null = null,
) {
  const events: [string, Readonly<Record<string, unknown>>][] = [];
  const waits: number[] = [];
  let ids = 0;
  const tools: PageTool[] = [];
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
    outbox: async () => outbox,
    tools: async () => tools,
    files: () => null,
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
  return { chat, tools, transport, events, waits, ask, until, last, session: () => memory.session() };
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

/** An outbox without a browser; what is in it outlives a chat as it outlives a page. */
function fakeOutbox(kept: Waiting[] = []) {
  const outbox: Pick<Outbox, 'put' | 'all' | 'delete' | 'clear' | 'alone'> = {
    put: async (waiting) => void kept.push(waiting),
    all: async () => [...kept],
    delete: async (key) => void kept.splice(0, kept.length, ...kept.filter((one) => one.key !== key)),
    clear: async () => void kept.splice(0),
    alone: (work) => work(),
  };
  return { kept, outbox: outbox as Outbox };
}

describe('questions without a line', () => {
  /** A line that is down until `mend`. */
  function line() {
    let isDown = true;
    return { answer: () => (isDown ? down() : says('Yes.')), mend: () => (isDown = false) };
  }
  const questions = ({ chat }: ReturnType<typeof start>) =>
    chat.state.rows.map((row) => (row.role === 'user' ? row.content : row.role));

  test('go out in order when it is back, and leave the outbox', async () => {
    const { kept, outbox } = fakeOutbox();
    const { answer, mend } = line();
    const world = start({ answer }, null, outbox);
    const { chat, until } = world;
    chat.request({ type: 'send', content: 'One?' });
    await until(() => chat.state.offline);
    chat.request({ type: 'send', content: 'Two?' });
    chat.request({ type: 'send', content: 'Three?' });
    await until(() => chat.state.waiting.length === 2);
    expect(chat.state.waiting.map(({ content }) => content)).toEqual(['Two?', 'Three?']);
    expect(kept.map(({ content }) => content)).toEqual(['One?', 'Two?', 'Three?']);
    mend();
    await until(() => chat.state.rows.length === 6);
    expect(questions(world)).toEqual(['One?', 'assistant', 'Two?', 'assistant', 'Three?', 'assistant']);
    await vi.waitFor(() => expect(kept).toEqual([]));
  });

  test('of a page that is gone are sent by the next, under their own key; one that had arrived is not', async () => {
    const session = { token: 'vt_1', expiresAtMs: 9e15, conversationId: 'conv_1' };
    const { kept, outbox } = fakeOutbox([
      { key: 'k1', content: 'Heard?', conversationId: 'conv_1' },
      { key: 'k2', content: 'Unheard?', conversationId: 'conv_1' },
      { key: 'k3', content: 'Elsewhere?', conversationId: 'conv_9' },
    ]);
    const history = [
      stored('m1', 'user', 'Heard?', { metadata: { client_id: 'k1' } }),
      stored('m2', 'assistant', 'Yes.'),
    ];
    const { chat, transport, until } = start({ answer: () => says('Yes.'), history }, session, outbox);
    chat.open();
    await until(() => chat.state.rows.length === 4);
    expect(transport.calls.filter((call) => call.startsWith('send'))).toEqual(['send:Unheard?']);
    await vi.waitFor(() => expect(kept.map(({ key }) => key)).toEqual(['k3']));
  });

  test('asked anew without a line, one waits, outlives the page and takes the place of the old one once', async () => {
    const session = { token: 'vt_1', expiresAtMs: 9e15, conversationId: 'conv_1' };
    const history = [
      stored('m1', 'user', 'Before?'),
      stored('m2', 'assistant', 'Yes.'),
      stored('m3', 'user', 'Old?'),
      stored('m4', 'assistant', 'No.'),
    ];
    const { kept, outbox } = fakeOutbox();
    const first = start({ answer: () => down(), history }, session, outbox);
    first.chat.open();
    await first.until(() => first.chat.state.rows.length === 4);
    first.chat.request({ type: 'edit', key: 'm3', content: 'New?' });
    await first.until(() => first.chat.state.offline);
    expect(questions(first)).toEqual(['Before?', 'assistant', 'New?']);
    expect(kept).toMatchObject([{ content: 'New?', conversationId: 'conv_1', replaces: 'm3' }]);
    first.chat.dispose();

    // The page is loaded again, first without a line for the history either.
    const { answer, mend } = line();
    const second = start({ answer, history }, session, outbox);
    second.chat.open();
    await second.until(() => second.chat.state.offline);
    expect(questions(second)).toEqual(['Before?', 'assistant', 'New?']);
    mend();
    await second.until(() => second.chat.state.rows.length === 4);
    expect(questions(second)).toEqual(['Before?', 'assistant', 'New?', 'assistant']);
    const { calls } = second.transport;
    expect(calls.filter((call) => call.startsWith('with'))).toContain('with:{"replaces":"m3"}');
    await vi.waitFor(() => expect(kept).toEqual([]));
    second.chat.dispose();

    const third = start({ answer: () => says('Yes.'), history }, session, outbox);
    third.chat.open();
    await third.until(() => third.chat.state.rows.length === 4);
    expect(third.transport.calls.filter((call) => call.startsWith('send'))).toEqual([]);
  });

  test('are given up with the conversation, and when the visitor stops them', async () => {
    const { kept, outbox } = fakeOutbox();
    const { chat, until } = start({ answer: () => down() }, null, outbox);
    chat.request({ type: 'send', content: 'One?' });
    await until(() => chat.state.offline);
    chat.request({ type: 'stop' });
    await vi.waitFor(() => expect(kept).toEqual([]));
    chat.request({ type: 'send', content: 'Two?' });
    await until(() => chat.state.offline);
    chat.leave();
    await vi.waitFor(() => expect(kept).toEqual([]));
    expect(chat.state).toMatchObject({ rows: [], waiting: [], live: null });
  });
});

describe('tools of the page', () => {
  const TOOL = { name: 'order', description: 'Order', parameters: {} };
  const script = (question: string) =>
    question.startsWith('results of')
      ? [delta('Done.'), end]
      : [
          delta('Wait. '),
          { type: 'tool_call', id: 'c1', name: 'order', arguments: { n: 1 } } as const,
          { ...end, status: 'awaiting_tool' } as const,
        ];

  test('go with a question; their results go on with the answer', async () => {
    const { chat, ask, tools, transport, until, last } = start({ answer: script });
    tools.push(TOOL);
    await ask('Order one');
    expect(transport.calls).toContain(`with:${JSON.stringify({ tools: [TOOL] })}`);
    expect(last().answer).toMatchObject({ status: 'awaiting_tool', toolCalls: [{ id: 'c1' }] });
    chat.request({ type: 'tool-results', key: last().key, results: [{ tool_call_id: 'c1', content: 7 }] });
    await until(() => last()?.answer?.status === 'complete');
    expect(last().answer).toMatchObject({ content: 'Wait. Done.', toolCalls: [] });
    expect(transport.calls).toContain('tool-results:[{"tool_call_id":"c1","content":7}]');
  });

  test('whose results were lost on the way give the same again, and are not asked for anew', async () => {
    let tries = 0;
    const answer = (question: string) =>
      question.startsWith('results of') && tries++ === 0 ? down() : script(question);
    const { chat, ask, transport, until, last } = start({ answer });
    await ask('Order one');
    chat.request({ type: 'tool-results', key: last().key, results: [{ tool_call_id: 'c1', content: 7 }] });
    await until(() => last()?.answer?.status === 'complete');
    expect(transport.calls.filter((call) => call.startsWith('tool-results'))).toHaveLength(2);
    expect(transport.calls.filter((call) => call.startsWith('resume'))).toEqual([]);
  });
});

describe('second thoughts', () => {
  test('a question asked anew takes the place of itself and all after it', async () => {
    const { chat, ask, transport, until } = start({ answer: () => says('Yes.') });
    await ask('One?');
    await ask('Two?');
    const first = chat.state.rows[0]!;
    chat.request({ type: 'edit', key: first.key, content: ' Other? ' });
    await until(() => chat.state.rows.length === 2 && chat.state.live === null);
    expect(chat.state.rows[0]).toMatchObject({ content: 'Other?' });
    expect(transport.calls).toContain('with:{"replaces":"msg_1_q"}');
  });

  test('of a thumb down the reason is asked; with it, the page hears once more', async () => {
    const { chat, ask, last, events, until } = start({ answer: () => says('Yes.') });
    await ask('Why?');
    const { key } = last();
    chat.request({ type: 'rate', key, rating: 'down' });
    expect(chat.state.form).toEqual({ key, kind: 'feedback' });
    chat.request({ type: 'rate', key, rating: 'down', reason: 'outdated', comment: 'Six.' });
    await until(() => true);
    await vi.waitFor(() =>
      expect(events.filter(([name]) => name === 'assisters:feedback').map(([, detail]) => detail)).toEqual([
        { message_id: 'msg_1', rating: 'down' },
        { message_id: 'msg_1', rating: 'down', reason: 'outdated', comment: 'Six.' },
      ]),
    );
  });
});

describe('the visitor', () => {
  test('goes on with another conversation, and leaves the first to the server', async () => {
    const history = [stored('m1', 'user', 'Old?'), stored('m2', 'assistant', 'Old.')];
    const { chat, transport, until } = start({ answer: () => [delta('x'), hangs()], history });
    chat.open();
    await until(() => chat.state.phase === 'ready');
    chat.request({ type: 'send', content: 'Why?' });
    await until(() => chat.state.live?.answer.content === 'x');
    chat.request({ type: 'switch', conversationId: 'conv_old' });
    await until(() => chat.state.phase === 'ready');
    expect(chat.state).toMatchObject({ conversationId: 'conv_old', live: null, rows: [{ content: 'Old?' }, {}] });
    expect(transport.calls.some((call) => call.startsWith('stop'))).toBe(false);
  });

  test('who leaves takes the draft along, and an answer nobody will read is stopped', async () => {
    const { chat, transport, until } = start({ answer: () => [delta('x'), hangs()] });
    chat.request({ type: 'send', content: 'Why?' });
    await until(() => chat.state.live?.answer.content === 'x');
    chat.request({ type: 'draft', value: 'secret' });
    chat.leave();
    expect(chat.state).toMatchObject({ rows: [], live: null, draft: '', conversationId: null });
    expect(transport.calls.at(-1)).toBe('stop:msg_1');
  });
});
