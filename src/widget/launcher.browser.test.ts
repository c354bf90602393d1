import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LAUNCHER_CSS, mountLauncher, paintLauncher } from './launcher.ts';

let host: HTMLElement;
let root: ShadowRoot;

beforeEach(() => {
  host = document.createElement('div');
  root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LAUNCHER_CSS);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
});
afterEach(() => host.remove());

const styleOf = (element: Element) => getComputedStyle(element);

describe('the launcher', () => {
  test('is a round button of 56 px, 20 px from its corner', () => {
    const { button } = mountLauncher(root);
    const box = button.getBoundingClientRect();
    expect([box.width, box.height]).toEqual(innerWidth > 480 ? [56, 56] : [48, 48]);
    expect([document.documentElement.clientWidth - box.right, innerHeight - box.bottom]).toEqual([20, 20]);
    expect(button.type).toBe('button');
    expect(button.getAttribute('aria-label')).toBe('Open chat');
  });

  test.each([
    ['bottom-left', ['left', 'bottom']],
    ['top-right', ['right', 'top']],
    ['top-left', ['left', 'top']],
  ] as const)('stands at %s', (position, sides) => {
    host.setAttribute('position', position);
    const { button } = mountLauncher(root);
    const style = styleOf(button);
    expect(sides.map((side) => style[side])).toEqual(['20px', '20px']);
  });

  test('is the one that is there already, and keeps its focus', () => {
    const first = mountLauncher(root);
    first.button.focus();
    const second = mountLauncher(root, { open: true });
    expect(second.button).toBe(first.button);
    expect(root.activeElement).toBe(first.button);
    expect(root.querySelectorAll('button')).toHaveLength(1);
    expect(first.button.getAttribute('aria-expanded')).toBe('true');
  });

  test('shows the chevron when open and the speech mark when not', () => {
    const { button, update } = mountLauncher(root);
    button.style.transition = 'none';
    const [mark, chevron] = [...button.querySelectorAll('svg')] as unknown as [SVGElement, SVGElement];
    for (const glyph of [mark, chevron]) glyph.style.transition = 'none';
    expect([styleOf(mark).opacity, styleOf(chevron).opacity]).toEqual(['1', '0']);
    update({ open: true, label: 'Close chat' });
    expect([styleOf(mark).opacity, styleOf(chevron).opacity]).toEqual(['0', '1']);
    expect(button.getAttribute('aria-label')).toBe('Close chat');
  });

  test.each([
    [0, ''],
    [-1, ''],
    [3, '3'],
    [99, '99'],
    [100, '99+'],
  ])('%i unread reads "%s"', (unread, text) => {
    const { button } = mountLauncher(root, { unread });
    const badge = button.querySelector('.badge')!;
    expect(badge.textContent).toBe(text);
    expect(styleOf(badge).display === 'none').toBe(text === '');
  });

  test('fields that are left out stay', () => {
    const launcher = mountLauncher(root, { open: true, unread: 2, label: 'Close' });
    launcher.update({ unread: 5 });
    expect(launcher.button.getAttribute('aria-expanded')).toBe('true');
    expect(launcher.button.getAttribute('aria-label')).toBe('Close');
  });

  test('takes the site’s accent before the page’s, and that before the theme’s', () => {
    const { button } = mountLauncher(root);
    expect(styleOf(button).backgroundColor).toBe('rgb(15, 118, 110)');
    paintLauncher(button, { dark: true, accent: [9, 9, 200] });
    expect(styleOf(button).backgroundColor).toBe('rgb(9, 9, 200)');
    paintLauncher(button, { dark: true, accent: null });
    expect(styleOf(button).backgroundColor).toBe('rgb(45, 212, 191)');
    host.style.setProperty('--assisters-accent', 'rgb(1, 2, 3)');
    expect(styleOf(button).backgroundColor).toBe('rgb(1, 2, 3)');
  });

  test('is not drawn for no-launcher', () => {
    host.setAttribute('no-launcher', '');
    expect(styleOf(mountLauncher(root).button).display).toBe('none');
  });
});
