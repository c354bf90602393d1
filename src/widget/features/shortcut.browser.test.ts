import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mount, unmountAll } from '../testing/mount.ts';
import { isShortcut, readShortcut } from './shortcut.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(() => {
  unmountAll();
  document.querySelector('input.page')?.remove();
});

describe('a shortcut', () => {
  test.each([
    ['Alt+/', false, { key: '/', modifiers: ['Alt'] }],
    ['ctrl + shift + k', false, { key: 'k', modifiers: ['Control', 'Shift'] }],
    ['Mod+J', false, { key: 'J', modifiers: ['Control'] }],
    ['Mod+J', true, { key: 'J', modifiers: ['Meta'] }],
    ['F2', false, { key: 'F2', modifiers: [] }],
    ['Option+.', true, { key: '.', modifiers: ['Alt'] }],
    ['k', false, null],
    ['Shift+?', false, null],
    ['Hyper+k', false, null],
    ['Alt+', false, null],
    ['', false, null],
  ])('%j (Apple: %s) is read as %j', (text, isApple, expected) => {
    expect(readShortcut(text, isApple)).toEqual(expected);
  });

  test.each([
    ['what is typed', { key: '/', code: 'Slash', altKey: true }, true],
    ['the key, where Alt types something else', { key: '÷', code: 'Slash', altKey: true }, true],
    ['not without its modifier', { key: '/', code: 'Slash' }, false],
    ['not with one more', { key: '/', code: 'Slash', altKey: true, ctrlKey: true }, false],
    ['not another key', { key: '.', code: 'Period', altKey: true }, false],
  ])('is %s', (_, event, expected) => {
    expect(isShortcut(new KeyboardEvent('keydown', event), { key: '/', modifiers: ['Alt'] })).toBe(expected);
  });
});

test('opens from a field of the page, closes from within, and goes back to that field', async () => {
  const { chat, find } = mount({ shortcut: 'Alt+/' });
  await expect.poll(() => find('.launcher').getAttribute('aria-keyshortcuts')).toBe('Alt+/');
  const field = document.body.appendChild(Object.assign(document.createElement('input'), { className: 'page' }));
  field.focus();
  await userEvent.keyboard('/');
  expect([field.value, chat.getState().open]).toEqual(['/', false]);
  await userEvent.keyboard('{Alt>}/{/Alt}');
  expect([field.value, chat.getState().open]).toEqual(['/', true]);
  await expect.poll(() => chat.shadowRoot!.activeElement).toBe(find('textarea'));
  await userEvent.keyboard('{Alt>}/{/Alt}');
  expect(chat.getState().open).toBe(false);
  await expect.poll(() => document.activeElement).toBe(field);

  // Escape goes back there as well.
  await userEvent.keyboard('{Alt>}/{/Alt}');
  await expect.poll(() => chat.shadowRoot!.activeElement).toBe(find('textarea'));
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.activeElement).toBe(field);
});

test('can be changed and taken away, and a wrong one is told', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { chat, find } = mount({ shortcut: 'Alt+/' });
  const keys = () => find('.launcher').getAttribute('aria-keyshortcuts');
  await expect.poll(keys).toBe('Alt+/');
  chat.update({ shortcut: 'Ctrl+Shift+K' });
  await expect.poll(keys).toBe('Control+Shift+K');
  await userEvent.keyboard('{Alt>}/{/Alt}');
  expect(chat.getState().open).toBe(false);
  chat.update({ shortcut: 'k' });
  await expect.poll(() => told.mock.calls.flat().join()).toContain('"k" is no shortcut');
  expect(keys()).toBeNull();
  chat.shortcut = undefined;
  chat.removeAttribute('shortcut');
  await userEvent.keyboard('{Control>}{Shift>}k{/Shift}{/Control}');
  expect(chat.getState().open).toBe(false);
  told.mockRestore();
});

test('there is none where none is asked for', async () => {
  const { chat, find, drawn } = mount();
  await drawn();
  await userEvent.keyboard('{Alt>}/{/Alt}');
  expect([chat.getState().open, find('.launcher').hasAttribute('aria-keyshortcuts')]).toEqual([false, false]);
});
