import type { Page } from '@playwright/test';
import { expect, scriptTag, test } from './support/test.ts';
import type { World } from './support/world.ts';

/** Files with a question, where the assistant takes them. */

const NOTES = 'The lamp in my hall flickers whenever it rains. Its serial number is K-4711.';
const file = (name: string, text = NOTES, mimeType = 'text/plain') => ({ name, mimeType, buffer: Buffer.from(text) });

async function takes(world: World, attachments: object | null): Promise<void> {
  await world.server.api('PATCH', `/assistants/${world.docs}`, { attachments });
}
/** Lets go of a file over the panel, or puts it in from the clipboard. */
const bring = (page: Page, how: 'drop' | 'paste', name: string) =>
  page.evaluate(
    ([how, name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text!], name!, { type: 'text/plain' }));
      const target = document.querySelector('assisters-chat')!.shadowRoot!.querySelector('textarea')!;
      const init = { bubbles: true, composed: true, cancelable: true };
      if (how === 'drop') {
        for (const type of ['dragover', 'drop'])
          target.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: data }));
      } else target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }));
    },
    [how, name, NOTES] as const,
  );

test.afterEach(({ world }) => takes(world, null));

test('a visitor attaches a file, asks about it, and finds its name after a reload', async ({
  visit,
  world,
  page,
  chat,
}) => {
  await takes(world, { enabled: true });
  await visit(scriptTag(world));
  await chat.launcher.click();
  const attach = page.getByRole('button', { name: 'Attach a file' });
  await attach.focus();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), attach.press('Enter')]);
  await chooser.setFiles(file('notes.txt'));
  const chips = chat.panel.getByRole('list', { name: 'Attach a file' }).getByRole('listitem');
  await expect(chips).toContainText(/notes\.txt.*(byte|kB)/);
  await chat.ask('When does the lamp in my hall flicker?');
  await expect(chips).toHaveCount(0);
  await expect(chat.answers).toContainText('flickers whenever it rains');
  await expect(chat.questions).toContainText('notes.txt');
  await expect(chat.sources.first()).toContainText('notes.txt');
  await page.reload();
  await expect(chat.questions).toContainText('notes.txt');
  await chat.ask('What is its serial number?');
  await expect(chat.answers.last()).toContainText('K-4711');
});

test('dropped and pasted files are taken too; one is taken back, a hostile name is a name', async ({
  visit,
  world,
  page,
  chat,
}) => {
  await takes(world, { enabled: true });
  const calls: string[] = [];
  page.on('request', (request) => calls.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await visit(scriptTag(world));
  await chat.launcher.click();
  await expect(page.getByRole('button', { name: 'Attach a file' })).toBeVisible();
  const hostile = '<img src=x onerror=alert(1)>.txt';
  await bring(page, 'drop', hostile);
  await bring(page, 'paste', 'second.txt');
  const chips = chat.panel.getByRole('list', { name: 'Attach a file' }).getByRole('listitem');
  await expect(chips).toHaveCount(2);
  await expect(chips.first()).toContainText(hostile);
  await expect(chips.locator('img')).toHaveCount(0);
  await expect(chips.locator('small')).toHaveCount(2);
  // Both went to one conversation.
  expect(calls.filter((call) => call === 'POST /v1/conversations')).toHaveLength(1);
  await page.getByRole('button', { name: `Remove ${hostile}` }).click();
  await expect(chips).toHaveCount(1);
  await expect(chat.input).toBeFocused();
  await expect.poll(() => calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
  await page.getByRole('button', { name: 'Remove second.txt' }).press('Enter');
  await expect(chips).toHaveCount(0);
});

test('what is too large or of no type that is taken is said; nothing is offered where none is taken', async ({
  visit,
  world,
  page,
  chat,
  problems,
}) => {
  problems.allow(/status of 4\d\d .*attachments/);
  await visit(scriptTag(world));
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await expect(page.getByRole('button', { name: 'Attach a file' })).toHaveCount(0);
  await bring(page, 'paste', 'a.txt');
  await expect(chat.panel.getByRole('list', { name: 'Attach a file' })).toHaveCount(0);

  await takes(world, { enabled: true, max_bytes: 1_000, types: ['text/plain', 'application/pdf'] });
  await page.reload();
  const input = page.locator('input[type=file]');
  await expect(input).toHaveAttribute('accept', 'text/plain,.txt,application/pdf,.pdf');
  await input.setInputFiles(file('long.txt', 'word '.repeat(300)));
  await expect(chat.panel.getByRole('alert')).toHaveText('long.txt is too large. Files may have at most 1 kB.');
  await input.setInputFiles(file('page.md', '# Title\n\nWords.', 'text/markdown'));
  await expect(chat.panel.getByRole('alert')).toHaveText('page.md could not be read. These can be: .txt, .pdf.');
  await input.setInputFiles(file('good.txt'));
  await expect(chat.panel.getByRole('alert')).toHaveCount(0);
  await expect(chat.panel.getByText('good.txt')).toBeVisible();
});
