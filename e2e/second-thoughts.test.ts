import type { Message } from '../src/protocol/resources.ts';
import { expect, scriptTag, test } from './support/test.ts';

/** What a visitor does with an answer: says why it did not help, asks anew, asks on. */
const QUESTION = 'How long is the warranty of a lamp?';
const BETTER = 'When does the workshop open on weekdays?';

test('a question is asked anew in its place, here and on the server', async ({
  visit,
  chat,
  ownWorld: world,
  page,
}) => {
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText('five years');
  await expect(chat.stop).toHaveCount(0);
  await chat.questions.hover();
  await chat.questions.getByRole('button', { name: 'Edit question' }).click();
  const field = page.getByRole('textbox', { name: 'Edit question' });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(QUESTION);
  await field.press('Escape');
  await expect(field).toHaveCount(0);
  await chat.questions.hover();
  await chat.questions.getByRole('button', { name: 'Edit question' }).click();
  await field.fill(BETTER);
  await field.press('Enter');
  await expect(chat.answers).toContainText('nine to five');
  await expect(chat.questions).toHaveText(BETTER);
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  const { conversations } = await world.server.api<{ conversations: { id: string }[] }>('GET', '/conversations');
  const path = `/conversations/${conversations[0]!.id}/messages`;
  const { messages } = await world.server.api<{ messages: Message[] }>('GET', path);
  expect(messages.map(({ role, content }) => (role === 'user' ? content : role))).toEqual([BETTER, 'assistant']);
});

test('why an answer did not help reaches the server', async ({ visit, chat, ownWorld: world, page }) => {
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.stop).toHaveCount(0);
  await chat.answers.hover();
  await chat.answers.getByRole('button', { name: 'Not helpful' }).click();
  await page.getByText('Out of date').click();
  await page.getByRole('textbox', { name: 'Comment (optional)' }).fill('It is six years now.');
  await page.getByRole('button', { name: 'Send feedback' }).click();
  await expect(page.getByRole('button', { name: 'Send feedback' })).toHaveCount(0);
  const stored = async () => {
    const { conversations } = await world.server.api<{ conversations: { id: string }[] }>('GET', '/conversations');
    const path = `/conversations/${conversations[0]!.id}/messages`;
    return (await world.server.api<{ messages: Message[] }>('GET', path)).messages[1]!.feedback;
  };
  await expect.poll(stored).toEqual({ rating: 'down', reason: 'outdated', comment: 'It is six years now.' });
});

test('suggested questions go on with the answer', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.stop).toHaveCount(0);
  const prompts = page.getByRole('list', { name: 'Suggested questions' }).getByRole('button');
  await expect(prompts.first()).toBeVisible();
  const words = ((await prompts.first().textContent()) ?? '').trim();
  await prompts.first().click();
  await expect(chat.questions.last()).toHaveText(words);
  await expect(chat.answers).toHaveCount(2);
});
