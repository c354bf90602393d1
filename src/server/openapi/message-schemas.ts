import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../protocol/limits.ts';
import {
  type Attachment,
  type Conversation,
  FEEDBACK_REASONS,
  type Feedback,
  type Message,
  type Metadata,
  type PageTool,
  type Source,
  type ToolCall,
  type ToolResult,
  type Usage,
} from '../../protocol/resources.ts';
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

export const FeedbackSchema = z
  .strictObject({
    rating: z.enum(['up', 'down']),
    reason: z.enum(FEEDBACK_REASONS).exactOptional(),
    comment: z.string().trim().max(LIMITS.messageChars).exactOptional(),
  })
  .openapi('Feedback') satisfies z.ZodType<Feedback>;

const JsonObject: z.ZodType<Metadata> = z.record(z.string(), z.unknown()).openapi({
  type: 'object',
  additionalProperties: true,
});
const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** What a page offers with a question. */
export const PageToolsSchema: z.ZodType<readonly PageTool[]> = z
  .array(
    z
      .strictObject({
        name: z.string().regex(/^[\w-]{1,64}$/, 'Expected 1 to 64 of A-Z a-z 0-9 _ -'),
        description: z.string().max(1_000),
        parameters: JsonObject,
      })
      .openapi('PageTool'),
  )
  .max(LIMITS.pageTools)
  .refine((tools) => new Set(tools.map(({ name }) => name)).size === tools.length, 'Expected each name once')
  .refine(
    (tools) => jsonBytes(tools) <= LIMITS.pageToolsBytes,
    `Expected at most ${LIMITS.pageToolsBytes} bytes of JSON`,
  );

/** What a page's tool gave: `content` or `error`. */
export const ToolResultSchema: z.ZodType<ToolResult> = z
  .object({ content: z.unknown().exactOptional(), error: z.string().min(1).max(1_000).exactOptional() })
  .refine((result) => 'content' in result !== 'error' in result, 'Expected either content or error')
  .refine(
    (result) => jsonBytes(result) <= LIMITS.toolResultBytes,
    `Expected at most ${LIMITS.toolResultBytes} bytes of JSON`,
  )
  .openapi('ToolResult');

const ToolCallSchema: z.ZodType<ToolCall> = z
  .object({ id: z.string(), name: z.string(), arguments: JsonObject, result: ToolResultSchema.nullable() })
  .openapi('ToolCall');

export const AttachmentSchema = z
  .object({
    id: z.string().openapi({ example: 'att_4fKq0sRzV1mT9cXb2dNhWe' }),
    name: z.string(),
    type: z.string(),
    size: z.number().int(),
  })
  .openapi('Attachment') satisfies z.ZodType<Attachment>;

export const MessageSchema: z.ZodType<Message> = z
  .object({
    id: z.string().openapi({ example: 'msg_4fKq0sRzV1mT9cXb2dNhWe' }),
    conversation_id: z.string(),
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    status: z.enum(['streaming', 'complete', 'stopped', 'interrupted', 'failed', 'awaiting_tool']),
    timestamp: Timestamp,
    metadata: MetadataSchema,
    sources: z.array(SourceSchema),
    outcome: z.enum(['answered', 'not_found']).nullable(),
    usage: UsageSchema.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    truncated: z.boolean(),
    feedback: FeedbackSchema.nullable(),
    follow_ups: z.array(z.string()),
    tool_calls: z.array(ToolCallSchema),
    attachments: z.array(AttachmentSchema),
  })
  .openapi('Message');

export const ConversationSchema = z
  .object({
    id: z.string().openapi({ example: 'conv_4fKq0sRzV1mT9cXb2dNhWe' }),
    assistant_id: z.string(),
    user_id: z.string().nullable(),
    title: z.string().nullable(),
    metadata: MetadataSchema,
    messages: z.array(MessageSchema),
    created_at: Timestamp,
    last_message_at: Timestamp.nullable(),
    ended_at: Timestamp.nullable(),
  })
  .openapi('Conversation') satisfies z.ZodType<Conversation>;
