import { randomBytes } from 'node:crypto';
import { newId } from '../src/server/auth/credentials.ts';
import { crawlSource } from '../src/server/crawl/crawl-source.ts';
import { createSitePace } from '../src/server/crawl/site-pace.ts';
import { createGuardedFetch } from '../src/server/fetch/guarded-fetch.ts';
import { createChildParser } from '../src/server/ingest/parse-in-child.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import type { UrlSourceRow } from '../src/server/store/url-sources.ts';
import { startDocsSite } from '../src/server/testing/docs-site.ts';

/**
 * `npm run bench:crawl`: a crawl of a documentation site of some three hundred real pages on loopback, then a refresh of
 * the unchanged site: pages, seconds, requests. Without the pause between requests, which is manners, not work.
 */
const site = await startDocsSite();
const store = openSqliteStore({ file: ':memory:' });
const fetch = createGuardedFetch({ allowedHosts: new Set(['127.0.0.1']), userAgent: 'bench' });
const parser = createChildParser();
const scope = { accountId: 'acct_1' };
await store.accounts.create({ id: 'acct_1', name: 'bench', plan: 'enterprise', createdAt: 0 });
await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 0 });
const row: UrlSourceRow = {
  id: 'url_1',
  accountId: 'acct_1',
  knowledgeBaseId: 'kb_1',
  url: `${site.url}/`,
  crawlDepth: 2,
  refreshSchedule: 'none',
  status: 'crawling',
  error: null,
  run: 1,
  lastCrawledAt: null,
  createdAt: 0,
  updatedAt: 0,
};
const source = await store.urlSources.put(row, {
  accountId: 'acct_1',
  kind: 'crawl',
  payload: {},
  bytes: null,
  runAt: 0,
  createdAt: 0,
});

for (const run of [1, 2]) {
  site.requests.length = 0;
  const started = performance.now();
  await crawlSource(
    {
      store,
      fetch,
      parse: parser.parse,
      newId: (kind) => newId(kind === 'page' ? 'page_' : 'doc_', randomBytes),
      now: Date.now,
      pace: createSitePace(),
      maxPages: 2_000,
      intervalMs: 0,
      signal: new AbortController().signal,
    },
    { ...source, run },
  );
  const seconds = (performance.now() - started) / 1000;
  const outcomes = await store.urlSources.outcomes(scope, source.id);
  const { rows } = await store.knowledge.listDocuments(scope, 'kb_1', { limit: 10_000, offset: 0 });
  const passages = rows.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
  const unchanged = site.requests.filter((line) => line.startsWith('304')).length;
  console.log(
    `crawl ${run}: ${seconds.toFixed(1)} s, ${site.requests.length} requests (${unchanged} answered 304), ` +
      `${JSON.stringify(outcomes)}, ${rows.length} documents, ${passages} passages`,
  );
}
await parser.close();
await fetch.close();
await store.close();
await site.close();
