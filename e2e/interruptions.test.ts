import type { Conversation, Message } from '../src/protocol/resources.ts';
import { held, WORDS } from './support/held.ts';
import { expect, scriptTag, test } from './support/test.ts';
import type { World } from './support/world.ts';

/**
 * An answer is cut off in its middle, in each way that happens to visitors. The model server holds the second half back
 * until the test lets it go, so "in the middle" is a fact and not a matter of timing.
 */
const FIRST_HALF = WORDS.slice(0, 6).join('').trim();
const WHOLE = WORDS.join('').trim();
/** What the browser itself writes to the console. */
const BROKEN_LINE = /net::ERR_(CONNECTION_\w+|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;
/** The model is asked only when the handbook holds something on it. */
const QUESTION = 'How long is the warranty of a lamp?';

test('a reload in the middle of an answer shows the whole conversation and the whole answer', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const answer = held(world.model);
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  await page.reload();
  await expect(chat.launcher).toBeVisible();
  if ((await chat.launcher.getAttribute('aria-expanded')) !== 'true') await chat.launcher.click();
  await expect(chat.questions).toHaveText(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  answer.letGo();
  await expect(chat.answers).toContainText(WHOLE);
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.answers).toHaveCount(1);
  expect(world.model.requests.length - answer.before).toBe(1);
});

test('a network that drops in the middle of an answer loses nothing', async ({ visit, chat, world, problems }) => {
  problems.allow(BROKEN_LINE);
  const answer = held(world.model);
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  world.line.cut();
  await expect(chat.panel.getByRole('status')).toContainText('No connection');
  answer.letGo();
  await expect(chat.answers).toContainText(FIRST_HALF);
  world.line.mend();
  await expect(chat.answers).toContainText(WHOLE);
  await expect(chat.answers).toHaveCount(1);
  expect(world.model.requests.length - answer.before).toBe(1);
});

/** The last message of the newest conversation, as the server keeps it. */
async function stored({ server }: World): Promise<string | undefined> {
  const { conversations } = await server.api<{ conversations: Conversation[] }>('GET', '/conversations?limit=1');
  const at = `/conversations/${conversations[0]!.id}/messages`;
  const { messages } = await server.api<{ messages: Message[] }>('GET', at);
  return messages.at(-1)?.content.trim();
}

test('a page that slept through the rest of an answer has all of it when it wakes', async ({
  visit,
  chat,
  world,
  page,
  problems,
}) => {
  problems.allow(BROKEN_LINE);
  const answer = held(world.model);
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  // A lid that is closed: no timer runs, and the line is gone without a word.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  world.line.cut();
  answer.letGo();
  await expect.poll(() => stored(world)).toBe(WHOLE);
  world.line.mend();
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(chat.answers).toContainText(WHOLE);
  await expect(chat.stop).toHaveCount(0);
  await expect(chat.answers).toHaveCount(1);
  expect(world.model.requests.length - answer.before).toBe(1);
});

test('a server killed in the middle of an answer says so, and the answer can be had again', async ({
  visit,
  chat,
  ownWorld: world,
  problems,
}) => {
  problems.allow(BROKEN_LINE);
  held(world.model);
  await visit(scriptTag(world, { 'assistant-id': world.writer }), { world });
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  await world.server.kill();
  await expect(chat.panel.getByRole('status')).toContainText('No connection');
  world.model.respond({ tokens: WORDS });
  await world.server.start();
  // What was stored is still there, and it is said that it is not all.
  await expect(chat.answers).toContainText('The answer was interrupted.');
  await expect(chat.questions).toHaveText(QUESTION);
  await chat.tryAgain.click();
  await expect(chat.answers).toContainText(WHOLE);
  await expect(chat.answers).not.toContainText('interrupted');
  await expect(chat.answers).toHaveCount(1);
});

test('stop ends the generation at the provider, and what was written stays', async ({ visit, chat, world }) => {
  held(world.model);
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(FIRST_HALF);
  await chat.stop.click();
  await expect(chat.answers).toContainText('Stopped');
  await expect(chat.answers).toContainText(FIRST_HALF);
  await expect(chat.send).toBeVisible();
  expect(await world.model.requests.at(-1)!.closed).toBe('early');
});

test('a provider that fails is an error with a way on, never a dead spinner', async ({ visit, chat, world }) => {
  world.model.respond({ status: 401 }, { tokens: WORDS });
  await visit(scriptTag(world, { 'assistant-id': world.writer }));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText('could not write an answer');
  await expect(chat.stop).toHaveCount(0);
  await chat.tryAgain.click();
  await expect(chat.answers).toContainText(WHOLE);
  await expect(chat.answers).not.toContainText('could not write');
});
