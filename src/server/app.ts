import { OpenAPIHono } from '@hono/zod-openapi';
import { HEADER } from '../protocol/headers.ts';
import { ID_PREFIX } from '../protocol/ids.ts';
import { BASE_PATH } from '../protocol/routes.ts';
import { newId } from './auth/credentials.ts';
import type { Deps } from './deps.ts';
import { ApiError } from './http/api-error.ts';
import { mountRoutes } from './http/mount.ts';
import { isWithoutVersion, nothingAt } from './http/nothing-at.ts';
import type { AppContext, AppEnv } from './http/types.ts';
import { createMetrics, mountMetrics } from './metrics.ts';
import { answerHeaders, preflight } from './middleware/answer-headers.ts';
import { limitAnonymous } from './middleware/limits.ts';
import { mountDocument } from './openapi/document.ts';
import { mountHealth } from './routes/health.ts';
import { routes } from './routes/index.ts';
import { isPerson, nothingHere } from './site/nothing-here.ts';
import { mountSite, type Site } from './site/site.ts';
import { isStorageFull } from './store/storage-full.ts';
import { isStoreAway } from './store/store-away.ts';
import type { Work } from './tracing.ts';

/**
 * The whole REST API as a function from `Request` to `Response`: `createApp(deps).fetch(request)`. Opens no port, reads
 * no environment. With a `site`, also the pages beside the API. Pass node's `{ incoming, outgoing }` as the second argument of `fetch` for limits by address.
 */
export function createApp(deps: Deps, site: Site | null = null): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  const metrics = createMetrics();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    c.set('requestId', newId(ID_PREFIX.request, deps.random));
    const isApi = c.req.path.startsWith(`${BASE_PATH}/`);
    if (c.req.method === 'OPTIONS' && (isApi || isWithoutVersion(c.req.path))) c.res = preflight();
    else await deps.tracing.span(c.req.method, (work) => traced(c, next, work), c.req.header('traceparent') ?? null);
    if (isApi) setHeaders(c, answerHeaders(c, deps, c.error));
    else c.res.headers.set(HEADER.requestId, c.get('requestId'));
    if (isApi && !c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
    c.res.headers.set('X-Content-Type-Options', 'nosniff');
    const ms = performance.now() - startedAt;
    metrics.request(c.get('route') ?? 'other', c.req.method, c.res.status, ms);
    logRequest(c, deps, ms);
  });

  mountHealth(app, deps);
  mountMetrics(app, deps, metrics);
  mountRoutes(app, routes, deps);
  mountDocument(app, routes);
  if (site) mountSite(app, deps, site);

  const answerError = (error: unknown, c: AppContext) => {
    if (error instanceof ApiError) return c.json(error.body, error.status as 400, error.headers);
    deps.log.error({ requestId: c.get('requestId'), err: error }, 'request failed');
    if (isStorageFull(error)) {
      const full = new ApiError('service_unavailable', 'The server’s disk is full. Nothing was stored.');
      return c.json(full.body, 503);
    }
    if (deps.config.databaseUrl !== null && isStoreAway(error)) {
      const away = new ApiError('service_unavailable', 'The server’s database does not answer. Try again in a moment.');
      return c.json(away.body, 503, { 'Retry-After': '5' });
    }
    const fault = new ApiError('internal_error', `A fault on the server. Its log knows more: ${c.get('requestId')}`);
    return c.json(fault.body, 500);
  };
  app.onError(answerError);
  // Hono does not bring what this handler throws to `onError` inside the middleware, so it is answered here.
  app.notFound((c) =>
    limitAnonymous(c, deps).then(
      () => (site && isPerson(c) ? nothingHere(c) : answerError(nothingAt(c.req.path), c)),
      (error: unknown) => answerError(error, c),
    ),
  );
  return app;
}

/** Handles the request and says in its span which endpoint it was and what came of it: not the address, which holds ids. */
async function traced(c: AppContext, next: () => Promise<void>, work: Work): Promise<void> {
  await next();
  const route = c.get('route') ?? 'other';
  work.say(
    {
      'http.request.method': c.req.method,
      'http.route': route,
      'http.response.status_code': c.res.status,
      'assisters.request_id': c.get('requestId'),
    },
    `${c.req.method} ${route}`,
  );
}

function setHeaders(c: AppContext, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
}

/** One line a request: who and how long, never what. The query is left out, and so is all that was said. */
function logRequest(c: AppContext, deps: Deps, ms: number): void {
  const principal = c.get('principal');
  const data = {
    requestId: c.get('requestId'),
    method: c.req.method,
    path: c.req.path,
    status: c.res.status,
    ms: Math.round(ms * 10) / 10,
    ...(c.error instanceof ApiError ? { code: c.error.code, advice: c.error.advice } : {}),
    ...(principal ? { accountId: principal.accountId, keyId: principal.key.id, caller: principal.type } : {}),
  };
  if (c.res.status >= 500) deps.log.warn(data, 'request');
  else deps.log.info(data, 'request');
}
