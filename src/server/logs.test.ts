import { expect, test } from 'vitest';
import { startModelServer } from '../../test/model-server.ts';
import { chooseByModel } from './answer/choose.ts';
import { ExtractiveAnswerer } from './answer/extractive.ts';
import { makeLog, terminal } from './logs.ts';
import { makeApp, SITE } from './testing/make-app.ts';

test('no credential and no message content reaches the log, whatever goes wrong', async () => {
  let lines = '';
  const log = makeLog('debug', {
    write(line) {
      lines += line;
    },
  });
  const { send, pk, sk, addVisitor, assistant, store } = await makeApp({ log });
  const { token } = await addVisitor();
  const canary = 'CANARY-4711';
  const visitor = { key: token, origin: SITE };
  const created = await send('POST', '/v1/conversations', { ...visitor, body: { assistant_id: assistant.id } });
  const { id } = (await created.json()) as { id: string };
  const asked = await send('POST', `/v1/conversations/${id}/messages`, { ...visitor, body: { content: canary } });
  expect(asked.status).toBe(200);
  await send('POST', '/v1/assistants', { key: sk.credential, body: { name: canary, system_prompt: canary } });
  await send('POST', '/v1/assistants', { key: sk.credential, body: { name: 7, system_prompt: canary } });
  await send('GET', `/v1/assistants?key=${sk.credential}&q=${canary}`);
  await send('GET', '/v1/widget/config', { key: pk.credential, origin: 'https://elsewhere.example' });
  await send('GET', '/v1/assistants', { key: sk.credential, origin: SITE });
  store.assistants.list = () => Promise.reject(new Error('broken'));
  await send('GET', '/v1/assistants', { key: sk.credential });
  log.info({ authorization: sk.credential, nested: { token } }, 'a careless line');

  expect(lines.split('\n').length).toBeGreaterThan(8);
  expect(lines).toContain('broken');
  for (const secret of [canary, token, sk.credential, pk.credential]) expect(lines).not.toContain(secret);
});

test('nor does what a model provider says when it fails, or what it was asked', async () => {
  const model = await startModelServer();
  try {
    let lines = '';
    const log = makeLog('debug', {
      write(line) {
        lines += line;
      },
    });
    const openaiCompatible = { baseUrl: model.url, apiKey: 'CANARY-key' };
    const answerer = chooseByModel(new ExtractiveAnswerer(), { openaiCompatible, anthropic: null });
    const app = await makeApp({ log, answerer });
    const { id: assistant_id } = await app.addAssistant(app.accountId, { model: 'm', systemPrompt: 'CANARY prompt' });
    const ask = async () => {
      const key = app.sk.credential;
      const made = await app.send('POST', '/v1/conversations', { key, body: { assistant_id } });
      const { id } = (await made.json()) as { id: string };
      return app.send('POST', `/v1/conversations/${id}/messages`, { key, body: { content: 'CANARY question' } });
    };
    // Its error quotes the key it was sent.
    model.respond({ status: 401 });
    expect((await ask()).status).toBe(502);
    model.respond({ fault: 'error' });
    expect((await ask()).status).toBe(502);
    await model.close();
    expect((await ask()).status).toBe(502);
    await app.deps.turns.drain(1_000);
    const failed = lines.split('\n').filter((line) => line.includes('model failed'));
    expect(failed.map((line) => (JSON.parse(line) as { status: number | null }).status)).toEqual([401, null, null]);
    expect(failed[2]).toContain('ECONNREFUSED');
    for (const line of failed) expect(JSON.parse(line)).toMatchObject({ provider: new URL(model.url).origin });
    expect(lines).not.toContain('CANARY');
  } finally {
    await model.close();
  }
});

test('a terminal gets lines for people, without escape sequences from outside', () => {
  let text = '';
  const output = {
    write(piece: string) {
      text += piece;
    },
  };
  const log = makeLog('info', terminal(output));
  log.info({ path: '/\u001b[31mred', status: 404 }, 'request');
  log.error({ err: new Error('broken') }, 'request failed');
  log.debug({}, 'not shown');
  expect(text).toMatch(/^\d\d:\d\d:\d\d info {2}request path=\/\?\[31mred status=404\n/);
  expect(text).toMatch(/error request failed\nError: broken\n {4}at /);
  expect(text).not.toContain('not shown');
});
