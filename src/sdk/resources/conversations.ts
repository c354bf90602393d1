import type { Conversation, Metadata } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface ConversationCreateParams {
  readonly assistantId: string;
  /** The caller's own name for the person; a visitor token ignores it. */
  readonly userId?: string | undefined;
  /** Kept with it: any JSON object. */
  readonly metadata?: Metadata | undefined;
}
export interface ConversationListParams extends ListParams {
  /** Only those with it. */
  readonly assistantId?: string | undefined;
  /** Only those of this person. */
  readonly userId?: string | undefined;
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

/** `GET /conversations`: newest first. */
export function listConversations(
  request: Request,
  { assistantId, userId, ...page }: ConversationListParams = {},
  options?: RequestOptions,
): PagePromise<'conversations', Conversation> {
  const query = { ...page, assistant_id: assistantId, user_id: userId };
  return listPages(request, 'conversations', { ...options, method: 'GET', path: '/conversations' }, query);
}

/** `DELETE /conversations/{id}`: with its messages. */
export async function deleteConversation(
  request: Request,
  conversationId: string,
  options?: RequestOptions,
): Promise<void> {
  await request({ ...options, method: 'DELETE', path: path('/conversations/{}', conversationId) });
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

/** `client.conversations` */
export class Conversations {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Starts a conversation with an assistant.
   *
   * ```ts
   * const conversation = await client.conversations.create({
   *   assistantId: 'ast_…',
   *   userId: 'u_42',
   *   metadata: { plan: 'pro' },
   * });
   * console.log(conversation.id);
   * ```
   */
  create(params: ConversationCreateParams, options?: RequestOptions): Promise<Conversation> {
    return createConversation(this.#request, params, options);
  }
  /**
   * One conversation with its messages, oldest first.
   *
   * ```ts
   * const { messages } = await client.conversations.get('conv_…');
   * for (const { role, content } of messages) console.log(`${role}: ${content}`);
   * ```
   */
  get(conversationId: string, options?: RequestOptions): Promise<Conversation> {
    return getConversation(this.#request, conversationId, options);
  }
  /**
   * All of them, newest first.
   *
   * ```ts
   * const page = await client.conversations.list({ assistantId: 'ast_…', limit: 50 });
   * console.log(`${page.conversations.length} of ${page.total}`);
   * ```
   */
  list(params?: ConversationListParams, options?: RequestOptions): PagePromise<'conversations', Conversation> {
    return listConversations(this.#request, params, options);
  }
  /**
   * Deletes it, with its messages.
   *
   * ```ts
   * await client.conversations.delete('conv_…');
   * ```
   */
  delete(conversationId: string, options?: RequestOptions): Promise<void> {
    return deleteConversation(this.#request, conversationId, options);
  }
  /**
   * Ends it; it takes no more messages.
   *
   * ```ts
   * const { ended_at } = await client.conversations.end('conv_…');
   * ```
   */
  end(conversationId: string, options?: RequestOptions): Promise<Conversation> {
    return endConversation(this.#request, conversationId, options);
  }
}
