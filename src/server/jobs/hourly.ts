import { LIMITS } from '../../protocol/limits.ts';
import { WEBHOOKS } from '../../protocol/webhooks.ts';
import type { Log } from '../logs.ts';
import type { Store } from '../store/store.ts';
import type { Turns } from '../turn/turns.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Longer than the longest window that is counted, a month. */
const USAGE_KEPT_MS = 40 * 24 * HOUR_MS;

/** What is due every hour: ends idle conversations, deletes those whose time is over, forgets what is too old to count. Safe to run in every process. */
export async function hourly(parts: {
  readonly store: Pick<Store, 'webhooks' | 'replays' | 'conversations' | 'usage'>;
  readonly turns: Pick<Turns, 'prune' | 'endIdle'>;
  readonly clock: () => number;
}): Promise<void> {
  await parts.turns.prune();
  await parts.store.replays.prune(parts.clock() - LIMITS.idempotencySeconds * 1000);
  await parts.store.webhooks.prune(parts.clock() - WEBHOOKS.keepMs);
  // In slices, so that a server that was away for long does not hold the database for one large write.
  while ((await parts.turns.endIdle()).length > 0);
  while ((await parts.store.conversations.deleteExpired(parts.clock(), 500)) > 0);
  await parts.store.usage.prune(parts.clock() - USAGE_KEPT_MS);
}

/** Runs {@link hourly} now and every hour. Gives the way to stop; it waits for a run that is under way. */
export function startHourly(parts: Parameters<typeof hourly>[0] & { readonly log: Log }): () => Promise<void> {
  const run = () => hourly(parts).catch((error: unknown) => parts.log.warn({ err: error }, 'hourly work failed'));
  let last = run();
  const timer = setInterval(() => {
    last = last.then(run);
  }, HOUR_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await last;
  };
}
