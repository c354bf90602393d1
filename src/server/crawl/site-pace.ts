import { setTimeout as delay } from 'node:timers/promises';
import type { RateLimiter } from '../middleware/rate-limiter.ts';

/** Keeps the requests to a site apart, whichever crawl makes them: all crawls of a process share one, and with PostgreSQL all processes. */
export interface SitePace {
  /** Resolves when a request to the site may begin: `intervalMs` after the one before it, and after every hold. */
  turn(site: string, intervalMs: number, signal: AbortSignal): Promise<void>;
  /** Begins no request to the site for this long. */
  hold(site: string, ms: number): void;
}

/** Sites remembered before those at rest are forgotten. */
const MAX_SITES = 1_000;

/**
 * Makes a pace over a clock; the default is the machine's.
 *
 * @param limiter counts over all processes, where there are several; each takes its turns from it, one an interval
 */
export function createSitePace(
  limiter: RateLimiter | null = null,
  // Unix milliseconds, as the limiter counts, that no setting of the clock can turn back.
  clock: () => number = () => performance.timeOrigin + performance.now(),
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown> = (ms, signal) => delay(ms, undefined, { signal }),
): SitePace {
  const freeAt = new Map<string, number>();
  const heldUntil = new Map<string, number>();
  const forgetResting = () => {
    const now = clock();
    for (const times of [freeAt, heldUntil]) for (const [site, at] of times) if (at <= now) times.delete(site);
  };
  return {
    async turn(site, intervalMs, signal) {
      if (freeAt.size >= MAX_SITES) forgetResting();
      // The place in the row is taken at once, so that many may wait at the same time.
      const at = Math.max(clock(), freeAt.get(site) ?? 0);
      freeAt.set(site, at + intervalMs);
      for (;;) {
        const wait = Math.max(at, heldUntil.get(site) ?? 0) - clock();
        if (wait > 0) {
          await sleep(wait, signal);
          continue;
        }
        if (limiter === null || intervalMs <= 0) return;
        const { allowed, resetAt } = await limiter.take(`crawl ${site}`, 1, Math.ceil(intervalMs), Math.floor(clock()));
        if (allowed) return;
        await sleep(Math.max(1, resetAt - clock()), signal);
      }
    },
    hold(site, ms) {
      heldUntil.set(site, Math.max(heldUntil.get(site) ?? 0, clock() + ms));
    },
  };
}
