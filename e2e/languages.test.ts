import de from '../src/widget/i18n/de.ts';
import he from '../src/widget/i18n/he.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** The whole file: pages of another origin, strict policy, Trusted Types. The fixture fails on any violation or console error. */

test('a page in German gets one table of German words from the server, beside the chat', async ({
  visit,
  chat,
  world,
  page,
}) => {
  const languages: string[] = [];
  page.on('request', (request) => {
    if (/\/language-/.test(request.url())) languages.push(request.url());
  });
  await visit(scriptTag(world), { lang: 'de-CH' });
  await page.locator('[part=launcher]').click();
  await expect(chat.panel.getByRole('textbox', { name: 'Ihre Frage' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Chat schließen' }).and(page.locator('[part=launcher]'))).toBeVisible();
  expect(languages).toEqual([expect.stringMatching(/^http:\/\/[^/]+\/assets\/language-de-[\w-]{8}\.js$/)]);
  expect(languages[0]).toContain(world.host);
});

test('a page in Arabic is written from right to left', async ({ visit, chat, world, page }) => {
  await visit(scriptTag(world), { lang: 'ar' });
  await page.locator('[part=launcher]').click();
  await expect(chat.panel.getByRole('textbox', { name: 'سؤالك' })).toBeVisible();
  await expect(chat.panel).toHaveCSS('direction', 'rtl');
});

test('a language there is none of is English, and nothing more is asked for', async ({ visit, chat, world, page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'script')
      scripts.push(new URL(request.url()).pathname.replace(/-[\w-]{8}\.js$/, ''));
  });
  const renderer = page.waitForResponse(/\/assets\/markdown-/);
  const outbox = page.waitForResponse(/\/assets\/outbox-/);
  await visit(scriptTag(world), { lang: 'tlh' });
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await outbox;
  // Whoever opens it and writes nothing has not paid for what draws answers.
  expect(scripts).toEqual(['/assisters.js', '/assets/assisters-chat', '/assets/outbox']);
  await chat.input.press('H');
  await renderer;
  expect(scripts.filter((path) => /language|i18n|tlh/.test(path))).toEqual([]);
  expect(scripts.slice(3)).toEqual(['/assets/markdown']);
});

test('a table that does not arrive leaves the chat in English', async ({ visit, chat, world, page, problems }) => {
  problems.allow(/language-|Failed to load resource/);
  await page.route(/\/language-fr/, (route) => route.abort());
  await visit(scriptTag(world), { lang: 'fr' });
  await chat.launcher.click();
  await expect(chat.input).toBeVisible();
});

test('a pasted iframe takes the language of its address, one made by the script that of the page', async ({
  visit,
  world,
  page,
}) => {
  const query = new URLSearchParams({
    'publishable-key': world.publishableKey,
    'assistant-id': world.docs,
    locale: 'ja',
  });
  const inside = page.frameLocator('iframe');
  await visit(`<iframe src="${world.host}/embed?${query}" title="Chat" width="400" height="640"></iframe>`, {
    csp: `default-src 'none'; frame-src ${world.host}`,
  });
  await expect(inside.getByRole('textbox', { name: '質問' })).toBeVisible();

  await visit(scriptTag(world, { isolation: 'iframe' }), {
    lang: 'he',
    csp: strictPolicy(world.host, `frame-src ${world.host}`),
  });
  const launcher = page.locator('[part=launcher]');
  await launcher.click();
  await expect(inside.getByRole('textbox', { name: 'השאלה שלך' })).toBeVisible();
  // So does the launcher, which stands on the page.
  await expect(launcher).toHaveAccessibleName(he.closeChat);
  await launcher.click();
  await expect(launcher).toHaveAccessibleName(he.openChat);
  await page.evaluate(() =>
    (window as unknown as { Assisters: { update(options: object): void } }).Assisters.update({ locale: 'de' }),
  );
  await expect(launcher).toHaveAccessibleName(de.openChat);
});
