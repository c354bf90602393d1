import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../protocol/limits.ts';
import type { Conversation, Feedback, Message, Source, Usage } from '../../protocol/resources.ts';
import type { ConversationRow, MessageRow } from '../store/store.ts';
import { MetadataSchema, Timestamp } from './schemas.ts';

const SourceSchema: z.ZodType<Source> = z
  .object({
    title: z.string(),
    url: z.string(),
    relevance: z.number().min(0).max(1),
    quote: z.string(),
    heading: z.string(),
    document_id: z.string(),
  })
  .openapi('Source');

const UsageSchema: z.ZodType<Usage> = z
  .object({
    prompt_tokens: z.number().int(),
    completion_tokens: z.number().int(),
    total_tokens: z.number().int(),
  })
  .openapi('Usage');

export const FeedbackSchema: z.ZodType<Feedback> = z
  .object({ rating: z.enum(['up', 'down']), comment: z.string().trim().max(LIMITS.messageChars).exactOptional() })
  .openapi('Feedback');

export const MessageSchema: z.ZodType<Message> = z
  .object({
    id: z.string().openapi({ example: 'msg_4fKq0sRzV1mT9cXb2dNhWe' }),
    conversation_id: z.string(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    status: z.enum(['streaming', 'complete', 'stopped', 'interrupted', 'failed']),
    timestamp: Timestamp,
    metadata: MetadataSchema,
    sources: z.array(SourceSchema),
    outcome: z.enum(['answered', 'not_found']).nullable(),
    usage: UsageSchema.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    truncated: z.boolean(),
    feedback: FeedbackSchema.nullable(),
  })
  .openapi('Message');

export const ConversationSchema: z.ZodType<Conversation> = z
  .object({
    id: z.string().openapi({ example: 'conv_4fKq0sRzV1mT9cXb2dNhWe' }),
    assistant_id: z.string(),
    user_id: z.string().nullable(),
    metadata: MetadataSchema,
    messages: z.array(MessageSchema),
    created_at: Timestamp,
    ended_at: Timestamp.nullable(),
  })
  .openapi('Conversation');

/** A stored message as it travels. */
export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversation_id: row.conversationId,
    role: row.role,
    content: row.content,
    status: row.status,
    timestamp: new Date(row.createdAt).toISOString(),
    metadata: row.metadata,
    sources: row.sources,
    outcome: row.outcome,
    usage: row.usage,
    error: row.error,
    truncated: row.truncated,
    feedback: row.feedback,
  };
}

/** A stored conversation as it travels, with the messages that are asked for. */
export function toConversation(row: ConversationRow, messages: readonly MessageRow[]): Conversation {
  return {
    id: row.id,
    assistant_id: row.assistantId,
    user_id: row.userId,
    metadata: row.metadata,
    messages: messages.map(toMessage),
    created_at: new Date(row.createdAt).toISOString(),
    ended_at: row.endedAt === null ? null : new Date(row.endedAt).toISOString(),
  };
}
