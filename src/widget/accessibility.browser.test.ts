import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import arabic from './i18n/ar.ts';
import { type Mounted, mount, unmountAll } from './testing/mount.ts';

beforeEach(() => page.viewport(1000, 800));
afterEach(unmountAll);

/** Somebody known. */
const TOKEN = `h.${btoa('{"sub":"ann"}')}.s`;

/** The states a visitor meets, and how to come there. */
const STATES: Record<string, (mounted: Mounted) => Promise<void>> = {
  closed: async ({ drawn }) => drawn(),
  empty: async ({ chat, find }) => {
    chat.open();
    await vi.waitFor(() => find('.prompts'));
  },
  waiting: async ({ chat, find, ask }) => {
    chat.open();
    ask('hang');
    await vi.waitFor(() => find('.skeleton'));
  },
  streaming: async ({ chat, find, ask }) => {
    chat.open();
    ask('half');
    await vi.waitFor(() => find('.writing .citation'));
  },
  'answer with a source open': async ({ chat, find, ask }) => {
    chat.open();
    ask('How do I book?');
    await vi.waitFor(() => find('.chip').click());
    await vi.waitFor(() => find('.card'));
  },
  'long answer': async ({ chat, find, ask }) => {
    chat.open();
    ask('forecast');
    await vi.waitFor(() => find('.table-scroll'));
  },
  'not found': async ({ chat, find, ask }) => {
    chat.open();
    ask('dog');
    await vi.waitFor(() => find('.not-found'));
  },
  error: async ({ chat, find, ask }) => {
    chat.open();
    ask('fail');
    await vi.waitFor(() => find('.error'));
  },
  'thread list': async ({ chat, find }) => {
    chat.userToken = TOKEN;
    chat.open();
    await vi.waitFor(() => find('[data-item=threads]').click());
    await vi.waitFor(() => find('.threads .icon-button').click());
    await vi.waitFor(() => find('.threads .asking'));
  },
  'the visitor’s data': async ({ chat, find }) => {
    chat.userToken = TOKEN;
    chat.open();
    await vi.waitFor(() => find('[data-item=data]').click());
    await vi.waitFor(() => find('.data .danger').click());
    await vi.waitFor(() => find('.data .asking'));
  },
  consent: async ({ chat, find }) => {
    chat.consent = 'required';
    chat.open();
    await vi.waitFor(() => find('.consent'));
  },
  menu: async ({ chat, find, drawn }) => {
    chat.open();
    await drawn();
    find('.menu > button').click();
    await vi.waitFor(() => expect(find('[role=menu]').hidden).toBe(false));
  },
};

const settle = (chat: HTMLElement) =>
  Promise.all(
    chat
      .shadowRoot!.getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
      .map((animation) => animation.finished.catch(() => {})),
  );

for (const theme of ['light', 'dark']) {
  for (const direction of ['ltr', 'rtl']) {
    describe(`${theme}, ${direction}`, () => {
      test.each(Object.keys(STATES))('%s has no violations', async (state) => {
        document.documentElement.dir = direction;
        const mounted = mount({ theme });
        if (direction === 'rtl') mounted.chat.strings = arabic;
        await STATES[state]!(mounted);
        await mounted.drawn();
        await settle(mounted.chat);
        const { violations } = await axe.run(mounted.chat, { resultTypes: ['violations'] });
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        expect(found).toEqual([]);
      });
    });
  }
}

test('the checker sees into the element', async () => {
  const { chat, find, drawn } = mount();
  chat.open();
  await drawn();
  find('.icon-button').removeAttribute('aria-label');
  find('.icon-button').removeAttribute('title');
  const { violations } = await axe.run(chat);
  expect(violations.map(({ id }) => id)).toContain('button-name');
});
