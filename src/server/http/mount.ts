import { ServerResponse } from 'node:http';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { HEADER, REPLAYED_HEADER } from '../../protocol/headers.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { BASE_PATH, ROUTES, type Route } from '../../protocol/routes.ts';
import { identify, permit } from '../auth/authorize.ts';
import { scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { answerHeaders } from '../middleware/answer-headers.ts';
import { limitAnonymous, limitCaller } from '../middleware/limits.ts';
import { ApiError } from './api-error.ts';
import { clientAddress, clientIp } from './client-ip.ts';
import { once } from './once.ts';
import { ownOrigins } from './own-origins.ts';
import { parseJson, readText } from './read-body.ts';
import type { AnyRoute, Call } from './route.ts';
import type { AppContext, AppEnv } from './types.ts';
import { validate } from './validate.ts';

/** Mounts endpoints: authorise → limit → validate → handle. The same four steps for every one of them. */
export function mountRoutes(app: OpenAPIHono<AppEnv>, routes: readonly AnyRoute[], deps: Deps): void {
  const methods = new Map<string, string[]>();
  for (const definition of routes) {
    const route: Route = ROUTES[definition.name];
    const path = honoPath(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
    app.on(route.method, path, (c) => answer(c, definition, route, deps));
  }
  // After all real ones, so that it is reached only where the path is known and the method is not.
  for (const [path, allowed] of methods) {
    app.all(path, async (c) => {
      await limitAnonymous(c, deps);
      const list = allowed.join(', ');
      throw new ApiError('method_not_allowed', `${c.req.method} is not possible here; use ${list}.`, undefined, {
        Allow: list,
      });
    });
  }
}

/** `/assistants/{id}` below the base path, as hono writes it: `/v1/assistants/:id`. */
export function honoPath(path: string): string {
  return BASE_PATH + path.replace(/\{(\w+)\}/g, ':$1');
}

async function answer(c: AppContext, definition: AnyRoute, route: Route, deps: Deps): Promise<Response> {
  c.set('route', definition.name);
  const origins = ownOrigins(c, deps.config);
  const address = clientAddress(c, deps.config.trustProxy);
  const principal = await identify({ headers: c.req.raw.headers, ownOrigins: origins, address }, deps).catch(
    async (error: unknown) => {
      await limitAnonymous(c, deps);
      throw error;
    },
  );
  c.set('principal', principal);
  await limitCaller(c, deps, definition.name, principal);
  permit(principal, route);

  const query = definition.query ? validate(definition.query, c.req.query(), 'query') : undefined;
  const bodyText = definition.body ? await readText(c.req.raw, LIMITS.jsonBodyBytes) : '';
  const body = definition.body
    ? validate(definition.body, parseJson(bodyText, c.req.header('Content-Type') ?? null), 'body')
    : undefined;
  const requestId = c.get('requestId');
  const call: Call<never, unknown, unknown> = {
    deps,
    principal,
    scope: scopeOf(principal),
    params: c.req.param(),
    query,
    body,
    bodyText,
    request: c.req.raw,
    requestId,
    log: withRequest(deps.log, requestId),
    publicUrl: deps.config.publicUrl ?? origins[0]!,
    clientIp: clientIp(c, deps.config.trustProxy),
    beginRaw(headers) {
      const outgoing = c.env?.outgoing;
      // HTTP/2 is ended by the proxy in front; its response here would be another class.
      if (!(outgoing instanceof ServerResponse)) return null;
      outgoing.writeHead(definition.answer.status, { ...headers, ...answerHeaders(c, deps) });
      return outgoing;
    },
  };
  const { status } = definition.answer;
  const handle = () => definition.handle(call as Call<never, never, never>);
  if (definition.once) {
    const asked = {
      accountId: principal.accountId,
      authorization: c.req.header('Authorization')!,
      key: c.req.header(HEADER.idempotencyKey) ?? null,
      request: `${c.req.method} ${c.req.path}\n${bodyText}`,
    };
    const { answer, again } = await once(asked, deps, async () => JSON.stringify(await handle()));
    if (again) c.header(REPLAYED_HEADER, 'true');
    return c.body(answer, status as 200, { 'Content-Type': 'application/json' });
  }
  const result = await handle();
  if (result instanceof Response) return result;
  return status === 204 ? c.body(null, 204) : c.json(result as object, status);
}

function withRequest(log: Deps['log'], requestId: string): Deps['log'] {
  return {
    debug: (data, message) => log.debug({ requestId, ...data }, message),
    info: (data, message) => log.info({ requestId, ...data }, message),
    warn: (data, message) => log.warn({ requestId, ...data }, message),
    error: (data, message) => log.error({ requestId, ...data }, message),
  };
}
