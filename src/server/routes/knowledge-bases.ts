import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import type { KnowledgeBase } from '../../protocol/resources.ts';
import { newId } from '../auth/credentials.ts';
import { notFound } from '../http/api-error.ts';
import { defineRoute } from '../http/route.ts';
import { pageOf, Timestamp, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { KnowledgeBaseRow } from '../store/store.ts';

const KnowledgeBaseSchema: z.ZodType<KnowledgeBase> = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    document_count: z.number().int(),
    created_at: Timestamp,
  })
  .openapi('KnowledgeBase');

const listKnowledgeBases = defineRoute('listKnowledgeBases', {
  summary: 'List knowledge bases',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'Newest first.', schema: pageOf('knowledge_bases', KnowledgeBaseSchema) },
  async handle({ deps, scope, query: { limit, offset } }) {
    const { rows, total } = await deps.store.knowledge.listBases(scope, { limit, offset });
    return toPage('knowledge_bases', rows.map(toKnowledgeBase), total, offset);
  },
});

const createKnowledgeBase = defineRoute('createKnowledgeBase', {
  summary: 'Create a knowledge base',
  once: true,
  body: z
    .strictObject({ name: z.string().trim().min(1).max(200), description: z.string().max(2_000).default('') })
    .openapi('NewKnowledgeBase'),
  answer: { status: 201, description: 'The new knowledge base.', schema: KnowledgeBaseSchema },
  async handle({ deps, scope, body }) {
    const row: KnowledgeBaseRow = {
      id: newId(ID_PREFIX.knowledgeBase, deps.random),
      accountId: scope.accountId,
      name: body.name,
      description: body.description,
      createdAt: deps.clock(),
    };
    await deps.store.knowledge.createBase(row);
    return toKnowledgeBase({ ...row, documentCount: 0 });
  },
});

const getKnowledgeBase = defineRoute('getKnowledgeBase', {
  summary: 'Get a knowledge base',
  answer: { status: 200, description: 'The knowledge base.', schema: KnowledgeBaseSchema },
  async handle({ deps, scope, params }) {
    const row = await deps.store.knowledge.getBase(scope, params.id);
    if (!row) throw notFound('knowledge base');
    return toKnowledgeBase(row);
  },
});

const deleteKnowledgeBase = defineRoute('deleteKnowledgeBase', {
  summary: 'Delete a knowledge base and its documents',
  description: 'Assistants that used it answer without documents from then on.',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.knowledge.deleteBase(scope, params.id))) throw notFound('knowledge base');
  },
});

/** Endpoints of knowledge bases; their documents have their own file. */
export const knowledgeBaseRoutes = [listKnowledgeBases, createKnowledgeBase, getKnowledgeBase, deleteKnowledgeBase];

function toKnowledgeBase(row: KnowledgeBaseRow & { readonly documentCount: number }): KnowledgeBase {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    document_count: row.documentCount,
    created_at: new Date(row.createdAt).toISOString(),
  };
}
