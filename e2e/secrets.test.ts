import { findSecrets, listen, type Secret } from './support/secrets.ts';
import { MODEL_KEY } from './support/server.ts';
import { expect, scriptTag, test } from './support/test.ts';
import { createWorld, type World } from './support/world.ts';

/** Where secrets may not be seen: a whole conversation, with failures in it, is searched for every one there is. */

/** Makes what else there is of secrets, beside the keys of the first start. */
async function secretsOf({ server }: World): Promise<Secret[]> {
  const hook = { url: 'http://127.0.0.1:9/hook', events: ['conversation.created', 'message.created'] };
  const { secret: webhook } = await server.api<{ secret: string }>('POST', '/webhooks', hook);
  const known = { name: 'Known', model: 'extractive', identity: { algorithm: 'HS256' } };
  const { id } = await server.api<{ id: string }>('POST', '/assistants', known);
  const { identity_secret: identity } = await server.api<{ identity_secret: string }>(
    'POST',
    `/assistants/${id}/identity-secret`,
  );
  const key = { kind: 'restricted', name: 'Reader', scopes: ['conversations:read'] };
  const { key: restricted } = await server.api<{ key: string }>('POST', '/api-keys', key);
  return [
    { name: 'the secret key', value: server.secretKey },
    { name: 'a restricted key', value: restricted },
    { name: 'the provider’s key', value: MODEL_KEY },
    { name: 'the webhook’s secret', value: webhook },
    { name: 'the identity secret', value: identity },
  ];
}

test('no secret is in the log, an address, the page, the storage or an error', async ({
  visit,
  chat,
  page,
  site,
  problems,
}) => {
  problems.allow(/Failed to load resource/);
  const world = await createWorld(site.origin, {
    ASSISTERS_LOG_LEVEL: 'debug',
    ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
  });
  try {
    const secrets = await secretsOf(world);
    for (const { value } of secrets) expect(value.length).toBeGreaterThan(20);
    const heard = listen(page);
    await visit(scriptTag(world, { 'assistant-id': world.writer }), { world });
    await chat.launcher.click();
    await chat.ask('How long is the warranty of a lamp?');
    await expect(chat.answers.last()).toContainText('Hello from the model.');
    // This provider's error repeats the key it was sent, as some do.
    world.model.respond({ status: 401 });
    await chat.ask('And of a bulb? Is it part of the warranty?');
    await expect(chat.tryAgain).toBeVisible();
    world.model.respond();
    await chat.tryAgain.click();
    await expect(chat.answers.last()).toContainText('Hello from the model.');
    await visit(scriptTag(world, { 'assistant-id': world.writer }), { world });
    await expect(chat.answers).toHaveCount(2);
    // Refused by the server, and told in its words.
    const refused = await fetch(`${world.host}/v1/assistants?token=${world.server.secretKey}`, {
      headers: { Authorization: `Bearer ${world.server.secretKey}x`, Origin: site.origin },
    });

    const places = async (): Promise<Readonly<Record<string, string>>> => ({
      ...(await heard.places()),
      'server log': world.server.log,
      'error of the server': await refused.clone().text(),
    });
    const seen = await places();
    expect(refused.status).toBeGreaterThanOrEqual(400);
    // What is searched is there: the requests, the words, the token.
    expect(seen['server log']).toContain('/messages/stream');
    expect(seen['URLs that were requested']).toContain('/messages/stream');
    expect(seen.DOM).toContain('Hello from the model.');
    expect(seen['answers of the server']).toMatch(/vt_\w{49}/);
    expect(findSecrets(seen, secrets)).toEqual([]);

    // Put there, each is found, wherever it is.
    const token = /vt_\w{49}/.exec(seen['answers of the server']!)![0];
    const values = Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
    await page.evaluate(
      async ([host, token, provider, webhook, secret]) => {
        await fetch(`${host}/healthz?token=${token}`, { mode: 'no-cors' });
        const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
        shadow.append(provider!);
        localStorage.setItem('leak', btoa(webhook!));
        history.replaceState({ secret }, '');
      },
      [world.host, token, MODEL_KEY, values['the webhook’s secret']!, world.server.secretKey],
    );
    const planted = {
      ...(await places()),
      'server log': `${world.server.log}\n{"msg":"${values['the identity secret']}"}`,
    };
    expect(findSecrets(planted, secrets)).toEqual(
      [
        'a visitor token in URLs that were requested',
        'the provider’s key in DOM',
        'the webhook’s secret in storage',
        'the secret key in history',
        'a secret key in history',
        'the identity secret in server log',
      ].sort(),
    );
  } finally {
    await world.dispose();
  }
});
