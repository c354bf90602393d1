import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import type { UrlPage, UrlSource } from '../../protocol/resources.ts';
import { newId } from '../auth/credentials.ts';
import { crawlJob } from '../crawl/crawl-job.ts';
import { CRAWL_LIMITS } from '../crawl/crawl-limits.ts';
import { MAX_PAGE_URL, normalizeUrl } from '../crawl/crawl-url.ts';
import { isSchedule, nextRun } from '../crawl/schedule.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import { allowedHosts, readTarget } from '../fetch/target.ts';
import { badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { pageOf, Timestamp, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { UrlPageRow, UrlSourceRow } from '../store/url-sources.ts';

const MAX_URLS = 100;

const UrlSourceSchema: z.ZodType<UrlSource> = z
  .object({
    id: z.string(),
    knowledge_base_id: z.string(),
    url: z.string(),
    crawl_depth: z.number().int(),
    refresh_schedule: z.string(),
    status: z.enum(['queued', 'crawling', 'ready', 'failed']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    pages: z.object({
      total: z.number().int(),
      pending: z.number().int(),
      indexed: z.number().int(),
      skipped: z.number().int(),
      failed: z.number().int(),
    }),
    last_crawled_at: Timestamp.nullable(),
    next_crawl_at: Timestamp.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .openapi('UrlSource');

const UrlPageSchema: z.ZodType<UrlPage> = z
  .object({
    url: z.string(),
    depth: z.number().int(),
    outcome: z.enum(['pending', 'indexed', 'unchanged', 'skipped', 'failed']),
    reason: z.string().nullable(),
    http_status: z.number().int().nullable(),
    document_id: z.string().nullable(),
    fetched_at: Timestamp.nullable(),
  })
  .openapi('UrlPage');

const listUrls = defineRoute('listUrls', {
  summary: 'List the sites a knowledge base follows',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'Newest first.', schema: pageOf('urls', UrlSourceSchema) },
  async handle(call) {
    const { deps, scope, params, query } = call;
    await requireBase(call);
    const { rows, total } = await deps.store.urlSources.list(scope, params.id, query);
    const urls = await Promise.all(rows.map((row) => toUrlSource(call, row)));
    return toPage('urls', urls, total, query.offset);
  },
});

const createUrls = defineRoute('createUrls', {
  summary: 'Follow pages or sites',
  once: true,
  description:
    'Crawls each address in the background: same site, to `crawl_depth` links, with robots.txt, sitemap, canonical links ' +
    'and redirects heeded. An address that is followed already takes the new depth and schedule and is crawled again.',
  body: z
    .strictObject({
      urls: z.array(z.string().max(2_000)).min(1).max(MAX_URLS),
      crawl_depth: z.number().int().min(0).max(CRAWL_LIMITS.depth).default(0),
      refresh_schedule: z
        .string()
        .refine(
          isSchedule,
          'Expected none, hourly, daily, weekly, monthly or five cron fields at least 10 minutes apart',
        )
        .default('none'),
    })
    .openapi('NewUrls'),
  answer: { status: 201, description: 'The sources, one for each address.', schema: pageOf('urls', UrlSourceSchema) },
  async handle(call) {
    const { deps, scope, params, body } = call;
    await requireBase(call);
    const allowed = allowedHosts(deps.config.allowPrivateHosts);
    const addresses = body.urls.map((text, index) => {
      try {
        const url = normalizeUrl(readTarget(text.trim(), allowed).href);
        if (url !== null) return url;
        throw badField(`urls.${index}`, `it is longer than ${MAX_PAGE_URL} characters`);
      } catch (error) {
        if (error instanceof FetchError) throw badField(`urls.${index}`, error.message, error.advice);
        throw error;
      }
    });
    const now = deps.clock();
    const sources: UrlSource[] = [];
    for (const url of new Set(addresses)) {
      const row: UrlSourceRow = {
        id: newId(ID_PREFIX.urlSource, deps.random),
        accountId: scope.accountId,
        knowledgeBaseId: params.id,
        url,
        crawlDepth: body.crawl_depth,
        refreshSchedule: body.refresh_schedule,
        status: 'queued',
        error: null,
        run: 0,
        lastCrawledAt: null,
        createdAt: now,
        updatedAt: now,
      };
      const stored = await deps.store.urlSources.put(row, crawlJob(scope.accountId, params.id, now));
      sources.push(await toUrlSource(call, stored));
    }
    deps.jobs.wake();
    return toPage('urls', sources, sources.length, 0);
  },
});

const getUrl = defineRoute('getUrl', {
  summary: 'Get a followed site and how far its crawl is',
  answer: { status: 200, description: 'The source.', schema: UrlSourceSchema },
  async handle(call) {
    return toUrlSource(call, await requireSource(call));
  },
});

const deleteUrl = defineRoute('deleteUrl', {
  summary: 'Stop following a site and delete its pages',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.urlSources.delete(scope, params.id, params.uid))) throw notFound('URL source');
  },
});

const refreshUrl = defineRoute('refreshUrl', {
  summary: 'Crawl a site again now',
  once: true,
  answer: { status: 202, description: 'The source, waiting to be crawled.', schema: UrlSourceSchema },
  async handle(call) {
    const { deps, scope, params } = call;
    const source = await requireSource(call);
    if (source.status === 'crawling') return toUrlSource(call, source);
    const now = deps.clock();
    const queued: UrlSourceRow = { ...source, status: 'queued', updatedAt: now };
    const stored = await deps.store.urlSources.put(queued, crawlJob(scope.accountId, params.id, now));
    deps.jobs.wake();
    return toUrlSource(call, stored);
  },
});

const listUrlPages = defineRoute('listUrlPages', {
  summary: 'List the pages of a followed site and how each came out',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'By address.', schema: pageOf('pages', UrlPageSchema) },
  async handle(call) {
    const { deps, scope, params, query } = call;
    await requireSource(call);
    const { rows, total } = await deps.store.urlSources.pages(scope, params.uid, query);
    return toPage('pages', rows.map(toUrlPage), total, query.offset);
  },
});

/** Endpoints of followed sites. */
export const urlRoutes = [listUrls, createUrls, getUrl, deleteUrl, refreshUrl, listUrlPages];

type In = Pick<Call, 'deps' | 'scope'> & { readonly params: { readonly id: string } };

async function requireBase({ deps, scope, params }: In): Promise<void> {
  if (!(await deps.store.knowledge.getBase(scope, params.id))) throw notFound('knowledge base');
}

async function requireSource({
  deps,
  scope,
  params,
}: In & { readonly params: { readonly uid: string } }): Promise<UrlSourceRow> {
  const source = await deps.store.urlSources.get(scope, params.id, params.uid);
  if (!source) throw notFound('URL source');
  return source;
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

async function toUrlSource({ deps, scope }: Pick<In, 'deps' | 'scope'>, row: UrlSourceRow): Promise<UrlSource> {
  const {
    pending = 0,
    indexed = 0,
    unchanged = 0,
    skipped = 0,
    failed = 0,
  } = await deps.store.urlSources.outcomes(scope, row.id);
  const settled = row.status === 'ready' || row.status === 'failed';
  return {
    id: row.id,
    knowledge_base_id: row.knowledgeBaseId,
    url: row.url,
    crawl_depth: row.crawlDepth,
    refresh_schedule: row.refreshSchedule,
    status: row.status,
    error: row.error,
    pages: {
      total: pending + indexed + unchanged + skipped + failed,
      pending,
      indexed: indexed + unchanged,
      skipped,
      failed,
    },
    last_crawled_at: iso(row.lastCrawledAt),
    next_crawl_at: iso(settled ? nextRun(row.refreshSchedule, row.id, deps.clock()) : null),
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}

function toUrlPage(row: UrlPageRow): UrlPage {
  return {
    url: row.url,
    depth: row.depth,
    outcome: row.outcome,
    reason: row.reason,
    http_status: row.httpStatus,
    document_id: row.documentId,
    fetched_at: iso(row.fetchedAt),
  };
}
