import { afterEach, describe, expect, test } from 'vitest';
import { appServer, prose } from '../../test/app-server.ts';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../test/corpora.ts';
import { type Cut, faultProxy } from '../../test/fault-proxy.ts';
import { seededRandom } from '../../test/random.ts';
import { Assisters, type MessageStream } from './index.ts';

/** Faults on a real line: SDK, real sockets, a proxy that cuts, a server that goes on answering. No real waiting. */

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function setUp(seed: number) {
  const server = await appServer();
  const proxy = await faultProxy(server.port);
  closing.push(proxy.close, server.close);
  const slept: number[] = [];
  const random = seededRandom(seed);
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms < 45_000) {
      slept.push(ms);
      return Promise.resolve();
    }
    // A watchdog: its time comes when the proxy has fallen silent, at once.
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return Promise.race([proxy.silence(signal), aborted]);
  };
  const seams = { random, sleep };
  const apiKey = server.sk.credential;
  const api = new Assisters({ apiKey, baseURL: `http://127.0.0.1:${proxy.port}/v1`, ...seams });
  const { id: conversationId } = await api.conversations.create({ assistantId: server.assistant.id });
  const ask = () => api.messages.stream({ conversationId, content: `seed ${seed}` }, seams);
  /** What the server has stored, asked for past the proxy. */
  const stored = async () => {
    const direct = new Assisters({ apiKey, baseURL: `http://127.0.0.1:${server.port}/v1` });
    return (await direct.conversations.get(conversationId)).messages;
  };
  const requests = () => proxy.requests.slice(1);
  return { text: prose(seed).join(''), proxy, requests, slept, api, ask, stored };
}

/** One question and one answer, byte for byte what was said. */
async function expectOneTurn(stored: () => Promise<readonly { role: string; content: string }[]>, text: string) {
  const messages = await stored();
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  expect(messages[1]!.content).toBe(text);
}

async function read(stream: MessageStream): Promise<string> {
  let text = '';
  for await (const { content, offset } of stream) {
    expect(offset, 'nothing is said twice').toBe(text.length);
    text += content;
  }
  return text;
}

const PLACES = [
  'before headers',
  'after headers',
  'after start',
  'inside a delta',
  'between deltas',
  'before end',
  'after end',
] as const;
const WAYS = ['RST', 'FIN', 'silence'] as const;
const SEEDS = [1, 2];

describe('one cut', () => {
  test.for(PLACES.flatMap((at) => WAYS.map((how) => ({ at, how }))))('$at by $how', async (cut) => {
    for (const seed of SEEDS) {
      const { text, stored, proxy, requests, ask } = await setUp(seed);
      proxy.plan(cut);
      const stream = await ask();
      expect(await read(stream)).toBe(text);
      expect(await stream.finalMessage()).toMatchObject({ status: 'complete', content: text });
      expect(proxy.played(), 'the fault happened').toBe(1);
      await expectOneTurn(stored, text);
      expect(requests().length, 'requests').toBe(cut.at === 'after end' ? 1 : 2);
      const keys = requests()
        .map(({ head }) => /idempotency-key: (\S+)/i.exec(head)?.[1])
        .filter(Boolean);
      expect(new Set(keys).size, 'one idempotency key').toBe(1);
    }
  });
});

describe('many cuts at random bytes', () => {
  test.for(Array.from({ length: 24 }, (_, index) => index + 100))('seed %i', async (seed) => {
    const random = seededRandom(seed);
    const { text, stored, proxy, ask } = await setUp(seed);
    // Beyond the headers, so that each line brings the id at least; four empty lines in a row are rightly given up.
    const cuts = Array.from(
      { length: 3 },
      (): Cut => ({ at: Math.floor(random() * 900), how: WAYS[Math.floor(random() * 3)]! }),
    );
    proxy.plan(...cuts);
    const stream = await ask();
    expect(await read(stream)).toBe(text);
    await expectOneTurn(stored, text);
    expect(proxy.played()).toBeGreaterThan(0);
  });
});

const http = (status: string, headers: Record<string, string>, body = '') =>
  `HTTP/1.1 ${status}\r\n${Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;
const error = (status: string, code: string, headers: Record<string, string> = {}) =>
  http(status, { 'Content-Type': 'application/json', ...headers }, JSON.stringify({ error: { code, message: code } }));

describe('answers that are none', () => {
  test.for([
    ['500 once', [error('500 Internal Server Error', 'internal_error')]],
    ['500 once, after the question was stored', [error('500 Internal Server Error', 'internal_error')], true],
    ['503 with Retry-After 2', [error('503 Service Unavailable', 'service_unavailable', { 'Retry-After': '2' })]],
    [
      '429 with garbage Retry-After',
      [error('429 Too Many Requests', 'rate_limit_exceeded', { 'Retry-After': 'soon' })],
    ],
    [
      'a bad gateway’s page, three times',
      Array(3).fill(http('502 Bad Gateway', { 'Content-Type': 'text/html' }, '<h1>')),
    ],
  ] as [string, string[], boolean?][])('%s', async ([, replies, forward]) => {
    const { text, stored, proxy, requests, ask, slept } = await setUp(1);
    proxy.plan(...replies.map((reply) => ({ reply, forward: forward === true })));
    expect(await read(await ask())).toBe(text);
    await expectOneTurn(stored, text);
    expect(slept).toHaveLength(replies.length);
    if (replies[0]!.includes('Retry-After: 2')) expect(slept[0]).toBeGreaterThanOrEqual(2000);
    const keys = requests().map(({ head }) => /idempotency-key: (\S+)/i.exec(head)![1]);
    expect(new Set(keys).size).toBe(1);
  });

  test.for([
    ['500 always', Array(9).fill(error('500 Internal Server Error', 'internal_error')), { status: 500 }, 4],
    [
      '200 text/html',
      [http('200 OK', { 'Content-Type': 'text/html' }, '<h1>Sign in</h1>')],
      { code: 'unexpected_response' },
      1,
    ],
    ['302 to a login page', [http('302 Found', { Location: 'http://127.0.0.1:1/login' })], { status: 302 }, 1],
    ['404 conversation gone', [error('404 Not Found', 'not_found')], { status: 404 }, 1],
    ['409', [error('409 Conflict', 'conversation_ended')], { status: 409 }, 1],
    ['413 message too long', [error('413 Content Too Large', 'payload_too_large')], { status: 413 }, 1],
    ['401 loop', Array(9).fill(error('401 Unauthorized', 'token_expired')), { status: 401 }, 1],
  ] as [string, string[], object, number][])('%s is an error', async ([, replies, expected, tries]) => {
    const { stored, proxy, requests, ask } = await setUp(1);
    proxy.plan(...replies.map((reply) => ({ reply })));
    await expect(ask()).rejects.toMatchObject(expected);
    expect(requests()).toHaveLength(tries);
    expect(await stored()).toEqual([]);
  });

  test('a whole message as JSON', async () => {
    const { proxy, ask } = await setUp(1);
    const message = JSON.stringify({ id: 'msg_1', role: 'assistant', content: 'Whole.', status: 'complete' });
    proxy.plan({ reply: http('200 OK', { 'Content-Type': 'application/json' }, message) });
    expect(await read(await ask())).toBe('Whole.');
  });
});

describe.skipIf(!hasCorpora)(`stream-faults corpus (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  interface Case {
    name: string;
    fault: { at?: string; how?: string };
  }
  const cuts = corpus<Case>('stream-faults').filter(({ fault }) => fault.at !== undefined);
  test.for(cuts)('$name', async ({ fault }) => {
    const at = PLACES.find((place) => place === fault.at);
    const how = WAYS.find((way) => fault.how!.startsWith(way));
    expect([at, how], 'a place and a way the proxy knows').not.toContain(undefined);
    for (let seed = 20; seed < 22; seed += 1) {
      const { text, stored, proxy, ask } = await setUp(seed);
      proxy.plan({ at: at!, how: how! });
      expect(await read(await ask())).toBe(text);
      await expectOneTurn(stored, text);
      expect(proxy.played()).toBe(1);
    }
  });
});
