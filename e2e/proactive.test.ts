import type { Page } from '@playwright/test';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** A message that offers itself: when, how it goes, and that nothing is asked of the server unless the page says so. */

const rules = (rule: object) => JSON.stringify([{ id: 'lamp', message: 'Which lamp is it?', ...rule }]);
const card = (page: Page) => page.getByRole('button', { name: 'Which lamp is it?' });

/** Calls of the API, and parts of the chat, as they are asked for. */
function asked(page: Page): string[] {
  const all: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/v1\/|proactive-/.test(pathname)) all.push(pathname);
  });
  return all;
}

test('each of the four conditions brings it, without a request and without the focus', async ({
  visit,
  world,
  page,
}) => {
  const calls = asked(page);
  const tag = (rule: object) => scriptTag(world, { proactive: rules(rule) });

  await test.step('after seconds', async () => {
    await visit(`<input aria-label="Name" autofocus>${tag({ after_seconds: 1 })}`);
    await expect(page.getByLabel('Name')).toBeFocused();
    await expect(card(page)).toBeVisible();
    expect(await page.evaluate(() => performance.now())).toBeGreaterThan(1_000);
    await expect(page.getByLabel('Name')).toBeFocused();
    await expect(page.getByRole('status')).toHaveText('Which lamp is it?');
  });

  await test.step('path: the first rule that holds', async () => {
    const list = JSON.stringify([
      { id: 'other', message: 'Not here', path: '/other*' },
      { id: 'lamp', message: 'Which lamp is it?', path: '/page-*' },
      { id: 'third', message: 'Too late' },
    ]);
    await visit(scriptTag(world, { proactive: list }));
    await expect(card(page)).toBeVisible();
    expect(await page.locator('[part=proactive]').count()).toBe(1);
  });

  await test.step('scroll depth', async () => {
    await visit(`${'<p>Lamps and lamps.</p>'.repeat(200)}${tag({ scroll_percent: 50 })}`);
    await expect.poll(() => calls.filter((path) => path.includes('proactive-')).length).toBe(3);
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, 400);
    await page.waitForFunction('scrollY > 100');
    await expect(card(page)).toBeHidden();
    await page.keyboard.press('End');
    await expect(card(page)).toBeVisible();
  });

  await test.step('exit', async () => {
    await visit(tag({ on_exit: true }));
    await expect.poll(() => calls.filter((path) => path.includes('proactive-')).length).toBe(4);
    await page.mouse.move(300, 300);
    await page.mouse.move(300, 100);
    await expect(card(page)).toBeHidden();
    await expect(async () => {
      await page.mouse.move(300, 20);
      await page.mouse.move(300, -5);
      await expect(card(page)).toBeVisible({ timeout: 300 });
    }).toPass();
  });
  expect(calls.filter((path) => path.startsWith('/v1/'))).toEqual([]);
});

test('dismissed, it stays away over a reload; accepted, the chat opens with its words, and it does not come again', async ({
  visit,
  world,
  page,
  chat,
}) => {
  const list = [
    { id: 'first', message: 'Which lamp is it?' },
    { id: 'second', message: 'Shall we look for it?' },
  ];
  await page.addInitScript(() => {
    const told: unknown[] = [];
    Object.assign(window, { told });
    document.addEventListener('assisters:proactive', (event) => told.push((event as CustomEvent).detail));
  });
  const told = () => page.evaluate('told');
  await visit(scriptTag(world, { proactive: JSON.stringify(list) }));
  await expect(card(page)).toBeVisible();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(card(page)).toBeHidden();
  expect(await told()).toEqual([
    { id: 'first', action: 'shown' },
    { id: 'first', action: 'dismissed' },
  ]);
  // One message a page; on the next it is the second's turn.
  await page.reload();
  const second = page.getByRole('button', { name: 'Shall we look for it?' });
  await expect(second).toBeVisible();
  await expect(card(page)).toBeHidden();
  await second.press('Enter');
  await expect(chat.panel).toContainText('Shall we look for it?');
  await expect(chat.input).toBeFocused();
  await expect(second).toBeHidden();
  expect(await told()).toEqual([
    { id: 'second', action: 'shown' },
    { id: 'second', action: 'accepted' },
  ]);
  await page.reload();
  await page.waitForLoadState('networkidle');
  await expect(chat.launcher).toBeVisible();
  expect(await page.locator('[part=proactive]').count()).toBe(0);
});

test('the launcher opened instead takes it away, also while the chat is on its way', async ({
  visit,
  world,
  page,
  chat,
}) => {
  await visit(scriptTag(world, { proactive: rules({}) }));
  await expect(card(page)).toBeVisible();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await expect(card(page)).toBeHidden();
});

test('the assistant’s own rules are asked for once, by the page that says so, and not before consent', async ({
  visit,
  world,
  page,
}) => {
  const calls = asked(page);
  await world.server.api('PATCH', `/assistants/${world.docs}`, {
    widget: { proactive: [{ id: 'lamp', message: 'Which lamp is it?' }] },
  });
  try {
    await visit(scriptTag(world, { proactive: 'off' }));
    await page.waitForLoadState('networkidle');
    await visit(scriptTag(world));
    await page.waitForLoadState('networkidle');
    expect(calls).toEqual([]);

    await visit(scriptTag(world, { proactive: 'server', consent: 'required' }));
    await expect.poll(() => calls.length).toBe(1);
    await page.waitForLoadState('networkidle');
    expect(calls).toEqual([expect.stringContaining('proactive-')]);
    expect(await page.locator('[part=proactive]').count()).toBe(0);

    calls.length = 0;
    await visit(scriptTag(world, { proactive: 'server' }));
    await expect(card(page)).toBeVisible();
    expect(calls.filter((path) => path.startsWith('/v1/'))).toEqual(['/v1/widget/config']);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  } finally {
    await world.server.api('PATCH', `/assistants/${world.docs}`, { widget: {} });
  }
});

test('where consent is required a no holds for the page alone', async ({ visit, world, page }) => {
  await visit(scriptTag(world, { proactive: rules({}), consent: 'required' }));
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(card(page)).toBeHidden();
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  await page.reload();
  await expect(card(page)).toBeVisible();
});

test('rules of the settings object; the chat in an iframe opens with the words too', async ({ visit, world, page }) => {
  const settings = `window.assistersSettings = { proactive: ${rules({ after_seconds: 0 })} };`;
  const csp = strictPolicy(world.host, `frame-src ${world.host}`).replace('script-src', "script-src 'nonce-abc'");
  await visit(`<script nonce="abc">${settings}</script>${scriptTag(world, { isolation: 'iframe' })}`, { csp });
  await card(page).click();
  const framed = new Chat(page, page.frameLocator('assisters-frame iframe'));
  await expect(framed.panel).toContainText('Which lamp is it?');
  await expect(card(page)).toBeHidden();
});
