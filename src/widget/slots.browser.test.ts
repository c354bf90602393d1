import { afterEach, expect, test, vi } from 'vitest';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';

afterEach(unmountAll);

/** Puts the page's own words into a slot. */
function put({ chat }: Mounted, slot: string, text: string): HTMLElement {
  const own = document.createElement('p');
  own.slot = slot;
  own.textContent = text;
  chat.append(own);
  return own;
}

const isSeen = (element: Element) => element.checkVisibility() && element.getBoundingClientRect().height > 0;

test('the page’s own welcome stands in place of ours until there is a question', async () => {
  const mounted = mount();
  const own = put(mounted, 'welcome', 'Ahoy');
  mounted.chat.open();
  await vi.waitFor(() => expect(isSeen(own)).toBe(true));
  expect(isSeen(mounted.find('.welcome'))).toBe(false);
  own.remove();
  expect(isSeen(mounted.find('.welcome'))).toBe(true);
  mounted.chat.append(own);
  mounted.ask('How do I book?');
  await vi.waitFor(() => mounted.find('.actions'));
  expect(isSeen(own)).toBe(false);
});

test('the page’s own words stand below the input, inside the panel', async () => {
  const mounted = mount();
  const own = put(mounted, 'footer', 'Written by a machine.');
  mounted.chat.open();
  await vi.waitFor(() => expect(isSeen(own)).toBe(true));
  const [below, above, panel] = [own, mounted.find('.composer'), mounted.find('.panel')].map((element) =>
    element.getBoundingClientRect(),
  );
  expect(below!.top).toBeGreaterThanOrEqual(above!.bottom - 1);
  expect(below!.bottom).toBeLessThanOrEqual(panel!.bottom);
});

test('words without a slot are not drawn', async () => {
  const mounted = mount();
  const own = put(mounted, '', 'Nowhere');
  mounted.chat.open();
  await mounted.drawn();
  expect(isSeen(own)).toBe(false);
});
