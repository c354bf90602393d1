import { act, createRef, type Ref, StrictMode, useState } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { attributeOf, OPTIONS } from '../widget/index.ts';
import { delta, demoTransport, end, found, hangs, SOURCES } from '../widget/testing/demo.ts';
import { createScriptedTransport } from '../widget/transport/scripted-transport.ts';
import { TransportError } from '../widget/transport/transport.ts';
import { AssistersChat, type AssistersChatElement, type AssistersChatProps } from './index.ts';

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

const key = () => `pk_test_react${++count}`;
const frames = async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
};

/** Renders in StrictMode; `show` renders again with other props. */
async function render(first: AssistersChatProps) {
  const box = document.body.appendChild(document.createElement('div'));
  const root = createRoot(box);
  roots.push([root, box]);
  const ref = createRef<AssistersChatElement>();
  const show = (props: AssistersChatProps) =>
    act(() =>
      root.render(
        <StrictMode>
          <AssistersChat ref={ref} {...props} />
        </StrictMode>,
      ),
    );
  await show(first);
  return { box, root, ref, chat: ref.current!, show };
}

test('the example of the documentation: an answer reaches onMessage as a message', async () => {
  const messages: unknown[] = [];
  const { chat } = await render({
    publishableKey: key(),
    apiUrl: 'https://chat.example.com/v1',
    assistantId: 'ast_1',
    theme: 'light',
    position: 'bottom-right',
    placeholder: 'Ask me anything...',
    transport: createScriptedTransport({ answer: () => [delta('Hel'), delta('lo.'), end] }),
    onMessage: (msg) => messages.push(msg),
  });
  chat.send('Hi');
  await vi.waitFor(() => expect(messages).toHaveLength(2));
  expect(messages[0]).toEqual({ role: 'user', content: 'Hi' });
  expect(messages[1]).toMatchObject({ role: 'assistant', content: 'Hello.', status: 'complete' });
  await frames();
  expect(chat.shadowRoot!.querySelector('textarea')!.placeholder).toBe('Ask me anything...');
});

test('every option reaches the element, follows its prop, and goes when the prop goes', async () => {
  const publishableKey = key();
  const values: Record<string, unknown> = {
    publishableKey,
    assistantId: 'ast_1',
    apiUrl: 'https://chat.example.com/v1',
    theme: 'dark',
    position: 'top-left',
    placeholder: 'Ask',
    greeting: 'Hello',
    mode: 'inline',
    locale: 'de',
    zIndex: '9',
    noLauncher: true,
    launcherLabel: 'Ask us',
    userToken: 'header.payload.signature',
    consent: 'required',
    consentText: 'We keep it.',
    privacyUrl: 'https://example.com/privacy',
    shortcut: 'Alt+/',
    movable: true,
    compat: 'kapa',
    proactive: 'server',
    sound: true,
  };
  const strings = { send: 'Fire' };
  const headers = { 'x-tenant': 'a' };
  const transport = demoTransport();
  const { chat, show } = await render({ ...values, strings, headers, transport } as AssistersChatProps);
  const names = Object.keys(OPTIONS).filter((name) => name !== 'open' && name !== 'isolation');
  const read = (name: string) => (chat as unknown as Record<string, unknown>)[name];
  expect(names.sort()).toEqual(Object.keys(values).sort());
  expect(Object.fromEntries(names.map((name) => [name, read(name)]))).toEqual(values);
  expect([chat.strings, chat.headers, chat.transport]).toEqual([strings, headers, transport]);
  await frames();
  expect(chat.shadowRoot!.querySelector('.root.dark')).not.toBeNull();

  await show({ publishableKey, theme: 'light', placeholder: 'Other', transport });
  await frames();
  expect(chat.shadowRoot!.querySelector('.root.dark')).toBeNull();
  expect([chat.theme, chat.placeholder]).toEqual(['light', 'Other']);
  await show({ publishableKey, transport });
  await frames();
  const gone = names.filter((name) => name !== 'publishableKey');
  expect(gone.filter((name) => (read(name) ?? false) !== false)).toEqual([]);
  expect(gone.filter((name) => chat.hasAttribute(attributeOf(name)))).toEqual([]);
  expect([chat.strings, chat.headers]).toEqual([undefined, undefined]);
});

test('each callback gets what its event is about, the latest one only, in the order of the turn', async () => {
  const told: unknown[][] = [];
  const stale = vi.fn();
  const tell =
    (name: string) =>
    (...values: unknown[]) =>
      void told.push([name, ...values.filter((value) => !(value instanceof Event))]);
  const publishableKey = key();
  const transport = createScriptedTransport({
    answer: (question) =>
      question === 'refuse' ? new TransportError('internal_error', 'Broken.') : [delta('Yes [1].'), found(), end],
  });
  const { chat, show } = await render({ publishableKey, transport, onOpen: stale, onReady: tell('ready') });
  await show({
    publishableKey,
    transport,
    onReady: tell('ready again'),
    onOpen: tell('open'),
    onClose: tell('close'),
    onMessage: ({ role }) => tell('message')(role),
    onResponseStart: tell('start'),
    onResponseEnd: tell('end'),
    onSourceClick: (source, event) => {
      event.preventDefault();
      tell('source')(source.title);
    },
    onFeedback: tell('feedback'),
    onUnread: tell('unread'),
    onError: ({ code }) => tell('error')(code),
  });
  chat.send('Is it?');
  await vi.waitFor(() => expect(told.filter(([name]) => name === 'message')).toHaveLength(2));
  expect(told).toEqual([
    ['ready'],
    ['open'],
    ['message', 'user'],
    ['start'],
    ['end', 'complete'],
    ['message', 'assistant'],
  ]);
  expect(stale).not.toHaveBeenCalled();

  told.length = 0;
  await frames();
  const root = chat.shadowRoot!;
  root.querySelector<HTMLButtonElement>('.actions [aria-pressed]')!.click();
  root.querySelector<HTMLButtonElement>('.chip')!.click();
  await frames();
  root.querySelector<HTMLAnchorElement>('.card a')!.click();
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(told).toEqual([
    ['feedback', { message_id: 'msg_1', rating: 'up' }],
    ['source', SOURCES[0]!.title],
  ]);

  told.length = 0;
  chat.send('refuse');
  chat.close();
  await vi.waitFor(() => expect(told.map(([name]) => name)).toContain('error'));
  expect(told).toContainEqual(['close']);
  expect(told).toContainEqual(['error', 'internal_error']);
});

test('unread answers are counted while the panel is closed', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const counts: number[] = [];
  const transport = createScriptedTransport({ answer: () => [delta('Later.'), held, end] });
  const { chat } = await render({ publishableKey: key(), transport, onUnread: (unread) => counts.push(unread) });
  chat.send('When?');
  await vi.waitFor(() => expect(chat.getState().messages.at(-1)?.content).toBe('Later.'));
  chat.close();
  go();
  await vi.waitFor(() => expect(counts).toEqual([1]));
  chat.open();
  expect(counts).toEqual([1, 0]);
});

test('the ref is the element with its methods, and null after the end', async () => {
  const { ref, chat, root } = await render({ publishableKey: key(), transport: demoTransport() });
  expect(chat.localName).toBe('assisters-chat');
  chat.open();
  expect(chat.getState().open).toBe(true);
  chat.close();
  expect(chat.getState().open).toBe(false);
  await act(() => root.unmount());
  expect(ref.current).toBeNull();
});

function Page({ chat, ...props }: AssistersChatProps & { chat: Ref<AssistersChatElement> }) {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setOpen(!open)} />
      <AssistersChat {...props} ref={chat} open={open} onOpen={() => setOpen(true)} onClose={() => setOpen(false)} />
    </>
  );
}

test('open follows its prop; the visitor may close what it opened', async () => {
  const chat = createRef<AssistersChatElement>();
  const box = document.body.appendChild(document.createElement('div'));
  const root = createRoot(box);
  roots.push([root, box]);
  await act(() => root.render(<Page chat={chat} publishableKey={key()} transport={demoTransport()} />));
  const toggle = () => act(() => box.querySelector('button')!.click());
  const isOpen = () => chat.current!.getState().open;
  expect(isOpen()).toBe(true);
  await act(() => chat.current!.close());
  expect(isOpen()).toBe(false);
  await toggle();
  expect(isOpen()).toBe(true);
  await toggle();
  expect(isOpen()).toBe(false);
});

test('markup of a server comes to life in place, without a warning', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const ready = vi.fn();
  const box = document.body.appendChild(document.createElement('div'));
  const publishableKey = key();
  box.innerHTML = `<assisters-chat publishable-key="${publishableKey}" theme="dark" no-launcher=""></assisters-chat>`;
  const markup = box.firstElementChild as AssistersChatElement;
  const page = (theme?: 'dark') => (
    <StrictMode>
      <AssistersChat publishableKey={publishableKey} theme={theme} noLauncher onReady={ready} />
    </StrictMode>
  );
  const root = await act(() => hydrateRoot(box, page('dark')));
  roots.push([root, box]);
  expect(box.firstElementChild).toBe(markup);
  expect(ready).toHaveBeenCalledTimes(1);
  await act(() => root.render(page()));
  expect(markup.theme).toBeUndefined();
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
});

test('removing it leaves no element, no listener on the page and no open line', async () => {
  const kept: (AbortSignal | null)[] = [];
  const add = EventTarget.prototype.addEventListener;
  const spy = vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (
    this: EventTarget,
    ...[type, listener, options]: Parameters<EventTarget['addEventListener']>
  ) {
    const page = this === window || this === document || this === visualViewport || this instanceof MediaQueryList;
    if (page && type !== 'error') kept.push((typeof options === 'object' && options.signal) || null);
    add.call(this, type, listener, options);
  });
  let line: AbortSignal | undefined;
  const script = createScriptedTransport({ answer: () => [delta('Well'), hangs()] });
  const transport: typeof script = {
    ...script,
    send(id, content, idempotencyKey, signal) {
      line = signal;
      return script.send(id, content, idempotencyKey, signal);
    },
  };
  const { chat, root } = await render({ publishableKey: key(), transport });
  chat.send('Hi');
  await vi.waitFor(() => expect(chat.getState().messages.at(-1)?.content).toBe('Well'));
  expect(kept.filter((signal) => signal && !signal.aborted).length).toBeGreaterThan(0);
  expect(line?.aborted).toBe(false);
  await act(() => root.unmount());
  await vi.waitFor(() => expect(line?.aborted).toBe(true));
  spy.mockRestore();
  expect(document.querySelector('assisters-chat')).toBeNull();
  expect(kept.filter((signal) => signal && !signal.aborted)).toEqual([]);
});
