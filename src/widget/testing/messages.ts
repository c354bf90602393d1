import type { Message } from '../../protocol/resources.ts';

/** A message of a stored conversation. */
export function stored(id: string, role: Message['role'], content: string, more: Partial<Message> = {}): Message {
  return {
    id,
    conversation_id: 'conv_1',
    role,
    content,
    status: 'complete',
    timestamp: '2026-06-01T09:00:00Z',
    metadata: {},
    sources: [],
    outcome: role === 'assistant' ? 'answered' : null,
    usage: null,
    error: null,
    truncated: false,
    feedback: null,
    follow_ups: [],
    tool_calls: [],
    attachments: [],
    ...more,
  };
}
