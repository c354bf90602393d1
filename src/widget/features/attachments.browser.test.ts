import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { CONFIG, demoAnswer } from '../testing/demo.ts';
import { type Mounted, mount, unmountAll } from '../testing/mount.ts';
import { createScriptedTransport } from '../transport/scripted-transport.ts';
import { TransportError } from '../transport/transport.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(unmountAll);

/** Reads each file but the one that is to wait, be too large, or fail. */
function transport() {
  const sent: string[] = [];
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const script = createScriptedTransport({
    config: { ...CONFIG, attachments: { enabled: true, max_bytes: 1_000_000, types: ['text/plain'] } },
    answer: demoAnswer,
    api: (call, body) => {
      sent.push(call);
      if (!(body instanceof FormData)) return null;
      const { name, size } = body.get('file') as File;
      const file = { id: `att_${name}`, conversation_id: 'conv_1', name, type: 'text/plain', size };
      if (name === 'bad.txt') throw new TransportError('invalid_request', 'No.');
      return name === 'slow.txt' ? gate.then(() => file) : file;
    },
  });
  return { script, sent, letGo };
}

function paste({ find }: Mounted, ...names: string[]): void {
  const clipboardData = new DataTransfer();
  for (const name of names) clipboardData.items.add(new File(['Words.'], name, { type: 'text/plain' }));
  find('textarea').dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
}
const chips = ({ all }: Mounted) => all('.files li').map((chip) => chip.querySelector('bdi')!.textContent);

async function opened(script: ReturnType<typeof transport>['script'], attributes = {}): Promise<Mounted> {
  const mounted = mount(attributes, script);
  mounted.chat.open();
  await vi.waitFor(() => mounted.find('.file-input'));
  return mounted;
}

describe('files with a question', () => {
  test.each([
    ['light', 'ltr'],
    ['dark', 'ltr'],
    ['light', 'rtl'],
  ])('are accessible, with an error beside them (%s, %s)', async (theme, direction) => {
    document.documentElement.dir = direction;
    const mounted = await opened(transport().script, { theme });
    paste(
      mounted,
      'a.txt',
      'bad.txt',
      'a-name-that-does-not-end-for-a-very-long-time-because-somebody-wrote-it-so.txt',
    );
    await vi.waitFor(() => expect(mounted.all('.files li[aria-busy=false]')).toHaveLength(2));
    await vi.waitFor(() => expect(mounted.find('[role=alert]').textContent).toContain('bad.txt'));
    await Promise.all(mounted.chat.shadowRoot!.getAnimations().map(({ finished }) => finished.catch(() => {})));
    const { violations } = await axe.run(mounted.chat, { resultTypes: ['violations'] });
    expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html)}`)).toEqual([]);
    const { left, right } = mounted.find('.panel').getBoundingClientRect();
    for (const chip of mounted.all('.files li')) {
      const box = chip.getBoundingClientRect();
      expect(box.left >= left && box.right <= right).toBe(true);
    }
  });

  test('nothing is sent while one is read; then they go with the question, once', async () => {
    const { script, letGo } = transport();
    const mounted = await opened(script);
    paste(mounted, 'slow.txt');
    await vi.waitFor(() => expect(chips(mounted)).toEqual(['slow.txt']));
    expect(mounted.find('.files li').getAttribute('aria-busy')).toBe('true');
    mounted.ask('What is in it?');
    await mounted.drawn();
    expect(script.calls.filter((call) => call.startsWith('send'))).toEqual([]);
    expect(mounted.all('.files progress')).toHaveLength(1);
    letGo();
    await vi.waitFor(() => expect(mounted.all('.files progress')).toEqual([]));
    mounted.ask('What is in it?');
    await vi.waitFor(() => expect(mounted.all('.files li')).toEqual([]));
    await vi.waitFor(() => expect(script.calls.filter((call) => call.startsWith('send'))).toHaveLength(1));
    expect(mounted.find('.message.user').textContent).toContain('slow.txt');
  });

  test('at most five; one that is taken away while it is read is given back', async () => {
    const { script, sent, letGo } = transport();
    const mounted = await opened(script);
    paste(mounted, 'slow.txt', '1.txt', '2.txt', '3.txt', '4.txt', '5.txt');
    await vi.waitFor(() => expect(chips(mounted)).toHaveLength(5));
    expect(mounted.find('[role=alert]').textContent).toBe('At most 5 files can go with a question.');
    mounted.find('.files li button').click();
    letGo();
    await vi.waitFor(() => expect(sent.filter((call) => call.startsWith('DELETE'))).toHaveLength(1));
    await vi.waitFor(() => expect(chips(mounted)).toEqual(['1.txt', '2.txt', '3.txt', '4.txt']));
    // A new conversation has none of them.
    mounted.chat.reset();
    await vi.waitFor(() => expect(chips(mounted)).toEqual([]));
  });
});
