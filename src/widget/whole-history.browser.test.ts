import { afterEach, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { printTranscript } from './features/print.ts';
import { stored } from './testing/messages.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';
import { SOURCES, says } from './testing/scripts.ts';
import { createScriptedTransport } from './transport/scripted-transport.ts';

afterEach(unmountAll);

const COUNT = 150;
const WORDS = ['zebra', 'quince', 'lantern'];

/** A returning visitor whose conversation is longer than a page of it; the rare words are in its oldest messages. */
async function longTalk(): Promise<Mounted> {
  localStorage.setItem('assisters:pk_test_long:', `1\nvt_x\n${Date.now() + 1e9}\nconv_1`);
  const history = Array.from({ length: COUNT }, (_, index) =>
    stored(
      `msg_${index}`,
      index % 2 ? 'assistant' : 'user',
      `Message ${index} about the ${WORDS[index] ?? 'harbour'}.`,
      {
        sources: index === 1 ? SOURCES : [],
      },
    ),
  );
  const transport = createScriptedTransport({ history, answer: () => says('Yes.') });
  const { history: page } = transport;
  transport.history = async (...asked) => {
    await new Promise(requestAnimationFrame);
    return page(...asked);
  };
  const mounted = mount({ 'publishable-key': 'pk_test_long' }, transport);
  mounted.chat.open();
  await vi.waitFor(() => expect(mounted.all('.message').length).toBe(60));
  await mounted.drawn();
  return mounted;
}

interface Session {
  send(method: 'Page.getFrameTree'): Promise<{ frameTree: { childFrames?: { frame: { id: string } }[] } }>;
  send(method: 'Accessibility.getFullAXTree', params: object): Promise<{ nodes: { name?: { value?: string } }[] }>;
}
/** The debugging protocol of the page around the test's own frame. */
const session = () => cdp() as unknown as Session;

/** The browser's own search, from the top, around. */
const findInPage = (text: string) =>
  (window as unknown as { find(...options: unknown[]): boolean }).find(text, true, false, true);

function press(target: EventTarget, key: string, ctrlKey = true): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, composed: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
}

test.each(['f', 'g', 'F3'])('%s brings all of the conversation, for the browser to find in', async (key) => {
  const { find, all } = await longTalk();
  const said = press(find('textarea'), key, key !== 'F3');
  expect(said.defaultPrevented).toBe(false);
  await vi.waitFor(() => expect(all('.message').length).toBe(COUNT));
  expect(findInPage('zebra')).toBe(true);
  expect(getSelection()!.toString()).toBe('zebra');
});

test('what is not loaded yet is not found: the key is what brings it', async () => {
  await longTalk();
  expect(findInPage('zebra')).toBe(false);
});

test('select all in the log selects the whole conversation, and copying it gives every word', async () => {
  const { find, all } = await longTalk();
  const said = press(all('.message').at(-1)!, 'a');
  expect(said.defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(getSelection()!.toString()).toContain('zebra'));
  const text = getSelection()!.toString();
  for (let index = 0; index < COUNT; index++) expect(text).toContain(`Message ${index} about`);
  expect(text).not.toContain(find<HTMLTextAreaElement>('textarea').placeholder);
});

test('select all in the input stays in the input', async () => {
  const { find, all } = await longTalk();
  expect(press(find('textarea'), 'a').defaultPrevented).toBe(false);
  expect(all('.message').length).toBe(60);
});

test('screen readers are given every message, also those that are not painted', async () => {
  const { find, all } = await longTalk();
  press(find('textarea'), 'f');
  await vi.waitFor(() => expect(all('.message').length).toBe(COUNT));
  const { frameTree } = await session().send('Page.getFrameTree');
  const { id: frameId } = frameTree.childFrames![0]!.frame;
  await vi.waitFor(async () => {
    const { nodes } = await session().send('Accessibility.getFullAXTree', { frameId });
    const names = nodes.map(({ name }) => name?.value ?? '').join('\n');
    for (const word of WORDS) expect(names).toContain(word);
  });
});

test('a polite line says that earlier messages are on the way, once', async () => {
  const { find, all, drawn } = await longTalk();
  press(find('textarea'), 'f');
  await vi.waitFor(() => expect(all('.message').length).toBe(COUNT));
  await drawn();
  const lines = [...find('.live').children].map(({ textContent }) => textContent);
  expect(lines.filter((line) => line === 'Loading earlier messages')).toHaveLength(1);
});

test('the menu prints the whole conversation, with the addresses of its sources', async () => {
  const { find, all, chat } = await longTalk();
  const frames: HTMLIFrameElement[] = [];
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof HTMLIFrameElement) frames.push(node);
  }).observe(chat.shadowRoot!, { childList: true });
  find('.menu button').click();
  await chat.updateComplete;
  find('[data-item=print]').click();
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  expect(all('.message').length).toBe(COUNT);
});

test('a transcript is a document of its own, in a frame that goes when it is printed', () => {
  const body = document.createElement('div');
  body.className = 'markdown';
  body.innerHTML = '<p>Pay the <b>deposit</b>.</p>';
  const box = document.createElement('div');
  document.body.append(box);
  const transcript = {
    title: 'Chat with Harbour',
    language: 'de',
    direction: 'ltr',
    sheet: '.markdown b { color: red }',
    said: [{ who: 'Harbour', body, sources: SOURCES }],
  };
  const printed: Document[] = [];
  for (let time = 0; time < 2; time++) printTranscript(transcript, box, (view) => printed.push(view.document));
  expect(box.childElementCount).toBe(1);
  const page = printed[1]!;
  expect(page.title).toBe('Chat with Harbour');
  expect(page.documentElement.lang).toBe('de');
  expect(page.body.innerText).toContain('Pay the deposit.');
  for (const { url } of SOURCES) expect(page.body.innerText).toContain(url);
  expect(page.querySelectorAll('[style], style, script')).toHaveLength(0);
  expect(page.adoptedStyleSheets).toHaveLength(2);
  page.defaultView!.dispatchEvent(new Event('afterprint'));
  return vi.waitFor(() => expect(box.childElementCount).toBe(0)).finally(() => box.remove());
});
