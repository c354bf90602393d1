import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { SETTINGS } from './names.ts';
import { CONFIG, demoAnswer } from './testing/demo.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';
import { createScriptedTransport } from './transport/scripted-transport.ts';

const root = document.documentElement;
const settings = window as { [SETTINGS]?: object };

beforeEach(() => page.viewport(1000, 800));
afterEach(() => {
  unmountAll();
  root.lang = 'en';
  root.dir = '';
  delete settings[SETTINGS];
});

const inside = ({ find }: Mounted) => find('.root');
/** Opens it and waits for the panel, which comes with its words. */
async function opened(mounted: Mounted): Promise<Mounted> {
  mounted.chat.open();
  await vi.waitFor(() => mounted.find('.prompts'));
  return mounted;
}

test('it speaks the language of its page', async () => {
  root.lang = 'de-AT';
  const { find, ...mounted } = await opened(mount());
  expect(find('textarea').getAttribute('aria-label')).toBe('Ihre Frage');
  expect(find('.launcher').getAttribute('aria-label')).toBe('Chat schließen');
  expect(inside({ find, ...mounted }).lang).toBe('de-AT');
});

test('an attribute goes before the page, and its language decides the direction', async () => {
  root.lang = 'de';
  const mounted = await opened(mount({ locale: 'ar' }));
  expect(mounted.find('[part=send]').title).toBe('إرسال');
  expect(inside(mounted).dir).toBe('rtl');
});

test('a page in Hebrew that forgot its direction is written from right to left', async () => {
  root.lang = 'he';
  expect(inside(await opened(mount())).dir).toBe('rtl');
});

test('an unknown language is English, in the direction of the page', async () => {
  root.lang = 'xx';
  root.dir = 'rtl';
  const mounted = await opened(mount());
  expect(mounted.find('textarea').getAttribute('aria-label')).toBe('Your question');
  expect(inside(mounted).dir).toBe('rtl');
  expect(inside(mounted).lang).toBe('en');
});

test('no word of English is drawn while the language is on its way, and the focus is kept for the input', async () => {
  const mounted = mount({ locale: 'ja' });
  const seen: string[] = [];
  const observer = new MutationObserver(() => {
    const panel = mounted.chat.shadowRoot!.querySelector<HTMLElement>('.panel');
    if (panel) seen.push(panel.textContent);
  });
  observer.observe(mounted.chat.shadowRoot!, { subtree: true, childList: true, characterData: true });
  await opened(mounted);
  observer.disconnect();
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.join()).not.toMatch(/Answers from|Ask a question/);
  expect(mounted.chat.shadowRoot!.activeElement).toBe(mounted.find('textarea'));
});

test('a language is changed while the panel is open', async () => {
  const mounted = await opened(mount());
  mounted.chat.locale = 'fr';
  await vi.waitFor(() => expect(mounted.find('[part=send]').title).toBe('Envoyer'));
  mounted.chat.setAttribute('locale', 'de');
  mounted.chat.locale = undefined;
  await vi.waitFor(() => expect(mounted.find('[part=send]').title).toBe('Senden'));
});

test('a page that changes its language or its colours takes an open chat along', async () => {
  const mounted = await opened(mount());
  root.lang = 'ar';
  root.dir = 'rtl';
  root.style.colorScheme = 'dark';
  await vi.waitFor(() => expect(mounted.find('[part=send]').title).toBe('إرسال'));
  expect(inside(mounted).dir).toBe('rtl');
  expect(inside(mounted).classList).toContain('dark');
});

test('a subtitle that is too long for its line can be read whole', async () => {
  const subtitle = 'Antworten aus den Unterlagen dieser Werkstatt und aus ihrem Handbuch';
  const transport = createScriptedTransport({
    config: { ...CONFIG, widget: { subtitle, prompts: ['How?'] } },
    answer: demoAnswer,
  });
  const line = (await opened(mount({}, transport))).find('.title p');
  // One line, so that a header with one more button is as high as before.
  expect(line.clientHeight).toBeLessThan(24);
  expect(line.title).toBe(subtitle);
});

test('a site replaces words: its settings, and before them a property', async () => {
  settings[SETTINGS] = { strings: { send: 'Los', stop: 'Halt' } };
  const mounted = mount({ locale: 'de' });
  mounted.chat.strings = { send: 'Ab die Post' };
  await opened(mounted);
  expect(mounted.find('[part=send]').title).toBe('Ab die Post');
  mounted.ask('hang');
  await vi.waitFor(() => expect(mounted.find('[part=send]').title).toBe('Halt'));
});

test('nothing is loaded before the visitor comes near, then the launcher speaks too', async () => {
  const mounted = mount({ locale: 'nl' });
  await mounted.drawn();
  expect(mounted.find('.launcher').getAttribute('aria-label')).toBe('Open chat');
  mounted.find('.launcher').dispatchEvent(new PointerEvent('pointerenter'));
  await vi.waitFor(() => expect(mounted.find('.launcher').getAttribute('aria-label')).toBe('Chat openen'));
});

test('a site names the launcher', async () => {
  const mounted = mount({ 'launcher-label': 'Ask the harbour' });
  await mounted.drawn();
  expect(mounted.find('.launcher').getAttribute('aria-label')).toBe('Ask the harbour');
});
