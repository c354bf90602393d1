import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type HostTheme, isDark, readHostTheme, watchHostTheme } from './host-theme.ts';
import { LAUNCHER_CSS, mountLauncher, paintLauncher } from './launcher.ts';
import { contrast, readRgb } from './styles/accent.ts';

const root = document.documentElement;
let page: HTMLElement;
let probe: HTMLElement;
let watching: AbortController;

beforeEach(() => {
  page = document.createElement('main');
  probe = document.createElement('div');
  document.body.append(page, probe);
  watching = new AbortController();
});
afterEach(() => {
  page.remove();
  probe.remove();
  watching.abort();
  for (const element of [root, document.body]) {
    for (const { name } of [...element.attributes]) if (name !== 'lang') element.removeAttribute(name);
  }
});

const write = (html: string) => {
  page.innerHTML = html;
};
const read = (): HostTheme => readHostTheme(probe);

describe('dark or light', () => {
  test.each([
    ['html data-theme', () => root.setAttribute('data-theme', 'dark'), true],
    ['html data-bs-theme', () => root.setAttribute('data-bs-theme', 'light'), false],
    ['html class', () => root.classList.add('no-js', 'dark'), true],
    ['body class', () => document.body.classList.add('theme-dark'), true],
    ['a class that only has the word in it', () => document.body.classList.add('darkroom', 'lightbox'), null],
    ['color-scheme', () => root.style.setProperty('color-scheme', 'dark'), true],
    ['color-scheme of both', () => root.style.setProperty('color-scheme', 'light dark'), null],
    ['a dark background', () => document.body.style.setProperty('background', '#101820'), true],
    ['a light background of the root', () => root.style.setProperty('background', '#fefefe'), false],
    [
      'a background that lets everything through',
      () => document.body.style.setProperty('background', 'rgb(0 0 0 / 0)'),
      null,
    ],
    ['nothing', () => {}, null],
  ])('%s', (_, arrange, dark) => {
    arrange();
    expect(read().dark).toBe(dark);
  });

  test('what switches a theme counts before a background that has yet to fade over', () => {
    document.body.style.background = '#fff';
    root.dataset.theme = 'dark';
    expect(read().dark).toBe(true);
  });

  test('the option wins over the page, the page over the system', () => {
    const dark: HostTheme = { dark: true, accent: null, radius: null };
    expect(isDark('light', dark)).toBe(false);
    expect(isDark('auto', dark)).toBe(true);
    expect(isDark(undefined, { ...dark, dark: null })).toBe(matchMedia('(prefers-color-scheme: dark)').matches);
  });
});

describe('accent and radius', () => {
  test.each([
    ['a custom property', () => root.style.setProperty('--bs-primary', '#6610f2'), [102, 16, 242]],
    ['in a colour space of its own', () => root.style.setProperty('--accent', 'hsl(0 100% 50%)'), [255, 0, 0]],
    ['that points to another', () => root.setAttribute('style', '--brand:var(--x);--x:rgb(200 0 90)'), [200, 0, 90]],
    ['accent-color', () => root.style.setProperty('accent-color', '#0a7d00'), [10, 125, 0]],
    ['a grey says nothing', () => root.style.setProperty('--primary', '#444'), null],
    ['bare channels are no colour', () => root.style.setProperty('--primary', '222 47% 11%'), null],
  ] as const)('%s', (_, arrange, accent) => {
    arrange();
    expect(read().accent?.map(Math.round) ?? null).toEqual(accent);
  });

  test('come from the first button that stands out', () => {
    write(
      `<button style="background:#eee;border-radius:2px">Menu</button>
       <a class="btn" style="background:rgb(190,24,93);border-radius:6px">Buy</a>
       <button style="background:#00f;border-radius:1px">Later</button>`,
    );
    expect(read()).toMatchObject({ accent: [190, 24, 93], radius: 6 });
  });

  test('a pill counts as 16 px', () => {
    write('<button style="background:#06c;border-radius:999px">Go</button>');
    expect(read().radius).toBe(16);
  });

  test('a page without either says so, and nothing of the probe has changed', () => {
    probe.style.outlineColor = 'red';
    const before = probe.getAttribute('style');
    expect(read()).toMatchObject({ accent: null, radius: null });
    root.style.setProperty('--accent', '#06c');
    read();
    expect(probe.getAttribute('style')).toBe(before);
  });
});

describe('the launcher', () => {
  test.each([
    ['#ffe600', [0, 0, 0]],
    ['#1e1b4b', [255, 255, 255]],
  ])('on %s is written in what reads', (accent, on) => {
    const host = document.createElement('div');
    const shadow = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LAUNCHER_CSS);
    shadow.adoptedStyleSheets = [sheet];
    document.body.append(host);
    const { button } = mountLauncher(shadow);
    root.style.setProperty('--brand', accent);
    const theme = readHostTheme(button);
    paintLauncher(button, { dark: false, accent: theme.accent });
    const { backgroundColor, color } = getComputedStyle(button);
    expect(readRgb(color)).toEqual(on);
    expect(contrast(readRgb(color)!, readRgb(backgroundColor)!)).toBeGreaterThan(4.5);
    host.style.setProperty('--assisters-accent', '#00ff00');
    expect(getComputedStyle(button).backgroundColor).toBe('rgb(0, 255, 0)');
    host.remove();
  });
});

describe('watching', () => {
  test.each([
    ['data-theme', () => root.setAttribute('data-theme', 'dark')],
    ['a class of the body', () => document.body.classList.add('dark')],
    ['color-scheme', () => root.style.setProperty('color-scheme', 'dark')],
    ['the language', () => root.setAttribute('lang', 'de')],
  ])('%s', async (_, change) => {
    const changed = vi.fn();
    watchHostTheme(document, changed, watching.signal);
    change();
    await expect.poll(() => changed.mock.calls.length).toBe(1);
    root.removeAttribute('lang');
  });

  test('ends with its signal', async () => {
    const changed = vi.fn();
    watchHostTheme(document, changed, watching.signal);
    root.setAttribute('data-theme', 'dark');
    watching.abort();
    root.setAttribute('data-theme', 'light');
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    expect(changed).not.toHaveBeenCalled();
  });
});
