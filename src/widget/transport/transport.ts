import type { AnswerState } from '../../protocol/answer-state.ts';
import type { Feedback, Message, Metadata, PageTool, WidgetConfig } from '../../protocol/resources.ts';
import type { Call } from '../../sdk/core/request.ts';
import type { NewToolResult } from '../store/requests.ts';

/** A stretch of a conversation, oldest first. `offset` counts the messages before it, `total` all there are. */
export interface HistoryPage {
  readonly messages: readonly Message[];
  readonly offset: number;
  readonly total: number;
}

/** What goes with a question besides its words. */
export interface SendMore {
  readonly metadata?: Metadata;
  /** What the page can do for the model. */
  readonly tools?: readonly PageTool[];
  /** Ids of its files. */
  readonly attachments?: readonly string[];
  /** The question that this one takes the place of. */
  readonly replaces?: string;
}

/**
 * How the widget reaches an assistant. The HTTP implementation speaks the API through the SDK; the scripted one plays
 * tests and demos. Every call rejects with {@link TransportError}; what it does once its signal is aborted does not matter.
 *
 * A stream gives the answer as it stands, folded by `applyStreamEvent`; steps may be skipped, the latest never is. It
 * rejects with code `connection` when the line broke; the caller resumes it. Leaving a stream early closes the line but
 * never stops the answer: only `stop` does.
 */
export interface ChatTransport {
  config(signal: AbortSignal): Promise<WidgetConfig>;
  /** Opens a conversation and gives its id; the same key gives the same one. The first call also makes the visitor's session. */
  start(metadata: Metadata, signal: AbortSignal, idempotencyKey: string): Promise<string>;
  /** The page that ends before message number `before`; `null`: the latest page. */
  history(conversationId: string, before: number | null, signal: AbortSignal): Promise<HistoryPage>;
  /** The same key and content give the same turn, so a send whose line broke may be repeated. */
  send(
    conversationId: string,
    content: string,
    idempotencyKey: string,
    signal: AbortSignal,
    more?: SendMore,
  ): AsyncIterable<AnswerState>;
  /** The rest of an answer after the `held` beginning, then its live end. */
  resume(conversationId: string, messageId: string, held: string, signal: AbortSignal): AsyncIterable<AnswerState>;
  /** Writes the conversation's last answer again, in its place. */
  retry(conversationId: string, messageId: string, signal: AbortSignal): AsyncIterable<AnswerState>;
  stop(conversationId: string, messageId: string, signal: AbortSignal): Promise<void>;
  feedback(conversationId: string, messageId: string, feedback: Feedback, signal: AbortSignal): Promise<void>;
  end(conversationId: string, signal: AbortSignal): Promise<void>;
  /** Gives the model what the page's tools gave, and the rest of the answer after the `held` beginning. May be repeated. */
  toolResults(
    conversationId: string,
    messageId: string,
    results: readonly NewToolResult[],
    held: string,
    signal: AbortSignal,
  ): AsyncIterable<AnswerState>;
  /** Any other call of the API as the visitor, for what is loaded on demand. Gives the answer's JSON. */
  api(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: unknown,
    signal: AbortSignal,
    /** Another way to send it, and how long that may take. */
    more?: Pick<Call, 'fetch' | 'timeoutMs'>,
  ): Promise<unknown>;
}

/** What a transport rejects with. `code` is of the wire's table, or `connection`: no answer came at all. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  /** From `rate_limit_exceeded`; `null` when the server named no wait. */
  readonly retryAfterSeconds: number | null;
  constructor(code: string, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
