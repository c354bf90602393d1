import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appServer } from '../../../test/app-server.ts';
import { SITE } from '../../server/testing/make-app.ts';
import * as sdk from '../index.ts';
import * as v0_1_0 from './v0.1.0.ts';

let server: Awaited<ReturnType<typeof appServer>>;
beforeAll(async () => {
  server = await appServer();
  server.deps.jobs.start();
});
afterAll(() => server.close());

test('a program written for 0.1.0 runs', async () => {
  const client = v0_1_0.connect(server.sk.credential, `http://127.0.0.1:${server.port}/v1`);
  const publishable = { key: server.pk.credential, origin: SITE };
  expect(await v0_1_0.everyCall(client, publishable, server.assistant.id)).toEqual({
    lists: [1, 1, false, 0],
    said: ['You said: Hello!', true, 0, 3, 'complete', 'up'],
    visitor: [true, true, 0],
    event: ['del_1', 'message.created'],
    raw: 'object',
  });
  expect(await client.conversations.get('conv_none').catch(v0_1_0.readError)).toBe('404 not_found undefined');
  expect(v0_1_0.classes.every((one) => one.prototype instanceof Error)).toBe(true);
});

test('it makes every call there is', () => {
  const text = readFileSync(new URL('v0.1.0.ts', import.meta.url), 'utf8');
  const client = new sdk.Assisters({ apiKey: 'sk_test_1' }) as unknown as Record<string, object>;
  const calls = Object.entries(client).flatMap(([noun, resource]) =>
    typeof resource === 'object' && resource !== null
      ? Object.getOwnPropertyNames(Object.getPrototypeOf(resource))
          .filter((name) => name !== 'constructor')
          .map((name) => `${noun}.${name}(`)
      : [],
  );
  expect(calls.length).toBeGreaterThan(40);
  expect(calls.filter((call) => !text.includes(call))).toEqual([]);
  expect(
    Object.keys(sdk).filter((name) => name !== 'default' && name !== 'MessageStream' && !text.includes(name)),
  ).toEqual([]);
});

test('there is a file for each release that has one', () => {
  const frozen = readdirSync(new URL('.', import.meta.url)).filter((file) => /^v[\d.]+\.ts$/.test(file));
  const used = readFileSync(new URL('compat.test.ts', import.meta.url), 'utf8');
  expect(frozen.filter((file) => !used.includes(`./${file}`))).toEqual([]);
});
