import type { BrowserContext, Page } from '@playwright/test';
import { Chat } from './support/chat.ts';
import { held, WORDS } from './support/held.ts';
import { expect, scriptTag, test } from './support/test.ts';

/** One conversation in all of a visitor's tabs: two pages of one browser context share storage, channel and locks. */
const FIRST_HALF = WORDS.slice(0, 6).join('').trim();
const WHOLE = WORDS.join('').trim();
const QUESTION = 'How long is the warranty of a lamp?';
const SECOND = 'Are bulbs part of the warranty?';

interface Tab {
  readonly page: Page;
  readonly chat: Chat;
  /** Lines on which an answer came to this tab. */
  readonly lines: string[];
}

async function openTab(context: BrowserContext, url: string): Promise<Tab> {
  const page = await context.newPage();
  const lines: string[] = [];
  page.on('request', (request) => {
    if (/\/stream(\?|$)/.test(request.url())) lines.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(url);
  const chat = new Chat(page);
  if ((await chat.launcher.getAttribute('aria-expanded')) !== 'true') await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  return { page, chat, lines };
}

/** A first question is answered in the first tab; then the second is opened, and has the conversation too. */
async function twoTabs(page: Page, url: string): Promise<readonly [Tab, Tab]> {
  const context = page.context();
  const first = await openTab(context, url);
  await first.chat.ask(SECOND);
  await expect(first.chat.answers).toContainText(WHOLE);
  // A page that loads between the last word and the end would rightly ask for the end.
  await expect(first.chat.stop).toHaveCount(0);
  const second = await openTab(context, url);
  await expect(second.chat.answers).toContainText(WHOLE);
  return [first, second];
}

test('both tabs show the question and the growing answer, over one line', async ({ visit, world, page }) => {
  world.model.respond({ tokens: WORDS });
  const [first, second] = await twoTabs(page, await visit(scriptTag(world, { 'assistant-id': world.writer })));
  const answer = held(world.model);
  await first.chat.ask(QUESTION);
  for (const { chat } of [first, second]) {
    await expect(chat.questions.last()).toHaveText(QUESTION);
    await expect(chat.answers.last()).toContainText(FIRST_HALF);
  }
  answer.letGo();
  for (const { chat } of [first, second]) await expect(chat.answers.last()).toContainText(WHOLE);
  expect(second.lines).toEqual([]);
  expect(world.model.requests.length - answer.before).toBe(1);
  // The other way round.
  world.model.respond({ tokens: WORDS });
  await second.chat.ask('And how long for bulbs, is there a warranty?');
  await expect(first.chat.questions).toHaveCount(3);
  await expect(first.chat.answers).toHaveCount(3);
});

test('a tab that closes in the middle of its answer leaves it to the other', async ({ visit, world, page }) => {
  world.model.respond({ tokens: WORDS });
  const [first, second] = await twoTabs(page, await visit(scriptTag(world, { 'assistant-id': world.writer })));
  const answer = held(world.model);
  await first.chat.ask(QUESTION);
  await expect(second.chat.answers.last()).toContainText(FIRST_HALF);
  await first.page.close();
  await expect.poll(() => second.lines.length).toBe(1);
  answer.letGo();
  await expect(second.chat.answers.last()).toContainText(WHOLE);
  await expect(second.chat.questions).toHaveCount(2);
  await expect(second.chat.answers).toHaveCount(2);
  expect(world.model.requests.length - answer.before).toBe(1);
});

test('a tab opened in the middle of an answer follows it without a line of its own', async ({ visit, world, page }) => {
  const url = await visit(scriptTag(world, { 'assistant-id': world.writer }));
  const answer = held(world.model);
  const first = await openTab(page.context(), url);
  await first.chat.ask(QUESTION);
  await expect(first.chat.answers).toContainText(FIRST_HALF);
  const second = await openTab(page.context(), url);
  await expect(second.chat.answers).toContainText(FIRST_HALF);
  answer.letGo();
  for (const { chat } of [first, second]) {
    await expect(chat.answers).toContainText(WHOLE);
    await expect(chat.stop).toHaveCount(0);
  }
  expect(second.lines).toEqual([]);
});

test('draft, rating and reset are the same everywhere', async ({ visit, world, page }) => {
  world.model.respond({ tokens: WORDS });
  const [first, second] = await twoTabs(page, await visit(scriptTag(world, { 'assistant-id': world.writer })));
  await first.chat.input.fill('Half a thou');
  await expect(second.chat.input).toHaveValue('Half a thou');
  const rated = (chat: Chat) => chat.answers.getByRole('button', { name: 'Helpful', exact: true });
  await first.chat.answers.hover();
  await rated(first.chat).click();
  await second.chat.answers.hover();
  await expect(rated(second.chat)).toHaveAttribute('aria-pressed', 'true');
  // Somebody logs out in one tab: nothing of the talk stays in the other.
  await first.page.evaluate(() => (window as unknown as { Assisters: { reset(): void } }).Assisters.reset());
  for (const { chat } of [first, second]) await expect(chat.questions).toHaveCount(0);
});

test('an answer behind closed panels is unread in every tab, until it is read in one', async ({
  visit,
  world,
  page,
}) => {
  world.model.respond({ tokens: WORDS });
  const tabs = await twoTabs(page, await visit(scriptTag(world, { 'assistant-id': world.writer })));
  const answer = held(world.model);
  await tabs[0].chat.ask(QUESTION);
  for (const { chat } of tabs) {
    await expect(chat.answers.last()).toContainText(FIRST_HALF);
    await chat.launcher.click();
  }
  answer.letGo();
  for (const { chat } of tabs) await expect(chat.launcher).toHaveAccessibleName('Open chat, 1');
  await tabs[1].chat.launcher.click();
  await expect(tabs[1].chat.answers.last()).toContainText(WHOLE);
  await expect(tabs[0].chat.launcher).toHaveAccessibleName('Open chat');
});

test('a first question reaches a tab that was open before there was a conversation', async ({ visit, world, page }) => {
  world.model.respond({ tokens: WORDS });
  const url = await visit(scriptTag(world, { 'assistant-id': world.writer }));
  const [first, second] = [await openTab(page.context(), url), await openTab(page.context(), url)];
  await first.chat.ask(QUESTION);
  await expect(second.chat.questions).toHaveText(QUESTION);
  await expect(second.chat.answers).toContainText(WHOLE);
});

/** Counts, in every page of the context from here on, what may sound and what sounds: contexts made and notes begun. */
async function listen(context: BrowserContext): Promise<(page: Page) => Promise<{ contexts: number; notes: number }>> {
  await context.addInitScript(() => {
    const heard = { contexts: 0, notes: 0 };
    Object.assign(window, { heard });
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (when) {
      heard.notes += 1;
      start.call(this, when);
    };
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        heard.contexts += 1;
      }
    };
  });
  return (page) => page.evaluate(() => (window as unknown as { heard: { contexts: number; notes: number } }).heard);
}
const QUIET = { contexts: 0, notes: 0 };
const TWO_NOTES = { contexts: 1, notes: 2 };

test('an answer that nobody sees sounds in one tab; one that is seen in another, in none', async ({
  visit,
  world,
  page,
}) => {
  const heard = await listen(page.context());
  world.model.respond({ tokens: WORDS });
  const tabs = await twoTabs(page, await visit(scriptTag(world, { 'assistant-id': world.writer, sound: '' })));
  const [first, second] = tabs;
  for (const tab of tabs) await expect(tab.page.locator('[data-item=sound]')).toHaveCount(1);
  const askUnseen = async (seenInSecond: boolean) => {
    const answer = held(world.model);
    await first.chat.ask(QUESTION);
    for (const { chat } of tabs) await expect(chat.answers.last()).toContainText(FIRST_HALF);
    await first.chat.launcher.click();
    if (!seenInSecond) await second.chat.launcher.click();
    answer.letGo();
    await expect(first.chat.launcher).toHaveAccessibleName(seenInSecond ? 'Open chat, 1' : /^Open chat, \d/);
  };
  // The visitor reads along in the other tab.
  await askUnseen(true);
  await first.chat.launcher.click();
  expect(await heard(first.page)).toEqual({ contexts: 1, notes: 0 });

  await askUnseen(false);
  await expect.poll(() => heard(first.page)).toEqual(TWO_NOTES);
  expect((await heard(second.page)).notes).toBe(0);
});

test('the sound comes on a hidden page, not on the panel that is read, and not for who has switched it off', async ({
  visit,
  world,
  page,
  chat,
}) => {
  const heard = await listen(page.context());
  world.model.respond({ tokens: WORDS });
  await visit(scriptTag(world, { 'assistant-id': world.writer, sound: '', open: '' }));
  const ended = async (count: number) => {
    await expect(chat.answers).toHaveCount(count);
    await expect(chat.answers.last()).toContainText(WHOLE);
    await expect(chat.stop).toHaveCount(0);
  };
  const hide = (state: 'hidden' | 'visible') =>
    page.evaluate((visibilityState) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibilityState });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  const sound = chat.panel.getByRole('menuitemcheckbox', { name: 'Sound when an answer is ready' });
  const menu = chat.panel.getByRole('button', { name: 'More options' });
  await expect(page.locator('[data-item=sound]')).toHaveCount(1);

  // Before the visitor has done anything no browser lets a page sound, and ours does not try.
  await hide('hidden');
  await page.evaluate(
    (text) => (window as unknown as { Assisters: { send(text: string): void } }).Assisters.send(text),
    QUESTION,
  );
  await ended(1);
  expect(await heard(page)).toEqual(QUIET);

  await hide('visible');
  await chat.ask(SECOND);
  await ended(2);
  expect(await heard(page)).toEqual({ contexts: 1, notes: 0 });

  await hide('hidden');
  await chat.ask(QUESTION);
  await ended(3);
  await expect.poll(() => heard(page)).toEqual(TWO_NOTES);

  await menu.click();
  await expect(sound).toBeChecked();
  await sound.click();
  await expect(sound).not.toBeChecked();
  await page.keyboard.press('Escape');
  await chat.ask(SECOND);
  await ended(4);
  expect(await heard(page)).toEqual(TWO_NOTES);

  // Switched on again it lets itself be heard; nothing else had come late.
  await menu.click();
  await sound.click();
  await expect.poll(() => heard(page)).toEqual({ contexts: 1, notes: 4 });
  await sound.click();
  await page.reload();
  await menu.click();
  await expect(sound).not.toBeChecked();
  expect(await heard(page)).toEqual(QUIET);
});
