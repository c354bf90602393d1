import { WEBHOOKS } from '../../protocol/webhooks.ts';
import type { RandomBytes } from '../auth/credentials.ts';
import type { SecretBox } from '../auth/secret-box.ts';
import type { Config } from '../config.ts';
import { createGuardedFetch } from '../fetch/guarded-fetch.ts';
import { allowedHosts } from '../fetch/target.ts';
import { createJobRunner, type JobRunner } from '../jobs/job-runner.ts';
import type { Log } from '../logs.ts';
import type { Store } from '../store/store.ts';
import { DELIVERY_JOB } from '../store/webhooks.ts';
import { type Tracing, tracedFetch, tracedJobs } from '../tracing.ts';
import { deliveryHandler } from './deliver.ts';

/**
 * Deliveries sent at the same time, over all endpoints. An endpoint that fails holds one of these for at most 15 s, so
 * it takes more than a hundred dead ones at once to hold up the others.
 */
const SENDING = 128;

/** Sends webhook deliveries: those of this process as soon as they are stored, others within 5 s. */
export function makeDeliveries(parts: {
  readonly store: Store;
  readonly config: Pick<Config, 'allowPrivateHosts'>;
  readonly clock: () => number;
  readonly log: Log;
  readonly random: RandomBytes;
  readonly secrets: SecretBox;
  readonly tracing: Tracing;
}): JobRunner {
  const { store, config, clock, log, random, secrets, tracing } = parts;
  const guarded = createGuardedFetch({
    allowedHosts: allowedHosts(config.allowPrivateHosts),
    userAgent: 'Assisters-Webhooks/1.0',
    totalMs: WEBHOOKS.timeoutMs,
    headersMs: WEBHOOKS.timeoutMs,
    // Several webhooks may share an origin; each has its own width.
    connections: 32,
  });
  const fetch = tracedFetch(guarded, 'POST webhook', tracing);
  const chance = () => random(1)[0]! / 255;
  const runner = createJobRunner({
    jobs: store.webhooks.queue,
    clock,
    log,
    concurrency: SENDING,
    handlers: tracedJobs(
      { [DELIVERY_JOB]: deliveryHandler({ webhooks: store.webhooks, fetch, now: clock, chance, secrets }) },
      tracing,
    ),
  });
  const unsubscribe = store.webhooks.onQueued(() => runner.wake());
  return {
    ...runner,
    async stop() {
      unsubscribe();
      await runner.stop();
      await fetch.close();
    },
  };
}
