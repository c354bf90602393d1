import { expect, test } from 'vitest';
import { makeApp } from '../testing/make-app.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[];
  readonly responses: Readonly<
    Record<string, { readonly headers?: Readonly<Record<string, { readonly $ref: string }>> }>
  >;
}

const { app, sk, assistant } = await makeApp();
const document = (await (await app.request('/openapi.json')).json()) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly headers: Readonly<Record<string, object>> };
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const operation = (id: string) => operations.find((one) => one.operationId === id)!;
const requestHeaders = (id: string) =>
  (operation(id).parameters ?? []).filter((one) => one.in === 'header').map(({ name }) => name);

test('the document names the headers that an endpoint reads, and requires none', () => {
  expect(requestHeaders('createMessage')).toEqual(['Idempotency-Key', 'X-Assisters-Proof']);
  expect(requestHeaders('streamMessage')).toEqual(['Idempotency-Key', 'X-Assisters-Proof']);
  expect(requestHeaders('resumeMessage')).toEqual(['Last-Event-ID']);
  expect(requestHeaders('createVisitorSession')).toEqual(['X-Assisters-Proof', 'X-Assisters-Embed']);
  expect(requestHeaders('createWebhook')).toEqual(['Idempotency-Key']);
  expect(requestHeaders('listAssistants')).toEqual([]);
  for (const { parameters = [] } of operations)
    expect(parameters.filter((one) => one.in === 'header' && one.required)).toEqual([]);
});

test('answers have the headers that the document promises', async () => {
  const ask = () =>
    app.request('/v1/conversations', {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${sk.credential}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': 'one',
      },
      body: JSON.stringify({ assistant_id: assistant.id }),
    });
  await ask();
  const promised = Object.keys(operation('createConversation').responses[201]!.headers!);
  const again = await ask();
  expect(promised.filter((name) => !again.headers.has(name))).toEqual([]);
  expect(promised).toContain('Idempotent-Replayed');
  const refused = await app.request('/v1/conversations');
  expect(refused.status).toBe(401);
  const onError = Object.keys(operation('listConversations').responses[401]!.headers!);
  expect(onError.filter((name) => !refused.headers.has(name))).toEqual([]);
  expect(operation('listConversations').responses[429]!.headers).toHaveProperty('Retry-After');
  for (const { responses } of operations)
    for (const { headers = {} } of Object.values(responses))
      for (const { $ref } of Object.values(headers))
        expect(document.components.headers).toHaveProperty([$ref.split('/').at(-1)!]);
});
