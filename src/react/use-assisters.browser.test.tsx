import { act, memo, StrictMode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { delta, end, found, hangs, SOURCES } from '../widget/testing/demo.ts';
import { createScriptedTransport, type ScriptedOptions } from '../widget/transport/scripted-transport.ts';
import { TransportError } from '../widget/transport/transport.ts';
import { type Assistance, type HeadlessMessage, type UseAssistersOptions, useAssisters } from './index.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const roots: [Root, HTMLElement][] = [];
let count = 0;
afterEach(async () => {
  for (const [root, box] of roots.splice(0)) {
    await act(() => root.unmount());
    box.remove();
  }
  localStorage.clear();
  sessionStorage.clear();
});

const drawn = new Map<string, number>();
const Row = memo(({ message }: { message: HeadlessMessage }) => {
  drawn.set(message.key, (drawn.get(message.key) ?? 0) + 1);
  return <li>{message.content}</li>;
});

function Own({ tell, ...options }: UseAssistersOptions & { tell: (chat: Assistance) => void }) {
  const chat = useAssisters(options);
  tell(chat);
  return (
    <ul>
      {chat.messages.map((message) => (
        <Row key={message.key} message={message} />
      ))}
    </ul>
  );
}

function Status(options: UseAssistersOptions) {
  const { status, messages } = useAssisters(options);
  return <p>{`${status} ${messages.length}`}</p>;
}

/** A chat of one's own, in StrictMode. `seen` is what the hook gave last. */
async function mount(script: ScriptedOptions, options: Partial<UseAssistersOptions> = {}) {
  const transport = createScriptedTransport(script);
  const statuses: string[] = [];
  let seen!: Assistance;
  const tell = (chat: Assistance) => {
    seen = chat;
    if (statuses.at(-1) !== chat.status) statuses.push(chat.status);
  };
  const given = { publishableKey: `pk_test_hook${++count}`, transport, ...options };
  const page = (change: Partial<UseAssistersOptions> = {}) => (
    <StrictMode>
      <Own {...given} {...change} tell={tell} />
    </StrictMode>
  );
  const box = document.body.appendChild(document.createElement('div'));
  const root = createRoot(box);
  roots.push([root, box]);
  const show = (change?: Partial<UseAssistersOptions>) => act(() => root.render(page(change)));
  await show();
  const until = (ready: (chat: Assistance) => boolean) => act(() => vi.waitFor(() => expect(ready(seen)).toBe(true)));
  return { box, root, page, show, until, transport, statuses, chat: () => seen };
}

test('a question and its streamed answer, with sources', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { box, chat, until, statuses } = await mount({
    answer: () => [delta('Yes '), held, delta('[1].'), found(), end],
  });
  await until(({ status }) => status === 'ready');
  await act(() => chat().send('Is it?'));
  await until(({ status }) => status === 'streaming');
  expect(chat().messages.map(({ role, content }) => [role, content])).toEqual([
    ['user', 'Is it?'],
    ['assistant', 'Yes '],
  ]);
  go();
  await until(({ status }) => status === 'ready');
  expect(chat().sources.map(({ title }) => title)).toEqual(SOURCES.map(({ title }) => title));
  expect(chat().messages.at(-1)).toMatchObject({ id: 'msg_1', status: 'complete', content: 'Yes [1].' });
  expect(box.textContent).toBe('Is it?Yes [1].');
  expect(statuses.filter((status) => status !== 'idle')).toEqual([
    'loading',
    'ready',
    'submitted',
    'streaming',
    'ready',
  ]);
});

test('a row that did not change is not drawn again, and the actions stay the same functions', async () => {
  const { chat, until } = await mount({ answer: () => [delta('One '), delta('two.'), end] });
  const { send, stop } = chat();
  await act(() => chat().send('First?'));
  await until(({ status }) => status === 'ready');
  const [question, answer] = chat().messages;
  const before = [drawn.get(question!.key), drawn.get(answer!.key)];
  await act(() => chat().send('Second?'));
  await until(({ status, messages }) => status === 'ready' && messages.length === 4);
  expect(chat().messages.slice(0, 2)).toEqual([question, answer]);
  expect(chat().messages[0]).toBe(question);
  expect([drawn.get(question!.key), drawn.get(answer!.key)]).toEqual(before);
  expect([chat().send, chat().stop]).toEqual([send, stop]);
});

test('stop, regenerate, rate, reset', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { chat, until, transport } = await mount({
    answer: (_, attempt) => (attempt === 0 ? [delta('Half'), held, end] : [delta('Whole.'), end]),
  });
  await act(() => chat().send('Why?'));
  await until(({ status }) => status === 'streaming');
  await act(() => chat().stop());
  go();
  await until(({ status }) => status === 'ready');
  expect(chat().messages.at(-1)).toMatchObject({ status: 'stopped', content: 'Half' });
  await act(() => chat().regenerate());
  await until(({ status, messages }) => status === 'ready' && messages.at(-1)?.content === 'Whole.');
  expect(chat().messages).toHaveLength(2);
  await act(() => chat().rate(chat().messages[1]!.key, 'up'));
  expect(chat().messages[1]!.feedback).toBe('up');
  await act(() => chat().reset());
  expect(chat()).toMatchObject({ messages: [], conversationId: null, status: 'ready' });
  expect(transport.calls.some((call) => call.startsWith('stop'))).toBe(true);
});

test('a refused question is an error that can be tried again', async () => {
  const { chat, until } = await mount({
    answer: (_, attempt) => (attempt === 0 ? new TransportError('model_error', 'Down.') : [delta('Up.'), end]),
  });
  await act(() => chat().send('Why?'));
  await until(({ status }) => status === 'error');
  expect(chat().error).toMatchObject({ code: 'model_error' });
  await act(() => chat().regenerate());
  await until(({ status }) => status === 'ready');
  expect(chat().error).toBeNull();
  expect(chat().messages.at(-1)!.content).toBe('Up.');
});

test('while it is not enabled nothing is asked for', async () => {
  const { chat, show, until, transport } = await mount({ answer: () => [delta('Yes.'), end] }, { enabled: false });
  const config = vi.spyOn(transport, 'config');
  expect(chat().status).toBe('idle');
  expect(config).not.toHaveBeenCalled();
  await show({ enabled: true });
  await until(({ status }) => status === 'ready');
  expect(config).toHaveBeenCalledTimes(1);
});

test('removing it closes the line, and nothing is heard any more', async () => {
  let line: AbortSignal | undefined;
  const { chat, root, until, transport } = await mount({ answer: () => [delta('Well'), hangs()] });
  const { send } = transport;
  transport.send = (id, content, key, signal) => {
    line = signal;
    return send(id, content, key, signal);
  };
  await act(() => chat().send('Hi'));
  await until(({ status }) => status === 'streaming');
  expect(line?.aborted).toBe(false);
  await act(() => root.unmount());
  expect(line?.aborted).toBe(true);
  expect(transport.calls.filter((call) => call.startsWith('stop'))).toEqual([]);
});

test('markup of a server comes to life without a warning', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const transport = createScriptedTransport({ answer: () => [delta('Yes.'), end] });
  const publishableKey = `pk_test_hook${++count}`;
  const box = document.body.appendChild(document.createElement('div'));
  box.innerHTML = '<p>idle 0</p>';
  const root = await act(() =>
    hydrateRoot(
      box,
      <StrictMode>
        <Status publishableKey={publishableKey} transport={transport} />
      </StrictMode>,
    ),
  );
  roots.push([root, box]);
  await act(() => vi.waitFor(() => expect(box.textContent).toBe('ready 0')));
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
});
