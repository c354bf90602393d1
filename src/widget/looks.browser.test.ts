/** What a page may style, what is mirrored from right to left, and what a visitor's system asks for. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cdp, page } from 'vitest/browser';
import manifest from '../../custom-elements.json';
import arabic from './i18n/ar.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';

const root = document.documentElement;
let sheet: HTMLStyleElement;
beforeEach(async () => {
  await page.viewport(1000, 800);
  sheet = document.head.appendChild(document.createElement('style'));
});
afterEach(() => {
  unmountAll();
  sheet.remove();
});

const answered = async (attributes: Record<string, string> = {}, prepare?: (mounted: Mounted) => void) => {
  const mounted = mount({ theme: 'light', ...attributes });
  prepare?.(mounted);
  mounted.chat.open();
  mounted.ask('How do I book?');
  await vi.waitFor(() => mounted.find('.chip'));
  await mounted.drawn();
  return mounted;
};

/** What the guide promises, from the class's docblock. */
const { cssParts, cssProperties } = manifest.modules
  .flatMap(({ declarations }) => declarations as readonly { cssParts?: Named[]; cssProperties?: Named[] }[])
  .find((one) => one.cssParts) as { cssParts: Named[]; cssProperties: Named[] };
interface Named {
  readonly name: string;
}

describe('a page may style', () => {
  test('every part by ::part()', async () => {
    const offer = JSON.stringify([{ id: 'offer', message: 'Need a hand?' }]);
    const closed = mount({ proactive: offer });
    await vi.waitFor(() => closed.find('[part=proactive]'));
    const names = cssParts.map(({ name }) => name);
    sheet.textContent = names.map((name) => `assisters-chat::part(${name}) { scroll-margin-left: 7px }`).join('\n');
    const reached = (mounted: Mounted, name: string) =>
      getComputedStyle(mounted.find(`[part=${name}]`)).scrollMarginLeft === '7px';
    expect(reached(closed, 'proactive')).toBe(true);
    const opened = await answered();
    expect(names.filter((name) => name !== 'proactive' && !reached(opened, name))).toEqual([]);
    sheet.textContent = '';
    expect(reached(opened, 'panel')).toBe(false);
  });

  /** Property → what is set, and what then shows it. */
  const SHOWN: Readonly<Record<string, readonly [value: string, selector: string, property: string]>> = {
    accent: ['rgb(124, 58, 237)', '.launcher', 'backgroundColor'],
    'on-accent': ['rgb(1, 2, 3)', '.launcher', 'color'],
    surface: ['rgb(250, 240, 230)', '.panel', 'backgroundColor'],
    'surface-raised': ['rgb(1, 2, 3)', '.send', 'backgroundColor'],
    text: ['rgb(1, 2, 3)', '.panel', 'color'],
    'text-muted': ['rgb(1, 2, 3)', '.title p', 'color'],
    line: ['rgb(1, 2, 3)', '.header', 'borderBottomColor'],
    control: ['rgb(1, 2, 3)', '.field', 'borderTopColor'],
    danger: ['rgb(1, 2, 3)', '.error > .icon', 'color'],
    focus: ['rgb(1, 2, 3)', '.field', 'outlineColor'],
    radius: ['4px', '.panel', 'borderTopLeftRadius'],
    'launcher-size': ['80px', '.launcher', 'width'],
    'offset-x': ['33px', '.launcher', 'right'],
    'offset-y': ['44px', '.launcher', 'bottom'],
    'z-index': ['12', '.launcher', 'zIndex'],
  };
  test('with every property of the table', async () => {
    expect(cssProperties.map(({ name }) => name.replace('--assisters-', ''))).toEqual(Object.keys(SHOWN));
    const values = async () => {
      const { find, chat, ask, drawn } = mount({ theme: 'light' });
      chat.open();
      ask('make it fail');
      await vi.waitFor(() => find('.error'));
      find('textarea').focus();
      await drawn();
      await Promise.all(chat.shadowRoot!.getAnimations().map(({ finished }) => finished));
      const styles = Object.entries(SHOWN).map(([name, [, selector, property]]) => [
        name,
        getComputedStyle(find(selector))[property as 'color'],
      ]);
      unmountAll();
      return styles;
    };
    const before = new Map((await values()) as [string, string][]);
    const wanted = Object.entries(SHOWN).map(([name, [value]]) => [name, value] as const);
    sheet.textContent = `:root { ${wanted.map(([name, value]) => `--assisters-${name}: ${value};`).join('')} }`;
    expect(await values()).toEqual(wanted);
    for (const [name, value] of wanted) expect(before.get(name)).not.toBe(value);
  });
});

describe('from right to left', () => {
  const rightToLeft = (mounted: Mounted) => {
    root.dir = 'rtl';
    mounted.chat.strings = arabic;
  };

  test('an empty field begins at its right, a written one as what is written', async () => {
    const { find, ask, drawn } = await answered({}, rightToLeft);
    const field = find<HTMLTextAreaElement>('textarea');
    expect(getComputedStyle(field).direction).toBe('rtl');
    field.value = 'How much?';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await vi.waitFor(() => expect(getComputedStyle(field).direction).toBe('ltr'));
    ask('كم؟');
    await drawn();
    await vi.waitFor(() => expect(getComputedStyle(field).direction).toBe('rtl'));
  });

  test('glyphs that point along the line are mirrored, the others are not', async () => {
    const mounted = await answered({}, rightToLeft);
    const { find } = mounted;
    const isMirrored = (selector: string) =>
      getComputedStyle(find(`${selector} .icon`)).transform.startsWith('matrix(-1');
    find('.menu > button').click();
    await mounted.drawn();
    expect(isMirrored('[data-item=end]')).toBe(true);
    find('[data-item=data]').click();
    await vi.waitFor(() => find('.data'));
    expect(isMirrored('.sheet-head')).toBe(true);
    for (const selector of ['.send', '.actions', '.menu > button']) expect(isMirrored(selector)).toBe(false);
    root.dir = 'ltr';
    await vi.waitFor(() => expect(isMirrored('.sheet-head')).toBe(false));
  });
});

test('while the line is down nothing pretends to search, and the question says that it waits', async () => {
  const { chat, find, ask } = mount();
  chat.open();
  ask('Is the pier open? (no line)');
  await vi.waitFor(() => find('.offline'));
  expect(find('.queued').checkVisibility()).toBe(true);
  expect(find('.skeleton').checkVisibility()).toBe(false);
  ask('please hang');
  find('.offline').remove();
  expect(find('.skeleton').checkVisibility()).toBe(true);
});

test('in forced colours the field that has the focus is outlined', async () => {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<unknown> };
  const force = (value: string) =>
    session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value }] });
  await force('active');
  const { chat, find } = mount();
  chat.open();
  await vi.waitFor(() => expect(find('.field').matches(':focus-within')).toBe(true));
  expect(getComputedStyle(find('.field')).outlineStyle).toBe('solid');
  find('.menu > button').focus();
  expect(getComputedStyle(find('.field')).outlineStyle).toBe('none');
  await force('none');
});
