import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { ConversationAttachment } from '../../protocol/resources.ts';
import { newId } from '../auth/credentials.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { readUpload } from '../http/read-upload.ts';
import { defineRoute } from '../http/route.ts';
import { HEAD_BYTES } from '../ingest/detect.ts';
import { ParseError } from '../ingest/document.ts';
import type { ParsedFile } from '../ingest/parse-file.ts';
import { refused, refuseUnread } from '../ingest/refuse-upload.ts';
import { AttachmentSchema } from '../openapi/message-schemas.ts';
import { Timestamp } from '../openapi/schemas.ts';
import { attachmentsOf } from '../openapi/to-wire.ts';
import type { AttachmentRow } from '../store/store.ts';

/** Files that wait or are read at the same time in this process; each may take the reader's whole time. */
const MOST_AT_ONCE = 8;
const RETRY_AFTER_SECONDS = 5;

export const ConversationAttachmentSchema = AttachmentSchema.extend({
  conversation_id: z.string(),
  truncated: z.boolean(),
  created_at: Timestamp,
}).openapi('ConversationAttachment') satisfies z.ZodType<ConversationAttachment>;

let reading = 0;

const createAttachment = defineRoute('createAttachment', {
  summary: 'Attach a file to a question to come',
  description:
    'Where the assistant’s `attachments` are enabled. The type is decided from the bytes; the file is read at once, within ' +
    'bounds, and its text is kept with the conversation, the file is not. Name its `id` in `attachments` of the question. ' +
    `At most ${LIMITS.attachmentsPerConversation} files a conversation and ${LIMITS.attachmentsPerMessage} a question; counts as a message for the limits.`,
  headers: ['proof'],
  rawBody: {
    mediaType: 'multipart/form-data',
    schema: z.object({ file: z.string().openapi({ format: 'binary' }) }).openapi('NewAttachment'),
  },
  answer: { status: 201, description: 'The file, read.', schema: ConversationAttachmentSchema },
  errors: ['payload_too_large', 'unsupported_media_type', 'conversation_ended', 'conflict', 'service_unavailable'],
  async handle({ deps, scope, params, request }) {
    const conversation = await deps.store.conversations.get(scope, params.id);
    const assistant =
      conversation && (await deps.store.assistants.get({ accountId: scope.accountId }, conversation.assistantId));
    if (!assistant) throw notFound('conversation');
    const { enabled, max_bytes, types } = attachmentsOf(assistant);
    if (!enabled) throw new ApiError('conflict', 'This assistant takes no files: enable its `attachments` first.');
    if (conversation.endedAt !== null)
      throw new ApiError('conversation_ended', 'The conversation has ended. Start a new one.');
    if (reading >= MOST_AT_ONCE) {
      throw new ApiError('service_unavailable', 'The server reads as many files as it can.', undefined, {
        'Retry-After': String(RETRY_AFTER_SECONDS),
      });
    }
    reading += 1;
    let upload: Awaited<ReturnType<typeof readUpload>>;
    let parsed: ParsedFile;
    try {
      const maxBytes = Math.min(max_bytes, deps.config.uploadBytes);
      upload = await readUpload(request, { maxBytes, headBytes: HEAD_BYTES, check: refuseUnread });
      const { bytes, filename, declaredType } = upload;
      parsed = await deps.parse({ bytes, filename, declaredType, url: '' }, request.signal);
    } catch (error) {
      throw error instanceof ParseError ? refused(error) : error;
    } finally {
      reading -= 1;
    }
    if (!types.includes(parsed.mediaType)) {
      throw new ApiError('unsupported_media_type', `The file is ${parsed.mediaType}, which is not taken here.`, {
        field: 'file',
        accepted: types,
      });
    }
    const { chunks, truncated } = bounded(parsed);
    const row: AttachmentRow = {
      id: newId(ID_PREFIX.attachment, deps.random),
      accountId: scope.accountId,
      conversationId: conversation.id,
      messageId: null,
      name: upload.filename ?? 'file',
      mediaType: parsed.mediaType,
      bytes: upload.bytes.length,
      chunks,
      truncated,
      createdAt: deps.clock(),
    };
    const added = await deps.store.attachments.add(scope, row, LIMITS.attachmentsPerConversation);
    if (added === 'gone') throw notFound('conversation');
    if (added === 'full') {
      throw new ApiError('conflict', `A conversation holds at most ${LIMITS.attachmentsPerConversation} files.`);
    }
    return toAttachment(row);
  },
});

const deleteAttachment = defineRoute('deleteAttachment', {
  summary: 'Take back a file that no question names yet',
  description: 'One that a question names goes with its conversation, or when the question is replaced.',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    if (!(await deps.store.attachments.delete(scope, params.id, params.aid))) throw notFound('attachment');
  },
});

/** Endpoints of files with questions. */
export const attachmentRoutes = [createAttachment, deleteAttachment];

/** A stored file as it travels. */
export function toAttachment(row: AttachmentRow): ConversationAttachment {
  const { id, name, mediaType: type, bytes: size, truncated, conversationId } = row;
  return {
    id,
    name,
    type,
    size,
    conversation_id: conversationId,
    truncated,
    created_at: new Date(row.createdAt).toISOString(),
  };
}

/** The passages that fit, the last one cut. */
function bounded({ chunks, truncated }: ParsedFile): Pick<AttachmentRow, 'chunks' | 'truncated'> {
  const kept: { heading: string; text: string }[] = [];
  let room: number = LIMITS.attachmentChars;
  for (const { headings, text } of chunks) {
    if (room <= 0) return { chunks: kept, truncated: true };
    const cut = text.slice(0, room).replace(/[\ud800-\udbff]$/, '');
    kept.push({ heading: headings.join(' › ').slice(0, 300), text: cut });
    room -= text.length;
  }
  return { chunks: kept, truncated: truncated || room < 0 };
}
