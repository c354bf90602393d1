import { expect, scriptTag, test } from './support/test.ts';

/** What a visitor sees while the parts that come later are on their way. */

test('an answer that is faster than its renderer is text, and rich as soon as the renderer is there', async ({
  visit,
  chat,
  world,
  page,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/assets\/markdown-/, async (route) => {
    await held;
    await route.continue();
  });
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await expect(chat.answers.locator('.raw')).toBeVisible();
  await expect(chat.answers.locator('button.citation')).toHaveCount(0);
  release();
  await expect(chat.answers.locator('button.citation').first()).toBeVisible();
  await expect(chat.answers.locator('.raw')).toHaveCount(0);
  await expect(chat.answers).toContainText('five years');
});

test('an answer whose renderer cannot be loaded is text', async ({ visit, chat, world, page, problems }) => {
  problems.allow(/markdown-|Failed to load resource|shown as plain text/);
  await page.route(/\/assets\/markdown-/, (route) => route.abort());
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await expect(chat.sources.first()).toBeVisible();
});

test('only a browser without a sanitiser of its own loads DOMPurify', async ({ visit, chat, world, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const loaded = () => asked.filter((url) => /\/dompurify-/.test(url)).length;
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers.locator('button.citation').first()).toBeVisible();
  expect(loaded()).toBe(0);

  await page.addInitScript(() => {
    Reflect.deleteProperty(Element.prototype, 'setHTML');
  });
  // The panel stood open, so it opens by itself with what was said.
  await visit(scriptTag(world));
  await expect(chat.answers.locator('button.citation').first()).toBeVisible();
  expect(loaded()).toBe(1);
});
