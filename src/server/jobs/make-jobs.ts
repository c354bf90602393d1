import { randomBytes } from 'node:crypto';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { newId, type RandomBytes } from '../auth/credentials.ts';
import type { SecretBox } from '../auth/secret-box.ts';
import type { Config } from '../config.ts';
import { CRAWL_JOB, crawlJobHandler } from '../crawl/crawl-job.ts';
import { createSitePace } from '../crawl/site-pace.ts';
import { makeFetch } from '../fetch/make-fetch.ts';
import { DOCUMENT_JOB, documentJobHandler } from '../ingest/document-job.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import { createChildParser } from '../ingest/parse-in-child.ts';
import type { Log } from '../logs.ts';
import type { Store } from '../store/store.ts';
import { NO_TRACING, type Tracing, tracedFetch, tracedJobs } from '../tracing.ts';
import { makeDeliveries } from '../webhooks/make-deliveries.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

/** Sites crawled at the same time. */
const CRAWLS = 2;

/**
 * The server's background work. Not started: `jobs.start()` when the server listens, `jobs.stop()` when it drains.
 * Files, crawls and webhooks have runners of their own, so that an upload does not wait for a site.
 *
 * @param parts.parse default: in a child process, within bounds
 * @param parts.others further runners, started and stopped with these
 * @param parts.crawlIntervalMs default `CRAWL_LIMITS.intervalMs`
 */
export function makeJobs(parts: {
  readonly store: Store;
  readonly config: Config;
  readonly clock: () => number;
  readonly log: Log;
  readonly random?: RandomBytes;
  readonly secrets: SecretBox;
  readonly parse?: ParseFile;
  readonly crawlIntervalMs?: number;
  readonly others?: readonly JobRunner[];
  readonly tracing?: Tracing;
}): JobRunner {
  const { store, clock, log, config, random = randomBytes, crawlIntervalMs, others = [], tracing = NO_TRACING } = parts;
  const child = parts.parse ? null : createChildParser();
  const parse = parts.parse ?? child!.parse;
  const fetch = tracedFetch(makeFetch(config), 'fetch page', tracing);
  const shared = { jobs: store.jobs, clock, log };
  const files = createJobRunner({
    ...shared,
    handlers: tracedJobs({ [DOCUMENT_JOB]: documentJobHandler({ store, parse, now: clock }) }, tracing),
  });
  const crawls = createJobRunner({
    ...shared,
    concurrency: CRAWLS,
    handlers: tracedJobs(
      {
        [CRAWL_JOB]: crawlJobHandler({
          store,
          fetch,
          parse,
          pace: createSitePace(store.limiter),
          newId: (kind) => newId(ID_PREFIX[kind], random),
          now: clock,
          maxPages: config.crawlPages,
          ...(crawlIntervalMs !== undefined && { intervalMs: crawlIntervalMs }),
        }),
      },
      tracing,
    ),
  });
  const deliveries = makeDeliveries({ store, config, clock, log, random, secrets: parts.secrets, tracing });
  const runners = [files, crawls, deliveries, ...others];
  const all = async (act: (runner: JobRunner) => Promise<void>) => void (await Promise.all(runners.map(act)));
  return {
    start: () => runners.forEach((runner) => void runner.start()),
    wake: () => runners.forEach((runner) => void runner.wake()),
    idle: () => all((runner) => runner.idle()),
    async stop() {
      await all((runner) => runner.stop());
      await Promise.all([fetch.close(), child?.close()]);
    },
  };
}
