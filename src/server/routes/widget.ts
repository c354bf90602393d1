import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import type { VisitorSession, WidgetConfig } from '../../protocol/resources.ts';
import { VISITOR_SESSION } from '../auth/authorize.ts';
import { hashCredential, newCredential, newId } from '../auth/credentials.ts';
import { badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { Timestamp, WidgetSettingsSchema } from '../openapi/schemas.ts';
import type { AssistantRow } from '../store/store.ts';

const AssistantId = z.string().optional().openapi({ description: 'May be left out when the key opens one assistant.' });

const WidgetConfigSchema: z.ZodType<WidgetConfig> = z
  .object({
    assistant: z.object({ id: z.string(), name: z.string(), description: z.string() }),
    widget: WidgetSettingsSchema,
    document_count: z.number().int(),
  })
  .openapi('WidgetConfig');

const getWidgetConfig = defineRoute('getWidgetConfig', {
  summary: 'What a page may know of its assistant',
  query: z.object({ assistant_id: AssistantId }),
  answer: { status: 200, description: 'Name, greeting and looks.', schema: WidgetConfigSchema },
  errors: ['origin_not_allowed', 'not_found'],
  async handle(call) {
    const { deps, scope, query } = call;
    const { id, name, description, widget, knowledgeBaseId } = await assistantOf(call, query.assistant_id);
    const count = knowledgeBaseId ? await deps.store.knowledge.countReady(scope, knowledgeBaseId) : 0;
    return { assistant: { id, name, description }, widget, document_count: count };
  },
});

const VisitorSessionSchema: z.ZodType<VisitorSession> = z
  .object({ token: z.string(), visitor_id: z.string(), assistant_id: z.string(), expires_at: Timestamp })
  .openapi('VisitorSession');

const createVisitorSession = defineRoute('createVisitorSession', {
  summary: 'Start a visitor session',
  description: 'The token goes into `Authorization` of everything the visitor does from here on.',
  body: z.object({ assistant_id: AssistantId }).optional().openapi('NewVisitorSession'),
  answer: { status: 201, description: 'The session; its token is not shown again.', schema: VisitorSessionSchema },
  errors: ['origin_not_allowed', 'not_found'],
  async handle(call) {
    const { deps, principal, body } = call;
    const assistant = await assistantOf(call, body?.assistant_id);
    const now = deps.clock();
    const token = newCredential('visitorToken', deps.random);
    const session = {
      id: newId(ID_PREFIX.visitorSession, deps.random),
      accountId: principal.accountId,
      assistantId: assistant.id,
      visitorId: newId(ID_PREFIX.visitor, deps.random),
      keyId: principal.key.id,
      origin: principal.origin,
      hash: hashCredential(token),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + VISITOR_SESSION.absoluteMs,
      revokedAt: null,
    };
    await deps.store.sessions.create(session);
    return {
      token,
      visitor_id: session.visitorId,
      assistant_id: assistant.id,
      expires_at: new Date(session.expiresAt).toISOString(),
    };
  },
});

/** Endpoints of the page's key. */
export const widgetRoutes = [getWidgetConfig, createVisitorSession];

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
