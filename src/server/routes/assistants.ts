import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { newId } from '../auth/credentials.ts';
import { badField, notFound } from '../http/api-error.ts';
import { type Call, defineRoute } from '../http/route.ts';
import {
  AssistantConfigSchema,
  AssistantSchema,
  pageOf,
  toPage,
  WINDOW_QUERY,
  WidgetSettingsSchema,
} from '../openapi/schemas.ts';
import { toAssistant } from '../openapi/to-wire.ts';
import type { AssistantRow } from '../store/store.ts';

const FIELDS = {
  name: z.string().trim().min(1).max(200),
  description: z.string().max(2_000),
  model: z.string().min(1).max(200),
  system_prompt: z.string().max(20_000),
  knowledge_base_id: z.string().nullable(),
  category: z.string().min(1).max(100).nullable(),
  config: AssistantConfigSchema,
  widget: WidgetSettingsSchema,
};

const NewAssistant = z
  .object({
    name: FIELDS.name,
    description: FIELDS.description.default(''),
    model: FIELDS.model.default('extractive'),
    system_prompt: FIELDS.system_prompt.default(''),
    knowledge_base_id: FIELDS.knowledge_base_id.default(null),
    category: FIELDS.category.default(null),
    config: FIELDS.config.default({}),
    widget: FIELDS.widget.default({}),
  })
  .openapi('NewAssistant');

const AssistantChange = z.object(FIELDS).partial().openapi('AssistantChange');

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
    const { system_prompt, knowledge_base_id, ...same } = body;
    const change = {
      ...same,
      systemPrompt: system_prompt,
      knowledgeBaseId: knowledge_base_id,
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

/** Endpoints of assistants. */
export const assistantRoutes = [listAssistants, createAssistant, getAssistant, updateAssistant, deleteAssistant];

async function checkKnowledgeBase({ deps, scope }: Pick<Call, 'deps' | 'scope'>, id: string | null): Promise<void> {
  if (id !== null && !(await deps.store.knowledge.getBase(scope, id))) {
    throw badField('knowledge_base_id', 'No such knowledge base.');
  }
}

/** The change without the fields that were not sent. */
function defined<T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}
