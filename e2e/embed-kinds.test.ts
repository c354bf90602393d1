import { Chat } from './support/chat.ts';
import { attributes, expect, scriptTag, strictPolicy, test } from './support/test.ts';

const QUESTION = 'How long is the warranty of a lamp?';
const ANSWER = 'five years';

test('the element with its module answers', async ({ visit, chat, world }) => {
  const options = attributes({ 'publishable-key': world.publishableKey, 'assistant-id': world.docs });
  await visit(
    `<script type="module" src="${world.host}/assisters-chat.js"></script><assisters-chat${options}></assisters-chat>`,
  );
  await chat.launcher.click();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(ANSWER);
});

test('an inline element fills its place and is open at once', async ({ visit, chat, world, page }) => {
  const options = attributes({
    'publishable-key': world.publishableKey,
    'assistant-id': world.docs,
    mode: 'inline',
  });
  await visit(
    `<script type="module" src="${world.host}/assisters-chat.js"></script><main><assisters-chat${options}></assisters-chat></main>`,
  );
  await expect(chat.panel).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open chat' })).toHaveCount(0);
  const [panel, main] = [await chat.panel.boundingBox(), await page.locator('main').boundingBox()];
  expect(panel?.width).toBe(main?.width);
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(ANSWER);
});

test('a pasted iframe answers, and only where the key allows it', async ({ visit, page, world, site, problems }) => {
  const query = new URLSearchParams({ 'publishable-key': world.publishableKey, 'assistant-id': world.docs });
  const address = `${world.host}/embed?${query}`;
  const csp = `default-src 'none'; frame-src ${world.host}`;
  const frame = `<iframe src="${address.replaceAll('&', '&amp;')}" title="Chat with us" width="400" height="640"></iframe>`;
  const url = await visit(frame, { csp });
  const inside = new Chat(page, page.frameLocator('iframe'));
  await inside.ask(QUESTION);
  await expect(inside.answers).toContainText(ANSWER);

  const policy = (await fetch(address)).headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(new RegExp(`frame-ancestors[^;]*${site.origin}`));

  // The same page under another origin, which the key does not list: the browser shows nothing of it.
  problems.allow(/frame-ancestors/, /Refused to frame/, /refused to connect/i, /ERR_BLOCKED_BY_RESPONSE/);
  await page.goto(url.replace('localhost', '127.0.0.1'));
  await expect.poll(() => problems.found.some((text) => text.includes('frame-ancestors'))).toBe(true);
  await expect(inside.input).toHaveCount(0);
});

test('an iframe that the script makes answers, opens and closes like the panel', async ({ visit, page, world }) => {
  const csp = strictPolicy(world.host, `frame-src ${world.host}`);
  await visit(scriptTag(world, { isolation: 'iframe' }), { csp });
  const chat = new Chat(page, page.frameLocator('iframe'));
  await expect(page.locator('iframe')).toHaveCount(0);
  await chat.launcher.click();
  await expect(page.locator('iframe')).toBeVisible();
  await chat.ask(QUESTION);
  await expect(chat.answers).toContainText(ANSWER);

  await chat.input.press('Escape');
  await expect(page.locator('iframe')).toBeHidden();
  await expect(chat.launcher).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('iframe')).toBeVisible();
  await expect(chat.answers).toContainText(ANSWER);
});

test('the page speaks with the chat in the iframe: calls go in, events come out', async ({ visit, page, world }) => {
  const csp = strictPolicy(world.host, `frame-src ${world.host}`);
  await visit(scriptTag(world, { isolation: 'iframe' }), { csp });
  const chat = new Chat(page, page.frameLocator('iframe'));
  await expect(chat.launcher).toBeVisible();
  await page.evaluate(() => {
    const { Assisters, heard } = Object.assign(window, { heard: [] as string[] }) as unknown as {
      Assisters: (...call: unknown[]) => void;
      heard: string[];
    };
    document.addEventListener('assisters:message', (event) => {
      heard.push((event as CustomEvent<{ message: { role: string } }>).detail.message.role);
    });
    Assisters('send', 'When can I return a lamp?');
  });
  await expect(chat.answers).toContainText('thirty days');
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard))
    .toEqual(['user', 'assistant']);
  // What is inside stays inside: the page's own scripts cannot read it.
  expect(await page.evaluate(() => document.querySelector('assisters-frame')!.shadowRoot!.textContent)).not.toContain(
    'thirty days',
  );
});
