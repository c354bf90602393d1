import { SILENT_LOG } from '../logs.ts';
import type { JobRow, JobStore } from '../store/store.ts';
import type { Again } from './job-runner.ts';
import { keepLease } from './keep-lease.ts';

/**
 * Does a job in this process that was put with a lease already: the command line's way to work in the foreground, and
 * have a server take over within seconds when it dies or is interrupted.
 *
 * @param job as it was put, under its lease
 * @throws what `work` throws; the job is then free at once
 */
export async function doOwnJob(
  jobs: JobStore,
  job: JobRow,
  clock: () => number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Again | undefined>,
): Promise<void> {
  const lease = keepLease(jobs, job, clock, SILENT_LOG);
  try {
    const again = await work(AbortSignal.any([signal, lease.lost]));
    await lease.stop();
    if (again) await jobs.reschedule(lease.job, again.runAt, again.payload ?? job.payload);
    else await jobs.finish(lease.job);
  } catch (error) {
    await lease.stop();
    if (!lease.lost.aborted) await jobs.reschedule(lease.job, clock(), job.payload);
    throw error;
  }
}
