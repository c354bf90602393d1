import { expect, scriptTag, strictPolicy, test } from './support/test.ts';
import type { World } from './support/world.ts';

/** A snippet with a mistake in it: the visitor reads one plain sentence, the owner's console says what to do, once. */

interface Mistake {
  readonly made: (world: World) => Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  'a secret key': {
    made: ({ server }) => ({ 'publishable-key': server.secretKey }),
    says: ['secret_key_in_browser', 'Put the publishable key (pk_…) in its place', 'keys rotate key_… --grace 0'],
  },
  'a key that does not exist': {
    made: ({ publishableKey }) => ({ 'publishable-key': `${publishableKey.slice(0, -1)}x` }),
    says: ['invalid_api_key: there is no such publishable key', 'npx assisters keys list'],
  },
  'the key of an example': {
    made: () => ({ 'publishable-key': 'pk_test_…' }),
    says: ['invalid_api_key: there is no such publishable key', 'npx assisters keys list'],
  },
  'an address without its version': {
    made: ({ host }) => ({ 'api-url': host }),
    says: ['There is nothing at /widget/config.', 'put /v1 at the end of the base URL', 'data-api-url'],
  },
  'an assistant that does not exist': {
    made: () => ({ 'assistant-id': 'ast_0' }),
    says: ['assistant not found: "ast_0"', 'npx assisters keys list', 'GET /v1/assistants'],
  },
};

for (const [name, { made, says }] of Object.entries(MISTAKES)) {
  test(`${name} in the snippet is told in the console, with what to do`, async ({
    visit,
    chat,
    page,
    world,
    problems,
  }) => {
    problems.allow(/Failed to load resource/, /\[assisters\]/);
    const options = made(world);
    await visit(scriptTag(world, options));
    await chat.launcher.click();
    await expect(chat.panel.getByText('This chat is not set up correctly.')).toBeVisible();
    await expect(chat.tryAgain).toHaveCount(0);
    await expect.poll(() => problems.found.filter((line) => line.includes('[assisters]'))).toHaveLength(1);
    const [told = ''] = problems.found.filter((line) => line.includes('[assisters]'));
    for (const part of says) expect(told).toContain(part);
    for (const key of [world.server.secretKey, options['publishable-key'] ?? world.publishableKey])
      if (!key.includes('…')) expect(told).not.toContain(key);
    await page.reload();
    await chat.launcher.click();
    // The control: one line for each page, not one in all.
    await expect.poll(() => problems.found.filter((line) => line.includes('[assisters]'))).toHaveLength(2);
  });
}

test('a token that the assistant cannot check, or that its site did not sign, is told in the console', async ({
  visit,
  chat,
  ownWorld: world,
  problems,
}) => {
  problems.allow(/Failed to load resource/, /\[assisters\]/);
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
  const askWith = async (says: string) => {
    await visit(scriptTag(world, { 'user-token': token, open: '' }), { csp: strictPolicy(world.host) });

    await chat.ask('Does it know me?');
    await expect(chat.panel.getByText('This chat is not set up correctly.').first()).toBeVisible();
    await expect.poll(() => problems.found.join('\n')).toContain(says);
    expect(problems.found.join('\n')).not.toContain(token);
  };
  await askWith('[assisters] invalid_request: identity_token');
  await world.server.api('PATCH', `/assistants/${world.docs}`, { identity: { algorithm: 'HS256' } });
  await world.server.api('POST', `/assistants/${world.docs}/identity-secret`);
  await askWith('[assisters] invalid_identity: The identity token is refused.');
});

test('a secret key is put into no address of an iframe', async ({ visit, page, world, problems }) => {
  problems.allow(/Failed to load resource/, /\[assisters\]/);
  const csp = strictPolicy(world.host, `frame-src ${world.host}`);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await visit(scriptTag(world, { 'publishable-key': world.server.secretKey, isolation: 'iframe', open: '' }), { csp });
  await expect.poll(() => asked.filter((url) => url.includes('/embed?'))).toHaveLength(1);
  expect(asked.filter((url) => url.includes(world.server.secretKey))).toEqual([]);
  await expect.poll(() => problems.found.join('\n')).toContain('secret_key_in_browser');
  // The control: a publishable key is what the address is for.
  await visit(scriptTag(world, { isolation: 'iframe', open: '' }), { csp });
  await expect.poll(() => asked.some((url) => url.includes(world.publishableKey))).toBe(true);
});
