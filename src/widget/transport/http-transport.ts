import type { AnswerState } from '../../protocol/answer-state.ts';
import { APIConnectionError, APIError } from '../../sdk/core/errors.ts';
import { path } from '../../sdk/core/json.ts';
import type { MessageStream, StreamOptions } from '../../sdk/core/message-stream.ts';
import { createRequest } from '../../sdk/core/request.ts';
import { createConversation, endConversation } from '../../sdk/resources/conversations.ts';
import { resumeMessage, retryMessage, sendFeedback, stopMessage, streamMessage } from '../../sdk/resources/messages.ts';
import { createVisitorSession, getWidgetConfig } from '../../sdk/resources/widget.ts';
import type { ChatMemory } from '../storage.ts';
import { type ChatTransport, type HistoryPage, TransportError } from './transport.ts';

/** Messages in one page of history. */
const PAGE = 60;
/** A token this close to its end is not used any more, ms. */
const EXPIRY_MARGIN_MS = 60_000;

export interface HttpTransportOptions {
  /** Base URL of the API, with its version. */
  readonly apiUrl: string;
  readonly publishableKey: string;
  /** Default: the one assistant that the key opens. */
  readonly assistantId?: string | undefined;
  /** Where the visitor's token is kept. */
  readonly memory: ChatMemory;
  /** Unix milliseconds. Default: the browser's clock. */
  readonly now?: () => number;
  /** Headers of every call, e.g. an iframe page's embed nonce. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * The API over HTTP, through the SDK. The publishable key reads the config and makes a visitor session; everything else
 * goes with the visitor's token, made at the first call that needs one and again when the server no longer takes it.
 *
 * Streams are opened without the SDK's own retries: the chat shows a broken line and a full server to the visitor, and
 * waits itself.
 */
export function createHttpTransport(options: HttpTransportOptions): ChatTransport {
  const { apiUrl: baseURL, publishableKey, assistantId, memory, headers, now = Date.now } = options;
  const page = createRequest({ baseURL, headers, maxRetries: 1, credential: () => publishableKey });
  let minting: Promise<string> | null = null;

  async function mint(): Promise<string> {
    const { token, assistant_id, expires_at } = await createVisitorSession(page, { assistantId });
    assistant = assistant_id;
    memory.saveSession({ token, expiresAtMs: Date.parse(expires_at), conversationId: null });
    return token;
  }
  /** The assistant's id, once the server has named it. */
  let assistant = assistantId;
  const visitor = createRequest({
    baseURL,
    headers,
    maxRetries: 1,
    credential(refused) {
      const session = memory.session();
      const usable = session && session.expiresAtMs - EXPIRY_MARGIN_MS > now() && session.token !== refused;
      if (usable) return session.token;
      minting ??= mint().finally(() => {
        minting = null;
      });
      return minting;
    },
  });

  /** Runs a call of the SDK and gives its errors this widget's form. */
  const call = <Value>(work: Promise<Value>): Promise<Value> => work.catch((error) => Promise.reject(toError(error)));

  /** A stream's states; when they come faster than they are taken, the latest only. */
  async function* states(
    signal: AbortSignal,
    open: (options: StreamOptions) => Promise<MessageStream>,
  ): AsyncGenerator<AnswerState> {
    let latest: AnswerState | null = null;
    let closed = false;
    let wake = () => {};
    const onState = (state: AnswerState) => {
      latest = state;
      wake();
    };
    const stream = await call(open({ signal, onState, maxRetries: 0 }));
    let failure: unknown = null;
    const end = stream
      .finalMessage()
      .catch((error) => {
        failure = toError(error);
      })
      .finally(() => {
        closed = true;
        wake();
      });
    try {
      for (;;) {
        if (latest) {
          const state = latest;
          latest = null;
          yield state;
        } else if (closed) break;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
      await end;
      if (failure) throw failure;
    } finally {
      stream.abort();
    }
  }

  async function messages(conversationId: string, offset: number, limit: number, signal: AbortSignal) {
    const route = path('/conversations/{}/messages', conversationId);
    const reply = await visitor({ method: 'GET', path: route, query: { limit, offset }, signal });
    return reply.data as { messages: HistoryPage['messages']; total: number };
  }

  return {
    config: (signal) => call(getWidgetConfig(page, { assistantId }, { signal })),
    async start(metadata, signal) {
      if (assistant === undefined) {
        const config = await call(getWidgetConfig(page, {}, { signal }));
        assistant = config.assistant.id;
      }
      const params = { assistantId: assistant, metadata };
      return (await call(createConversation(visitor, params, { signal, maxRetries: 0 }))).id;
    },
    async history(conversationId, before, signal) {
      const end = before ?? PAGE;
      let offset = Math.max(0, end - PAGE);
      let reply = await call(messages(conversationId, offset, end - offset, signal));
      if (before === null && reply.total > PAGE) {
        // Pages are counted from the oldest message, so the length has to be known first.
        offset = reply.total - PAGE;
        reply = await call(messages(conversationId, offset, PAGE, signal));
      }
      return { messages: reply.messages, offset, total: reply.total };
    },
    send: (conversationId, content, idempotencyKey, signal) =>
      states(signal, (stream) => streamMessage(visitor, { conversationId, content }, { ...stream, idempotencyKey })),
    resume: (conversationId, messageId, content, signal) =>
      states(signal, (stream) => resumeMessage(visitor, { conversationId, messageId, content }, stream)),
    retry: (conversationId, messageId, signal) =>
      states(signal, (stream) => retryMessage(visitor, { conversationId, messageId }, stream)),
    async stop(conversationId, messageId, signal) {
      await call(stopMessage(visitor, { conversationId, messageId }, { signal }));
    },
    async feedback(conversationId, messageId, { rating }, signal) {
      await call(sendFeedback(visitor, { conversationId, messageId, rating }, { signal }));
    },
    async end(conversationId, signal) {
      await call(endConversation(visitor, conversationId, { signal }));
    },
  };
}

function toError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof APIConnectionError) return new TransportError('connection', error.message);
  if (!(error instanceof APIError)) return new TransportError('internal_error', String(error));
  const seconds = Number(error.details.retry_after);
  return new TransportError(error.code, error.message, seconds > 0 ? seconds : null);
}
