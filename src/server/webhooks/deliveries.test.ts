import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import {
  WEBHOOK_EVENTS,
  WEBHOOKS,
  type Webhook,
  type WebhookBody,
  type WebhookDelivery,
} from '../../protocol/webhooks.ts';
import { unwrapWebhook } from '../../sdk/webhooks.ts';
import { hourly } from '../jobs/hourly.ts';
import { WEBHOOK_BODIES } from '../openapi/webhook-schemas.ts';
import { makeApp } from '../testing/make-app.ts';
import { type TestPlace, testPlace, testStore } from '../testing/test-store.ts';
import { deliveryHeaders } from './deliver.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface Heard {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
type Answer = (response: ServerResponse, heard: Heard) => void;

/** A real receiver on this machine. `answer` may be exchanged while it runs. */
async function receiver(answer: Answer = (response) => response.end('thanks')) {
  const heard: Heard[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const one = {
      id: String(request.headers['webhook-id']),
      headers: request.headers,
      body: Buffer.concat(pieces).toString('utf8'),
    };
    heard.push(one);
    self.answer(response, one);
    for (const { count, resolve } of waiting) if (heard.length >= count) resolve();
    waiting = waiting.filter(({ count }) => heard.length < count);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  const self = {
    answer,
    heard,
    url: `http://127.0.0.1:${port}/hook`,
    /** Resolves when that many deliveries have come in all. */
    came: (count: number) =>
      new Promise<void>((resolve) => {
        if (heard.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    drop: () => server.closeAllConnections(),
  };
  return self;
}

async function setUp(options: { place?: TestPlace; allow?: string } = {}) {
  const real = await (options.place?.open() ?? testStore());
  let dead = false;
  const mortal =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    (...args: Args) =>
      dead ? Promise.reject<Result>(new Error('killed')) : act(...args);
  const { record, queue } = real.webhooks;
  const store = {
    ...real,
    webhooks: {
      ...real.webhooks,
      record: mortal(record),
      queue: {
        lease: mortal(queue.lease),
        renew: mortal(queue.renew),
        finish: mortal(queue.finish),
        reschedule: mortal(queue.reschedule),
        nextAt: mortal(queue.nextAt),
      },
    },
  };
  const app = await makeApp({ store, env: { ASSISTERS_ALLOW_PRIVATE_HOSTS: options.allow ?? '127.0.0.1' } });
  const { deps, tick, accountId, assistant } = app;
  deps.jobs.start();
  /** From here on nothing that is being sent is ever noted, as when the process dies. */
  const kill = () => {
    dead = true;
  };
  cleanups.push(async () => {
    await deps.jobs.stop();
    await deps.turns.drain(1_000);
    await store.close();
  });
  const api = async <Body>(method: string, path: string, body?: unknown, status = 200): Promise<Body> => {
    const response = await app.send(method, `/v1${path}`, {
      key: app.sk.credential,
      ...(body !== undefined && { body }),
    });
    expect(response.status, `${method} ${path}`).toBe(status);
    return (status === 204 ? undefined : await response.json()) as Body;
  };
  return {
    ...app,
    api,
    kill,
    hook: (url: string, events: readonly string[] = ['conversation.created'], more: object = {}) =>
      api<Webhook & { secret: string }>('POST', '/webhooks', { url, events, ...more }, 201),
    converse: () => api<{ id: string }>('POST', '/conversations', { assistant_id: assistant.id }, 201),
    log: async (id: string) =>
      (await api<{ deliveries: WebhookDelivery[] }>('GET', `/webhooks/${id}/deliveries`)).deliveries,
    settle: () => deps.jobs.idle(),
    /** Moves the clock on and lets what has come due happen. */
    pass: async (seconds: number) => {
      tick(seconds * 1000);
      deps.jobs.wake();
      await deps.jobs.idle();
    },
    scope: { accountId },
  };
}

describe.skipIf(!hasCorpora)(`our signer and webhook-signatures (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  const vectors = corpus<{
    name: string;
    secret: string;
    headers: Record<string, string | null>;
    body: string;
    valid: boolean;
  }>('webhook-signatures').filter(({ valid }) => valid);
  test.for(vectors)('signs “$name” alike', async ({ secret, headers, body }) => {
    const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)![1]!;
    const now = Number(header('webhook-timestamp')) * 1000;
    const made = await deliveryHeaders({ secret, oldSecrets: [] }, { id: header('webhook-id'), body }, now);
    expect(header('webhook-signature').split(' ')).toContain(made['webhook-signature']);
  });
});

test('each event arrives, signed, with what it is about', async () => {
  const app = await setUp();
  const ours = await receiver();
  const { id, secret } = await app.hook(ours.url, WEBHOOK_EVENTS);
  expect(secret).toMatch(/^whsec_/);
  expect(await app.api('GET', `/webhooks/${id}`)).not.toHaveProperty('secret');
  const conversation = await app.converse();
  const answer = await app.api<{ id: string }>('POST', `/conversations/${conversation.id}/messages`, {
    content: 'Hi?',
  });
  await app.api('POST', `/conversations/${conversation.id}/messages/${answer.id}/feedback`, {
    rating: 'down',
    comment: 'No',
  });
  await app.api('PATCH', `/assistants/${app.assistant.id}`, { name: 'Renamed' });
  await app.api('POST', `/conversations/${conversation.id}/end`);
  await app.settle();
  const events = await Promise.all(
    ours.heard.map(({ body, headers }) => unwrapWebhook(body, headers, { secret, now: app.deps.clock })),
  );
  const of = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
  expect(events).toHaveLength(6);
  // The document says exactly what is sent: parsing drops what the schema does not know.
  for (const { body } of ours.heard) {
    const sent = JSON.parse(body) as WebhookBody;
    expect(WEBHOOK_BODIES[sent.type].parse(sent)).toEqual(sent);
  }
  expect(of('conversation.created')).toMatchObject([{ id: conversation.id, ended_at: null }]);
  expect(of('message.created')).toHaveLength(2);
  expect(of('message.created')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ role: 'user', content: 'Hi?', conversation_id: conversation.id }),
      expect.objectContaining({ role: 'assistant', id: answer.id, content: 'Nothing found.', status: 'complete' }),
    ]),
  );
  expect(of('feedback.submitted')).toEqual([
    { message_id: answer.id, conversation_id: conversation.id, rating: 'down', comment: 'No' },
  ]);
  expect(of('assistant.updated')).toMatchObject([{ id: app.assistant.id, name: 'Renamed' }]);
  expect(of('conversation.ended')).toMatchObject([{ id: conversation.id, ended_by: 'request' }]);
  const log = await app.log(id);
  expect(log.map(({ status }) => status)).toEqual(Array(6).fill('succeeded'));
  expect(log[0]!.attempts[0]).toMatchObject({ status: 200, response_body: 'thanks', error: null });
  expect(log[0]!.attempts[0]!.request_headers['webhook-signature']).toMatch(/^v1,/);
});

test('idle conversations are ended by the hourly work, and told of', async () => {
  const app = await setUp();
  const ours = await receiver();
  await app.hook(ours.url, ['conversation.ended']);
  const { id } = await app.converse();
  await hourly(app.deps);
  await app.settle();
  expect(ours.heard).toEqual([]);
  app.tick(25 * 60 * 60 * 1000);
  await hourly(app.deps);
  await app.settle();
  expect(ours.heard.map(({ body }) => JSON.parse(body).data)).toMatchObject([{ id, ended_by: 'idle' }]);
});

test('an endpoint that is down is tried by the schedule, under one id, until it is up', async () => {
  const app = await setUp();
  const ours = await receiver((response) => void response.socket?.destroy());
  const { id } = await app.hook(ours.url);
  await app.converse();
  await app.settle();
  for (const [n, seconds] of WEBHOOKS.scheduleSeconds.slice(1, 8).entries()) {
    expect(ours.heard).toHaveLength(n + 1);
    await app.pass(seconds - 1);
    expect(ours.heard, `${seconds} s are not over`).toHaveLength(n + 1);
    await app.pass(1 + seconds * 0.1);
    expect(ours.heard).toHaveLength(n + 2);
  }
  ours.answer = (response) => response.writeHead(204).end();
  await app.pass(72_000 * 1.1);
  expect(new Set(ours.heard.map((one) => one.id)).size).toBe(1);
  expect(new Set(ours.heard.map(({ body }) => body)).size).toBe(1);
  const [delivery] = await app.log(id);
  expect(delivery).toMatchObject({ id: ours.heard[0]!.id, status: 'succeeded', next_attempt_at: null });
  expect(delivery!.attempts.map(({ status }) => status)).toEqual([...Array(8).fill(null), 204]);
});

test('after the last try it has failed; by hand it is sent again, under the same id', async () => {
  const app = await setUp();
  const ours = await receiver((response) => response.writeHead(500).end('x'.repeat(10_000)));
  const { id } = await app.hook(ours.url);
  await app.converse();
  await app.settle();
  for (const seconds of WEBHOOKS.scheduleSeconds.slice(1)) await app.pass(seconds * 1.1);
  await app.pass(1_000_000);
  expect(ours.heard).toHaveLength(WEBHOOKS.scheduleSeconds.length);
  const [failed] = await app.log(id);
  expect(failed).toMatchObject({ status: 'failed', next_attempt_at: null });
  expect(failed!.attempts[0]!.response_body).toBe('x'.repeat(WEBHOOKS.answerBytes));
  ours.answer = (response) => response.end();
  await app.api('POST', `/webhooks/${id}/deliveries/${failed!.id}/redeliver`, undefined, 202);
  await app.settle();
  expect(ours.heard.at(-1)!.id).toBe(failed!.id);
  expect((await app.log(id))[0]).toMatchObject({ status: 'succeeded' });
});

test('a redirect is a failure and is not followed', async () => {
  const app = await setUp();
  const elsewhere = await receiver();
  const ours = await receiver((response) => response.writeHead(307, { Location: elsewhere.url }).end());
  const { id } = await app.hook(ours.url);
  await app.converse();
  await app.settle();
  expect(elsewhere.heard).toEqual([]);
  const [delivery] = await app.log(id);
  expect(delivery).toMatchObject({
    status: 'pending',
    attempts: [{ status: 307, error: expect.stringContaining('not followed') }],
  });
});

test('410 disables; enabled again, it hears of new events', async () => {
  const app = await setUp();
  const ours = await receiver((response) => response.writeHead(410).end());
  const { id } = await app.hook(ours.url);
  await app.converse();
  await app.settle();
  expect(await app.api('GET', `/webhooks/${id}`)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
  const [failed] = await app.log(id);
  expect(failed!.status).toBe('failed');
  await app.converse();
  await app.pass(100_000);
  expect(ours.heard).toHaveLength(1);
  await app.api('POST', `/webhooks/${id}/deliveries/${failed!.id}/redeliver`, undefined, 409);
  ours.answer = (response) => response.end();
  expect(await app.api('PATCH', `/webhooks/${id}`, { enabled: true })).toMatchObject({ disabled_reason: null });
  await app.converse();
  await app.settle();
  expect(ours.heard).toHaveLength(2);
});

test.for([
  [429, { 'Retry-After': '120' }, 120],
  [503, { 'Retry-After': 'Thu, 01 Jan 2026 00:03:00 GMT' }, 180],
  [502, {}, 60],
] as const)('%i with %j holds the endpoint’s deliveries for %i s', async ([status, headers, seconds]) => {
  const app = await setUp();
  const ours = await receiver((response) => response.writeHead(status, headers).end());
  await app.hook(ours.url);
  await app.converse();
  await app.settle();
  ours.answer = (response) => response.end();
  await app.converse();
  await app.pass(seconds - 1);
  expect(ours.heard).toHaveLength(1);
  await app.pass(1 + seconds * 0.1);
  expect(ours.heard).toHaveLength(3);
});

test('an endpoint that never answers does not hold up another', async () => {
  const app = await setUp();
  const held: ServerResponse[] = [];
  const slow = await receiver((response) => void held.push(response));
  const quick = await receiver();
  await app.hook(slow.url);
  await app.hook(quick.url);
  for (let n = 0; n < 12; n += 1) await app.converse();
  await quick.came(12);
  expect(held).toHaveLength(4);
  slow.answer = (response) => response.end();
  for (const response of held) response.end();
  await app.settle();
  expect(slow.heard).toHaveLength(12);
});

test.each([
  ['forward by a day', 86_400],
  ['back by an hour', -3_600],
])('a clock that is set %s loses no delivery and sends none twice', async (_, jump) => {
  const app = await setUp();
  let up = false;
  const ours = await receiver((response) => {
    response.statusCode = up ? 200 : 500;
    response.end();
  });
  await app.hook(ours.url);
  await app.converse();
  await app.settle();
  expect(ours.heard).toHaveLength(1);
  up = true;
  await app.pass(jump);
  // What happens after the jump is told at once.
  await app.converse();
  await app.settle();
  // And the first is tried again when its time has come, by the new clock.
  await app.pass(Math.max(0, -jump) + 60);
  const ids = ours.heard.map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(2);
  await app.pass(86_400);
  expect(ours.heard).toHaveLength(3);
});

test('killed while sending, nothing is lost, and what comes twice has the same id', async () => {
  const place = await testPlace();
  cleanups.push(() => place.remove());
  const ours = await receiver(() => {});
  const first = await setUp({ place });
  await first.hook(ours.url);
  for (let n = 0; n < 6; n += 1) await first.converse();
  await ours.came(4);
  first.kill();
  ours.drop();
  ours.answer = (response) => response.end();
  const second = await setUp({ place });
  // The dead process's leases run out first.
  await second.pass(21);
  await second.pass(6);
  const stored = (
    await second.store.webhooks.deliveries(
      first.scope,
      (
        await second.store.webhooks.list(first.scope, { limit: 1, offset: 0 })
      ).rows[0]!.id,
      { limit: 100, offset: 0 },
    )
  ).rows;
  expect(stored.map(({ status }) => status)).toEqual(Array(6).fill('succeeded'));
  expect(new Set(ours.heard.map(({ id }) => id))).toEqual(new Set(stored.map(({ id }) => id)));
  expect(ours.heard).toHaveLength(10);
  for (const { id, body } of ours.heard) expect(body).toBe(stored.find((one) => one.id === id)!.body);
});

test('a rotated secret signs beside the new one for 24 hours', async () => {
  const app = await setUp();
  const ours = await receiver();
  const given = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const made = await app.hook(ours.url, ['conversation.created'], { secret: given });
  expect(made.secret).toBe(given);
  const { secret } = await app.api<{ secret: string }>('POST', `/webhooks/${made.id}/rotate-secret`, {});
  const opens = async (by: string) => {
    const { body, headers } = ours.heard.at(-1)!;
    return unwrapWebhook(body, headers, { secret: by, now: app.deps.clock }).then(
      () => true,
      () => false,
    );
  };
  await app.converse();
  await app.settle();
  expect([await opens(given), await opens(secret)]).toEqual([true, true]);
  app.tick(WEBHOOKS.rotationMs);
  await app.converse();
  await app.settle();
  expect([await opens(given), await opens(secret)]).toEqual([false, true]);
});

test('private and plain addresses are refused, when saved and again when sent', async () => {
  const app = await setUp({ allow: 'wiki.internal' });
  const ours = await receiver();
  const events = ['conversation.created'];
  for (const url of [
    ours.url,
    'https://10.0.0.1/',
    'http://example.com/',
    'https://u:p@example.com/',
    'ftp://a.example',
    'https://example.com:8443/',
  ])
    await app.api('POST', '/webhooks', { url, events }, 400);
  const refused = await app.api('POST', '/webhooks', { url: ours.url, events }, 400);
  expect(JSON.stringify(refused)).toMatch(/not on the public internet.*assisters listen/);
  await app.api('POST', '/webhooks', { url: 'https://example.com/', events: ['nothing'] }, 400);
  await app.api('POST', '/webhooks', { url: 'https://example.com/', events, secret: 'whsec_c2hvcnQ=' }, 400);
  const { id } = await app.hook('https://example.com/hook');
  await app.store.webhooks.update(app.scope, id, { url: ours.url });
  await app.converse();
  await app.settle();
  expect(ours.heard).toEqual([]);
  expect((await app.log(id))[0]).toMatchObject({
    status: 'pending',
    attempts: [{ status: null, error: expect.any(String) }],
  });
});

test('another account’s webhooks and deliveries do not exist', async () => {
  const app = await setUp();
  const ours = await receiver();
  const { id } = await app.hook(ours.url);
  await app.converse();
  await app.settle();
  const [delivery] = await app.log(id);
  const { credential: key } = await app.addKey(await app.addAccount(), 'secret');
  for (const [method, path] of [
    ['GET', `/v1/webhooks/${id}`],
    ['PATCH', `/v1/webhooks/${id}`],
    ['DELETE', `/v1/webhooks/${id}`],
    ['POST', `/v1/webhooks/${id}/rotate-secret`],
    ['GET', `/v1/webhooks/${id}/deliveries`],
    ['POST', `/v1/webhooks/${id}/deliveries/${delivery!.id}/redeliver`],
  ] as const) {
    const response = await app.send(method, path, {
      key,
      ...(method !== 'GET' && method !== 'DELETE' && { body: {} }),
    });
    expect(response.status, `${method} ${path}`).toBe(404);
  }
  await app.api('DELETE', `/webhooks/${id}`, undefined, 204);
  await app.api('GET', `/webhooks/${id}/deliveries`, undefined, 404);
});
