import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import type { ErrorBody } from '../../protocol/errors.ts';
import type { Page, UrlPage, UrlSource } from '../../protocol/resources.ts';
import { CRAWL_LIMITS } from '../crawl/crawl-limits.ts';
import { normalizeUrl } from '../crawl/crawl-url.ts';
import { parseFile } from '../ingest/parse-file.ts';
import { makeJobs } from '../jobs/make-jobs.ts';
import { SILENT_LOG } from '../logs.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { DEAD_ENDS, type DocsSite, startDocsSite } from '../testing/docs-site.ts';
import { makeApp } from '../testing/make-app.ts';
import { testStore } from '../testing/test-store.ts';

/** Of the hundreds there are; `npm run bench:crawl` reads them all. */
const PAGES = 8;
/** The dead ends, one of them twice, and the hops of the one that goes round. */
const DEAD_ENDS_ASKED = Object.keys(DEAD_ENDS).length + 1 + 5;

let site: DocsSite;
let server: Awaited<ReturnType<typeof makeApp>>;
const makeWorker = () =>
  makeJobs({
    store: server.store,
    config: server.deps.config,
    clock: server.deps.clock,
    log: SILENT_LOG,
    secrets: server.deps.secrets,
    parse: parseFile,
    crawlIntervalMs: 0,
  });
let jobs: ReturnType<typeof makeJobs>;

beforeEach(async () => {
  site = await startDocsSite(PAGES);
  const store = await testStore();
  server = await makeApp({ store, env: { ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  await store.knowledge.createBase({
    id: 'kb_1',
    accountId: server.accountId,
    name: 'K',
    description: '',
    createdAt: 1,
  });
  jobs = makeWorker();
});
afterEach(async () => {
  await jobs.stop();
  await server.deps.jobs.stop();
  await site.close();
  await server.store.close();
});

const api = async <Body>(method: string, rest: string, body?: unknown): Promise<Body> =>
  (await server
    .send(method, `/v1/knowledge-bases/kb_1/urls${rest}`, {
      key: server.sk.credential,
      ...(body !== undefined && { body }),
    })
    .then((response) => (response.status === 204 ? null : response.json()))) as Body;
const follow = async (depth: number, schedule = 'none', url = `${site.url}/`) =>
  (await api<Page<'urls', UrlSource>>('POST', '', { urls: [url], crawl_depth: depth, refresh_schedule: schedule }))
    .urls[0]!;
const crawled = async () => {
  jobs.start();
  await jobs.idle();
};
const get = (id: string) => api<UrlSource>('GET', `/${id}`);
const pagesOf = async (id: string) => {
  const { pages } = await api<Page<'pages', UrlPage>>('GET', `/${id}/pages?limit=100`);
  return new Map(pages.map((page) => [page.url.slice(site.url.length), page]));
};
const search = (question: string) =>
  createRetriever(server.store.chunks).retrieve({
    scope: { accountId: server.accountId },
    knowledgeBaseId: 'kb_1',
    question,
    earlierQuestions: [],
    limit: 3,
    signal: new AbortController().signal,
  });

test('an address may be as long as sitemaps have it, whatever it is made of; a longer one is refused in words', async () => {
  const random = seededRandom(4);
  const path = Array.from({ length: 2_048 }, () => Math.floor(random() * 36).toString(36)).join('');
  const longest = `https://a.example/${path}`.slice(0, 2_048);
  const post = (urls: string[]) =>
    server.send('POST', '/v1/knowledge-bases/kb_1/urls', { key: server.sk.credential, body: { urls } });
  await server.deps.jobs.stop();
  expect((await post([longest.slice(0, 2_000)])).status).toBe(201);
  // 1,000 characters here are 9,000 in the address.
  const refused = await post([`https://a.example/${'漢'.repeat(1_000)}`]);
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { details: { field: 'urls.0' } } }]);
  expect(normalizeUrl(longest)).toBe(longest);
  expect(normalizeUrl(`${longest}x`)).toBeNull();
});

describe('following a site', () => {
  test('reads its pages, heeds its rules, tells how each came out, and cites the page', async () => {
    const { id, status } = await follow(1);
    expect(status).toBe('queued');
    await crawled();
    expect(await get(id)).toMatchObject({
      status: 'ready',
      pages: { total: PAGES + 11, indexed: PAGES + 1, skipped: 5, failed: 5, pending: 0 },
    });
    const pages = await pagesOf(id);
    expect(pages.get('/private/secret.html')).toMatchObject({ outcome: 'skipped', http_status: null });
    expect(pages.get('/copy.html')).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('canonical') });
    expect(pages.get('/hidden.html')).toMatchObject({ outcome: 'skipped' });
    const said = (path: string) => {
      const { outcome, http_status, reason } = pages.get(path)!;
      return [outcome, http_status, reason];
    };
    const dead = `The page does not exist; ${site.url}/ links to it.`;
    expect(said('/missing.html')).toEqual(['failed', 404, dead]);
    expect(said('/gone.html')).toEqual(['failed', 410, dead]);
    expect(said('/broken.html')).toEqual(['failed', 500, expect.stringContaining('tried again at the next crawl')]);
    expect(said('/members.html')).toEqual(['failed', 403, expect.stringContaining('let AssistersBot in')]);
    expect(said('/loop.html')).toEqual(['failed', null, expect.stringContaining('redirects more than 5 times')]);
    expect(said('/partner.html')).toEqual([
      'skipped',
      302,
      expect.stringContaining('https://elsewhere.example/partner'),
    ]);
    expect(said('/old-start')).toEqual(['skipped', 200, `It redirects to ${site.url}${[...site.pages.keys()][0]}.`]);
    // What may pass is tried twice.
    expect(site.requests.filter((line) => line === '500 /broken.html')).toHaveLength(2);
    expect(pages.has('/picture.png')).toBe(false);
    expect(site.requests.filter((line) => line.includes('/private/'))).toEqual([]);
    expect(site.requests.length).toBe(PAGES + 1 + 2 + 2 + 2 + DEAD_ENDS_ASKED);

    expect(await search('What is the launch code swordfish?')).toEqual([]);
    const [best] = await search('What are text prompts and message prompts?');
    expect(best?.url.startsWith(`${site.url}/docs/foundations/prompts#`)).toBe(true);
    expect(
      (await search('Cookie preferences. All rights reserved.')).filter(({ text }) =>
        text.includes('All rights reserved'),
      ),
    ).toEqual([]);
  });

  test('depth 0 reads the page alone', async () => {
    const { id } = await follow(0);
    await crawled();
    expect(await get(id)).toMatchObject({ status: 'ready', pages: { total: 1, indexed: 1 } });
    expect(site.requests).toEqual(['200 /robots.txt', '200 /']);
  });

  test('a refresh asks conditionally; only what changed is read, and what vanished leaves', async () => {
    const { id } = await follow(1);
    await crawled();
    const [gone, changed] = [...site.pages.keys()].slice(2, 4) as [string, string];
    const before = (await pagesOf(id)).get(changed)!;
    const others = [...site.pages.keys()].filter((path) => path !== gone && path !== changed);
    const html = await Promise.all(others.map(async (path) => (await fetch(site.url + path)).text()));
    const untouched = html.filter((text) => !text.includes(`href="${gone}`));
    site.pages.delete(gone);
    site.pages.set(changed, '# Changed page\n\nThe quokka setting decides how marsupials are counted.');
    site.requests.length = 0;
    await api('POST', `/${id}/refresh`);
    await crawled();
    const pages = await pagesOf(id);
    expect(pages.has(gone)).toBe(false);
    expect(pages.get(changed)).toMatchObject({ outcome: 'indexed', document_id: before.document_id });
    expect((await search('What does the quokka setting decide?'))[0]?.url).toContain(changed);
    const { total } = await server.store.knowledge.listDocuments({ accountId: server.accountId }, 'kb_1', {
      limit: 1,
      offset: 0,
    });
    expect(total).toBe(PAGES);
    const count = (status: string) => site.requests.filter((line) => line.startsWith(status)).length;
    expect(count('304')).toBe(untouched.length);
    expect(untouched.length).toBeGreaterThan(2);
  });

  test('a site that is down loses nothing, and is tried again', async () => {
    const { id } = await follow(1);
    await crawled();
    const documents = await server.store.knowledge.listDocuments({ accountId: server.accountId }, 'kb_1', {
      limit: 1,
      offset: 0,
    });
    site.down = 503;
    await api('POST', `/${id}/refresh`);
    await crawled();
    expect(await get(id)).toMatchObject({ status: 'failed', error: { code: 'connection_failed' } });
    expect(
      (await server.store.knowledge.listDocuments({ accountId: server.accountId }, 'kb_1', { limit: 1, offset: 0 }))
        .total,
    ).toBe(documents.total);
    site.down = null;
    server.tick(10_000);
    await crawled();
    expect(await get(id)).toMatchObject({ status: 'ready', error: null });
  });

  test('a crawl that is cut off goes on where it stood: nothing is lost and nothing is there twice', async () => {
    const { id } = await follow(1);
    for (let cut = 0; cut < 3; cut += 1) {
      const before = site.requests.length;
      jobs.start();
      await expect.poll(() => site.requests.length, { interval: 1, timeout: 10_000 }).toBeGreaterThan(before + 4);
      await jobs.stop();
      jobs = makeWorker();
    }
    await crawled();
    expect(await get(id)).toMatchObject({
      status: 'ready',
      pages: { total: PAGES + 11, indexed: PAGES + 1, pending: 0 },
    });
    const { rows } = await server.store.knowledge.listDocuments({ accountId: server.accountId }, 'kb_1', {
      limit: 100,
      offset: 0,
    });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect(rows.filter(({ status }) => status !== 'ready')).toEqual([]);
    // Robots and sitemap once a start, a page that was being read once more at most.
    expect(site.requests.length).toBeLessThanOrEqual(
      PAGES + 1 + 2 + 2 + 2 + DEAD_ENDS_ASKED + 3 * (2 + CRAWL_LIMITS.requestsAtOnce * 2),
    );
  });

  test('a schedule brings the crawler back', async () => {
    const { id, next_crawl_at } = await follow(0, 'hourly');
    expect(next_crawl_at).toBeNull();
    await crawled();
    const { next_crawl_at: at } = await get(id);
    expect(Date.parse(at!) - server.deps.clock()).toBeLessThanOrEqual(3_600_000);
    const before = site.requests.length;
    server.tick(3_600_000);
    await crawled();
    expect(site.requests.slice(before)).toEqual(['200 /robots.txt', '304 /']);
  });

  test('deleting it deletes its pages from every answer', async () => {
    const { id } = await follow(1);
    await crawled();
    await api('DELETE', `/${id}`);
    expect(
      (await server.store.knowledge.listDocuments({ accountId: server.accountId }, 'kb_1', { limit: 1, offset: 0 }))
        .total,
    ).toBe(0);
    expect(await api<ErrorBody>('GET', `/${id}`)).toMatchObject({ error: { code: 'not_found' } });
  });

  test.for([
    [{ urls: ['ftp://a.example/'] }, 'urls.0'],
    [{ urls: ['http://10.0.0.1/'] }, 'urls.0'],
    [{ urls: ['https://user:pw@a.example/'] }, 'urls.0'],
    [{ urls: [] }, 'urls'],
    [{ urls: ['https://a.example/'], crawl_depth: 99 }, 'crawl_depth'],
    [{ urls: ['https://a.example/'], refresh_schedule: 'often' }, 'refresh_schedule'],
    [{ urls: ['https://a.example/'], refresh_schedule: '* * * * *' }, 'refresh_schedule'],
  ] as const)('refuses %j', async ([body, field]) => {
    expect(await api<ErrorBody>('POST', '', body)).toMatchObject({
      error: { code: 'invalid_request', details: { field } },
    });
  });

  test('another account does not see it', async () => {
    const { id } = await follow(0);
    const other = await server.addKey(await server.addAccount(), 'secret');
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['GET', `/${id}/pages`],
      ['POST', `/${id}/refresh`],
      ['DELETE', `/${id}`],
    ] as const) {
      const response = await server.send(method, `/v1/knowledge-bases/kb_1/urls${rest}`, { key: other.credential });
      expect(response.status).toBe(404);
    }
  });
});
