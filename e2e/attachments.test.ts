import type { Page } from '@playwright/test';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';
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
  await expect(chips.and(page.locator('[aria-busy=false]'))).toHaveCount(2);
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
  await expect(chat.panel.getByRole('alert')).toHaveText(
    /^\W?long\.txt\W? is too large\. Files may have at most 1 kB\.$/,
  );
  await input.setInputFiles(file('page.md', '# Title\n\nWords.', 'text/markdown'));
  await expect(chat.panel.getByRole('alert')).toHaveText(
    /^\W?page\.md\W? could not be read\. These can be: \W?\.txt\W?, \W?\.pdf\W?\.$/,
  );
  await input.setInputFiles(file('good.txt'));
  await expect(chat.panel.getByRole('alert')).toHaveCount(0);
  await expect(chat.panel.getByText('good.txt')).toBeVisible();
});

test('how much of a large file has gone is shown and can be read; taken away, it is not sent on', async ({
  visit,
  world,
  page,
  chat,
}) => {
  await takes(world, { enabled: true });
  await visit(scriptTag(world));
  await chat.launcher.click();
  await expect(page.getByRole('button', { name: 'Attach a file' })).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const upload = (uploadThroughput: number) =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await session.send('Network.enable');
  const bar = chat.panel.getByRole('progressbar', { name: 'Reading large.txt' });
  const share = () => bar.evaluate((element) => (element as HTMLProgressElement).position);
  const input = page.locator('input[type=file]');
  // Far slower than anybody waits: it stays in the middle.
  await upload(40_000);
  await input.setInputFiles(file('large.txt', 'word '.repeat(100_000)));
  await expect.poll(share).toBeGreaterThan(0);
  expect(await share()).toBeLessThan(1);
  const chip = chat.panel.getByRole('listitem').filter({ hasText: 'large.txt' });
  await expect(chip).toContainText(/large\.txt\s*\d{1,2}%/);
  const gone = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/attachments'));
  await page.getByRole('button', { name: 'Remove large.txt' }).click();
  await gone;
  await expect(chip).toHaveCount(0);

  await upload(-1);
  await input.setInputFiles(file('large.txt', 'word '.repeat(100_000)));
  await expect(chip).toContainText('500 kB');
  await expect(bar).toHaveCount(0);
});

test('too many files are told, and so is an assistant that takes no more', async ({
  visit,
  world,
  page,
  chat,
  problems,
}) => {
  problems.allow(/status of 409 .*attachments/);
  await takes(world, { enabled: true });
  await visit(scriptTag(world));
  await chat.launcher.click();
  const input = page.locator('input[type=file]');
  await input.setInputFiles([1, 2, 3, 4, 5, 6].map((number) => file(`${number}.txt`)));
  const chips = chat.panel.getByRole('list', { name: 'Attach a file' }).getByRole('listitem');
  await expect(chat.panel.getByRole('alert')).toHaveText('At most 5 files can go with a question.');
  await expect(chips.locator('small')).toHaveText(Array(5).fill('1 kB'));
  await page.getByRole('button', { name: 'Remove 5.txt' }).click();
  await takes(world, { enabled: false });
  await input.setInputFiles(file('late.txt'));
  await expect(chat.panel.getByRole('alert')).toHaveText('The assistant takes no more files in this conversation.');
  await expect(chips).toHaveCount(4);
});

test('in an iframe too: a file is attached and asked about', async ({ visit, world, page }) => {
  await takes(world, { enabled: true });
  await visit(scriptTag(world, { isolation: 'iframe' }), { csp: strictPolicy(world.host, `frame-src ${world.host}`) });
  const frame = page.frameLocator('iframe');
  const chat = new Chat(page, frame);
  await chat.launcher.click();
  const attach = frame.getByRole('button', { name: 'Attach a file' });
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), attach.click()]);
  await chooser.setFiles(file('notes.txt'));
  await expect(chat.panel.getByRole('list', { name: 'Attach a file' })).toContainText(/notes\.txt.*(byte|kB)/);
  await chat.ask('When does the lamp in my hall flicker?');
  await expect(chat.answers).toContainText('flickers whenever it rains');
  await expect(chat.questions).toContainText('notes.txt');
});
