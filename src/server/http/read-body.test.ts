import { describe, expect, test } from 'vitest';
import { makeApp } from '../testing/make-app.ts';

const { app, sk, assistant } = await makeApp();
/** Sends a body as it is; gives the status, the field and the words. */
async function told(path: string, body?: string): Promise<readonly [number, unknown, string]> {
  const answer = await app.request(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${sk.credential}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body }),
  });
  const { error } = (await answer.json()) as { error?: { message: string; details?: { field?: string } } };
  return [answer.status, error?.details?.field, error?.message ?? ''];
}
const conversation = (metadata: string) =>
  told('/v1/conversations', `{"assistant_id":${JSON.stringify(assistant.id)},"metadata":${metadata}}`);
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('a body that cannot be read is told what is wrong with it', () => {
  test('not JSON', async () => {
    const [status, field, message] = await told('/v1/conversations', '{"assistant_id": "secret",}');
    expect([status, field]).toEqual([400, 'body']);
    expect(message).toContain('no comma after the last entry');
    expect(message).not.toContain('secret');
  });

  test.each([101, 5_000, 40_000])('nested %i deep', async (levels) => {
    const [status, field, message] = await conversation(nested(levels));
    expect([status, field]).toEqual([400, 'body']);
    expect(message).toContain('at most 100 objects and lists within each other');
  });

  test('what is nested less, and brackets within text, are let in', async () => {
    expect((await conversation(nested(98)))[0]).toBe(201);
    expect((await conversation(JSON.stringify({ text: `${'[{'.repeat(500)} \\" ${'"'.repeat(9)}` })))[0]).toBe(201);
  });
});

test.each(['0', '101', '-1', '1.5', 'abc', '', '9999999999999'])('limit=%s', async (limit) => {
  const [status, field, message] = await told(`/v1/assistants?limit=${limit}`);
  expect([status, field]).toEqual([400, 'limit']);
  expect(message).toMatch(/^limit: Expected a whole number from 1 to 100, got /);
});

test('a time that is none', async () => {
  const [status, field, message] = await told('/v1/api-keys', '{"kind":"secret","name":"x","expires_at":"tomorrow"}');
  expect([status, field]).toEqual([400, 'expires_at']);
  expect(message).toBe('expires_at: Expected a time such as 2027-01-31T00:00:00Z, or null, got text of 8 characters.');
});

test.each([
  ['/v1/assistants/', 'none at the end'],
  ['/v1//assistants', 'single slashes'],
  ['/assistants', 'put /v1 at the end of the base URL.'],
  ['/nowhere', 'The API is below /v1.'],
  ['/v1/asistants', '/openapi.json lists'],
])('nothing at %s', async (path, words) => {
  const [status, , message] = await told(path);
  expect(status).toBe(404);
  expect(message).toContain(words);
});
