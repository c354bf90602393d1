import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { CONFIG } from '../testing/demo.ts';
import { mount, unmountAll } from '../testing/mount.ts';
import { SOURCES, says } from '../testing/scripts.ts';
import { createScriptedTransport } from '../transport/scripted-transport.ts';

const opened: string[] = [];
beforeEach(async () => {
  await page.viewport(1000, 800);
  opened.length = 0;
  vi.spyOn(window, 'open').mockImplementation((url) => {
    opened.push(String(url));
    return null;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.click();
  document.querySelector('main.here')?.remove();
  unmountAll();
});

const here = location.href.split('#')[0]!;

/** An answer with three citations; the second source is of this page. */
async function answered(attributes: Record<string, string> = {}, quote = SOURCES[1]!.quote) {
  const sources = SOURCES.map((source, index) => (index === 1 ? { ...source, url: `${here}#prices`, quote } : source));
  const answer = () => says('Reserved by a deposit [1]. Prices are listed [2]. Moved free of charge [3].', sources);
  const mounted = mount(attributes, createScriptedTransport({ config: CONFIG, answer }));
  const { chat, ask, next, drawn, all } = mounted;
  chat.open();
  const ended = next('response-end');
  ask('How do I book?');
  await ended;
  await drawn();
  return { ...mounted, marks: all('.citation') };
}

const peek = (chat: HTMLElement) => chat.shadowRoot!.querySelector<HTMLElement>('.peek');

test('the pointer brings the card, may move onto it, and takes it away by leaving', async () => {
  const { chat, marks, find } = await answered();
  await userEvent.hover(marks[0]!);
  await expect.poll(() => peek(chat)?.textContent).toContain('A place is reserved once the deposit');
  const card = peek(chat)!;
  expect(card.textContent).toContain('Booking a course');
  expect(card.textContent).toContain('Exact match · harbour.example');
  expect([card.getAttribute('role'), marks[0]!.getAttribute('aria-describedby')]).toEqual(['tooltip', card.id]);
  const [frame, box] = [find('.body').getBoundingClientRect(), card.getBoundingClientRect()];
  expect(box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom).toBe(
    true,
  );

  await userEvent.hover(card);
  // Longer than a card outlives its number.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(peek(chat)).toBe(card);

  await userEvent.hover(find('.header'));
  await expect.poll(() => peek(chat)).toBeNull();
  expect(marks[0]!.hasAttribute('aria-describedby')).toBe(false);
});

test('the keyboard brings it, and Escape takes it away and nothing else', async () => {
  const { chat, marks, find } = await answered();
  find('.message.assistant').focus();
  await userEvent.keyboard('{Tab}');
  expect(chat.shadowRoot!.activeElement).toBe(marks[0]);
  await expect.poll(() => peek(chat)?.textContent).toContain('Booking a course');
  await userEvent.keyboard('{Tab}');
  await expect.poll(() => peek(chat)?.textContent).toContain('Prices and dates');
  await userEvent.keyboard('{Escape}');
  expect(peek(chat)).toBeNull();
  expect(chat.shadowRoot!.activeElement).toBe(marks[1]);
  expect(chat.getState().open).toBe(true);
  await userEvent.keyboard('{Escape}');
  expect(chat.getState().open).toBe(false);
});

test('Escape takes a hovered card away while the focus is on the page', async () => {
  const { chat, marks } = await answered();
  (chat.shadowRoot!.activeElement as HTMLElement).blur();
  await userEvent.hover(marks[2]!);
  await expect.poll(() => peek(chat)?.textContent).toContain('Up to 14 days');
  await userEvent.keyboard('{Escape}');
  expect(peek(chat)).toBeNull();
  expect(chat.getState().open).toBe(true);
});

test('a click opens the page of the source at its passage', async () => {
  const { marks } = await answered();
  marks[0]!.click();
  expect(opened).toEqual([
    'https://harbour.example/help/booking#deposit:~:text=A%20place%20is%20reserved%20once,by%20card%20or%20bank%20transfer.',
  ]);
});

test('a click on a source of this page marks its passage here, and says so', async () => {
  document.body.insertAdjacentHTML('beforeend', `<main class="here"><p>${SOURCES[1]!.quote}</p></main>`);
  const { marks, find, all } = await answered();
  marks[1]!.click();
  await expect.poll(() => CSS.highlights.has('assisters-source')).toBe(true);
  expect([...CSS.highlights.get('assisters-source')!].map(String)).toEqual([SOURCES[1]!.quote]);
  await expect.poll(() => find('.live').textContent).toContain('The passage is marked on the page');
  expect(opened).toEqual([]);

  // The link of its card does the same, and says beforehand what it will do.
  document.body.click();
  expect(CSS.highlights.has('assisters-source')).toBe(false);
  all('.chip')[1]!.click();
  await expect.poll(() => all('.card a').length).toBe(1);
  expect(find('.card a').textContent).toContain('Show on this page');
  find('.card a').click();
  await expect.poll(() => CSS.highlights.has('assisters-source')).toBe(true);
  expect(find('.panel').hidden).toBe(false);
});

test('on a phone the panel makes way for the passage', async () => {
  await page.viewport(390, 800);
  document.body.insertAdjacentHTML('beforeend', `<main class="here"><p>${SOURCES[1]!.quote}</p></main>`);
  const { chat, marks } = await answered();
  marks[1]!.click();
  await expect.poll(() => chat.getState().open).toBe(false);
  expect(CSS.highlights.has('assisters-source')).toBe(true);
});

test('a passage this page does not show is opened as a link', async () => {
  const { marks } = await answered({}, 'This sentence stands nowhere on the page.');
  marks[1]!.click();
  await expect
    .poll(() => opened)
    .toEqual([`${here}#prices:~:text=This%20sentence%20stands%20nowhere%20on%20the%20page.`]);
  expect(CSS.highlights.has('assisters-source')).toBe(false);
});

test('a finger, which has seen no card yet, gets the one below the answer', async () => {
  const { chat, marks } = await answered();
  marks[0]!.dispatchEvent(new PointerEvent('click', { bubbles: true, pointerType: 'touch' }));
  await expect.poll(() => chat.shadowRoot!.activeElement?.className).toBe('card');
  expect(opened).toEqual([]);
});

test('the page may keep a citation from being followed', async () => {
  const { chat, marks } = await answered();
  const titles: string[] = [];
  chat.on('sourceClick', (event) => {
    titles.push((event as CustomEvent).detail.source.title);
    event.preventDefault();
  });
  marks[0]!.click();
  expect([titles, opened]).toEqual([['Booking a course'], []]);
});
