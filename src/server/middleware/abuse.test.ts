import { expect, test } from 'vitest';
import { HEADER } from '../../protocol/headers.ts';
import { solve } from '../../sdk/core/proof.ts';
import { Assisters } from '../../sdk/index.ts';
import { makeChallenge, readProof } from '../auth/proof.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

const MINUTE_MS = 60_000;
const challengeOf = async (answer: Response) =>
  ((await answer.json()) as { error: { details: { challenge?: string } } }).error.details.challenge;

/** A page at an address, and visitors of it. */
async function page(env: Record<string, string> = {}) {
  const app = await makeApp({ env });
  const at = (address: string, proof?: string) => ({
    headers: (key: string) => ({
      Authorization: `Bearer ${key}`,
      Origin: SITE,
      'Content-Type': 'application/json',
      ...(proof !== undefined && { [HEADER.proof]: proof }),
    }),
    env: { incoming: { socket: { remoteAddress: address } } },
  });
  const mint = (address: string, proof?: string) => {
    const from = at(address, proof);
    return app.app.request(
      '/v1/visitor-sessions',
      { method: 'POST', headers: from.headers(app.pk.credential) },
      from.env,
    );
  };
  const visitor = async (address: string) => {
    const { token } = await app.addVisitor();
    const from = at(address);
    const begun = await app.app.request(
      '/v1/conversations',
      { method: 'POST', headers: from.headers(token), body: JSON.stringify({ assistant_id: app.assistant.id }) },
      from.env,
    );
    const { id } = (await begun.json()) as { id: string };
    return (proof?: string) => {
      const one = at(address, proof);
      const body = JSON.stringify({ content: 'Hello?' });
      return app.app.request(
        `/v1/conversations/${id}/messages`,
        { method: 'POST', headers: one.headers(token), body },
        one.env,
      );
    };
  };
  return { ...app, mint, visitor };
}

test('beyond the limit a proof lets in, once, for this address, this key and this purpose, for five minutes', async () => {
  const { mint, tick } = await page({ ASSISTERS_SESSIONS_PER_IP: '2' });
  for (let n = 0; n < 2; n += 1) expect((await mint('203.0.113.7')).status).toBe(201);
  const refused = await mint('203.0.113.7');
  expect(refused.status).toBe(429);
  const challenge = (await challengeOf(refused))!;
  const proof = (await solve(challenge))!;
  expect((await mint('203.0.113.7', `${challenge}:0`)).status).toBe(429);
  for (let n = 0; n < 2; n += 1) await mint('203.0.113.8');
  expect((await mint('203.0.113.8', proof)).status).toBe(429);
  expect((await mint('203.0.113.7', proof)).status).toBe(201);
  expect((await mint('203.0.113.7', proof)).status).toBe(429);
  const late = (await solve((await challengeOf(await mint('203.0.113.7')))!))!;
  tick(5 * MINUTE_MS);
  expect((await mint('203.0.113.7', late)).status).toBe(429);
});

test('proofs run out too, and get dearer', async () => {
  const { mint } = await page({ ASSISTERS_SESSIONS_PER_IP: '2' });
  const bits: number[] = [];
  let admitted = 0;
  for (let n = 0; n < 20; n += 1) {
    const answer = await mint('203.0.113.7');
    if (answer.status === 201) admitted += 1;
    else {
      const challenge = await challengeOf(answer);
      if (challenge === undefined) break;
      bits.push(Number(challenge.split('.')[1]));
    }
  }
  expect(admitted).toBe(2);
  expect(bits[0]).toBe(15);
  expect(bits.at(-1)).toBeGreaterThan(15);
  expect(bits.length).toBeLessThanOrEqual(10);
});

test('a script at one address gets 60 answers in ten minutes without a proof', async () => {
  const { visitor, tick } = await page({ ASSISTERS_MESSAGES_PER_VISITOR: '0' });
  const say = await visitor('203.0.113.7');
  let answered = 0;
  for (let minute = 0; minute < 10; minute += 1) {
    for (let n = 0; n < 40; n += 1) if ((await say()).status === 200) answered += 1;
    tick(MINUTE_MS - 1);
  }
  expect(answered).toBe(60);
}, 60_000);

test('a key’s hour and day are bounded, older sessions have the last part of the hour, and a restart forgets nothing', async () => {
  const { visitor, tick, store, pk, accountId } = await page({
    ASSISTERS_MESSAGES_PER_VISITOR: '0',
    ASSISTERS_MESSAGES_PER_IP: '0',
    ASSISTERS_MESSAGES_PER_VISITOR_DAY: '0',
  });
  await store.keys.update({ accountId }, pk.row.id, { messagesPerDay: 40 });
  const old = await visitor('203.0.113.1');
  tick(11 * MINUTE_MS);
  const young = await visitor('203.0.113.2');
  const spend = async (say: () => Response | Promise<Response>) => {
    let answered = 0;
    while ((await say()).status === 200) answered += 1;
    return answered;
  };
  expect(await spend(young)).toBe(7);
  expect(await spend(old)).toBe(3);
  const refused = await old();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('Retry-After'))).toBe(49 * 60);
  let all = 10;
  for (let hour = 0; hour < 5; hour += 1) {
    tick(60 * MINUTE_MS);
    all += await spend(old);
  }
  expect(all).toBe(40);
});

test('a visitor’s day is bounded', async () => {
  const { visitor } = await page({ ASSISTERS_MESSAGES_PER_VISITOR: '0', ASSISTERS_MESSAGES_PER_VISITOR_DAY: '3' });
  const say = await visitor('127.0.0.1');
  const statuses = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await say()).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
});

test('what cannot be counted is refused', async () => {
  const store = openSqliteStore({ file: ':memory:' });
  const broken = { ...store, usage: { ...store.usage, takeEach: () => Promise.reject(new Error('no disk')) } };
  const { addVisitor, send, assistant } = await makeApp({ store: broken });
  const { token } = await addVisitor();
  const begun = await send('POST', '/v1/conversations', {
    key: token,
    origin: SITE,
    body: { assistant_id: assistant.id },
  });
  const { id } = (await begun.json()) as { id: string };
  const answer = await send('POST', `/v1/conversations/${id}/messages`, {
    key: token,
    origin: SITE,
    body: { content: 'x' },
  });
  expect(answer.status).toBe(500);
  expect((await store.messages.list({ accountId: assistant.accountId }, id, { limit: 1, offset: 0 })).total).toBe(0);
});

test('the SDK answers a challenge by itself', async () => {
  const { app, pk } = await page({ ASSISTERS_SESSIONS_PER_IP: '4' });
  const env = { incoming: { socket: { remoteAddress: '203.0.113.7' } } };
  const sdk = new Assisters({
    apiKey: pk.credential,
    baseURL: 'http://app/v1',
    headers: { Origin: SITE },
    maxRetries: 0,
    fetch: (request) => Promise.resolve(app.fetch(request, env)),
  });
  for (let n = 0; n < 6; n += 1) expect((await sdk.visitorSessions.create()).token).toMatch(/^vt_/);
}, 60_000);

test('a proof is read by its own rules alone', async () => {
  const random = (count: number) => new Uint8Array(count).fill(7);
  const challenge = makeChallenge('s', 0, 'secret', 0, random);
  expect(readProof(`${challenge}:1`, 's', 'secret', 0)).toBe(300_000);
  for (const [proof, subject, secret, now] of [
    [`${challenge}:1`, 't', 'secret', 0],
    [`${challenge}:1`, 's', 'other', 0],
    [`${challenge}:1`, 's', 'secret', 300_000],
    [`${challenge.replace('.0.', '.00.')}:1`, 's', 'secret', 0],
    [`${challenge}:x`, 's', 'secret', 0],
    [challenge, 's', 'secret', 0],
    ['', 's', 'secret', 0],
  ] as const) {
    expect(readProof(proof, subject, secret, now)).toBeNull();
  }
  expect(await solve('nonsense')).toBeNull();
});
