import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { Chat } from './support/chat.ts';
import { expect, scriptTag, test } from './support/test.ts';

/** The plan: the rows of the table in docs/keyboard.md, in their order. */
const PLAN = readFileSync(fileURLToPath(new URL('../docs/keyboard.md', import.meta.url)), 'utf8')
  .split('## The shortcut')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (key|---)/.test(line))
  .map(
    (line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim()) as [key: string, where: string, what: string],
  );

interface Around {
  readonly page: Page;
  readonly chat: Chat;
}
type Step = (around: Around) => Promise<void>;

const field = (page: Page) => page.getByLabel('Search our lamps');
const messages = (page: Page) => page.locator('article.message');
const citation = (page: Page) => page.locator('button.citation').first();
const peek = (page: Page) => page.getByRole('tooltip');
const card = (page: Page) => page.locator('section.card');
const menuButton = (page: Page) => page.getByRole('button', { name: 'More options' });
const item = (page: Page) => page.getByRole('menuitem');
/** Whether the focus is inside the panel. */
const inPanel = (page: Page) =>
  page.evaluate(() => document.querySelector('assisters-chat')!.shadowRoot!.activeElement?.closest('.panel') != null);

/** What each row of the plan is, done. Each begins where the one before has ended. */
const STEPS: Readonly<Record<string, Step>> = {
  async 'none | the page loads'({ page, chat }) {
    await expect(chat.launcher).toBeVisible();
    await expect(field(page)).toBeFocused();
  },
  async '`Tab` | the last element of the page'({ page, chat }) {
    await page.getByRole('link', { name: 'Imprint' }).focus();
    await page.keyboard.press('Tab');
    await expect(chat.launcher).toBeFocused();
  },
  async '`Enter` or `Space` | the launcher'({ page, chat }) {
    for (const key of ['Space', 'Enter']) {
      await chat.launcher.focus();
      await page.keyboard.press(key);
      await expect(chat.panel).toBeVisible();
      await expect(chat.input).toBeFocused();
      if (key === 'Space') await page.keyboard.press('Escape');
    }
  },
  async '`Shift` + `Enter` | the input'({ page, chat }) {
    await page.keyboard.type('How long is the warranty');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('of a lamp?');
    await expect(chat.input).toHaveValue('How long is the warranty\nof a lamp?');
    await expect(chat.questions).toHaveCount(0);
  },
  async '`Enter` | the input'({ page, chat }) {
    await page.keyboard.press('Enter');
    await expect(chat.answers).toContainText('five years');
    await expect(chat.input).toBeFocused();
    await expect(citation(page)).toBeVisible();
    await expect(chat.tryAgain).toBeVisible();
  },
  async '`Shift` + `Tab` | the input'({ page, chat }) {
    const suggested = chat.panel.locator('.follow-ups button');
    await page.keyboard.press('Shift+Tab');
    await expect(suggested.last()).toBeFocused();
    for (let left = await suggested.count(); left > 0; left--) await page.keyboard.press('Shift+Tab');
    await expect(chat.tryAgain).toBeFocused();
  },
  async '`ArrowUp`, `ArrowDown` | a message'({ page }) {
    await messages(page).last().focus();
    await page.keyboard.press('ArrowUp');
    await expect(messages(page).first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(messages(page).last()).toBeFocused();
  },
  async '`Home`, `End` | a message'({ page }) {
    await page.keyboard.press('Home');
    await expect(messages(page).first()).toBeFocused();
    await page.keyboard.press('End');
    await expect(messages(page).last()).toBeFocused();
  },
  async '`Tab` | a message'({ page, chat }) {
    const copy = chat.panel.getByRole('button', { name: 'Copy answer' });
    for (const next of [citation(page), chat.sources.first(), copy]) {
      for (let tabs = 0; tabs < 8 && !(await next.evaluate((node) => node.matches(':focus'))); tabs++)
        await page.keyboard.press('Tab');
      await expect(next).toBeFocused();
    }
    await messages(page).last().focus();
    await page.keyboard.press('Tab');
    await expect(citation(page)).toBeFocused();
  },
  async 'none | a citation has the focus'({ page }) {
    await expect(peek(page)).toContainText('warranty of five years');
    await expect(citation(page)).toHaveAccessibleDescription(/warranty of five years/);
  },
  async '`Escape` | a citation whose card shows'({ page, chat }) {
    await page.keyboard.press('Escape');
    await expect(peek(page)).toHaveCount(0);
    await expect(citation(page)).toBeFocused();
    await expect(chat.panel).toBeVisible();
  },
  async '`Enter` | a citation'({ page }) {
    const opened = page.waitForEvent('popup');
    await page.keyboard.press('Enter');
    const tab = await opened;
    await tab.close();
    await expect(citation(page)).toBeFocused();
  },
  async '`Enter` | a source below an answer'({ page, chat }) {
    await chat.sources.first().focus();
    await page.keyboard.press('Enter');
    await expect(card(page)).toContainText('warranty of five years');
    await expect(chat.sources.first()).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(card(page)).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(card(page)).toBeVisible();
  },
  async '`Escape` | anywhere while such a card is open'({ page, chat }) {
    await chat.input.focus();
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
    await expect(chat.panel).toBeVisible();
  },
  async "`Enter`, `Space` or `ArrowDown` | the menu's button"({ page }) {
    for (const key of ['Enter', 'Space', 'ArrowDown']) {
      await menuButton(page).focus();
      await page.keyboard.press(key);
      await expect(menuButton(page)).toHaveAttribute('aria-expanded', 'true');
      if (key === 'ArrowDown') break;
      await page.keyboard.press('Escape');
      await expect(menuButton(page)).toHaveAttribute('aria-expanded', 'false');
    }
    await expect(item(page).first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(item(page).nth(1)).toBeFocused();
    await page.keyboard.press('End');
    await expect(item(page).last()).toBeFocused();
    await page.keyboard.press('Home');
    await expect(item(page).first()).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(item(page).last()).toBeFocused();
  },
  async '`Escape` | the menu'({ page, chat }) {
    await page.keyboard.press('Escape');
    await expect(menuButton(page)).toBeFocused();
    await expect(menuButton(page)).toHaveAttribute('aria-expanded', 'false');
    await expect(chat.panel).toBeVisible();
  },
  async '`Tab` | the last button of the panel'({ page, chat }) {
    await chat.send.focus();
    await page.keyboard.press('Tab');
    await expect.poll(() => inPanel(page)).toBe(false);
    await expect(chat.panel).toBeVisible();
  },
  async '`Escape` | anywhere in the panel'({ page, chat }) {
    await chat.input.focus();
    await page.keyboard.press('Escape');
    await expect(chat.panel).toBeHidden();
    await expect(chat.launcher).toBeFocused();
  },
  async 'the shortcut | anywhere on the page'({ page, chat }) {
    await field(page).focus();
    await page.keyboard.press('Alt+/');
    await expect(chat.panel).toBeVisible();
    await expect(chat.input).toBeFocused();
  },
  async 'the shortcut | anywhere in the panel'({ page, chat }) {
    await page.keyboard.press('Alt+/');
    await expect(chat.panel).toBeHidden();
    await expect(field(page)).toBeFocused();
  },
  async 'arrow keys | the launcher, with `movable`'({ page, chat }) {
    const place = async () => {
      const { x, y } = (await chat.launcher.boundingBox())!;
      return [x, y];
    };
    const [x, y] = (await place()) as [number, number];
    await chat.launcher.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(place).toEqual([x, y - 24]);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(place).toEqual([20, y - 24]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(place).toEqual([x, y - 24]);
    await page.keyboard.press('ArrowDown');
    await expect.poll(place).toEqual([x, y]);
  },
};

test('every row of the plan is followed, and nothing else', () => {
  expect(PLAN.map(([key, where]) => `${key} | ${where}`)).toEqual(Object.keys(STEPS));
});

test('the keyboard does what docs/keyboard.md says, line by line', async ({ visit, chat, world, page, context }) => {
  // A source's page is on another site, which this machine need not reach.
  await context.route('https://lamps.example/**', (route) => route.fulfill({ body: 'The handbook.' }));
  await visit(
    `<label>Search our lamps <input autofocus></label><a href="/imprint">Imprint</a>${scriptTag(world, { shortcut: 'Alt+/', movable: '' })}`,
  );
  for (const [key, where, what] of PLAN)
    await test.step(`${key} at ${where}: ${what}`, () => STEPS[`${key} | ${where}`]!({ page, chat }));
});
