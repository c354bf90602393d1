import type { Feedback, FeedbackReason, Message, Metadata, PageTool, ToolResult } from '../../protocol/resources.ts';
import type { APIError } from '../core/errors.ts';
import { path } from '../core/json.ts';
import type { StreamOptions } from '../core/message-stream.ts';
import { MessageStream } from '../core/message-stream.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Call, Request, RequestOptions } from '../core/request.ts';
import { randomKey } from '../core/request.ts';

export interface MessageCreateParams {
  readonly conversationId: string;
  /** The question, plain text, at most `LIMITS.messageChars`. */
  readonly content: string;
  /** Kept with the question. */
  readonly metadata?: Metadata | undefined;
  /** Id of a question that this one takes the place of; it and all after it go. */
  readonly replaces?: string | undefined;
  /** Ids of files that were attached for this question. */
  readonly attachments?: readonly string[] | undefined;
  /** What the page can do for the model. See {@link submitToolResults}. */
  readonly tools?: readonly PageTool[] | undefined;
}
export interface ToolResultsParams extends MessageRef {
  /** One for each of the answer's `tool_calls` that has no result. */
  readonly results: readonly ({ readonly tool_call_id: string } & ToolResult)[];
  /** The answer so far, where the caller holds it; the stream brings the rest. Default: empty. */
  readonly content?: string | undefined;
}
export interface MessageListParams extends ListParams {
  readonly conversationId: string;
}
/** An answer that exists. */
export interface MessageRef {
  readonly conversationId: string;
  readonly messageId: string;
}
export interface MessageResumeParams extends MessageRef {
  /** The beginning of the answer, where the caller holds it already; the stream brings the rest. Default: empty. */
  readonly content?: string | undefined;
}
export interface FeedbackParams extends MessageRef {
  readonly rating: 'up' | 'down';
  readonly reason?: FeedbackReason | undefined;
  /** Why, in the person's words. */
  readonly comment?: string | undefined;
}

/** A whole answer may take minutes to write, and nothing is heard meanwhile. */
const ANSWER_TIMEOUT_MS = 600_000;

/** `POST …/messages`: asks, and gives the answer once it is whole. Default `timeoutMs` 600 000. */
export async function createMessage(
  request: Request,
  { conversationId, ...body }: MessageCreateParams,
  options?: RequestOptions,
): Promise<Message> {
  const reply = await request({
    timeoutMs: ANSWER_TIMEOUT_MS,
    ...options,
    method: 'POST',
    path: path('/conversations/{}/messages', conversationId),
    body,
  });
  return reply.data as Message;
}

async function open(
  request: Request,
  conversationId: string,
  call: Call,
  options: StreamOptions,
  held?: { readonly messageId: string; readonly content?: string },
): Promise<MessageStream> {
  const posted = call.method === 'POST' ? { idempotencyKey: options.idempotencyKey ?? randomKey() } : {};
  const again: Call = { ...options, ...posted, ...call, stream: true };
  return new MessageStream(request, conversationId, again, await request(again), options, held);
}

/**
 * `POST …/messages/stream`: asks, and gives the answer while it is written. Resolves when the line is open; a refusal
 * (401, 404, 409, 413, 429, …) rejects here, before there is a stream.
 *
 * To send the same question again after a failure without asking twice, pass the same `idempotencyKey`.
 */
export function streamMessage(
  request: Request,
  { conversationId, ...body }: MessageCreateParams,
  options: StreamOptions = {},
): Promise<MessageStream> {
  const route = path('/conversations/{}/messages/stream', conversationId);
  return open(request, conversationId, { method: 'POST', path: route, body }, options);
}

/** `POST …/messages/{mid}/retry`: writes the last answer again, in its place. One that is being written is followed. */
export async function retryMessage(
  request: Request,
  { conversationId, messageId }: MessageRef,
  options: StreamOptions = {},
): Promise<MessageStream> {
  const route = path('/conversations/{}/messages/{}/retry', conversationId, messageId);
  try {
    return await open(request, conversationId, { method: 'POST', path: route }, options, { messageId });
  } catch (error) {
    // Also what a second try meets when the first one's response was lost.
    if ((error as APIError).code !== 'answer_in_progress') throw error;
    return resumeMessage(request, { conversationId, messageId }, options);
  }
}

/**
 * `GET …/messages/{mid}/stream`: an answer that is being written, or that was. Iterating gives what follows `content`;
 * `state` and `finalMessage()` hold the whole.
 */
export function resumeMessage(
  request: Request,
  { conversationId, messageId, content = '' }: MessageResumeParams,
  options: StreamOptions = {},
): Promise<MessageStream> {
  const route = path('/conversations/{}/messages/{}/stream', conversationId, messageId);
  return open(request, conversationId, { method: 'GET', path: route, query: { after: content.length } }, options, {
    messageId,
    content,
  });
}

/**
 * `POST …/messages/{mid}/tool-results`: what came of the calls an `awaiting_tool` answer makes, all at once; gives the rest
 * of the answer. The same results again give the same answer.
 */
export function submitToolResults(
  request: Request,
  { conversationId, messageId, results, content = '' }: ToolResultsParams,
  options: StreamOptions = {},
): Promise<MessageStream> {
  const route = path('/conversations/{}/messages/{}/tool-results', conversationId, messageId);
  const call = { method: 'POST', path: route, body: { results } } as const;
  return open(request, conversationId, call, options, { messageId, content });
}

/** `POST …/messages/{mid}/stop`: the server stops writing and keeps what there is. */
export async function stopMessage(
  request: Request,
  { conversationId, messageId }: MessageRef,
  options?: RequestOptions,
): Promise<Message> {
  const route = path('/conversations/{}/messages/{}/stop', conversationId, messageId);
  return (await request({ ...options, method: 'POST', path: route })).data as Message;
}

/** `POST …/messages/{mid}/feedback`: one rating per answer; a later one replaces it. */
export async function sendFeedback(
  request: Request,
  { conversationId, messageId, ...body }: FeedbackParams,
  options?: RequestOptions,
): Promise<Feedback> {
  const route = path('/conversations/{}/messages/{}/feedback', conversationId, messageId);
  return (await request({ ...options, method: 'POST', path: route, body })).data as Feedback;
}

/** `GET …/messages`. */
export function listMessages(
  request: Request,
  { conversationId, ...page }: MessageListParams,
  options?: RequestOptions,
): PagePromise<'messages', Message> {
  const route = path('/conversations/{}/messages', conversationId);
  return listPages(request, 'messages', { ...options, method: 'GET', path: route }, { ...page });
}

/** `client.messages` */
export class Messages {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Asks, and gives the answer once it is whole.
   *
   * ```ts
   * const answer = await client.messages.create({ conversationId: 'conv_…', content: 'Which plans are there?' });
   * console.log(answer.content, answer.sources);
   * ```
   */
  create(params: MessageCreateParams, options?: RequestOptions): Promise<Message> {
    return createMessage(this.#request, params, options);
  }
  /**
   * Asks, and gives the answer while it is written. To send the same question again after a failure without asking twice, pass the
   * same `idempotencyKey`.
   *
   * ```ts
   * const stream = await client.messages.stream({ conversationId: 'conv_…', content: 'Which plans are there?' });
   * for await (const chunk of stream) process.stdout.write(chunk.content);
   * const { sources, usage } = await stream.finalMessage();
   * ```
   */
  stream(params: MessageCreateParams, options?: StreamOptions): Promise<MessageStream> {
    return streamMessage(this.#request, params, options);
  }
  /**
   * Follows an answer that is being written, or was. Iterating gives what follows `content`; `state` and
   * `finalMessage()` hold the whole.
   *
   * ```ts
   * const stream = await client.messages.resume({ conversationId: 'conv_…', messageId: 'msg_…' });
   * const { content, status } = await stream.finalMessage();
   * ```
   */
  resume(params: MessageResumeParams, options?: StreamOptions): Promise<MessageStream> {
    return resumeMessage(this.#request, params, options);
  }
  /**
   * Writes the conversation's last answer again, in its place.
   *
   * ```ts
   * const stream = await client.messages.retry({ conversationId: 'conv_…', messageId: 'msg_…' });
   * for await (const chunk of stream) process.stdout.write(chunk.content);
   * ```
   */
  retry(params: MessageRef, options?: StreamOptions): Promise<MessageStream> {
    return retryMessage(this.#request, params, options);
  }
  /**
   * Gives what came of the calls an answer makes of the page, and the rest of the answer.
   *
   * ```ts
   * const results = [{ tool_call_id: 'call_…', content: { articles: 1 } }];
   * const stream = await client.messages.submitToolResults({ conversationId: 'conv_…', messageId: 'msg_…', results });
   * ```
   */
  submitToolResults(params: ToolResultsParams, options?: StreamOptions): Promise<MessageStream> {
    return submitToolResults(this.#request, params, options);
  }
  /**
   * The server stops writing and keeps what there is.
   *
   * ```ts
   * const { status } = await client.messages.stop({ conversationId: 'conv_…', messageId: 'msg_…' });
   * ```
   */
  stop(params: MessageRef, options?: RequestOptions): Promise<Message> {
    return stopMessage(this.#request, params, options);
  }
  /**
   * All messages of a conversation.
   *
   * ```ts
   * for await (const { role, content } of client.messages.list({ conversationId: 'conv_…' })) console.log(role, content);
   * ```
   */
  list(params: MessageListParams, options?: RequestOptions): PagePromise<'messages', Message> {
    return listMessages(this.#request, params, options);
  }
  /**
   * Rates an answer; a later rating replaces it.
   *
   * ```ts
   * await client.messages.feedback({
   *   conversationId: 'conv_…',
   *   messageId: 'msg_…',
   *   rating: 'down',
   *   comment: 'The price is out of date.',
   * });
   * ```
   */
  feedback(params: FeedbackParams, options?: RequestOptions): Promise<Feedback> {
    return sendFeedback(this.#request, params, options);
  }
}
