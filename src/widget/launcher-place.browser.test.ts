import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LAUNCHER_CSS, mountLauncher } from './launcher.ts';
import { keepClear } from './launcher-place.ts';

let host: HTMLElement;
let button: HTMLElement;
let owner: AbortController;
const placed: HTMLElement[] = [];

beforeEach(() => {
  host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LAUNCHER_CSS);
  root.adoptedStyleSheets = [sheet];
  document.documentElement.append(host);
  button = mountLauncher(root).button;
  owner = new AbortController();
});
afterEach(() => {
  owner.abort();
  host.remove();
  for (const element of placed.splice(0)) element.remove();
});

function fix(style: string): HTMLElement {
  const element = document.createElement('aside');
  element.style.cssText = `position:fixed;background:#ccc;${style}`;
  element.textContent = 'We use cookies.';
  document.body.append(element);
  placed.push(element);
  return element;
}

const overlaps = (one: Element, other: Element) => {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
};
const bottom = () => innerHeight - button.getBoundingClientRect().bottom;

describe('a launcher that keeps clear', () => {
  test('of a cookie bar that is there already, and goes home when it goes', async () => {
    const bar = fix('left:0;right:0;bottom:0;height:90px');
    keepClear(button, host, owner.signal);
    await expect.poll(() => overlaps(button, bar)).toBe(false);
    expect(bottom()).toBe(90 + 12);
    bar.remove();
    await expect.poll(bottom).toBe(20);
  });

  test('of one bar upon another', async () => {
    const bars = [fix('left:0;right:0;bottom:0;height:60px'), fix('right:10px;width:90px;bottom:70px;height:50px')];
    keepClear(button, host, owner.signal);
    await expect.poll(() => bars.some((bar) => overlaps(button, bar))).toBe(false);
    expect(bottom()).toBe(120 + 12);
  });

  test('of what comes later, and of what a click brings out', async () => {
    keepClear(button, host, owner.signal);
    const cart = fix('right:8px;bottom:8px;width:120px;height:44px;visibility:hidden');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(bottom()).toBe(20);
    cart.style.visibility = '';
    document.body.click();
    await expect.poll(() => overlaps(button, cart)).toBe(false);
  });

  test('at the top it moves down', async () => {
    host.setAttribute('position', 'top-right');
    const bar = fix('left:0;right:0;top:0;height:64px');
    keepClear(button, host, owner.signal);
    await expect.poll(() => overlaps(button, bar)).toBe(false);
  });

  test('stays where nothing fixed is, and under what covers the window', async () => {
    const flow = fix('position:static;height:3000px');
    const cover = fix('inset:0');
    keepClear(button, host, owner.signal);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([flow.isConnected, cover.isConnected, bottom()]).toEqual([true, true, 20]);
  });

  test('takes over from the pasted script where that has moved it', async () => {
    const bar = fix('left:0;right:0;bottom:0;height:90px');
    keepClear(button, host, owner.signal);
    await expect.poll(bottom).toBe(102);
    owner.abort();
    owner = new AbortController();
    keepClear(button, host, owner.signal);
    bar.remove();
    await expect.poll(bottom).toBe(20);
  });
});
