import type { Metadata } from '../../protocol/resources.ts';
import type { Log } from '../logs.ts';
import type { JobRow, JobStore } from '../store/store.ts';
import { type KeptLease, keepLease, LEASE } from './keep-lease.ts';

/** What a handler asks for when its work is not over: run again at this time, with this payload. */
export interface Again {
  readonly runAt: number;
  readonly payload?: Metadata;
}

/**
 * Does one job. Returns nothing when it is done. Throwing means "try again later". Must be safe to run twice: a process
 * may die after the work and before the job is forgotten.
 */
export type JobHandler = (job: JobRow, signal: AbortSignal) => Promise<Again | undefined>;

export interface JobRunner {
  /** Begins taking jobs. */
  start(): void;
  /** Looks for work now: something was just queued. */
  wake(): void;
  /** Resolves when no job is running and none is due. */
  idle(): Promise<void>;
  /** Takes no more jobs, aborts those that run and waits for them. They run again after their lease. */
  stop(): Promise<void>;
}

/** A process elsewhere may queue too, so the table is looked at even when nothing wakes us. */
const POLL_MS = 5_000;
/**
 * The least pause before the next look: what is due and yet not to be had is held back behind others of its kind. Where
 * those run here, their end looks again anyway.
 */
const LOOK_MS = { idle: 50, busy: 1_000 };
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 10 * 60_000;

/**
 * Runs jobs of the given kinds, `concurrency` at a time. Each is leased: while it runs the lease is renewed, and when the
 * process dies the lease runs out and the job is taken again, by this process or another.
 *
 * States of a job: waiting (`runAt` ahead) → due → leased → forgotten, or waiting again after a failure (2 s, doubling,
 * at most 10 min). Handlers give up on their own by returning; `job.attempts` tells them when.
 */
export function createJobRunner(options: {
  /** Where the jobs are; a table of its own kind may stand in for `Store.jobs`. */
  readonly jobs: Pick<JobStore, 'lease' | 'renew' | 'finish' | 'reschedule' | 'nextAt'>;
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly clock: () => number;
  readonly log: Log;
  readonly concurrency?: number;
}): JobRunner {
  const { jobs, handlers, clock, log, concurrency = 1 } = options;
  const kinds = Object.keys(handlers);
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  const leases = new Set<KeptLease>();
  let started = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let idleWaiters: (() => void)[] = [];

  const run = async (leased: JobRow): Promise<void> => {
    const lease = keepLease(jobs, leased, clock, log);
    leases.add(lease);
    try {
      const again = await handlers[leased.kind]!(leased, AbortSignal.any([ending.signal, lease.lost]));
      await lease.stop();
      if (again) await jobs.reschedule(lease.job, again.runAt, again.payload);
      else await jobs.finish(lease.job);
    } catch (error) {
      await lease.stop();
      if (lease.lost.aborted) return;
      // Being asked to stop is no failure of the job: it does not count among its attempts.
      if (ending.signal.aborted) await jobs.reschedule(lease.job, clock(), leased.payload).catch(() => {});
      else {
        const { id, kind, attempts } = leased;
        log.warn({ err: error, job: id, kind, attempts }, 'job failed');
        const delay = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
        await jobs.reschedule(lease.job, clock() + delay).catch(() => {});
      }
    } finally {
      leases.delete(lease);
    }
  };

  const look = async (): Promise<void> => {
    clearTimeout(timer);
    // What runs here must not look free to us because the clock has jumped.
    await Promise.all([...leases].map((lease) => lease.check()));
    while (!ending.signal.aborted && running.size < concurrency) {
      const job = await jobs.lease(kinds, clock(), clock() + LEASE.ms);
      if (!job) break;
      const work: Promise<void> = run(job).finally(() => {
        running.delete(work);
        wake();
      });
      running.add(work);
    }
    // With every hand busy, the one that comes free looks again.
    if (ending.signal.aborted || running.size >= concurrency) return;
    const next = await jobs.nextAt(kinds);
    if (running.size === 0 && (next === null || next > clock())) {
      for (const resolve of idleWaiters.splice(0)) resolve();
    }
    const wait =
      next === null
        ? POLL_MS
        : Math.min(POLL_MS, Math.max(running.size > 0 ? LOOK_MS.busy : LOOK_MS.idle, next - clock()));
    clearTimeout(timer);
    timer = setTimeout(wake, wait);
    // Waiting for work must not keep a process alive that has nothing else to do.
    timer.unref();
  };

  const wake = (): void => {
    if (!started || ending.signal.aborted) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((error: unknown) => {
        log.error({ err: error }, 'jobs could not be read');
        timer = setTimeout(wake, POLL_MS);
        timer.unref();
      })
      .finally(() => {
        looking = null;
        if (lookAgain) {
          lookAgain = false;
          wake();
        }
      });
  };

  return {
    start() {
      started = true;
      wake();
    },
    wake,
    idle: () =>
      new Promise((resolve) => {
        idleWaiters = [...idleWaiters, resolve];
        wake();
      }),
    async stop() {
      ending.abort(new Error('The server is stopping.'));
      clearTimeout(timer);
      await looking;
      await Promise.all(running);
      for (const resolve of idleWaiters.splice(0)) resolve();
    },
  };
}
