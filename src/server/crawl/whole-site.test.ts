import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuardedFetch, type GuardedFetch } from '../fetch/guarded-fetch.ts';
import { parseFile } from '../ingest/parse-file.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import type { Store } from '../store/store.ts';
import { type DocsSite, startDocsSite } from '../testing/docs-site.ts';
import { testStore } from '../testing/test-store.ts';
import { crawlSource } from './crawl-source.ts';
import { createSitePace } from './site-pace.ts';

/** A documentation site of real pages. `ASSISTERS_WHOLE_SITE=1` reads all of its three hundred. */
const PAGES = process.env.ASSISTERS_WHOLE_SITE === '1' ? Number.POSITIVE_INFINITY : 100;
const scope = { accountId: 'acct_1' };
let site: DocsSite;
let store: Store;
let fetch: GuardedFetch;
beforeAll(async () => {
  site = await startDocsSite(PAGES);
  store = await testStore();
  fetch = createGuardedFetch({ allowedHosts: new Set(['127.0.0.1']), userAgent: 'test' });
  await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'free', createdAt: 1 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
});
afterAll(async () => {
  await fetch.close();
  await site.close();
  await store.close();
});

async function crawl(run: number) {
  site.requests.length = 0;
  const job = { accountId: 'acct_1', kind: 'crawl', payload: {}, bytes: null, runAt: 0, createdAt: 0 };
  const source = await store.urlSources.put(
    {
      id: 'url_1',
      accountId: 'acct_1',
      knowledgeBaseId: 'kb_1',
      url: `${site.url}/`,
      crawlDepth: 2,
      refreshSchedule: 'none',
      status: 'crawling',
      error: null,
      run,
      lastCrawledAt: null,
      createdAt: 1,
      updatedAt: 1,
    },
    job,
  );
  let ids = 0;
  await crawlSource(
    {
      store,
      fetch,
      parse: parseFile,
      pace: createSitePace(),
      newId: (kind) => `${kind}_${run}_${ids++}`,
      now: () => run,
      maxPages: 2_000,
      intervalMs: 0,
      signal: new AbortController().signal,
    },
    { ...source, run },
  );
  const { rows, total } = await store.knowledge.listDocuments(scope, 'kb_1', { limit: 1_000, offset: 0 });
  return {
    outcomes: await store.urlSources.outcomes(scope, source.id),
    documents: total,
    held: rows.map(({ id, url, contentHash, chunkCount }) => `${id} ${url} ${contentHash} ${chunkCount}`).sort(),
    asked: [...site.requests],
  };
}

test('a site of hundreds of pages is read once, and hardly asked of again', { timeout: 300_000 }, async () => {
  const pages = site.pages.size;
  expect(pages).toBeGreaterThanOrEqual(100);
  const first = await crawl(1);
  // With the index; the dead ends, what robots.txt closes and what names another page are no documents.
  expect(first.documents).toBe(pages + 1);
  expect(first.outcomes).toMatchObject({ indexed: pages + 1, failed: 5, skipped: 5 });
  // Nothing is asked for twice but the page that an old address redirects to.
  const answered = first.asked.filter((line) => line.startsWith('200 '));
  const twice = answered.filter((line, at) => answered.indexOf(line) !== at);
  expect(twice).toEqual([`200 ${[...site.pages.keys()][0]}`]);

  const [found] = await createRetriever(store.chunks).retrieve({
    scope,
    knowledgeBaseId: 'kb_1',
    question: 'What are text prompts and message prompts?',
    earlierQuestions: [],
    limit: 3,
    signal: new AbortController().signal,
  });
  expect(found?.url.startsWith(`${site.url}/docs/foundations/prompts#`)).toBe(true);

  const second = await crawl(2);
  expect(second.outcomes).toMatchObject({ unchanged: pages + 1, failed: 5, skipped: 5 });
  expect(second.outcomes.indexed ?? 0).toBe(0);
  expect(second.asked.filter((line) => line.startsWith('304 '))).toHaveLength(pages + 1);
  expect(second.held).toEqual(first.held);
});
