import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { SILENT_LOG } from '../logs.ts';
import { memoryRateLimiter } from '../middleware/rate-limiter.ts';
import type { NewJob, Store } from '../store/store.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { TEST_ENGINE, testStore } from '../testing/test-store.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';
import { LEASE } from './keep-lease.ts';
import { DEAD_MS, startPresence } from './presence.ts';

/**
 * The clock of a running server is set: forward by a day, back by an hour. What is timed on this machine alone
 * (heartbeats, silences, pauses) goes by timers, which the clock does not move; here is what is counted in its times.
 */

const HOUR = 3_600_000;
const JUMPS = [
  ['forward by a day', 24 * HOUR],
  ['back by an hour', -HOUR],
] as const;
const START = Date.UTC(2026, 0, 1);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

describe.each(JUMPS)(`%s (${TEST_ENGINE})`, (_, jump) => {
  test('a limit neither locks out nor begins anew more than once', async () => {
    const limiter = (await testStore()).limiter ?? memoryRateLimiter();
    let now = START;
    const take = () => limiter.take('a', 3, 60_000, now);
    const takeAll = async () => {
      let taken = 0;
      while ((await take()).allowed) taken += 1;
      return taken;
    };
    expect(await takeAll()).toBe(3);
    now += jump;
    // Forward, the minute is over; back, it has begun again with what was taken.
    expect(await takeAll()).toBe(jump > 0 ? 3 : 0);
    expect((await take()).resetAt - now).toBeLessThanOrEqual(60_000);
    now += 30_000;
    expect(await takeAll()).toBe(0);
    now += 30_000;
    expect(await takeAll()).toBe(3);
  });

  test('a job that is being done is not begun again', async () => {
    const store = await storeOfOne();
    let now = START;
    const held = gate();
    const begun: string[] = [];
    const runner = run(
      store,
      () => now,
      async ({ id }) => {
        begun.push(id);
        await held.until;
      },
    );
    await store.jobs.put(job('j_1', now));
    runner.wake();
    while (begun.length < 1) await sleep(5);
    now += jump;
    await store.jobs.put(job('j_2', now));
    runner.wake();
    while (begun.length < 2) await sleep(5);
    held.open();
    await runner.idle();
    expect(begun).toEqual(['j_1', 'j_2']);
    expect(await store.jobs.nextAt(['k'])).toBeNull();
  });

  test('the job of a process that died before is taken over, once', async () => {
    const store = await storeOfOne();
    let now = START;
    await store.jobs.put(job('j_1', now - 2 * HOUR));
    const dead = (await store.jobs.lease(['k'], now, now + LEASE.ms))!;
    now += jump;
    const begun: string[] = [];
    const work = async ({ id }: { id: string }) => void begun.push(id);
    const runners = [run(store, () => now, work), run(store, () => now, work)];
    for (const runner of runners) runner.wake();
    await Promise.all(runners.map((runner) => runner.idle()));
    expect(begun).toEqual(['j_1']);
    // Should the dead one only have slept, it holds nothing.
    expect(await store.jobs.renew(dead, now + LEASE.ms)).toBeNull();
  });

  test('a visitor keeps the token, and a revoked key stays revoked', async () => {
    const { send, addVisitor, tick, store, accountId, pk } = await makeApp();
    const { token } = await addVisitor();
    const use = async () => {
      const answer = await send('GET', '/v1/conversations', { key: token, origin: SITE });
      return answer.status;
    };
    expect(await use()).toBe(200);
    tick(jump);
    expect(await use()).toBe(200);
    await store.keys.update({ accountId }, pk.row.id, { revokedAt: START });
    expect(await use()).toBe(401);
  });

  test('nobody is given up for dead before the living have said so by the new time', async () => {
    const store = await testStore();
    let now = START;
    const given: number[] = [];
    const messages = {
      ...store.messages,
      interruptLost: async (at: number, seenMs: number) => {
        given.push(at);
        return store.messages.interruptLost(at, seenMs);
      },
    };
    const presence = await startPresence({
      store: { messages, servers: { ...store.servers, now: async () => now } },
      alone: false,
      log: SILENT_LOG,
    });
    expect(given).toEqual([START]);
    now += jump;
    while (Math.abs(presence.clock() - now) > HOUR / 2) await sleep(20);
    await presence.stop();
    expect(given).toEqual([START]);
  });

  test('an answer whose writer was last seen before the jump is ended', async () => {
    const store = await testStore();
    await store.servers.beat(START);
    const { app, answer } = await half(store);
    expect(await store.messages.interruptLost(START + 1, DEAD_MS)).toBe(0);
    expect(await store.messages.interruptLost(START + jump, DEAD_MS)).toBe(1);
    answer.open();
    await app.deps.turns.drain(1_000);
  });
});

async function storeOfOne(): Promise<Store> {
  const store = await testStore();
  await store.accounts.create({ id: 'acct_1', name: 'One', plan: 'enterprise', createdAt: START });
  return store;
}

function gate() {
  let open = () => {};
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { until, open };
}

const job = (id: string, runAt: number): NewJob => ({
  id,
  accountId: 'acct_1',
  kind: 'k',
  payload: {},
  bytes: null,
  runAt,
  createdAt: runAt,
});

function run(store: Store, clock: () => number, work: (job: { id: string }) => Promise<void>): JobRunner {
  const handler = async (leased: { id: string }) => {
    await work(leased);
    return undefined;
  };
  const runner = createJobRunner({
    jobs: store.jobs,
    handlers: { k: handler },
    clock,
    log: SILENT_LOG,
    concurrency: 2,
  });
  runner.start();
  cleanups.push(() => runner.stop());
  return runner;
}

/** An answer that is being written, and the way to let it end. */
async function half(store: Store) {
  const answer = gate();
  const app = await makeApp({
    store,
    answerer: {
      async *answer() {
        yield { type: 'text', text: 'Half' };
        await answer.until;
        yield {
          type: 'result',
          outcome: 'answered',
          usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
        };
      },
    },
  });
  const made = await app.send('POST', '/v1/conversations', {
    key: app.sk.credential,
    body: { assistant_id: app.assistant.id },
  });
  const { id } = (await made.json()) as { id: string };
  const asked = await app.send('POST', `/v1/conversations/${id}/messages/stream`, {
    key: app.sk.credential,
    body: { content: 'How?' },
  });
  cleanups.push(() => asked.body?.cancel());
  return { app, answer };
}
