import type { Conversation, Metadata } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface ConversationCreateParams {
  readonly assistantId: string;
  /** The caller's own name for the person; a visitor token ignores it. */
  readonly userId?: string | undefined;
  readonly metadata?: Metadata | undefined;
}

/** `POST /conversations`. */
export async function createConversation(
  request: Request,
  { assistantId, userId, metadata }: ConversationCreateParams,
  options?: RequestOptions,
): Promise<Conversation> {
  const body = { assistant_id: assistantId, user_id: userId, metadata };
  return (await request({ ...options, method: 'POST', path: '/conversations', body })).data as Conversation;
}

/** `GET /conversations/{id}`: with its messages, oldest first. */
export async function getConversation(
  request: Request,
  conversationId: string,
  options?: RequestOptions,
): Promise<Conversation> {
  return (await request({ ...options, method: 'GET', path: path('/conversations/{}', conversationId) }))
    .data as Conversation;
}

/** `POST /conversations/{id}/end`. An ended conversation takes no more messages. */
export async function endConversation(
  request: Request,
  conversationId: string,
  options?: RequestOptions,
): Promise<Conversation> {
  return (await request({ ...options, method: 'POST', path: path('/conversations/{}/end', conversationId) }))
    .data as Conversation;
}
