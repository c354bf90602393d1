import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { ModelError } from './answer/answerer.ts';
import { readConfig } from './config.ts';
import { makeApp } from './testing/make-app.ts';
import { NO_TRACING, openTracing, tracedAnswerer, tracedRetriever } from './tracing.ts';

interface SentSpan {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly spanId: string;
  readonly name: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A collector that takes OTLP over HTTP, and the app sending to it. */
async function traced(answerer?: Parameters<typeof tracedAnswerer>[0], env: Record<string, string> = {}) {
  const bodies: string[] = [];
  const headers: unknown[] = [];
  const collector = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    if (request.url === '/v1/traces') bodies.push(text);
    headers.push(request.headers['x-tenant']);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => collector.close());
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const tracing = await openTracing(
    readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=a%20b' }),
  );
  const base = await makeApp();
  const app = await makeApp({
    store: base.store,
    env,
    tracing,
    answerer: tracedAnswerer(answerer ?? base.deps.answerer, tracing),
    retriever: tracedRetriever({ retrieve: async () => [] }, tracing),
  });
  /** Everything that was sent, and the spans in it. */
  const sent = async () => {
    await tracing.stop();
    const spans = bodies.flatMap((body) =>
      (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] }).resourceSpans.flatMap(
        ({ scopeSpans }) => scopeSpans.flatMap(({ spans: some }) => some),
      ),
    );
    return { text: bodies.join('\n'), headers, spans };
  };
  return { ...app, sent };
}

const saying = ({ attributes }: SentSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

test('a question is one trace: request, retrieval and answer, in the trace of the caller, without a word of it', async () => {
  const app = await traced();
  const key = app.sk.credential;
  const base = (await (
    await app.send('POST', '/v1/knowledge-bases', { key, body: { name: 'CANARY base' } })
  ).json()) as { id: string };
  const assistant = await app.addAssistant(app.accountId, { knowledgeBaseId: base.id, name: 'CANARY name' });
  const begun = await app.send('POST', '/v1/conversations', { key, body: { assistant_id: assistant.id } });
  const { id } = (await begun.json()) as { id: string };
  const answer = await app.send('POST', `/v1/conversations/${id}/messages?CANARY`, {
    key,
    body: { content: 'CANARY question?' },
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  });
  expect(answer.status).toBe(200);
  const { text, spans, headers } = await app.sent();
  const asked = spans.find(({ name }) => name === 'POST createMessage')!;
  expect(asked).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' });
  expect(saying(asked)).toMatchObject({
    'http.route': 'createMessage',
    'http.response.status_code': 200,
    'assisters.request_id': answer.headers.get('X-Request-Id'),
  });
  const retrieval = spans.find(({ name }) => name === 'retrieve')!;
  expect(retrieval).toMatchObject({ traceId: asked.traceId, parentSpanId: asked.spanId });
  expect(saying(retrieval)).toEqual({ 'assisters.passages': 0 });
  // Another request is a trace of its own.
  expect(spans.find(({ name }) => name === 'POST createConversation')!.traceId).not.toBe(asked.traceId);
  expect(headers).toEqual(headers.map(() => 'a b'));
  for (const secret of ['CANARY', key, id]) expect(text).not.toContain(secret);
});

test('an answer says its model, its tokens and its fault, not what was wrong in words', async () => {
  let fails = false;
  const app = await traced({
    async *answer() {
      yield { type: 'text', text: 'CANARY' };
      if (fails) throw new ModelError('model_error', 'CANARY is not allowed');
      const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
      yield { type: 'result', outcome: 'answered', usage };
    },
  });
  const key = app.sk.credential;
  const begun = await app.send('POST', '/v1/conversations', { key, body: { assistant_id: app.assistant.id } });
  const { id } = (await begun.json()) as { id: string };
  const ask = () => app.send('POST', `/v1/conversations/${id}/messages`, { key, body: { content: 'Well?' } });
  expect((await ask()).status).toBe(200);
  fails = true;
  expect((await ask()).status).toBe(502);
  const { text, spans } = await app.sent();
  const [good, bad] = spans.filter(({ name }) => name === 'answer');
  expect(saying(good!)).toMatchObject({
    'gen_ai.request.model': 'extractive',
    'gen_ai.usage.input_tokens': 3,
    'gen_ai.usage.output_tokens': 4,
    'assisters.outcome': 'answered',
  });
  expect(bad!.status.code).toBe(2);
  expect(saying(bad!)).toMatchObject({ 'error.type': 'ModelError' });
  expect(text).not.toContain('CANARY');
});

test('work behind the requests is traced: each run by itself, with the endpoint’s status and without its address', async () => {
  let answers = 500;
  const endpoint = createServer((_request, response) => response.writeHead(answers).end('CANARY'));
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => endpoint.close());
  const { port } = endpoint.address() as AddressInfo;
  const app = await traced(undefined, { ASSISTERS_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port}` });
  const key = app.sk.credential;
  const url = `http://127.0.0.1:${port}/CANARY`;
  const made = await app.send('POST', '/v1/webhooks', { key, body: { url, events: ['conversation.created'] } });
  expect(made.status).toBe(201);
  const begin = () => app.send('POST', '/v1/conversations', { key, body: { assistant_id: app.assistant.id } });
  await begin();
  const { jobs } = app.deps;
  jobs.start();
  await vi.waitFor(async () => expect((await sentTo(app, key))[0]).toMatchObject({ attempts: [{ status: 500 }] }));
  answers = 204;
  await begin();
  await vi.waitFor(async () => expect((await sentTo(app, key)).map(({ status }) => status)).toContain('succeeded'));
  await jobs.stop();
  const { text, spans } = await app.sent();
  const runs = spans.filter(({ name }) => name === 'job delivery');
  expect(runs.map(saying)).toEqual(Array(2).fill(expect.objectContaining({ 'assisters.job_id': expect.any(String) })));
  expect(new Set(runs.map(({ traceId }) => traceId)).size).toBe(2);
  const posts = spans.filter(({ name }) => name === 'POST webhook');
  expect(posts.map((post) => saying(post)['http.response.status_code'])).toEqual([500, 204]);
  for (const [n, post] of posts.entries()) expect(post.parentSpanId).toBe(runs[n]!.spanId);
  for (const secret of ['CANARY', String(port), key]) expect(text).not.toContain(secret);
});

/** The deliveries of the one webhook there is, newest first. */
async function sentTo(app: Awaited<ReturnType<typeof traced>>, key: string) {
  const { webhooks } = (await (await app.send('GET', '/v1/webhooks', { key })).json()) as {
    webhooks: { id: string }[];
  };
  const answer = await app.send('GET', `/v1/webhooks/${webhooks[0]!.id}/deliveries`, { key });
  return ((await answer.json()) as { deliveries: { status: string }[] }).deliveries;
}

test('without an endpoint nothing is traced', async () => {
  expect(await openTracing(readConfig({}))).toBe(NO_TRACING);
});
