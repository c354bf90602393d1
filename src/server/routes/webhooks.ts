import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import {
  readWebhookSecret,
  WEBHOOK_EVENTS,
  WEBHOOKS,
  type Webhook,
  type WebhookAttempt,
  type WebhookDelivery,
} from '../../protocol/webhooks.ts';
import { newId, type RandomBytes } from '../auth/credentials.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { checkPublicUrl } from '../http/public-url.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { pageOf, Timestamp, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { DeliveryRow, WebhookRow } from '../store/webhooks.ts';

const EventName = z.enum(WEBHOOK_EVENTS);
const { min, max, made } = WEBHOOKS.secretBytes;
const Secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'Expected whsec_ and base64')
  .refine((secret) => {
    const bytes = readWebhookSecret(secret)?.length ?? 0;
    return bytes >= min && bytes <= max;
  }, `Expected whsec_ and the base64 of ${min} to ${max} bytes; leave it out to have one made`);
const FIELDS = {
  url: z.string().max(2_000),
  events: z.array(EventName).min(1).max(WEBHOOK_EVENTS.length),
  description: z.string().max(500),
};

const WebhookSchema: z.ZodType<Webhook> = z
  .object({
    id: z.string().openapi({ example: 'wh_4fKq0sRzV1mT9cXb2dNhWe' }),
    url: z.string(),
    events: z.array(EventName),
    description: z.string(),
    enabled: z.boolean(),
    disabled_reason: z.enum(['gone']).nullable(),
    secret: z.string().exactOptional(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .openapi('Webhook');

const AttemptSchema: z.ZodType<WebhookAttempt> = z
  .object({
    at: Timestamp,
    duration_ms: z.number().int(),
    status: z.number().int().nullable(),
    request_headers: z.record(z.string(), z.string()),
    response_body: z.string(),
    error: z.string().nullable(),
  })
  .openapi('WebhookAttempt');

const DeliverySchema: z.ZodType<WebhookDelivery> = z
  .object({
    id: z.string().openapi({ example: 'del_4fKq0sRzV1mT9cXb2dNhWe' }),
    webhook_id: z.string(),
    event: EventName,
    status: z.enum(['pending', 'succeeded', 'failed']),
    request_body: z.string(),
    attempts: z.array(AttemptSchema),
    next_attempt_at: Timestamp.nullable(),
    created_at: Timestamp,
  })
  .openapi('WebhookDelivery');

const listWebhooks = defineRoute('listWebhooks', {
  summary: 'List webhooks',
  query: z.object(WINDOW_QUERY),
  answer: {
    status: 200,
    description: 'Newest first, without their secrets.',
    schema: pageOf('webhooks', WebhookSchema),
  },
  async handle({ deps, scope, query }) {
    const { rows, total } = await deps.store.webhooks.list(scope, query);
    return toPage('webhooks', rows.map(toWebhook), total, query.offset);
  },
});

const createWebhook = defineRoute('createWebhook', {
  summary: 'Create a webhook',
  once: true,
  description:
    'Events of the account are sent to `url` from here on, signed by Standard Webhooks. Without `secret` one is made. ' +
    'The address must be https and on the public internet, unless the server’s owner allows its host.',
  body: z
    .strictObject({
      url: FIELDS.url,
      events: FIELDS.events,
      description: FIELDS.description.default(''),
      secret: Secret.exactOptional(),
    })
    .openapi('NewWebhook'),
  answer: { status: 201, description: 'The webhook, with its secret.', schema: WebhookSchema },
  errors: ['conflict'],
  async handle(call) {
    const { deps, scope, body } = call;
    const { total } = await deps.store.webhooks.list(scope, { limit: 1, offset: 0 });
    if (total >= WEBHOOKS.perAccount) {
      throw new ApiError('conflict', `There are ${total} webhooks, the most an account can have. Delete one first.`);
    }
    const now = deps.clock();
    const secret = body.secret ?? makeSecret(deps.random);
    const row: WebhookRow = {
      id: newId(ID_PREFIX.webhook, deps.random),
      accountId: scope.accountId,
      url: checkPublicUrl(body.url, deps.config, 'url', LISTEN),
      events: [...new Set(body.events)],
      description: body.description,
      enabled: true,
      disabledReason: null,
      secret: deps.secrets.seal(secret),
      oldSecrets: [],
      pausedUntil: 0,
      failures: 0,
      createdAt: now,
      updatedAt: now,
    };
    await deps.store.webhooks.create(row);
    return { ...toWebhook(row), secret };
  },
});

const getWebhook = defineRoute('getWebhook', {
  summary: 'Get a webhook',
  answer: { status: 200, description: 'The webhook, without its secret.', schema: WebhookSchema },
  async handle(call) {
    return toWebhook(await requireWebhook(call));
  },
});

const updateWebhook = defineRoute('updateWebhook', {
  summary: 'Change, disable or enable a webhook',
  description:
    'Fields that are left out stay as they are. A disabled webhook misses the events of that time; deliveries that ' +
    'were waiting when it was disabled go on when it is enabled.',
  body: z
    .strictObject({ ...FIELDS, enabled: z.boolean() })
    .partial()
    .openapi('WebhookChange'),
  answer: { status: 200, description: 'The webhook as it is now.', schema: WebhookSchema },
  async handle(call) {
    const { deps, scope, params, body } = call;
    const { url, events, description, enabled } = body;
    const row = await deps.store.webhooks.update(scope, params.id, {
      ...(url !== undefined && { url: checkPublicUrl(url, deps.config, 'url', LISTEN), failures: 0, pausedUntil: 0 }),
      ...(events !== undefined && { events: [...new Set(events)] }),
      ...(description !== undefined && { description }),
      ...(enabled !== undefined && { enabled, disabledReason: null }),
      ...(enabled === true && { failures: 0, pausedUntil: 0 }),
      updatedAt: deps.clock(),
    });
    if (!row) throw notFound('webhook');
    deps.jobs.wake();
    return toWebhook(row);
  },
});

const deleteWebhook = defineRoute('deleteWebhook', {
  summary: 'Delete a webhook and its deliveries',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.webhooks.delete(scope, params.id))) throw notFound('webhook');
  },
});

const rotateWebhookSecret = defineRoute('rotateWebhookSecret', {
  summary: 'Replace a webhook’s secret',
  once: true,
  description: 'For 24 hours deliveries carry a signature by the old secret too. Without `secret` one is made.',
  body: z.strictObject({ secret: Secret.exactOptional() }).optional().openapi('WebhookRotation'),
  answer: { status: 200, description: 'The webhook, with its new secret.', schema: WebhookSchema },
  async handle(call) {
    const { deps, scope, params, body } = call;
    const found = await requireWebhook(call);
    const now = deps.clock();
    const secret = body?.secret ?? makeSecret(deps.random);
    const old = { secret: found.secret, until: now + WEBHOOKS.rotationMs };
    const row = await deps.store.webhooks.update(scope, params.id, {
      secret: deps.secrets.seal(secret),
      // At most five signatures: a caller that rotates again and again must not grow the header without end.
      oldSecrets: [old, ...found.oldSecrets.filter(({ until }) => until > now)].slice(0, 4),
      updatedAt: now,
    });
    if (!row) throw notFound('webhook');
    return { ...toWebhook(row), secret };
  },
});

const listWebhookDeliveries = defineRoute('listWebhookDeliveries', {
  summary: 'List a webhook’s deliveries',
  description: 'What was sent and what was answered. Kept for 30 days.',
  query: z.object({ ...WINDOW_QUERY, status: z.enum(['pending', 'succeeded', 'failed']).optional() }),
  answer: { status: 200, description: 'Newest first.', schema: pageOf('deliveries', DeliverySchema) },
  async handle(call) {
    const { deps, scope, params, query } = call;
    await requireWebhook(call);
    const { limit, offset, status } = query;
    const wanted = { limit, offset, ...(status !== undefined && { status }) };
    const { rows, total } = await deps.store.webhooks.deliveries(scope, params.id, wanted);
    return toPage('deliveries', rows.map(toDelivery), total, offset);
  },
});

const redeliverWebhook = defineRoute('redeliverWebhook', {
  summary: 'Send a delivery again',
  once: true,
  description: 'Now, under the same id and with the same body; it is tried again by the schedule if it fails.',
  answer: { status: 202, description: 'The delivery, waiting to be sent.', schema: DeliverySchema },
  errors: ['conflict'],
  async handle(call) {
    const { deps, scope, params } = call;
    const webhook = await requireWebhook(call);
    if (!(await deps.store.webhooks.getDelivery(scope, params.id, params.did))) throw notFound('delivery');
    if (!webhook.enabled) throw new ApiError('conflict', 'The webhook is disabled. Enable it first.');
    const row = await deps.store.webhooks.redeliver(scope, params.id, params.did, deps.clock());
    if (!row) throw notFound('delivery');
    deps.jobs.wake();
    return toDelivery(row);
  },
});

const LISTEN = 'While developing, "assisters listen <url>" brings events to your machine.';

/** Endpoints of webhooks. */
export const webhookRoutes = [
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  listWebhookDeliveries,
  redeliverWebhook,
];

type In = Pick<Call, 'deps' | 'scope'> & { readonly params: { readonly id: string } };

async function requireWebhook({ deps, scope, params }: In): Promise<WebhookRow> {
  const row = await deps.store.webhooks.get(scope, params.id);
  if (!row) throw notFound('webhook');
  return row;
}

function makeSecret(random: RandomBytes): string {
  return `whsec_${Buffer.from(random(made)).toString('base64')}`;
}

function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    description: row.description,
    enabled: row.enabled,
    disabled_reason: row.disabledReason,
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhook_id: row.webhookId,
    event: row.event,
    status: row.status,
    request_body: row.body,
    attempts: row.attempts.map((attempt) => ({
      at: new Date(attempt.at).toISOString(),
      duration_ms: attempt.durationMs,
      status: attempt.status,
      request_headers: attempt.requestHeaders,
      response_body: attempt.responseBody,
      error: attempt.error,
    })),
    next_attempt_at: row.status === 'pending' ? new Date(row.nextAt).toISOString() : null,
    created_at: new Date(row.createdAt).toISOString(),
  };
}
