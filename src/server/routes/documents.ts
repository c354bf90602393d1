import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import type { KnowledgeDocument, Metadata } from '../../protocol/resources.ts';
import { newId } from '../auth/credentials.ts';
import { notFound } from '../http/api-error.ts';
import { readJson } from '../http/read-body.ts';
import { readUpload } from '../http/read-upload.ts';
import { type Call, defineRoute } from '../http/route.ts';
import { validate } from '../http/validate.ts';
import { HEAD_BYTES } from '../ingest/detect.ts';
import { documentJob } from '../ingest/document-job.ts';
import { hashOf } from '../ingest/ingest-document.ts';
import { refuseUnread } from '../ingest/refuse-upload.ts';
import { MetadataSchema, pageOf, Timestamp, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { DocumentRow } from '../store/store.ts';

const DocumentSchema: z.ZodType<KnowledgeDocument> = z
  .object({
    id: z.string(),
    knowledge_base_id: z.string(),
    title: z.string(),
    url: z.string(),
    filename: z.string().nullable(),
    media_type: z.string(),
    bytes: z.number().int(),
    content_hash: z.string(),
    status: z.enum(['queued', 'processing', 'ready', 'failed']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    chunk_count: z.number().int(),
    metadata: MetadataSchema,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .openapi('Document');

const listDocuments = defineRoute('listDocuments', {
  summary: 'List the documents of a knowledge base',
  query: z.object(WINDOW_QUERY),
  answer: { status: 200, description: 'Newest first.', schema: pageOf('documents', DocumentSchema) },
  async handle(call) {
    const { deps, scope, params, query } = call;
    await requireBase(call);
    const { rows, total } = await deps.store.knowledge.listDocuments(scope, params.id, query);
    return toPage('documents', rows.map(toDocument), total, query.offset);
  },
});

const createDocument = defineRoute('createDocument', {
  summary: 'Upload a file',
  description:
    'PDF, DOCX, HTML, Markdown, text, CSV or JSON; the type is decided from the bytes, and what is certainly none of these ' +
    'is refused. Answers at once with the document `queued`; read it again until it is `ready` or `failed`. The same ' +
    'bytes under the same file name are the same document; other bytes are a new version, and the old one answers until ' +
    'the new one is ready. `metadata` is a JSON object; its `title` overrides the document’s own, and its `url` (http or ' +
    'https) is where citations lead.',
  rawBody: {
    mediaType: 'multipart/form-data',
    schema: z
      .object({
        file: z.string().openapi({ format: 'binary' }),
        metadata: MetadataSchema.optional().openapi({ description: 'As JSON.' }),
      })
      .openapi('NewDocument'),
  },
  answer: { status: 201, description: 'The document, waiting to be read.', schema: DocumentSchema },
  errors: ['payload_too_large', 'unsupported_media_type'],
  async handle(call) {
    const { deps, scope, params, request } = call;
    await requireBase(call);
    const upload = await readUpload(request, {
      maxBytes: deps.config.uploadBytes,
      headBytes: HEAD_BYTES,
      check: refuseUnread,
    });
    const metadata = readMetadata(upload.fields.get('metadata'));
    const { title, url } = readNamed(metadata);
    const contentHash = hashOf(upload.bytes);
    const key = `upload:${upload.filename ?? contentHash}`;
    const existing = await deps.store.knowledge.findDocument(scope, params.id, key);
    if (existing && existing.contentHash === contentHash && existing.status !== 'failed') {
      if (JSON.stringify(existing.metadata) === JSON.stringify(metadata)) return toDocument(existing);
    }
    const now = deps.clock();
    const document: DocumentRow = {
      id: existing?.id ?? newId(ID_PREFIX.document, deps.random),
      accountId: scope.accountId,
      knowledgeBaseId: params.id,
      key,
      title: title ?? existing?.title ?? upload.filename ?? 'Untitled',
      url: url ?? '',
      filename: upload.filename,
      mediaType: existing?.mediaType ?? 'application/octet-stream',
      bytes: upload.bytes.length,
      contentHash,
      status: 'queued',
      error: null,
      chunkCount: existing?.chunkCount ?? 0,
      metadata,
      createdAt: now,
      updatedAt: now,
    };
    const job = documentJob(scope.accountId, params.id, upload.bytes, upload.declaredType, title, now);
    const stored = await deps.store.knowledge.queueDocument(document, job);
    deps.jobs.wake();
    return toDocument(stored);
  },
});

const getDocument = defineRoute('getDocument', {
  summary: 'Get a document and how far it is read',
  answer: { status: 200, description: 'The document.', schema: DocumentSchema },
  async handle({ deps, scope, params }) {
    const row = await deps.store.knowledge.getDocument(scope, params.id, params.did);
    if (!row) throw notFound('document');
    return toDocument(row);
  },
});

const deleteDocument = defineRoute('deleteDocument', {
  summary: 'Delete a document; it is out of every answer at once',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.knowledge.deleteDocument(scope, params.id, params.did))) throw notFound('document');
    await deps.store.jobs.delete(scope.accountId, `document:${params.did}`);
  },
});

/** Endpoints of documents. */
export const documentRoutes = [listDocuments, createDocument, getDocument, deleteDocument];

async function requireBase({
  deps,
  scope,
  params,
}: Pick<Call<'listDocuments'>, 'deps' | 'scope' | 'params'>): Promise<void> {
  if (!(await deps.store.knowledge.getBase(scope, params.id))) throw notFound('knowledge base');
}

function readMetadata(text: string | undefined): Metadata {
  return text === undefined ? {} : validate(MetadataSchema, readJson(text, 'metadata'), 'metadata');
}

const Named = z.object({
  title: z.string().trim().min(1).max(300).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});

/** The metadata fields that mean something to us. */
function readNamed(metadata: Metadata): { readonly title?: string; readonly url?: string } {
  const { title, url } = validate(Named, metadata, 'metadata');
  return { ...(title !== undefined && { title }), ...(url !== undefined && { url }) };
}

function toDocument(row: DocumentRow): KnowledgeDocument {
  return {
    id: row.id,
    knowledge_base_id: row.knowledgeBaseId,
    title: row.title,
    url: row.url,
    filename: row.filename,
    media_type: row.mediaType,
    bytes: row.bytes,
    content_hash: row.contentHash,
    status: row.status,
    error: row.error,
    chunk_count: row.chunkCount,
    metadata: row.metadata,
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}
