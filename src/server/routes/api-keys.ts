import { z } from '@hono/zod-openapi';
import type { ApiKey } from '../../protocol/resources.ts';
import { checkAddressRule } from '../auth/addresses.ts';
import { isAlive, makeKey, ROTATION, SCOPES } from '../auth/make-key.ts';
import { checkOriginRule } from '../auth/origins.ts';
import { ApiError, badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { pageOf, Timestamp, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { ApiKeyRow } from '../store/store.ts';

const ApiKeySchema: z.ZodType<ApiKey> = z
  .object({
    id: z.string(),
    kind: z.enum(['publishable', 'secret', 'restricted']),
    name: z.string(),
    hint: z.string(),
    key: z.string().exactOptional(),
    origins: z.array(z.string()),
    assistant_ids: z.array(z.string()),
    scopes: z.array(z.string()),
    addresses: z.array(z.string()),
    messages_per_day: z.number().int().nullable(),
    rotated_to: z.string().nullable(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    revoked_at: Timestamp.nullable(),
  })
  .openapi('ApiKey');

const FIELDS = {
  name: z.string().trim().min(1).max(200),
  origins: z.array(z.string().max(300)).max(200),
  assistant_ids: z.array(z.string()).max(200),
  scopes: z.array(z.enum(SCOPES as [string, ...string[]])).max(SCOPES.length),
  expires_at: z.iso
    .datetime({ offset: true, error: 'Expected a time such as 2027-01-31T00:00:00Z, or null' })
    .nullable(),
  addresses: z.array(z.string().max(60)).max(200),
  messages_per_day: z.number().int().min(0).max(10_000_000).nullable(),
};
const NewApiKey = z
  .strictObject({
    kind: z.enum(['publishable', 'secret', 'restricted']),
    name: FIELDS.name,
    test: z.boolean().default(false),
    origins: FIELDS.origins.default([]),
    assistant_ids: FIELDS.assistant_ids.default([]),
    scopes: FIELDS.scopes.default([]),
    allow_native: z.boolean().default(false),
    expires_at: FIELDS.expires_at.default(null),
    addresses: FIELDS.addresses.default([]),
    messages_per_day: FIELDS.messages_per_day.default(null),
  })
  .openapi('NewApiKey');
const ApiKeyChange = z.strictObject(FIELDS).partial().openapi('ApiKeyChange');

const listApiKeys = defineRoute('listApiKeys', {
  summary: 'List API keys',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'Newest first, revoked ones too.', schema: pageOf('api_keys', ApiKeySchema) },
  async handle({ deps, scope, query: { limit, offset } }) {
    const { rows, total } = await deps.store.keys.list(scope, { limit, offset });
    return toPage(
      'api_keys',
      rows.map((row) => toApiKey(row)),
      total,
      offset,
    );
  },
});

const createApiKey = defineRoute('createApiKey', {
  summary: 'Create an API key',
  once: true,
  description: 'The key itself is in this answer; that of a secret or restricted key is never shown again.',
  body: NewApiKey,
  answer: { status: 201, description: 'The new key.', schema: ApiKeySchema },
  async handle(call) {
    const { deps, scope, body } = call;
    checkKind(body.kind, body);
    if (body.kind === 'publishable' && body.assistant_ids.length === 0) {
      throw badField('assistant_ids', 'Expected the assistants that pages with this key may use.');
    }
    await checkAssistants(call, body.assistant_ids);
    const { row, credential } = makeKey(
      {
        accountId: scope.accountId,
        kind: body.kind,
        name: body.name,
        test: body.test,
        origins: readOrigins(body.origins, body.test),
        assistantIds: body.assistant_ids,
        scopes: body.scopes,
        allowNative: body.allow_native,
        expiresAt: readTime(body.expires_at),
        addresses: readAddresses(body.addresses),
        messagesPerDay: body.messages_per_day,
      },
      deps.random,
      deps.clock(),
    );
    await deps.store.keys.create(row);
    return toApiKey(row, credential);
  },
});

const updateApiKey = defineRoute('updateApiKey', {
  summary: 'Change an API key',
  description: 'Fields that are left out stay as they are; lists are replaced as a whole. Effective at once.',
  body: ApiKeyChange,
  answer: { status: 200, description: 'The key as it is now.', schema: ApiKeySchema },
  errors: ['conflict'],
  async handle(call) {
    const { deps, scope, params, body } = call;
    const key = await deps.store.keys.get(scope, params.id);
    if (!key) throw notFound('API key');
    if (key.revokedAt !== null) throw new ApiError('conflict', 'This key was revoked; create a new one.');
    checkKind(key.kind, body);
    if (key.kind === 'publishable' && body.assistant_ids?.length === 0) {
      throw badField('assistant_ids', 'Expected the assistants that pages with this key may use.');
    }
    await checkAssistants(call, body.assistant_ids ?? []);
    const row = await deps.store.keys.update(scope, params.id, {
      ...(body.name !== undefined && { name: body.name }),
      ...(body.origins !== undefined && { origins: readOrigins(body.origins, key.test) }),
      ...(body.assistant_ids !== undefined && { assistantIds: body.assistant_ids }),
      ...(body.scopes !== undefined && { scopes: body.scopes }),
      ...(body.expires_at !== undefined && { expiresAt: readTime(body.expires_at) }),
      ...(body.addresses !== undefined && { addresses: readAddresses(body.addresses) }),
      ...(body.messages_per_day !== undefined && { messagesPerDay: body.messages_per_day }),
    });
    if (!row) throw notFound('API key');
    return toApiKey(row);
  },
});

const rotateApiKey = defineRoute('rotateApiKey', {
  once: true,
  summary: 'Put a new key in a key’s place',
  description:
    'The new key may do what the old one may. The old one lives on for `grace_seconds`, so that pages which are cached and ' +
    'servers which are not yet told go on: up to 30 days for a publishable key (default 7 days), up to 7 days for others ' +
    '(default 1 day), 0 ends it at once. Visitor sessions go over to the new key.',
  body: z
    .strictObject({ grace_seconds: z.number().int().min(0).max(ROTATION.publishable.max).exactOptional() })
    .optional()
    .openapi('ApiKeyRotation'),
  answer: { status: 201, description: 'The new key.', schema: ApiKeySchema },
  errors: ['conflict'],
  async handle({ deps, scope, params, body }) {
    const key = await deps.store.keys.get(scope, params.id);
    if (!key) throw notFound('API key');
    const now = deps.clock();
    const { max, usual } = ROTATION[key.kind];
    const grace = body?.grace_seconds ?? usual;
    if (grace > max) throw badField('grace_seconds', `Expected at most ${max} for a ${key.kind} key.`);
    if (!isAlive(key, now) || key.rotatedTo !== null) {
      throw new ApiError('conflict', 'This key was revoked, has expired or was rotated before; create a new one.');
    }
    const { row, credential } = makeKey(key, deps.random, now);
    const ends = Math.min(now + grace * 1000, key.expiresAt ?? Number.POSITIVE_INFINITY);
    if (!(await deps.store.keys.rotate(scope, key.id, row, ends))) {
      throw new ApiError('conflict', 'This key was revoked or rotated meanwhile.');
    }
    return toApiKey(row, credential);
  },
});

const revokeApiKey = defineRoute('revokeApiKey', {
  summary: 'Revoke an API key',
  description: 'Effective at once; visitor sessions that a publishable key began end with it.',
  answer: { status: 204, description: 'Revoked.' },
  async handle({ deps, scope, params }) {
    const key = await deps.store.keys.get(scope, params.id);
    if (!key) throw notFound('API key');
    if (key.revokedAt === null) await deps.store.keys.update(scope, params.id, { revokedAt: deps.clock() });
  },
});

/** Endpoints of API keys. */
export const apiKeyRoutes = [listApiKeys, createApiKey, updateApiKey, rotateApiKey, revokeApiKey];

function toApiKey(row: ApiKeyRow, credential?: string): ApiKey {
  const key = credential ?? row.publicKey;
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    hint: row.hint,
    ...(key !== null && { key }),
    origins: row.origins,
    assistant_ids: row.assistantIds,
    scopes: row.scopes,
    addresses: row.addresses,
    messages_per_day: row.messagesPerDay,
    rotated_to: row.rotatedTo,
    created_at: new Date(row.createdAt).toISOString(),
    expires_at: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
    revoked_at: row.revokedAt === null ? null : new Date(row.revokedAt).toISOString(),
  };
}

/** Origins and assistants mean something on publishable keys only, scopes on restricted ones. */
function checkKind(
  kind: ApiKeyRow['kind'],
  body: {
    readonly origins?: string[] | undefined;
    readonly assistant_ids?: string[] | undefined;
    readonly scopes?: string[] | undefined;
    readonly addresses?: string[] | undefined;
    readonly messages_per_day?: number | null | undefined;
  },
): void {
  if (kind !== 'publishable') {
    for (const field of ['origins', 'assistant_ids'] as const) {
      if (body[field]?.length) throw badField(field, 'Only publishable keys have these.');
    }
  }
  if (kind !== 'publishable' && body.messages_per_day != null) {
    throw badField('messages_per_day', 'Only publishable keys have this.');
  }
  if (kind === 'publishable' && body.addresses?.length) {
    throw badField('addresses', 'Publishable keys are used by visitors; list the origins of their pages.');
  }
  if (kind !== 'restricted' && body.scopes?.length) throw badField('scopes', 'Only restricted keys have these.');
}

function readOrigins(origins: readonly string[], test: boolean): string[] {
  const rules = origins.map((text, n) => {
    const check = checkOriginRule(text, { test });
    if (!check.ok) throw badField(`origins.${n}`, check.reason);
    return check.rule;
  });
  return [...new Set(rules)];
}

function readAddresses(addresses: readonly string[]): string[] {
  return addresses.map((text, n) => {
    const rule = checkAddressRule(text);
    if (rule === null) throw badField(`addresses.${n}`, 'Expected an address or a network such as 10.0.0.0/8.');
    return rule;
  });
}

function readTime(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

async function checkAssistants({ deps, scope }: Pick<Call, 'deps' | 'scope'>, ids: readonly string[]): Promise<void> {
  for (const [n, id] of ids.entries()) {
    if (!(await deps.store.assistants.get(scope, id))) throw badField(`assistant_ids.${n}`, 'No such assistant.');
  }
}
