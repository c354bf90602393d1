import { HEADER } from '../../protocol/headers.ts';
import { APIConnectionError, APIError } from './errors.ts';

/** Retry policy. Statuses outside this list are answers, not accidents, and are given to the caller at once. */
export const RETRY = {
  /** 4 tries in total. */
  maxRetries: 3,
  baseMs: 500,
  capMs: 30_000,
  /** A longer `Retry-After` is not waited out: the error goes to the caller, who can ask the person. */
  maxRetryAfterMs: 60_000,
  statuses: [408, 425, 429, 500, 502, 503, 504] as readonly number[],
} as const;

/**
 * `Retry-After` in milliseconds from now: seconds (also fractional) or an HTTP date. `null` where absent or unreadable.
 */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null || value.trim() === '') return null;
  // Not `Number`: it takes `0x10`, which no other client does.
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  // A date has the name of its month: the platform would read much else as one.
  const milliseconds = /[a-z]{3}/i.test(value) ? Date.parse(value) - nowMs : Number.NaN;
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds);
}

/**
 * How long to wait before try `retry + 1`, or `null` when the error is final. Full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/): a random part of
 * `min(capMs, baseMs * 2^retry)`. A usable `Retry-After` is waited out, plus a jitter so that clients do not return as one.
 *
 * @param retry 0 for the first retry
 */
export function retryDelayMs(error: unknown, retry: number, random: () => number, nowMs: number): number | null {
  const jitter = (mostMs: number) => Math.round(random() * mostMs);
  if (error instanceof APIError) {
    if (!RETRY.statuses.includes(error.status)) return null;
    const asked = retryAfterMs(error.headers.get(HEADER.retryAfter), nowMs);
    if (asked !== null) return asked > RETRY.maxRetryAfterMs ? null : asked + jitter(RETRY.baseMs);
  } else if (!(error instanceof APIConnectionError)) return null;
  return jitter(Math.min(RETRY.capMs, RETRY.baseMs * 2 ** retry));
}

/** Waits, and gives up at once when the signal aborts (resolves either way; the caller looks at its signal). */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
