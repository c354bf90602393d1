import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { HEADER, REPLAYED_HEADER } from '../../protocol/headers.ts';
import { BASE_PATH, type Caller, ROUTES, type Route } from '../../protocol/routes.ts';
import type { AnyRoute } from '../http/route.ts';
import type { AppEnv } from '../http/types.ts';
import { showExactOptional } from './exact-optional.ts';
import { headerRefs, headersSchema, RESPONSE_HEADERS } from './headers.ts';
import { linksOf } from './links.ts';
import { describeWebhooks } from './webhook-schemas.ts';

const ErrorSchema = z
  .object({
    error: z.object({
      code: z.string().openapi({ example: 'invalid_request' }),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .openapi('Error');

const CALLER_NAMES: Readonly<Record<Caller, string>> = {
  pk: 'publishable key',
  vt: 'visitor token',
  sk: 'secret key',
  rk: 'restricted key',
};

/** Serves the OpenAPI 3.1 document at `/openapi.json`, made from the routes' own schemas. */
export function mountDocument(app: OpenAPIHono<AppEnv>, routes: readonly AnyRoute[]): void {
  for (const definition of routes) describeRoute(app, definition);
  describeWebhooks(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key (pk_, sk_, rk_) or a visitor token (vt_).',
  });
  for (const [name, header] of Object.entries(RESPONSE_HEADERS))
    app.openAPIRegistry.registerComponent('headers', name, header);
  let document: object | null = null;
  app.get('/openapi.json', (c) => {
    document ??= openApiDocument(app);
    return c.json(document);
  });
}

/** The document itself. */
export function openApiDocument(app: OpenAPIHono<AppEnv>): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Assisters API', version: '1', description: 'Assistants that answer from your own documents.' },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  });
}

function describeRoute(app: OpenAPIHono<AppEnv>, definition: AnyRoute): void {
  const route: Route = ROUTES[definition.name];
  const callers = route.callers.map((caller) =>
    caller === 'rk' ? `${CALLER_NAMES.rk} with \`${route.scope}\`` : CALLER_NAMES[caller],
  );
  const params = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const body = definition.rawBody ?? (definition.body && { mediaType: 'application/json', schema: definition.body });
  const { answer } = definition;
  const links = linksOf(definition.name);
  for (const schema of [definition.query, body?.schema, answer.schema, answer.json])
    if (schema) showExactOptional(schema);
  const once =
    definition.once &&
    `Send \`${HEADER.idempotencyKey}\` to make repeating it safe: for 24 hours the same key and body get the same answer.`;
  const headers = headersSchema([
    ...(definition.once ? ['idempotencyKey' as const] : []),
    ...(definition.headers ?? []),
  ]);
  app.openAPIRegistry.registerPath({
    method: route.method.toLowerCase() as 'get',
    path: BASE_PATH + route.path,
    operationId: definition.name,
    tags: [route.path.split('/')[1]!],
    summary: definition.summary,
    description: [definition.description, once, `Callers: ${callers.join(', ')}.`].filter(Boolean).join('\n\n'),
    request: {
      ...(params.length > 0 && { params: z.object(Object.fromEntries(params.map((name) => [name, z.string()]))) }),
      ...(headers && { headers }),
      ...(definition.query && { query: definition.query as unknown as z.ZodObject }),
      ...(body && {
        body: {
          required: definition.rawBody !== undefined || !definition.body?.safeParse(undefined).success,
          content: { [body.mediaType]: { schema: body.schema } },
        },
      }),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        headers: headerRefs(...(once ? [REPLAYED_HEADER] : [])),
        ...(links && { links }),
        ...(answer.schema && {
          content: {
            [answer.mediaType ?? 'application/json']: { schema: answer.schema },
            ...(answer.json && { 'application/json': { schema: answer.json } }),
          },
        }),
      },
      ...errorResponses([
        ...(definition.query || body ? (['invalid_request'] as const) : []),
        ...(body ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
        'missing_credential',
        'invalid_api_key',
        'key_type_not_allowed',
        ...(route.scope ? (['insufficient_permissions'] as const) : []),
        ...(params.length > 0 ? (['not_found'] as const) : []),
        ...(once ? (['invalid_request', 'idempotency_mismatch', 'service_unavailable'] as const) : []),
        'rate_limit_exceeded',
        'internal_error',
        ...(definition.errors ?? []),
      ]),
    },
  });
}

function errorResponses(codes: readonly ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      {
        description: list.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join('\n\n'),
        headers: headerRefs(...(status === 429 || status === 503 ? [HEADER.retryAfter] : [])),
        content: { 'application/json': { schema: ErrorSchema } },
      },
    ]),
  );
}
