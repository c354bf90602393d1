import { describe, expect, test } from 'vitest';
import { memoryRateLimiter, type RateLimiter } from '../middleware/rate-limiter.ts';
import { createSitePace } from './site-pace.ts';

const INTERVAL_MS = 100;
const { signal } = new AbortController();

/** When the requests to one site began, of two processes that each want ten. Time goes by only in waiting. */
async function beginnings(limiter: RateLimiter | null): Promise<number[]> {
  let now = 1_000;
  const waiting: { until: number; wake: () => void }[] = [];
  const sleep = (ms: number) => new Promise<void>((wake) => waiting.push({ until: now + ms, wake }));
  const began: number[] = [];
  let left = 20;
  for (const pace of [createSitePace(limiter, () => now, sleep), createSitePace(limiter, () => now, sleep)])
    for (let count = 0; count < 10; count += 1)
      void pace.turn('a.example', INTERVAL_MS, signal).then(() => {
        began.push(now);
        left -= 1;
      });
  while (left > 0) {
    await new Promise((turn) => setImmediate(turn));
    const next = waiting.sort((a, b) => a.until - b.until).shift();
    if (!next) continue;
    now = Math.max(now, next.until);
    next.wake();
  }
  return began.sort((a, b) => a - b);
}
const nearest = (times: readonly number[]) => Math.min(...times.slice(1).map((time, index) => time - times[index]!));

describe('the pace of requests to a site', () => {
  test('is kept over processes that count together', async () => {
    const began = await beginnings(memoryRateLimiter());
    expect(began).toHaveLength(20);
    expect(nearest(began)).toBeGreaterThanOrEqual(INTERVAL_MS);
  });
  test('the control: two that do not count together ask at the same time', async () => {
    expect(nearest(await beginnings(null))).toBe(0);
  });
  test('one site does not wait for another, and a hold holds', async () => {
    const waits: number[] = [];
    let now = 0;
    const pace = createSitePace(
      null,
      () => now,
      async (ms) => {
        waits.push(ms);
        now += ms;
      },
    );
    await pace.turn('a.example', INTERVAL_MS, signal);
    await pace.turn('b.example', INTERVAL_MS, signal);
    expect(waits).toEqual([]);
    pace.hold('a.example', 5_000);
    await pace.turn('a.example', INTERVAL_MS, signal);
    expect(now).toBe(5_000);
  });
});
