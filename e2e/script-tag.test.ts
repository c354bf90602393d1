import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** The whole file: pages of another origin, strict policy, Trusted Types. The fixture fails on any violation or console error. */

test('a pasted script answers from the handbook, with a source', async ({ visit, chat, world }) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await expect(chat.panel).toBeVisible();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.questions).toHaveText('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');
  await chat.sources.first().click();
  await expect(chat.panel.getByRole('link', { name: /Open source/ })).toHaveAttribute(
    'href',
    /^https:\/\/lamps\.example\/handbook/,
  );
});

test('a conversation knows the page it began on, without what may be private in its address', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const url = await visit(scriptTag(world));
  await page.evaluate(() => history.replaceState(null, '', '?token=private#part'));
  await chat.launcher.click();
  const started = page.waitForRequest((request) => request.url().endsWith('/v1/conversations'));
  await chat.ask('How long is the warranty of a lamp?');
  expect((await started).postDataJSON()).toMatchObject({ metadata: { page: { url, title: expect.any(String) } } });
  await expect(chat.answers).toContainText('five years');
});

test('nothing is stored and nothing is asked for before intent', async ({ visit, chat, world, page, context }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  const url = await visit(scriptTag(world));
  await expect(chat.launcher).toBeVisible();
  await page.mouse.move(200, 200);
  await page.mouse.wheel(0, 300);
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(requests).toEqual([new URL(url).pathname, '/assisters.js']);
  const stored = () =>
    page.evaluate(async () => [
      Object.keys(localStorage),
      Object.keys(sessionStorage),
      document.cookie,
      await indexedDB.databases(),
      await caches.keys().catch(() => []),
    ]);
  expect(await stored()).toEqual([[], [], '', [], []]);
  expect(await context.cookies()).toEqual([]);

  // The control: intent loads the chat.
  const loaded = page.waitForRequest(/\/assets\/assisters-chat-/);
  await chat.launcher.hover();
  await loaded;
});

test('one global is added and nothing is thrown when a key is missing', async ({ visit, page, world, problems }) => {
  problems.allow(/data-publishable-key is missing/);
  await visit(`<script async src="${world.host}/assisters.js"></script>`);
  await expect.poll(() => problems.found.length).toBe(1);
  expect(problems.found[0]).toContain('[assisters]');
  await expect(page.locator('[part=launcher]')).toHaveCount(0);
});

test('the page gets one new global', async ({ visit, page, world, chat }) => {
  await visit('');
  const before = await page.evaluate(() => Object.getOwnPropertyNames(window));
  await visit(scriptTag(world));
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
  const after = await page.evaluate(() => Object.getOwnPropertyNames(window));
  expect(after.filter((name) => !before.includes(name) && !/^\d+$/.test(name))).toEqual(['Assisters']);
});

test('focus stays on the launcher while the element takes over, and Escape comes back to it', async ({
  visit,
  chat,
  world,
  page,
}) => {
  await visit(scriptTag(world));
  await expect(chat.launcher).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(chat.launcher).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(chat.input).toBeFocused();
  await expect(chat.launcher).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(chat.panel).toBeHidden();
  await expect(chat.launcher).toBeFocused();
  await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false');
});

test('a question the handbook does not answer is answered plainly', async ({ visit, chat, world }) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await chat.ask('Who won the football championship in 1998?');
  await expect(chat.answers).toContainText('No answer found');
  await expect(chat.sources).toHaveCount(0);
});

test('options in the query and in the settings object reach the chat', async ({ visit, chat, world, site, page }) => {
  const query = new URLSearchParams({ 'publishable-key': world.publishableKey, placeholder: 'From the query' });
  // The settings need an inline script, so this page allows that one.
  const settings = `window.assistersSettings = ${JSON.stringify({ assistantId: world.docs, placeholder: 'no', greeting: 'From the settings' })}`;
  await visit(`<script async src="${world.host}/assisters.js?${query}"></script>`, {
    head: `<script nonce="abc">${settings}</script>`,
    csp: strictPolicy(world.host).replace('script-src', "script-src 'nonce-abc'"),
  });
  await chat.launcher.click();
  await expect(chat.input).toHaveAttribute('placeholder', 'From the query');
  await expect(chat.panel).toContainText('From the settings');
  expect(new URL(page.url()).origin).toBe(site.origin);
});

test('the script under the name of its content takes an integrity, and a wrong one keeps it out', async ({
  visit,
  chat,
  world,
  page,
  problems,
}) => {
  const manifest = await (await fetch(`${world.host}/manifest.json`)).json();
  const { file, integrity } = manifest.script as { file: string; integrity: string };
  const tag = (hash: string) =>
    scriptTag(world)
      .replace('/assisters.js', `/${file}`)
      .replace('<script', `<script integrity="${hash}" crossorigin="anonymous"`);
  const served = await fetch(`${world.host}/${file}`);
  expect(served.headers.get('cache-control')).toContain('immutable');
  await visit(tag(integrity));
  await chat.launcher.click();
  await chat.ask('How long is the warranty of a lamp?');
  await expect(chat.answers).toContainText('five years');

  problems.allow(/integrity/);
  await visit(tag(integrity.replace(/.{4}=*$/, 'AAAA')));
  await expect.poll(() => problems.found.some((line) => /integrity/.test(line))).toBe(true);
  await expect(page.locator('[part=launcher]')).toHaveCount(0);
});
