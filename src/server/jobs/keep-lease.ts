import type { Log } from '../logs.ts';
import { type JobRow, type JobStore, LONGEST_LEASE_MS } from '../store/store.ts';

/**
 * A lease is this long, and renewed this often. A dead process's jobs are another's after at most a lease, and a look if
 * that one slept: under 10 s.
 */
export const LEASE = { ms: 8_000, renewMs: 2_000 } as const;

/** A lease that is renewed until `stop`. */
export interface KeptLease {
  /** The job under its present lease: what `finish` and `reschedule` want. */
  readonly job: JobRow;
  /** Aborts when somebody else has the job: put anew, or the lease ran out while the process stood still. */
  readonly lost: AbortSignal;
  /** Renews now if by the clock it has run out, or ends later than any does: the clock has jumped. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Renews the lease of a job that is being worked on. One renewal at a time: the present lease is the next one's key. */
export function keepLease(
  jobs: Pick<JobStore, 'renew'>,
  leased: JobRow,
  clock: () => number,
  log: Pick<Log, 'warn'>,
): KeptLease {
  const lost = new AbortController();
  let job = leased;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewing: Promise<void> = Promise.resolve();
  const renew = async () => {
    if (stopped || lost.signal.aborted) return;
    try {
      const renewed = await jobs.renew(job, clock() + LEASE.ms);
      if (renewed) job = renewed;
      else lost.abort(new Error('The lease was lost.'));
    } catch (error) {
      log.warn({ err: error, job: job.id }, 'job lease not renewed');
    }
    if (!lost.signal.aborted) schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      renewing = renewing.then(renew);
    }, LEASE.renewMs);
  };
  schedule();
  return {
    get job() {
      return job;
    },
    lost: lost.signal,
    check() {
      const left = job.leaseUntil! - clock();
      if (left <= 0 || left > LONGEST_LEASE_MS) renewing = renewing.then(renew);
      return renewing;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await renewing;
    },
  };
}
