import { DOCUMENT_JOB, documentJobHandler } from '../ingest/document-job.ts';
import { type ParseFile, parseFile } from '../ingest/parse-file.ts';
import type { Log } from '../logs.ts';
import type { Store } from '../store/store.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

/**
 * The server's background work. Not started: `jobs.start()` when the server listens, `jobs.stop()` when it drains.
 *
 * @param parts.parse default: in this process; the server passes one that reads files in a child process
 */
export function makeJobs(parts: {
  readonly store: Store;
  readonly clock: () => number;
  readonly log: Log;
  readonly parse?: ParseFile;
}): JobRunner {
  const { store, clock, log, parse = parseFile } = parts;
  return createJobRunner({
    jobs: store.jobs,
    handlers: { [DOCUMENT_JOB]: documentJobHandler({ store, parse, now: clock }) },
    clock,
    log,
  });
}
