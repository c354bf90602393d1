import { FetchError } from '../fetch/fetch-error.ts';
import type { JobHandler } from '../jobs/job-runner.ts';
import type { NewJob } from '../store/store.ts';
import { type CrawlParts, crawlSource } from './crawl-source.ts';
import { nextRun } from './schedule.ts';

export const CRAWL_JOB = 'crawl';
const MAX_ATTEMPTS = 4;

/** The job that crawls a source, now and then on its schedule. */
export function crawlJob(accountId: string, knowledgeBaseId: string, now: number): Omit<NewJob, 'id'> {
  return { accountId, kind: CRAWL_JOB, payload: { knowledgeBaseId }, bytes: null, runAt: now, createdAt: now };
}

/**
 * Crawls sources: `queued` → `crawling` → `ready`, or `failed` after a few tries, with what was found last time still
 * answering. A crawl that was cut off goes on under its own number.
 */
export function crawlJobHandler(parts: Omit<CrawlParts, 'signal'>): JobHandler {
  const { store, now } = parts;
  return async (job, signal) => {
    const scope = { accountId: job.accountId };
    const { sourceId, knowledgeBaseId } = job.payload as Record<string, string | undefined>;
    const source = await store.urlSources.get(scope, knowledgeBaseId ?? '', sourceId ?? '');
    if (!source) return undefined;
    const run = source.status === 'crawling' ? source.run : source.run + 1;
    const set = (change: Parameters<typeof store.urlSources.update>[2]) =>
      store.urlSources.update(scope, source.id, { ...change, updatedAt: now() });
    await set({ status: 'crawling', run, error: null });
    try {
      await crawlSource({ ...parts, signal }, { ...source, run });
      await set({ status: 'ready', lastCrawledAt: now() });
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      await set({ status: 'failed', error: { code: error.code, message: error.message } });
      if (error.code === 'connection_failed' || error.code === 'timeout') if (job.attempts < MAX_ATTEMPTS) throw error;
    }
    const at = nextRun(source.refreshSchedule, source.id, now());
    return at === null ? undefined : { runAt: at, payload: job.payload };
  };
}
