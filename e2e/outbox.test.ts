import type { BrowserContext, Page } from '@playwright/test';
import type { Message } from '../src/protocol/resources.ts';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, test } from './support/test.ts';
import type { World } from './support/world.ts';

/** Questions asked without a line: they wait, are marked as waiting, and go out once, in order, also after a reload. */
const BROKEN_LINE =
  /net::ERR_(FAILED|INCOMPLETE_CHUNKED_ENCODING|INTERNET_DISCONNECTED|CONNECTION_\w+|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;
const FIRST = 'How long is the warranty of a lamp?';
const SECOND = 'When does the workshop open on weekdays?';
const THIRD = 'Can unused lamps be returned?';

/** Only the API is out of reach: the page and the script are there, as from a browser's cache. */
const cut = (context: BrowserContext) => context.route('**/v1/**', (route) => route.abort('internetdisconnected'));
const mend = async (context: BrowserContext) => {
  await context.unroute('**/v1/**');
  for (const page of context.pages()) await page.evaluate(() => window.dispatchEvent(new Event('online')));
};

/** All that the server has, oldest first. */
async function stored(world: World): Promise<readonly Message[]> {
  const { conversations } = await world.server.api<{ conversations: { id: string }[] }>('GET', '/conversations');
  const all: Message[] = [];
  for (const { id } of conversations.reverse())
    all.push(...(await world.server.api<{ messages: Message[] }>('GET', `/conversations/${id}/messages`)).messages);
  return all;
}
const roles = (messages: readonly Message[]) => messages.map(({ role, content }) => (role === 'user' ? content : role));

const waiting = (page: Page) => page.getByText('Waiting for the connection');

test('questions asked without a line wait through a reload, and go out in order, each once', async ({
  visit,
  chat,
  ownWorld: world,
  page,
  problems,
}) => {
  problems.allow(BROKEN_LINE);
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(FIRST);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  await cut(page.context());
  await chat.ask(SECOND);
  await expect(waiting(page)).toHaveCount(1);
  await chat.ask(THIRD);
  await expect(waiting(page)).toHaveCount(2);
  await page.reload();
  // Without a line the history is not there, but what waits is.
  await expect(waiting(page)).toHaveCount(2);
  await mend(page.context());
  await expect(chat.answers).toHaveCount(3);
  await expect(chat.questions).toHaveText([FIRST, SECOND, THIRD]);
  await expect(chat.stop).toHaveCount(0);
  await expect(waiting(page)).toHaveCount(0);
  const expected = [FIRST, 'assistant', SECOND, 'assistant', THIRD, 'assistant'];
  expect(roles(await stored(world))).toEqual(expected);
  // Nothing is left to be sent again.
  await page.reload();
  await expect(chat.answers).toHaveCount(3);
  await expect(chat.questions).toHaveText([FIRST, SECOND, THIRD]);
  expect(roles(await stored(world))).toEqual(expected);
});

test('a visitor’s very first question waits, too', async ({ visit, chat, ownWorld: world, page, problems }) => {
  problems.allow(BROKEN_LINE);
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  await page.waitForLoadState('networkidle');
  await cut(page.context());
  await chat.ask(FIRST);
  await expect(waiting(page)).toHaveCount(1);
  await page.reload();
  await expect(waiting(page)).toHaveCount(1);
  await mend(page.context());
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  expect(roles(await stored(world))).toEqual([FIRST, 'assistant']);
});

test('a question that arrived while its answer was lost is not sent again', async ({
  visit,
  chat,
  ownWorld: world,
  page,
  problems,
}) => {
  problems.allow(BROKEN_LINE);
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(FIRST);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  // The server gets it; the page never hears of that.
  await page.context().route('**/messages/stream', async (route) => {
    await route.fetch();
    await route.abort('internetdisconnected');
  });
  await chat.ask(SECOND);
  await expect(waiting(page)).toHaveCount(1);
  await page.context().unroute('**/messages/stream');
  await page.reload();
  await expect(chat.questions).toHaveText([FIRST, SECOND]);
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.stop).toHaveCount(0);
  expect(roles(await stored(world))).toEqual([FIRST, 'assistant', SECOND, 'assistant']);
});

test('a question asked anew without a line waits through a reload, and takes the place of the old one', async ({
  visit,
  chat,
  ownWorld: world,
  page,
  problems,
}) => {
  problems.allow(BROKEN_LINE);
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  for (const question of [FIRST, SECOND]) {
    await chat.ask(question);
    await expect(chat.questions.last()).toHaveText(question);
    await expect(chat.stop).toHaveCount(0);
  }
  await cut(page.context());
  await chat.questions.last().hover();
  await page.getByRole('button', { name: 'Edit question' }).last().click();
  const field = page.getByRole('textbox', { name: 'Edit question' });
  await field.fill(THIRD);
  await field.press('Enter');
  await expect(waiting(page)).toHaveCount(1);
  await expect(chat.questions).toContainText([FIRST, THIRD]);
  await page.reload();
  await expect(waiting(page)).toHaveCount(1);
  await mend(page.context());
  await expect(chat.questions).toHaveText([FIRST, THIRD]);
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.stop).toHaveCount(0);
  const expected = [FIRST, 'assistant', THIRD, 'assistant'];
  expect(roles(await stored(world))).toEqual(expected);
  await page.reload();
  await expect(chat.questions).toHaveText([FIRST, THIRD]);
  expect(roles(await stored(world))).toEqual(expected);
});

test('of two tabs one sends what waits', async ({ visit, chat, ownWorld: world, page, problems }) => {
  problems.allow(BROKEN_LINE);
  const url = await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(FIRST);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  const other = await page.context().newPage();
  await other.goto(url);
  const there = new Chat(other);
  if ((await there.launcher.getAttribute('aria-expanded')) !== 'true') await there.launcher.click();
  await expect(there.questions).toHaveText(FIRST);
  await cut(page.context());
  await chat.ask(SECOND);
  await expect(waiting(page)).toHaveCount(1);
  await chat.ask(THIRD);
  await expect(waiting(other)).toHaveCount(2);
  await Promise.all([page.reload(), other.reload()]);
  for (const one of [chat, there]) await expect(one.questions).toContainText([SECOND, THIRD]);
  await mend(page.context());
  for (const one of [chat, there]) {
    await expect(one.answers).toHaveCount(3);
    await expect(one.questions).toHaveText([FIRST, SECOND, THIRD]);
    await expect(one.stop).toHaveCount(0);
  }
  expect(roles(await stored(world))).toEqual([FIRST, 'assistant', SECOND, 'assistant', THIRD, 'assistant']);
});

test('what waits is not sent for the next person', async ({ visit, chat, ownWorld: world, page, problems }) => {
  problems.allow(BROKEN_LINE);
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(FIRST);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  await cut(page.context());
  await chat.ask(SECOND);
  await expect(waiting(page)).toHaveCount(1);
  await page.evaluate(() => (window as unknown as { Assisters: { reset(): void } }).Assisters.reset());
  await expect(chat.questions).toHaveCount(0);
  await mend(page.context());
  await page.reload();
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  await chat.ask(THIRD);
  await expect(chat.answers).toContainText('thirty days');
  await expect(chat.stop).toHaveCount(0);
  expect(roles(await stored(world))).toEqual([FIRST, 'assistant', THIRD, 'assistant']);
});
