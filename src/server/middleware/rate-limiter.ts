/** What a limiter says of one request. */
export interface RateDecision {
  readonly allowed: boolean;
  /** Requests a window holds. */
  readonly limit: number;
  /** Left in this window, never negative. */
  readonly remaining: number;
  /** When the window ends, unix milliseconds. */
  readonly resetAt: number;
}

/** Counts requests. One process counts in memory; several share an implementation over their database. */
export interface RateLimiter {
  /**
   * Takes one from a bucket.
   *
   * @param bucket whose requests are counted, e.g. `account:acct_…`
   */
  take(bucket: string, limit: number, windowMs: number, now: number): Promise<RateDecision>;
}

const MAX_BUCKETS = 100_000;

/**
 * Clocks of machines that share windows differ by less. A window that ends later than a new one would, by more than
 * this, was begun before the clock was put back: it is cut to what a new one would have, with what was taken from it, so
 * that nobody waits for an hour and nobody begins anew.
 */
export const CLOCK_SLACK_MS = 1_000;

/**
 * Fixed windows that begin with a bucket's first request, so that `remaining` only falls and `resetAt` stands still
 * within one. Holds at most 100,000 buckets (about 15 MB); beyond that the oldest are forgotten, which errs towards the
 * caller.
 */
export function memoryRateLimiter(): RateLimiter {
  const windows = new Map<string, { endsAt: number; taken: number }>();
  return {
    async take(bucket, limit, windowMs, now) {
      let window = windows.get(bucket);
      if (!window || now >= window.endsAt) {
        windows.delete(bucket);
        if (windows.size >= MAX_BUCKETS) forget(windows, now);
        window = { endsAt: now + windowMs, taken: 0 };
        windows.set(bucket, window);
      }
      if (window.endsAt > now + windowMs + CLOCK_SLACK_MS) window.endsAt = now + windowMs;
      const allowed = window.taken < limit;
      if (allowed) window.taken++;
      return { allowed, limit, remaining: Math.max(0, limit - window.taken), resetAt: window.endsAt };
    },
  };
}

function forget(windows: Map<string, { endsAt: number }>, now: number): void {
  for (const [bucket, { endsAt }] of windows) if (now >= endsAt) windows.delete(bucket);
  // Maps keep insertion order, so the first are the oldest windows.
  for (const bucket of windows.keys()) {
    if (windows.size < MAX_BUCKETS * 0.9) return;
    windows.delete(bucket);
  }
}
