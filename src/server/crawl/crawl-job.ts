import { FetchError } from '../fetch/fetch-error.ts';
import type { Again, JobHandler } from '../jobs/job-runner.ts';
import type { NewJob } from '../store/store.ts';
import type { UrlSourceRow } from '../store/url-sources.ts';
import type { CrawlParts } from './crawl-source.ts';
import { nextRun } from './schedule.ts';

export const CRAWL_JOB = 'crawl';
const MAX_ATTEMPTS = 4;

/** The job that crawls a source, now and then on its schedule. */
export function crawlJob(accountId: string, knowledgeBaseId: string, now: number): Omit<NewJob, 'id'> {
  return { accountId, kind: CRAWL_JOB, payload: { knowledgeBaseId }, bytes: null, runAt: now, createdAt: now };
}

/**
 * Crawls a source once and notes how it went: `queued` → `crawling` → `ready` or `failed`, with what was found last time
 * still answering. A crawl that was cut off goes on under its own number.
 *
 * @throws FetchError when the site could not be had; it is noted in the source too
 */
export async function followSource(parts: CrawlParts, source: UrlSourceRow): Promise<void> {
  const { store, now, maxPages } = parts;
  const run = source.status === 'crawling' ? source.run : source.run + 1;
  const set = (change: Parameters<typeof store.urlSources.update>[2]) =>
    store.urlSources.update({ accountId: source.accountId }, source.id, { ...change, updatedAt: now() });
  await set({ status: 'crawling', run, error: null });
  try {
    // It reads HTML, XML and robots.txt with libraries that a server which never crawls need not hold.
    const { crawlSource } = await import('./crawl-source.ts');
    const { limited, empty } = await crawlSource(parts, { ...source, run });
    const lastCrawledAt = now();
    if (empty !== null)
      await set({ status: 'failed', lastCrawledAt, error: { code: 'nothing_indexed', message: empty } });
    else
      await set({
        status: 'ready',
        lastCrawledAt,
        error: limited
          ? { code: 'page_limit', message: `The site has more than the ${maxPages} pages that are read of one source.` }
          : null,
      });
  } catch (error) {
    if (error instanceof FetchError)
      await set({ status: 'failed', error: { code: error.code, message: error.message } });
    throw error;
  }
}

/** Crawls sources in the background, tries again a few times what may pass, and comes back on schedule. */
export function crawlJobHandler(parts: Omit<CrawlParts, 'signal'>): JobHandler {
  return async (job, signal): Promise<Again | undefined> => {
    const { sourceId, knowledgeBaseId } = job.payload as Record<string, string | undefined>;
    const scope = { accountId: job.accountId };
    const source = await parts.store.urlSources.get(scope, knowledgeBaseId ?? '', sourceId ?? '');
    if (!source) return undefined;
    try {
      await followSource({ ...parts, signal }, source);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      if (/^(?:connection_failed|timeout)$/.test(error.code) && job.attempts < MAX_ATTEMPTS) throw error;
    }
    const at = nextRun(source.refreshSchedule, source.id, parts.now());
    return at === null ? undefined : { runAt: at, payload: job.payload };
  };
}
