import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { LANGUAGES } from '../i18n/languages.ts';
import { storageKey } from '../names.ts';
import { mount, unmountAll } from '../testing/mount.ts';
import { CLOSE, firstRule, isPath, readRules, sessionKey } from './proactive.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
});

const RULES = JSON.stringify([{ id: 'hello', message: 'Which lamp is it?' }]);

describe('a rule', () => {
  test.each([
    ['/pricing', '/pricing', true],
    ['/pricing', '/pricing/', false],
    ['/docs/*', '/docs/a/b', true],
    ['/docs/*', '/doc', false],
    ['*/lamps', '/en/lamps', true],
    ['*/lamps', '/lamps/x', false],
    ['/a*b*c', '/a-b-c', true],
    ['/a*b*c', '/a-c-b', false],
    ['/ab*b', '/ab', false],
    ['*', '/', true],
  ])('of the path %s, on %s: %s', (pattern, path, expected) => {
    expect(isPath(pattern, path)).toBe(expected);
  });

  test('many stars cost no time', () => {
    expect(isPath(`${'*a'.repeat(200)}b`, `/${'a'.repeat(5_000)}`)).toBe(false);
  });

  test('holds when all of its conditions do; the first that holds wins', () => {
    const rules = [
      { id: 'late', message: 'm', after_seconds: 10, path: '/docs/*' },
      { id: 'far', message: 'm', scroll_percent: 50 },
      { id: 'exit', message: 'm', on_exit: true },
    ];
    const now = { path: '/docs/a', seconds: 3, scrollPercent: 0, exiting: false };
    expect(firstRule(rules, now)).toBeUndefined();
    expect(firstRule(rules, { ...now, seconds: 10, scrollPercent: 90 })?.id).toBe('late');
    expect(firstRule(rules, { ...now, path: '/', seconds: 10, scrollPercent: 50, exiting: true })?.id).toBe('far');
    expect(firstRule(rules, { ...now, exiting: true })?.id).toBe('exit');
  });

  test('that is none is left out, and said in the console', () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const good = { id: 'a', message: 'm', after_seconds: 1 };
    for (const bad of [
      '{',
      '{}',
      [good, null],
      [good, { id: 'x y', message: 'm' }],
      [{ ...good, after_seconds: '1' }],
      [{ id: 'b', message: ' ' }],
    ])
      expect(readRules(bad)).toEqual(Array.isArray(bad) && bad[0] === good ? [good] : []);
    expect(told).toHaveBeenCalledTimes(6);
    expect(readRules([good])).toEqual([good]);
    expect(told).toHaveBeenCalledTimes(6);
    expect(readRules(Array(20).fill(good))).toHaveLength(8);
  });
});

test('what is spelt twice is the same', async () => {
  expect(sessionKey('pk_live_0123456789abcdef0123', 'ast_1')).toBe(storageKey('pk_live_0123456789abcdef0123', 'ast_1'));
  const words = Object.entries(LANGUAGES).map(async ([name, load]) => [name, (await load()).default.close]);
  expect(CLOSE).toEqual(Object.fromEntries((await Promise.all(words)).filter(([name]) => name !== 'en')));
});

describe('the card', () => {
  test.each([
    ['light', 'ltr'],
    ['dark', 'ltr'],
    ['light', 'rtl'],
  ])('is accessible and takes no focus (%s, %s)', async (theme, direction) => {
    document.documentElement.dir = direction;
    const field = document.body.appendChild(document.createElement('input'));
    field.setAttribute('aria-label', 'Name');
    field.focus();
    const { chat, find } = mount({ proactive: RULES, theme });
    await vi.waitFor(() => find('.proactive'));
    await Promise.all(chat.shadowRoot!.getAnimations().map(({ finished }) => finished));
    expect(document.activeElement).toBe(field);
    field.remove();
    const { violations } = await axe.run(chat, { resultTypes: ['violations'] });
    expect(violations.map(({ id }) => id)).toEqual([]);
    await vi.waitFor(() => expect(find('[role=status]').textContent).toBe('Which lamp is it?'));
    expect(getComputedStyle(find('.proactive')).backgroundColor).toBe(
      theme === 'dark' ? 'rgb(20, 26, 27)' : 'rgb(255, 255, 255)',
    );
    const box = find('.proactive').getBoundingClientRect();
    const launcher = find('.launcher').getBoundingClientRect();
    expect(box.bottom).toBeLessThanOrEqual(launcher.top);
    expect(box.width * box.height).toBeLessThan(0.05 * 1000 * 800);
  });

  test('is small on a phone, whatever the message', async () => {
    await page.viewport(320, 640);
    const message = 'Which lamp is it? '.repeat(27);
    const { find } = mount({ proactive: JSON.stringify([{ id: 'long', message }]) });
    await vi.waitFor(() => find('.proactive'));
    const { width, height, left } = find('.proactive').getBoundingClientRect();
    expect(left).toBeGreaterThanOrEqual(0);
    expect(width * height).toBeLessThan(0.15 * 320 * 640);
  });

  test('closes by Escape, which gives the focus to the launcher; it is text, whatever it says', async () => {
    const { chat, find, all, next } = mount({
      proactive: JSON.stringify([{ id: 'x', message: '<img src=x onerror=alert(1)>' }]),
      locale: 'de',
    });
    const shown = await next('proactive');
    expect(shown.detail).toEqual({ id: 'x', action: 'shown' });
    expect(all('.proactive img')).toEqual([]);
    expect(find('.no').getAttribute('aria-label')).toBe('Schließen');
    find('.words').focus();
    const told = next('proactive');
    find('.words').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect((await told).detail).toEqual({ id: 'x', action: 'dismissed' });
    expect(all('.proactive')).toEqual([]);
    expect(chat.shadowRoot!.activeElement).toBe(find('.launcher'));
  });

  test('goes when the chat is opened, and with the element; a storage that is refused changes nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    const { chat, find, all } = mount({ proactive: RULES });
    await vi.waitFor(() => find('.proactive'));
    chat.open();
    expect(all('.proactive')).toEqual([]);
    chat.close();
    // Another option starts it anew.
    chat.shortcut = 'Alt+/';
    await vi.waitFor(() => expect(find('.launcher').hasAttribute('aria-keyshortcuts')).toBe(true));
    expect(all('.proactive')).toEqual([]);

    const other = mount({ proactive: RULES });
    await vi.waitFor(() => other.find('.proactive'));
    other.chat.shutdown();
    expect(other.all('.proactive')).toEqual([]);
  });

  test('is not there with `off`, without a launcher, or for somebody who has talked with the assistant', async () => {
    localStorage.setItem(sessionKey('pk_test_talked'), '1\nvt_1\n9e15\nconv_1');
    const talked = mount({ proactive: RULES, 'publishable-key': 'pk_test_talked' });
    const off = mount({ proactive: 'off', shortcut: 'Alt+/' });
    const bare = mount({ proactive: RULES, 'no-launcher': '' });
    const control = mount({ proactive: RULES });
    await vi.waitFor(() => control.find('.proactive'));
    await vi.waitFor(() => expect(off.find('.launcher').hasAttribute('aria-keyshortcuts')).toBe(true));
    for (const { all } of [talked, off, bare]) expect(all('.proactive')).toEqual([]);
  });
});
