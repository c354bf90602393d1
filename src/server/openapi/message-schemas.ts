import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../protocol/limits.ts';
import type { Conversation, Feedback, Message, Source, Usage } from '../../protocol/resources.ts';
import { MetadataSchema, Timestamp } from './schemas.ts';

export { toConversation, toMessage } from './to-wire.ts';

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
