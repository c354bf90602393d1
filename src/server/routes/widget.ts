import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import type { VisitorSession, WidgetConfig } from '../../protocol/resources.ts';
import { usesTools } from '../answer/choose.ts';
import { VISITOR_SESSION } from '../auth/authorize.ts';
import { credentialKind, hashCredential, newCredential, newId } from '../auth/credentials.ts';
import { knownVisitorId } from '../auth/identity.ts';
import { ApiError, badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { AttachmentSettingsSchema, Timestamp, WidgetSettingsSchema } from '../openapi/schemas.ts';
import { attachmentsOf } from '../openapi/to-wire.ts';
import type { AssistantRow, VisitorSessionRow } from '../store/store.ts';

const AssistantId = z.string().optional().openapi({ description: 'May be left out when the key opens one assistant.' });

const WidgetConfigSchema: z.ZodType<WidgetConfig> = z
  .object({
    assistant: z.object({ id: z.string(), name: z.string(), description: z.string() }),
    widget: WidgetSettingsSchema,
    document_count: z.number().int(),
    retention_days: z.number().int().nullable(),
    identity: z.enum(['off', 'optional', 'required']),
    tools: z.boolean(),
    attachments: AttachmentSettingsSchema,
  })
  .openapi('WidgetConfig');

const getWidgetConfig = defineRoute('getWidgetConfig', {
  summary: 'What a page may know of its assistant',
  headers: ['embedNonce'],
  query: z.object({ assistant_id: AssistantId }),
  answer: { status: 200, description: 'Name, greeting and looks.', schema: WidgetConfigSchema },
  errors: ['origin_not_allowed', 'not_found'],
  async handle(call) {
    const { deps, scope, query } = call;
    const row = await assistantOf(call, query.assistant_id);
    const { id, name, description, widget, knowledgeBaseId } = row;
    const count = knowledgeBaseId ? await deps.store.knowledge.countReady(scope, knowledgeBaseId) : 0;
    return {
      assistant: { id, name, description },
      widget,
      document_count: count,
      retention_days: row.retentionDays,
      identity: row.identity === null ? 'off' : row.identity.required ? 'required' : 'optional',
      tools: usesTools(row),
      attachments: attachmentsOf(row),
    };
  },
});

const VisitorSessionSchema: z.ZodType<VisitorSession> = z
  .object({
    token: z.string(),
    visitor_id: z.string(),
    user_id: z.string().nullable(),
    assistant_id: z.string(),
    expires_at: Timestamp,
  })
  .openapi('VisitorSession');

const createVisitorSession = defineRoute('createVisitorSession', {
  summary: 'Start a visitor session',
  description:
    'The token goes into `Authorization` of everything the visitor does from here on. With `identity_token`, a JWT that ' +
    'the site’s server signed for this visitor, the session opens the visitor’s conversations on any device. ' +
    '`previous_token` is the token of an unknown visitor’s session: it ends, and its conversations become the known visitor’s.',
  headers: ['proof', 'embedNonce'],
  body: z
    .strictObject({
      assistant_id: AssistantId,
      identity_token: z.string().min(1).exactOptional(),
      previous_token: z.string().max(200).exactOptional(),
    })
    .optional()
    .openapi('NewVisitorSession'),
  answer: { status: 201, description: 'The session; its token is not shown again.', schema: VisitorSessionSchema },
  errors: ['origin_not_allowed', 'not_found', 'identity_required', 'invalid_identity', 'service_unavailable'],
  async handle(call) {
    const { deps, principal, body } = call;
    const assistant = await assistantOf(call, body?.assistant_id);
    const now = deps.clock();
    const userId = await userOf(call, assistant, body?.identity_token);
    const token = newCredential('visitorToken', deps.random);
    const session = {
      id: newId(ID_PREFIX.visitorSession, deps.random),
      accountId: principal.accountId,
      assistantId: assistant.id,
      visitorId:
        userId === null ? newId(ID_PREFIX.visitor, deps.random) : knownVisitorId(assistant, userId, deps.signingSecret),
      userId,
      keyId: principal.key.id,
      origin: principal.origin,
      hash: hashCredential(token),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + VISITOR_SESSION.absoluteMs,
      revokedAt: null,
    };
    const previous = userId === null ? null : await anonymousSession(call, assistant, body?.previous_token);
    await deps.store.sessions.identify(session, previous);
    return {
      token,
      visitor_id: session.visitorId,
      user_id: userId,
      assistant_id: assistant.id,
      expires_at: new Date(session.expiresAt).toISOString(),
    };
  },
});

/** Endpoints of the page's key. */
export const widgetRoutes = [getWidgetConfig, createVisitorSession];

/** Who the visitor is; `null` when nobody says. */
async function userOf(
  { deps }: Pick<Call, 'deps'>,
  assistant: AssistantRow,
  token: string | undefined,
): Promise<string | null> {
  const { identity } = assistant;
  if (token !== undefined) {
    if (identity === null) throw badField('identity_token', 'This assistant has no `identity` settings to read it by.');
    return deps.identity.read({ ...assistant, identity }, token);
  }
  if (!identity?.required) return null;
  throw new ApiError('identity_required', 'This assistant talks to known visitors only: send `identity_token`.');
}

/** The session that a known visitor had before they were known, if it is one and lives. It is never another's. */
async function anonymousSession(
  { deps }: Pick<Call, 'deps'>,
  assistant: AssistantRow,
  token: string | undefined,
): Promise<VisitorSessionRow | null> {
  if (token === undefined || credentialKind(token) !== 'visitorToken') return null;
  const session = await deps.store.sessions.findByHash(hashCredential(token));
  const same = session?.accountId === assistant.accountId && session.assistantId === assistant.id;
  return session && same && session.userId === null && session.revokedAt === null && deps.clock() < session.expiresAt
    ? session
    : null;
}

/** The assistant a page asks for: one that its key opens, the only one when none is named. */
async function assistantOf(
  { deps, scope, principal }: Pick<Call, 'deps' | 'scope' | 'principal'>,
  wanted: string | undefined,
): Promise<AssistantRow> {
  const open = principal.key.assistantIds;
  if (wanted === undefined && open.length !== 1) {
    throw badField('assistant_id', 'This key opens several assistants; name one.');
  }
  const id = wanted ?? open[0]!;
  const row = open.includes(id) ? await deps.store.assistants.get(scope, id) : null;
  if (!row) throw notFound('assistant for this key');
  return row;
}
