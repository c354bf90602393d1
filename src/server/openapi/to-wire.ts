import { LIMITS } from '../../protocol/limits.ts';
import type { Assistant, AttachmentSettings, Conversation, Message } from '../../protocol/resources.ts';
import { MEDIA_TYPES } from '../ingest/detect.ts';
import type { AssistantRow, ConversationRow, MessageRow } from '../store/store.ts';

/** Stored rows as they travel: in answers and in webhooks. */

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
    follow_ups: row.followUps,
    tool_calls:
      row.tools?.calls.map(({ id, name, arguments: given, result }) => ({ id, name, arguments: given, result })) ?? [],
    attachments: row.attachments,
  };
}

/** A stored conversation as it travels, with the messages that are asked for. */
export function toConversation(row: ConversationRow, messages: readonly MessageRow[]): Conversation {
  return {
    id: row.id,
    assistant_id: row.assistantId,
    user_id: row.userId,
    title: row.title,
    metadata: row.metadata,
    messages: messages.map(toMessage),
    created_at: new Date(row.createdAt).toISOString(),
    last_message_at: row.lastMessageAt === null ? null : new Date(row.lastMessageAt).toISOString(),
    ended_at: row.endedAt === null ? null : new Date(row.endedAt).toISOString(),
  };
}

/** An assistant as server-side callers see it. */
export function toAssistant(row: AssistantRow): Assistant {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    model: row.model,
    system_prompt: row.systemPrompt,
    knowledge_base_id: row.knowledgeBaseId,
    category: row.category,
    config: row.config,
    widget: row.widget,
    retention_days: row.retentionDays,
    identity: row.identity && {
      algorithm: row.identity.algorithm,
      required: row.identity.required,
      issuer: row.identity.issuer,
      jwks_url: row.identity.jwksUrl,
    },
    attachments: attachmentsOf(row),
    created_at: new Date(row.createdAt).toISOString(),
    updated_at: new Date(row.updatedAt).toISOString(),
  };
}

/** What an assistant that was never told takes: nothing, and all there is once it is enabled. */
export const NO_ATTACHMENTS: AttachmentSettings = {
  enabled: false,
  max_bytes: LIMITS.attachmentBytes,
  types: Object.values(MEDIA_TYPES),
};

/** An assistant's settings of attached files. */
export function attachmentsOf({ attachments }: Pick<AssistantRow, 'attachments'>): AttachmentSettings {
  return attachments ?? NO_ATTACHMENTS;
}
