import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { Conversation } from '../protocol/resources.ts';
import { CONFIG, demoAnswer } from './testing/demo.ts';
import { stored } from './testing/messages.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';
import { createScriptedTransport } from './transport/scripted-transport.ts';

/** A visitor's conversations, their data, what they agree to and who they are. */

beforeEach(() => page.viewport(1000, 800));
afterEach(unmountAll);

const conversation = (id: string, title: string): Conversation => ({
  id,
  assistant_id: 'ast_1',
  user_id: null,
  title,
  metadata: {},
  messages: [],
  created_at: '2026-06-01T09:00:00Z',
  last_message_at: '2026-06-01T09:05:00Z',
  ended_at: null,
});

function transport(threads = [conversation('conv_2', 'About boats'), conversation('conv_1', 'About the harbour')]) {
  let list = threads;
  return createScriptedTransport({
    config: { ...CONFIG, retention_days: 30 },
    answer: demoAnswer,
    history: [stored('m1', 'user', 'Are there boats?'), stored('m2', 'assistant', 'There are boats.')],
    api: (call) => {
      const id = /^DELETE \/conversations\/(.*)/.exec(call)?.[1];
      list = list.filter((one) => one.id !== id);
      if (call.startsWith('GET /conversations')) return { conversations: list, total: list.length, has_more: false };
      return { conversations: [] };
    },
  });
}

const jwt = (sub: string) => `h.${btoa(JSON.stringify({ sub }))}.s`;
const rows = ({ all }: Mounted) => all('.message').map(({ textContent }) => textContent!.trim());

async function begun(mounted: Mounted): Promise<void> {
  mounted.chat.open();
  mounted.ask('How do I book?');
  await vi.waitFor(() => mounted.find('.actions'));
}

async function openSheet(mounted: Mounted, item: string): Promise<void> {
  await mounted.drawn();
  mounted.find('.menu > button').click();
  mounted.find(`[data-item=${item}]`).click();
  await vi.waitFor(() => mounted.find('.sheet :is(.threads, .data, p, .threads-new)'));
  await mounted.drawn();
}

async function violations({ chat }: Mounted): Promise<string[]> {
  await Promise.all(chat.shadowRoot!.getAnimations().map((animation) => animation.finished.catch(() => {})));
  const found = (await axe.run(chat, { resultTypes: ['violations'] })).violations;
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** A session as the HTTP transport would have stored it. */
function session(key: string, subject = ''): void {
  localStorage.setItem(`assisters:${key.slice(-16)}:`, ['1', 'vt_1', 9e15, 'conv_1', subject].join('\n'));
}

describe('the list of conversations', () => {
  test('shows titles, the current one marked; choosing one shows it and closes the list', async () => {
    session('pk_test_threads');
    const mounted = mount({ 'publishable-key': 'pk_test_threads' }, transport());
    const { chat, all, find, transport: script } = mounted;
    chat.open();
    await vi.waitFor(() => expect(rows(mounted)).toHaveLength(2));
    await openSheet(mounted, 'threads');
    await vi.waitFor(() =>
      expect(all('.threads bdi').map(({ textContent }) => textContent)).toEqual(['About boats', 'About the harbour']),
    );
    expect(chat.shadowRoot!.activeElement).toBe(find('.sheet h3'));
    expect(find('[aria-current]').textContent).toContain('About the harbour');
    expect(await violations(mounted)).toEqual([]);
    find('.threads button').click();
    await vi.waitFor(() => expect(chat.getState().conversationId).toBe('conv_2'));
    await vi.waitFor(() => expect(chat.getState().messages).toHaveLength(2));
    expect(all('.sheet')).toEqual([]);
    expect(script.calls.filter((call) => call.startsWith('history'))).toHaveLength(2);
    await mounted.drawn();
    expect(chat.shadowRoot!.activeElement).toBe(find('textarea'));
    // Also after a reload.
    expect(localStorage.getItem('assisters:pk_test_threads:')).toContain('conv_2');
  });

  test('deletes one after a question; the one on view gives way to an empty one', async () => {
    session('pk_test_delete');
    const mounted = mount({ 'publishable-key': 'pk_test_delete' }, transport());
    const { chat, all, find, transport: script } = mounted;
    chat.open();
    await vi.waitFor(() => expect(chat.getState().messages).toHaveLength(2));
    await openSheet(mounted, 'threads');
    await vi.waitFor(() => expect(all('.threads li')).toHaveLength(2));
    all('.threads .icon-button')[1]!.click();
    await vi.waitFor(() => expect(chat.shadowRoot!.activeElement?.textContent).toBe('Cancel'));
    expect(script.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
    expect(await violations(mounted)).toEqual([]);
    find('.asking .danger').click();
    await vi.waitFor(() => expect(script.calls).toContain('DELETE /conversations/conv_1'));
    await vi.waitFor(() => expect(all('.threads li')).toHaveLength(1));
    expect(chat.getState()).toMatchObject({ conversationId: null, messages: [] });
  });

  test('Esc leaves the list, not the chat; a stranger’s list is empty and asks nothing', async () => {
    const mounted = mount({}, transport());
    const { chat, find, all, transport: script } = mounted;
    chat.open();
    await openSheet(mounted, 'threads');
    await vi.waitFor(() => expect(find('.sheet > p').textContent).toBe('No conversations yet'));
    expect(script.calls).toEqual(['config']);
    find('.sheet h3').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await mounted.drawn();
    expect(all('.sheet')).toEqual([]);
    expect(chat.getState().open).toBe(true);
    expect(chat.shadowRoot!.activeElement).toBe(find('.menu > button'));
  });

  test('a list that cannot be had says so, and can be asked for again', async () => {
    session('pk_test_fails');
    const script = transport();
    const { api } = script;
    script.api = () => Promise.reject(new Error('down'));
    const mounted = mount({ 'publishable-key': 'pk_test_fails' }, script);
    mounted.chat.open();
    await openSheet(mounted, 'threads');
    await vi.waitFor(() => mounted.find('[role=alert]'));
    script.api = api;
    mounted.find('.threads-more').click();
    await vi.waitFor(() => expect(mounted.all('.threads li')).toHaveLength(2));
  });
});

describe('the visitor’s data', () => {
  test('how long it is kept, a copy as a file, and its end', async () => {
    session('pk_test_data');
    const mounted = mount({ 'publishable-key': 'pk_test_data' }, transport());
    const { chat, find, all, transport: script } = mounted;
    await begun(mounted);
    await openSheet(mounted, 'data');
    expect(find('.data').textContent).toContain('deleted 30 days after');
    expect(await violations(mounted)).toEqual([]);
    let file = '';
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      file = `${this.download} ${this.href.slice(0, 5)}`;
    });
    all('.data button')[0]!.click();
    await vi.waitFor(() => expect(file).toBe('conversations.json blob:'));
    click.mockRestore();
    await vi.waitFor(() => expect(find<HTMLButtonElement>('.data .danger').disabled).toBe(false));
    find('.data .danger').click();
    await mounted.drawn();
    expect(await violations(mounted)).toEqual([]);
    find('.asking .danger').click();
    await vi.waitFor(() => expect(find('.data').textContent).toContain('Your data has been deleted.'));
    expect(script.calls).toContain('DELETE /visitor-sessions/me');
    expect(chat.getState().messages).toEqual([]);
    expect(localStorage.length + sessionStorage.length).toBe(0);
  });
});

describe('consent', () => {
  test('before it, nothing is stored and nothing asked; afterwards the chat begins', async () => {
    const mounted = mount({ consent: 'required' }, transport());
    const { chat, find, all, transport: script, next } = mounted;
    chat.open();
    chat.send('Are you there?');
    await vi.waitFor(() => find('.consent'));
    await mounted.drawn();
    expect(chat.shadowRoot!.activeElement).toBe(find('.sheet h3'));
    expect(await violations(mounted)).toEqual([]);
    expect(find('.composer').hidden).toBe(true);
    expect(script.calls).toEqual([]);
    expect(localStorage.length + sessionStorage.length).toBe(0);
    const told = next('consent');
    find('.consent button').click();
    expect((await told).detail).toEqual({ granted: true });
    await vi.waitFor(() => expect(script.calls).toEqual(['config']));
    await mounted.drawn();
    expect(all('.consent')).toEqual([]);
    // What was to be asked waits in the field.
    expect(find<HTMLTextAreaElement>('textarea').value).toBe('Are you there?');
  });

  test('declined, the panel closes and the visitor is asked again next time; agreed, it is remembered', async () => {
    const key = 'pk_test_consent';
    const first = mount({ consent: 'required', 'publishable-key': key }, transport());
    first.chat.open();
    await vi.waitFor(() => first.find('.consent'));
    const told = first.next('consent');
    first.all('.consent button')[1]!.click();
    expect((await told).detail).toEqual({ granted: false });
    expect(first.chat.getState().open).toBe(false);
    expect(localStorage.length).toBe(0);
    first.chat.open();
    await first.drawn();
    first.find('.consent button').click();
    const second = mount({ consent: 'required', 'publishable-key': key }, transport());
    second.chat.open();
    await second.drawn();
    expect(second.all('.consent')).toEqual([]);
    expect(second.transport.calls).toEqual(['config']);
  });

  test('its words and the link to the privacy policy are the page’s, as text, and stand by the visitor’s data too', async () => {
    const words = 'We keep it.\n<img src=x onerror=alert(1)>';
    const policy = 'https://lamps.example/privacy';
    const mounted = mount({ consent: 'required', 'consent-text': words, 'privacy-url': policy }, transport());
    mounted.chat.open();
    await vi.waitFor(() => mounted.find('.consent'));
    expect(mounted.find('.consent p').textContent).toBe(words);
    expect(mounted.find<HTMLAnchorElement>('.consent a').href).toBe(policy);
    expect(await violations(mounted)).toEqual([]);
    mounted.find('.consent button').click();
    await vi.waitFor(() => expect(mounted.all('.consent')).toEqual([]));
    await openSheet(mounted, 'data');
    await vi.waitFor(() => expect(mounted.find('.data').textContent).toContain(words));
    expect(mounted.find<HTMLAnchorElement>('.data a').href).toBe(policy);
  });

  test('nothing but https is linked as the privacy policy; without words of the page there are ours', async () => {
    for (const policy of [
      'javascript:alert(1)',
      'http://lamps.example/',
      'data:text/html,x',
      ' https://lamps.example/',
    ]) {
      const mounted = mount({ consent: 'required', 'privacy-url': policy }, transport());
      mounted.chat.open();
      await vi.waitFor(() => mounted.find('.consent'));
      expect(mounted.all('.consent a')).toEqual([]);
      expect(mounted.find('.consent p').textContent).toContain('Nothing is sent or stored until you agree.');
      unmountAll();
    }
  });
});

describe('who the visitor is', () => {
  test('another person sees nothing of the one before, neither talk nor draft', async () => {
    const mounted = mount({ 'user-token': jwt('ann') }, transport());
    const { chat } = mounted;
    await begun(mounted);
    chat.setInput('half a secr');
    chat.identify({ token: jwt('bob') });
    await mounted.drawn();
    expect(chat.getState()).toMatchObject({ conversationId: null, messages: [], responding: false });
    expect(mounted.find<HTMLTextAreaElement>('textarea').value).toBe('');
    expect(mounted.all('.message')).toEqual([]);
  });

  test('while an answer streams, too: its line is closed, and nothing of it comes later', async () => {
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const script = createScriptedTransport({
      answer: () => [{ type: 'delta', content: 'Your balance ' }, held, { type: 'delta', content: 'is 7.' }],
    });
    const mounted = mount({ 'user-token': jwt('ann') }, script);
    mounted.chat.open();
    mounted.ask('What is my balance?');
    await vi.waitFor(() => expect(mounted.chat.getState().messages.at(-1)?.content).toBe('Your balance '));
    mounted.chat.identify(null);
    go();
    await mounted.drawn();
    expect(mounted.chat.getState().messages).toEqual([]);
    expect(mounted.find('.live').textContent).not.toContain('7');
  });

  test('a page that knows nobody shows nothing of a known visitor, and one that knows them does', async () => {
    const key = 'pk_test_known';
    session(key, 'ann');
    const stranger = mount({ 'publishable-key': key }, transport());
    stranger.chat.open();
    await vi.waitFor(() => stranger.find('.prompts'));
    expect(stranger.transport.calls).toEqual(['config']);
    const wrong = mount({ 'publishable-key': key, 'user-token': jwt('bob') }, transport());
    wrong.chat.open();
    await vi.waitFor(() => wrong.find('.prompts'));
    expect(wrong.transport.calls).toEqual(['config']);
    stranger.chat.identify({ token: jwt('ann') });
    await vi.waitFor(() => expect(stranger.chat.getState().messages).toHaveLength(2));
  });

  test('a token of the same person changes nothing', async () => {
    const mounted = mount({ 'user-token': jwt('ann') }, transport());
    await begun(mounted);
    mounted.chat.identify({ token: `${jwt('ann')}2` });
    expect(mounted.chat.getState().messages).toHaveLength(2);
  });

  test('a reset reaches a tab of the same browser that has no channel', async () => {
    const key = 'pk_test_stored';
    session(key);
    const mounted = mount({ 'publishable-key': key }, transport());
    mounted.chat.open();
    await vi.waitFor(() => expect(mounted.chat.getState().messages).toHaveLength(2));
    localStorage.clear();
    window.dispatchEvent(new StorageEvent('storage', { key: `assisters:${key.slice(-16)}:` }));
    expect(mounted.chat.getState()).toMatchObject({ conversationId: null, messages: [] });
  });

  test('a reset forgets the person too, though the attribute still names them', async () => {
    const mounted = mount({ 'user-token': jwt('ann') }, transport());
    await begun(mounted);
    mounted.chat.reset();
    await openSheet(mounted, 'threads');
    await vi.waitFor(() => expect(mounted.find('.sheet > p').textContent).toBe('No conversations yet'));
    expect(mounted.transport.calls.filter((call) => call.startsWith('GET'))).toEqual([]);
  });

  test('a token that is none is told about', () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
    mount().chat.identify({ token: 'not-a-token' });
    expect(complaints.mock.calls[0]?.[0]).toContain('identify()');
    complaints.mockRestore();
  });
});
