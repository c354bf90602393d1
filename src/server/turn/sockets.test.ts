import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../../test/model-server.ts';
import { seededRandom } from '../../../test/random.ts';
import { WAITING_ANSWER } from '../../protocol/answer-state.ts';
import type { Message, Page } from '../../protocol/resources.ts';
import { chooseByModel } from '../answer/choose.ts';
import { ExtractiveAnswerer } from '../answer/extractive.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { StreamCollector } from './testing/collect.ts';

/** The app behind a real port, with a model over a real wire. */
let model: ModelServer;
let app: Awaited<ReturnType<typeof makeApp>>;
let server: Server;
let base: string;
let token: string;

beforeEach(async () => {
  model = await startModelServer();
  app = await makeApp({
    answerer: chooseByModel(new ExtractiveAnswerer({ wordPaceMs: 0 }), {
      openaiCompatible: { baseUrl: model.url, apiKey: null },
      anthropic: null,
    }),
    env: { ASSISTERS_MESSAGES_PER_VISITOR: '0', ASSISTERS_MESSAGES_PER_IP: '0' },
  });
  await app.store.assistants.update({ accountId: app.accountId }, app.assistant.id, { model: 'test-model' });
  server = createAdaptorServer({ fetch: app.app.fetch }) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  ({ token } = await app.addVisitor());
});
afterEach(async () => {
  await app.deps.turns.drain(0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await model.close();
  await app.store.close();
});

const headers = () => ({ Authorization: `Bearer ${token}`, Origin: SITE, 'Content-Type': 'application/json' });
const post = (path: string, body: object = {}, signal?: AbortSignal) =>
  fetch(base + path, { method: 'POST', headers: headers(), body: JSON.stringify(body), ...(signal ? { signal } : {}) });
const get = (path: string) => fetch(base + path, { headers: headers() });

async function converse(): Promise<string> {
  const made = (await (await post('/conversations', { assistant_id: app.assistant.id })).json()) as { id: string };
  return `/conversations/${made.id}/messages`;
}
async function answerOf(path: string): Promise<Message> {
  const { messages, total } = (await (await get(path)).json()) as Page<'messages', Message>;
  expect(total).toBe(2);
  return messages[1]!;
}

describe('an answer written past hono', () => {
  test('carries CORS, rate limit, request id and what keeps proxies from buffering', async () => {
    const answer = await post(`${await converse()}/stream`, { content: 'How?' });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': SITE,
      'access-control-expose-headers': expect.stringContaining('X-Request-Id'),
      'cache-control': 'no-cache, no-transform',
      'content-type': 'text/event-stream; charset=utf-8',
      vary: 'Origin',
      'x-accel-buffering': 'no',
      'x-ratelimit-limit': expect.stringMatching(/^\d+$/),
      'x-ratelimit-remaining': expect.stringMatching(/^\d+$/),
      'x-ratelimit-reset': expect.stringMatching(/^\d+$/),
      'x-request-id': expect.stringMatching(/^req_/),
      'transfer-encoding': 'chunked',
    });
    const { state } = await new StreamCollector().read(answer.body!);
    expect(state).toMatchObject({ status: 'complete', content: 'Hello from the model.' });
  });

  test('begins before the model has said anything', async () => {
    model.respond({ fault: 'silence', after: 0 });
    const answer = await post(`${await converse()}/stream`, { content: 'How?' });
    const { events } = await new StreamCollector().read(answer.body!, ({ status }) => status === 'streaming');
    expect(events[0]!.event.type).toBe('start');
  });

  test('leaves the connection usable for the next request', async () => {
    const path = await converse();
    for (let n = 0; n < 3; n += 1) {
      const { state } = await new StreamCollector().read((await post(`${path}/stream`, { content: 'How?' })).body!);
      expect(state.status).toBe('complete');
      expect((await get(path)).status).toBe(200);
    }
  });

  test('is written whole to a caller without chunked coding, and after an earlier answer on the same line', async () => {
    const path = await converse();
    const { state } = await new StreamCollector().read((await post(`${path}/stream`, { content: 'How?' })).body!);
    const { pathname, hostname } = new URL(`${base}${path}/${state.messageId}/stream`);
    const head = (version: string, connection: string) =>
      `GET ${pathname} HTTP/${version}\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\nOrigin: ${SITE}\r\nConnection: ${connection}\r\n\r\n`;
    const old = await rest(await rawLine(head('1.0', 'close')));
    expect(old).not.toMatch(/transfer-encoding/i);
    expect(old.split('\r\n\r\n')[1]).toMatch(/^retry: \d+\n\nid: 0\ndata: .*\n\n(id: \d+\ndata: .*\n\n)+$/);
    const two = await rest(await rawLine(head('1.1', 'keep-alive') + head('1.1', 'close')));
    const [first, second] = two.split(/(?<=\r\n0\r\n\r\n)/).map(unchunked);
    expect(first).toBe(old.split('\r\n\r\n')[1]);
    expect(second).toBe(first);
  });
});

describe('a reader', () => {
  test('that goes away does not end the answer', async () => {
    model.respond({ tokens: Array(30).fill('word '), paceMs: 2 });
    const path = await converse();
    const leaving = new AbortController();
    const answer = await post(`${path}/stream`, { content: 'How?' }, leaving.signal);
    const collector = new StreamCollector();
    await collector.read(answer.body!, ({ content }) => content !== '');
    leaving.abort();
    expect(await model.requests[0]!.closed).toBe('ended');
    const { messageId, position } = collector.state;
    const resumed = new StreamCollector(collector.state);
    await resumed.read((await get(`${path}/${messageId}/stream?after=${position}`)).body!);
    expect(resumed.state).toMatchObject({ status: 'complete', content: 'word '.repeat(30) });
    expect((await answerOf(path)).content).toBe('word '.repeat(30));
  });

  test('waiting for the whole answer that goes away does not end it either', async () => {
    model.respond({ tokens: Array(20).fill('word '), paceMs: 2 });
    const path = await converse();
    const leaving = new AbortController();
    const asked = post(path, { content: 'How?' }, leaving.signal).catch(() => null);
    while (model.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.abort();
    await asked;
    expect(await model.requests[0]!.closed).toBe('ended');
    while ((await answerOf(path)).status === 'streaming') await new Promise((resolve) => setImmediate(resolve));
    expect(await answerOf(path)).toMatchObject({ status: 'complete', content: 'word '.repeat(20) });
  });

  test('cut at a random byte, many times in one answer, ends with the same text', async () => {
    const random = seededRandom(3);
    for (let round = 0; round < 5; round += 1) {
      const tokens = Array.from({ length: 200 }, (_, n) => `wörd${n} 😀 `);
      model.respond({ tokens, paceMs: 1 });
      const path = await converse();
      let state = WAITING_ANSWER;
      let response = await post(`${path}/stream`, { content: 'How?' });
      for (let line = 0; ; line += 1) {
        const collector = new StreamCollector(state);
        await readBytes(response, collector, line > 20 ? Number.POSITIVE_INFINITY : 60 + Math.floor(random() * 2_000));
        state = collector.state;
        if (state.status === 'complete') break;
        expect(['waiting', 'streaming']).toContain(state.status);
        const id = state.messageId ?? (await answerOf(path)).id;
        response = await get(`${path}/${id}/stream?after=${state.position ?? 0}`);
      }
      expect(state.content).toBe(tokens.join(''));
      expect((await answerOf(path)).content).toBe(tokens.join(''));
    }
  });

  test('that stops taking holds up nobody and gets the rest when it goes on', async () => {
    const text = 'x'.repeat(60_000);
    model.respond({ tokens: Array(60).fill(text.slice(0, 1_000)) });
    const path = await converse();
    const slow = await rawRequest('POST', `${path}/stream`, { content: 'How?' });
    slow.pause();
    while ((await answerOf(path)).status === 'streaming') await new Promise((resolve) => setImmediate(resolve));
    const fast = await new StreamCollector().read((await get(`${path}/${(await answerOf(path)).id}/stream`)).body!);
    expect(fast.state.content === text).toBe(true);
    const received = await rest(slow);
    expect(received.match(/x{100,}/g)!.join('') === text).toBe(true);
  });
});

describe('a stop', () => {
  test('closes the connection to the model at once', async () => {
    model.respond({ tokens: Array(10_000).fill('word '), paceMs: 5 });
    const path = await converse();
    const answer = await post(`${path}/stream`, { content: 'How?' });
    const collector = new StreamCollector();
    const reading = collector.read(answer.body!);
    while (collector.state.content === '') await new Promise((resolve) => setImmediate(resolve));
    const stopped = (await (await post(`${path}/${collector.state.messageId}/stop`)).json()) as Message;
    expect(await model.requests[0]!.closed).toBe('early');
    expect((await reading).state).toMatchObject({ status: 'stopped', content: stopped.content });
    expect(stopped.content).toMatch(/^(word )+$/);
  });

  test('works while the model has not begun to answer', async () => {
    model.respond({ fault: 'silence', after: 0 });
    const path = await converse();
    const answer = await post(`${path}/stream`, { content: 'How?' });
    const collector = new StreamCollector();
    const reading = collector.read(answer.body!);
    while (collector.state.messageId === null || model.requests.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    await post(`${path}/${collector.state.messageId}/stop`);
    expect(await model.requests[0]!.closed).toBe('early');
    expect((await reading).state).toMatchObject({ status: 'stopped', content: '' });
  });
});

test('a provider’s failure reaches the visitor as an error that can be tried again', async () => {
  model.respond({ tokens: ['Half '], fault: 'cut', after: 1 }, { tokens: ['Whole.'] });
  const path = await converse();
  const { state } = await new StreamCollector().read((await post(`${path}/stream`, { content: 'How?' })).body!);
  expect(state).toMatchObject({ status: 'failed', content: 'Half ', error: { code: 'model_error' } });
  const again = await new StreamCollector().read((await post(`${path}/${state.messageId}/retry`)).body!);
  expect(again.state).toMatchObject({ status: 'complete', content: 'Whole.', messageId: state.messageId });
});

/** Reads that many bytes of a body, then breaks the line. */
async function readBytes(response: Response, collector: StreamCollector, most: number): Promise<void> {
  const reader = response.body!.getReader();
  let left = most;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return;
    collector.push(value.subarray(0, left));
    left -= value.length;
  }
  await reader.cancel();
}

/** A request over a bare socket, answered when the head has come. */
function rawRequest(method: string, path: string, body: object): Promise<Socket> {
  const { hostname, pathname } = new URL(base + path);
  const text = JSON.stringify(body);
  const lines = Object.entries({ ...headers(), Host: hostname, 'Content-Length': text.length, Connection: 'close' });
  return rawLine(
    `${method} ${pathname} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n${text}`,
  );
}

/** What is sent over a bare socket, answered when something has come back. */
function rawLine(sent: string): Promise<Socket> {
  const { port, hostname } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname }, () => socket.write(sent));
    socket.once('error', reject);
    socket.once('readable', () => resolve(socket));
  });
}

/** The body of an answer whose chunks are ASCII. */
function unchunked(answer: string): string {
  let left = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  let body = '';
  for (;;) {
    const at = left.indexOf('\r\n');
    const length = Number.parseInt(left.slice(0, at), 16);
    if (!(length > 0)) return body;
    body += left.slice(at + 2, at + 2 + length);
    expect(left.slice(at + 2 + length, at + 4 + length)).toBe('\r\n');
    left = left.slice(at + 4 + length);
  }
}

function rest(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('end', () => resolve(text));
    socket.resume();
  });
}
