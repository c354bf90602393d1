import type { Locator, Page } from '@playwright/test';
import { expect, scriptTag, test } from './support/test.ts';

/** What a zoomed window leaves, in CSS pixels: zoom makes the window smaller and each pixel larger. */
const WINDOWS = [
  { name: '200 % zoom of 1280 × 800', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  { name: '400 % zoom, or a phone 320 px wide', viewport: { width: 320, height: 568 }, deviceScaleFactor: 4 },
] as const;

/** Controls and text of the panel that lie partly outside the window or the panel, sideways; in what scrolls, up and down is no loss. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector('assisters-chat')!.shadowRoot!;
    const panel = root.querySelector('.panel')!.getBoundingClientRect();
    return [...root.querySelectorAll<HTMLElement>('.panel :is(button, p, h2, h3, textarea, a, li)')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < Math.max(0, panel.left) || right > Math.min(innerWidth, panel.right));
      })
      .map((element) => element.outerHTML);
  });

const sideways = (page: Page) =>
  page.evaluate(() => {
    const scroller = document.querySelector('assisters-chat')!.shadowRoot!.querySelector('.scroller')!;
    return [scroller, document.documentElement].map((element) => element.scrollWidth - element.clientWidth);
  });

for (const { name, viewport, deviceScaleFactor } of WINDOWS) {
  test.describe(name, () => {
    test.use({ viewport, deviceScaleFactor });

    test('nothing is lost and nothing scrolls sideways', async ({ visit, chat, world, page }) => {
      await visit(scriptTag(world));
      const whole = (locator: Locator) => expect(locator).toBeInViewport({ ratio: 1 });
      await whole(chat.launcher);
      await chat.launcher.click();
      await whole(chat.panel);
      const name = chat.panel.getByRole('heading').first();
      const close = chat.panel.getByRole('button', { name: 'Close chat' });
      for (const part of [name, close, chat.input, chat.send]) await whole(part);
      await chat.ask('How long is the warranty of a lamp?');
      await expect(chat.answers).toContainText('five years');
      await chat.sources.first().click();
      await expect(chat.panel.locator('.card blockquote')).toBeVisible();
      for (const part of [name, close, chat.input, chat.send]) await whole(part);
      expect(await cutOff(page)).toEqual([]);
      expect(await sideways(page)).toEqual([0, 0]);
      // There is room left to read in.
      const room = await page.evaluate(
        () => document.querySelector('assisters-chat')!.shadowRoot!.querySelector('.scroller')!.clientHeight,
      );
      expect(room).toBeGreaterThan(100);
      // And up and down, all can be scrolled to.
      await chat.questions.first().scrollIntoViewIfNeeded();
      await expect(chat.questions.first()).toBeInViewport();
      await close.click();
      await expect(chat.panel).toBeHidden();
    });
  });
}
