import type { Page, Request } from '@playwright/test';
import { SignJWT } from 'jose';
import type { Conversation } from '../src/protocol/resources.ts';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, test } from './support/test.ts';
import type { World } from './support/world.ts';

/** A visitor's conversations, data, consent and identity, against the real server. */
const FIRST = 'How long is the warranty of a lamp?';
const SECOND = 'When does the workshop open on weekdays?';

const item = (page: Page, name: string) => page.getByRole('menuitem', { name });
async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More options' }).click();
  await item(page, name).click();
}

async function asked(chat: Chat, question: string, count: number): Promise<void> {
  await chat.ask(question);
  await expect(chat.answers).toHaveCount(count);
  await expect(chat.stop).toHaveCount(0);
}

/** Makes the assistant one that knows its visitors, and gives what signs their tokens. */
async function identity(world: World) {
  const path = `/assistants/${world.docs}`;
  await world.server.api('PATCH', path, { identity: { algorithm: 'HS256' } });
  const { identity_secret: secret } = await world.server.api<{ identity_secret: string }>(
    'POST',
    `${path}/identity-secret`,
  );
  return (sub: string) =>
    new SignJWT({ sub, aud: world.docs })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret));
}

const call = (page: Page, method: string, argument?: unknown) =>
  page.evaluate(
    ([name, value]) => (window as unknown as { Assisters(...call: unknown[]): void }).Assisters(name, value),
    [method, argument] as const,
  );

test('a visitor goes between conversations, deletes one, and finds the rest after a reload', async ({
  visit,
  chat,
  world,
  page,
}) => {
  await visit(scriptTag(world));
  await chat.launcher.click();
  await asked(chat, FIRST, 1);
  await page.getByRole('button', { name: 'New conversation' }).first().click();
  await asked(chat, SECOND, 1);
  await choose(page, 'Conversations');
  const list = page.getByRole('list', { name: 'Conversations' });
  await expect(list.getByRole('listitem')).toHaveCount(2);
  await list.getByRole('button', { name: FIRST }).first().click();
  await expect(chat.questions).toHaveText(FIRST);
  await expect(chat.input).toBeFocused();
  await asked(chat, SECOND, 2);
  await page.reload();
  await expect(chat.questions).toHaveText([FIRST, SECOND]);
  await choose(page, 'Conversations');
  await page.getByRole('button', { name: `Delete conversation: ${SECOND}` }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(list.getByRole('listitem')).toHaveCount(1);
  await page.reload();
  await choose(page, 'Conversations');
  await expect(list.getByRole('listitem')).toHaveCount(1);
});

test('a signed identity brings the conversations to another device, and takes along what was said before', async ({
  visit,
  chat,
  ownWorld: world,
  page,
  browser,
}) => {
  const token = await (await identity(world))('ann');
  const url = await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await asked(chat, FIRST, 1);
  await call(page, 'identify', { token });
  await asked(chat, SECOND, 2);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(url);
  const there = new Chat(other);
  await there.launcher.click();
  await expect(there.input).toBeVisible();
  await call(other, 'identify', { token });
  await choose(other, 'Conversations');
  await other.getByRole('list', { name: 'Conversations' }).getByRole('button', { name: FIRST }).first().click();
  await expect(there.questions).toHaveText([FIRST, SECOND]);
  await context.close();
});

test('the next person at the computer sees nothing of the last, in any tab, store or list', async ({
  visit,
  chat,
  ownWorld: world,
  page,
}) => {
  const sign = await identity(world);
  const [ann, bob] = [await sign('ann'), await sign('bob')];
  const url = await visit(scriptTag(world, { 'user-token': ann }), { world });
  await chat.launcher.click();
  await asked(chat, FIRST, 1);
  const other = await page.context().newPage();
  await other.goto(url);
  const there = new Chat(other);
  if ((await there.launcher.getAttribute('aria-expanded')) !== 'true') await there.launcher.click();
  await expect(there.questions).toHaveText(FIRST);
  await chat.input.fill('a secret draft');
  await expect(there.input).toHaveValue('a secret draft');
  await call(page, 'identify', { token: bob });
  for (const one of [chat, there]) {
    await expect(one.questions).toHaveCount(0);
    await expect(one.input).toHaveValue('');
  }
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
    'conv_',
  );
  await choose(page, 'Conversations');
  await expect(page.getByText('No conversations yet')).toBeVisible();
  await page.keyboard.press('Escape');
  await asked(chat, SECOND, 1);
  await expect(there.questions).toHaveCount(0);
  await call(page, 'reset');
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('a token that somebody else signed opens nothing', async ({ visit, chat, ownWorld: world, problems }) => {
  problems.allow(/401/, /\[assisters\] invalid_identity/);
  await identity(world);
  const forged = await new SignJWT({ sub: 'ann', aud: world.docs })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('a secret of somebody else, long enough'));
  await visit(scriptTag(world, { 'user-token': forged }), { world });
  await chat.launcher.click();
  await chat.ask(FIRST);
  await expect(chat.panel.getByText('This chat is not set up correctly.').first()).toBeVisible();
  expect((await world.server.api<{ total: number }>('GET', '/conversations')).total).toBe(0);
});

test('a visitor gets a copy of their data, and has it deleted', async ({ visit, chat, ownWorld: world, page }) => {
  await world.server.api('PATCH', `/assistants/${world.docs}`, { retention_days: 30 });
  await visit(scriptTag(world), { world });
  await chat.launcher.click();
  await asked(chat, FIRST, 1);
  await choose(page, 'Your data');
  await expect(page.getByText('deleted 30 days after its last message')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download my data' }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  const { conversations } = JSON.parse(Buffer.concat(chunks).toString()) as { conversations: Conversation[] };
  expect(conversations[0]!.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  await page.getByRole('button', { name: 'Delete my data' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('Your data has been deleted.').first()).toBeVisible();
  expect((await world.server.api<{ total: number }>('GET', '/conversations')).total).toBe(0);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('before consent the API hears nothing and nothing is stored', async ({ visit, chat, world, page }) => {
  const calls: string[] = [];
  page.on('request', (request: Request) => {
    if (request.url().includes('/v1/')) calls.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  const url = await visit(
    scriptTag(world, {
      consent: 'required',
      'consent-text': 'We keep what you ask for a week.',
      'privacy-url': 'https://lamps.example/privacy',
    }),
  );
  await page.evaluate(() => {
    document.addEventListener('assisters:consent', (event) => {
      document.title = JSON.stringify((event as CustomEvent).detail);
    });
  });
  await chat.launcher.click();
  await expect(page.getByRole('heading', { name: 'Before you begin' })).toBeVisible();
  await expect(chat.panel).toContainText('We keep what you ask for a week.');
  await expect(page.getByRole('link', { name: 'Privacy policy' })).toHaveAttribute(
    'href',
    'https://lamps.example/privacy',
  );
  await page.getByRole('button', { name: 'Decline' }).click();
  await expect(page).toHaveTitle('{"granted":false}');
  expect(calls).toEqual([]);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  await chat.launcher.click();
  await page.getByRole('button', { name: 'Agree' }).click();
  await expect(page).toHaveTitle('{"granted":true}');
  await asked(chat, FIRST, 1);
  expect(calls).toContain('GET /v1/widget/config');
  await page.goto(url);
  await expect(chat.questions).toHaveText(FIRST);
});
