import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { IdentitySettings } from '../../protocol/resources.ts';
import { newId } from '../auth/credentials.ts';
import { IDENTITY } from '../auth/identity.ts';
import { ApiError, badField, notFound } from '../http/api-error.ts';
import { checkPublicUrl } from '../http/public-url.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { MEDIA_TYPES } from '../ingest/detect.ts';
import {
  AssistantConfigSchema,
  AssistantSchema,
  pageOf,
  toPage,
  WINDOW_QUERY,
  WidgetSettingsSchema,
} from '../openapi/schemas.ts';
import { toAssistant } from '../openapi/to-wire.ts';
import type { AssistantRow, IdentitySettingsRow } from '../store/store.ts';

const SECRET_BYTES = 32;
/** The newest and those it replaced within a day. */
const SECRETS_KEPT = 4;

const FIELDS = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2_000),
  model: z.string().min(1).max(200),
  system_prompt: z.string().max(20_000),
  knowledge_base_id: z.string().nullable(),
  category: z.string().min(1).max(100).nullable(),
  config: AssistantConfigSchema,
  widget: WidgetSettingsSchema,
  retention_days: z.number().int().min(1).max(3_650).nullable(),
  identity: z
    .strictObject({
      algorithm: z.enum(['HS256', 'EdDSA', 'ES256']).default('HS256'),
      required: z.boolean().default(false),
      issuer: z.string().min(1).max(500).nullable().default(null),
      jwks_url: z.string().max(2_000).nullable().default(null),
    })
    .nullable()
    .openapi('NewIdentitySettings'),
  attachments: z
    .object({
      enabled: z.boolean(),
      max_bytes: z.number().int().min(1).max(LIMITS.uploadBytes).default(LIMITS.attachmentBytes),
      types: z
        .array(z.enum(Object.values(MEDIA_TYPES) as [string, ...string[]]))
        .min(1)
        .default(Object.values(MEDIA_TYPES)),
    })
    .nullable()
    .openapi('NewAttachmentSettings', { description: 'Files with questions. `null`: none, the default.' }),
};

const NewAssistant = z
  .strictObject({
    name: FIELDS.name,
    description: FIELDS.description.default(''),
    model: FIELDS.model.default('extractive'),
    system_prompt: FIELDS.system_prompt.default(''),
    knowledge_base_id: FIELDS.knowledge_base_id.default(null),
    category: FIELDS.category.default(null),
    config: FIELDS.config.default({}),
    widget: FIELDS.widget.default({}),
    retention_days: FIELDS.retention_days.default(null),
    identity: FIELDS.identity.default(null),
    attachments: FIELDS.attachments.default(null),
  })
  .openapi('NewAssistant');

const AssistantChange = z.strictObject(FIELDS).partial().openapi('AssistantChange');

const listAssistants = defineRoute('listAssistants', {
  summary: 'List assistants',
  query: z.object({ ...WINDOW_QUERY, category: z.string().optional() }),
  answer: { status: 200, description: 'Newest first.', schema: pageOf('assistants', AssistantSchema) },
  async handle({ deps, scope, query: { limit, offset, category } }) {
    const { rows, total } = await deps.store.assistants.list(scope, {
      limit,
      offset,
      ...(category !== undefined && { category }),
    });
    return toPage('assistants', rows.map(toAssistant), total, offset);
  },
});

const createAssistant = defineRoute('createAssistant', {
  summary: 'Create an assistant',
  once: true,
  body: NewAssistant,
  answer: { status: 201, description: 'The new assistant.', schema: AssistantSchema },
  async handle(call) {
    const { deps, scope, body } = call;
    await checkKnowledgeBase(call, body.knowledge_base_id);
    const now = deps.clock();
    const row: AssistantRow = {
      id: newId(ID_PREFIX.assistant, deps.random),
      accountId: scope.accountId,
      name: body.name,
      description: body.description,
      model: body.model,
      systemPrompt: body.system_prompt,
      knowledgeBaseId: body.knowledge_base_id,
      category: body.category,
      config: body.config,
      widget: body.widget,
      retentionDays: body.retention_days,
      identity: identityOf(call, body.identity, null),
      attachments: body.attachments,
      createdAt: now,
      updatedAt: now,
    };
    await deps.store.assistants.create(row);
    return toAssistant(row);
  },
});

const getAssistant = defineRoute('getAssistant', {
  summary: 'Get an assistant',
  answer: { status: 200, description: 'The assistant.', schema: AssistantSchema },
  async handle({ deps, scope, params }) {
    const row = await deps.store.assistants.get(scope, params.id);
    if (!row) throw notFound('assistant');
    return toAssistant(row);
  },
});

const updateAssistant = defineRoute('updateAssistant', {
  summary: 'Change an assistant',
  description: 'Fields that are left out stay as they are; `config` and `widget` are replaced as a whole.',
  body: AssistantChange,
  answer: { status: 200, description: 'The assistant as it is now.', schema: AssistantSchema },
  async handle(call) {
    const { deps, scope, params, body } = call;
    await checkKnowledgeBase(call, body.knowledge_base_id ?? null);
    const { system_prompt, knowledge_base_id, retention_days, identity, ...same } = body;
    const found = await deps.store.assistants.get(scope, params.id);
    if (!found) throw notFound('assistant');
    const change = {
      ...same,
      systemPrompt: system_prompt,
      knowledgeBaseId: knowledge_base_id,
      retentionDays: retention_days,
      identity: identity === undefined ? undefined : identityOf(call, identity, found.identity),
      updatedAt: deps.clock(),
    };
    const row = await deps.store.assistants.update(scope, params.id, defined(change));
    if (!row) throw notFound('assistant');
    return toAssistant(row);
  },
});

const deleteAssistant = defineRoute('deleteAssistant', {
  summary: 'Delete an assistant and its conversations',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.assistants.delete(scope, params.id))) throw notFound('assistant');
  },
});

const rotateIdentitySecret = defineRoute('rotateIdentitySecret', {
  once: true,
  summary: 'Make a new identity secret',
  description:
    'Identity tokens are signed by it (`HS256`). The answer alone holds it, in `identity_secret`. The one before counts ' +
    'for 24 hours more.',
  answer: { status: 200, description: 'The assistant, with its new identity secret.', schema: AssistantSchema },
  errors: ['conflict'],
  async handle({ deps, scope, params }) {
    const found = await deps.store.assistants.get(scope, params.id);
    if (!found) throw notFound('assistant');
    if (found.identity?.algorithm !== 'HS256') {
      throw new ApiError('conflict', 'Set the assistant’s `identity` to the algorithm HS256 first.');
    }
    const now = deps.clock();
    const secret = Buffer.from(deps.random(SECRET_BYTES)).toString('base64url');
    const old = found.identity.secrets
      .filter(({ until }) => until === null || until > now)
      .map(({ sealed, until }) => ({ sealed, until: until ?? now + IDENTITY.rotationMs }));
    const secrets = [{ sealed: deps.secrets.seal(secret), until: null }, ...old].slice(0, SECRETS_KEPT);
    const row = await deps.store.assistants.update(scope, params.id, {
      identity: { ...found.identity, secrets },
      updatedAt: now,
    });
    if (!row) throw notFound('assistant');
    return { ...toAssistant(row), identity_secret: secret };
  },
});

/** Endpoints of assistants. */
export const assistantRoutes = [
  listAssistants,
  createAssistant,
  getAssistant,
  updateAssistant,
  deleteAssistant,
  rotateIdentitySecret,
];

/** The settings as they are stored: those of the secret stay, whatever else changes. */
function identityOf(
  { deps }: Pick<Call, 'deps'>,
  given: IdentitySettings | null,
  before: IdentitySettingsRow | null,
): IdentitySettingsRow | null {
  if (given === null) return null;
  const { algorithm, required, issuer, jwks_url: jwksUrl } = given;
  if (algorithm === 'HS256' && jwksUrl !== null)
    throw badField('identity.jwks_url', 'HS256 has a secret, not public keys.');
  if (algorithm !== 'HS256' && jwksUrl === null)
    throw badField('identity.jwks_url', `${algorithm} needs an address of public keys.`);
  const secrets = before?.secrets ?? [];
  const checked = jwksUrl === null ? null : checkPublicUrl(jwksUrl, deps.config, 'identity.jwks_url');
  return { algorithm, required, issuer, jwksUrl: checked, secrets };
}

async function checkKnowledgeBase({ deps, scope }: Pick<Call, 'deps' | 'scope'>, id: string | null): Promise<void> {
  if (id !== null && !(await deps.store.knowledge.getBase(scope, id))) {
    throw badField('knowledge_base_id', 'No such knowledge base.');
  }
}

/** The change without the fields that were not sent. */
function defined<T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}
