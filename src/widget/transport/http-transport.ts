import { type AnswerState, applyStreamEvent, isSettled, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import { STREAM } from '../../protocol/limits.ts';
import type { Message, WidgetConfig } from '../../protocol/resources.ts';
import { SseDecoder } from '../../protocol/sse-decode.ts';
import { readStreamEvent } from '../../protocol/stream-events.ts';
import { APIConnectionError, APIError, AssistersError } from '../../sdk/core/errors.ts';
import { path } from '../../sdk/core/json.ts';
import { type Call, createRequest, within } from '../../sdk/core/request.ts';
import { sleep } from '../../sdk/core/retry.ts';
import { createConversation, endConversation } from '../../sdk/resources/conversations.ts';
import { createVisitorSession, getWidgetConfig } from '../../sdk/resources/widget.ts';
import type { ChatMemory } from '../storage.ts';
import { rowOf } from '../store/state.ts';
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
  /** The JWT by which the site's server says who the visitor is; read when a session is made. */
  readonly identity?: () => string | undefined;
  /** The page the visitor is on, asked for when a conversation starts: kept in its metadata, it breaks ties in search. */
  readonly pageAround?: () => { readonly url: string; readonly title: string };
}

/**
 * The API over HTTP, through the SDK's requests. The publishable key reads the config and makes a visitor session; all else
 * goes with the visitor's token, made at the first call that needs one and again when the server no longer takes it.
 *
 * A stream is one line, without the SDK's own retries and resumes: the chat shows a broken line and a full server to the
 * visitor and waits itself, and a second machine for that would only weigh (1.3 kB brotli).
 */
export function createHttpTransport(options: HttpTransportOptions): ChatTransport {
  const {
    apiUrl: baseURL,
    publishableKey,
    assistantId,
    memory,
    headers,
    identity,
    pageAround,
    now = Date.now,
  } = options;
  const page = createRequest({ baseURL, headers, maxRetries: 1, credential: () => publishableKey });
  /** The session that is being made, and for whom. */
  let minting: { readonly visitor: number; readonly token: Promise<string> } | null = null;

  async function mint(): Promise<string> {
    const visitor = memory.visitor();
    const identityToken = identity?.();
    // What somebody said while unknown becomes theirs.
    const before = identityToken ? (memory.session() ?? memory.unknown()) : null;
    const previousToken = before?.subject === null ? before.token : undefined;
    const made = await createVisitorSession(page, { assistantId, identityToken, previousToken });
    // Forgotten meanwhile: whoever comes next must not get this visitor's token.
    if (visitor !== memory.visitor()) throw new TransportError('invalid_token', 'The visitor has changed.');
    if (identityToken !== identity?.()) return mint();
    assistant = made.assistant_id;
    const conversationId = before?.conversationId ?? null;
    memory.saveSession({ token: made.token, expiresAtMs: Date.parse(made.expires_at), conversationId });
    return made.token;
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
      if (minting?.visitor !== memory.visitor()) minting = { visitor: memory.visitor(), token: mint() };
      const mine = minting;
      const done = () => {
        if (minting === mine) minting = null;
      };
      mine.token.then(done, done);
      return mine.token;
    },
  });

  /** Asked for once, whoever asks; again only after it failed. */
  let config: Promise<WidgetConfig> | null = null;
  const readConfig = () => {
    config ??= call(getWidgetConfig(page, { assistantId })).catch((error) => {
      config = null;
      throw error;
    });
    return config;
  };

  /** Runs a call of the SDK and gives its errors this widget's form. */
  const call = <Value>(work: Promise<Value>): Promise<Value> => work.catch((error) => Promise.reject(toError(error)));

  /** The answer as one line tells it, from what is `held` of it already. */
  async function* line(line: Pick<Call, 'method' | 'path'> & Partial<Call>, held = ''): AsyncGenerator<AnswerState> {
    const { data, body } = await call(visitor({ ...line, stream: true, maxRetries: 0 }));
    if (!body) {
      // A whole answer: the question had been answered before under this key.
      const row = rowOf(data as Message);
      if (row.role === 'assistant') yield row.answer;
      return;
    }
    let answer: AnswerState =
      held === '' ? WAITING_ANSWER : { ...WAITING_ANSWER, content: held, position: held.length };
    const reader = body.getReader();
    const decoder = new SseDecoder();
    const cancel = () => void reader.cancel().catch(() => {});
    try {
      for (;;) {
        const read = reader.read().catch(() => ({ done: true, value: undefined }) as const);
        const { done, value } = await call(within(read, STREAM.silenceMs, sleep, line.signal, cancel));
        if (done) throw new TransportError('connection', 'The line closed before the answer ended.');
        for (const { data, lastEventId } of decoder.push(value)) {
          const event = readStreamEvent(data);
          if (event) answer = applyStreamEvent(answer, event, lastEventId);
        }
        yield answer;
        if (answer.status === 'refetch') throw new TransportError('connection', 'Part of the answer was lost.');
        if (isSettled(answer)) return;
      }
    } finally {
      cancel();
    }
  }

  async function messages(conversationId: string, offset: number, limit: number, signal: AbortSignal) {
    const route = path('/conversations/{}/messages', conversationId);
    const reply = await visitor({ method: 'GET', path: route, query: { limit, offset }, signal });
    return reply.data as { messages: HistoryPage['messages']; total: number };
  }

  return {
    config: readConfig,
    async start(metadata, signal, idempotencyKey) {
      assistant ??= (await readConfig()).assistant.id;
      const params = { assistantId: assistant, metadata: { ...(pageAround && { page: pageAround() }), ...metadata } };
      return (await call(createConversation(visitor, params, { signal, maxRetries: 0, idempotencyKey }))).id;
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
    send(conversationId, content, idempotencyKey, signal, more) {
      const route = path('/conversations/{}/messages/stream', conversationId);
      return line({ method: 'POST', path: route, body: { content, ...more }, idempotencyKey, signal });
    },
    resume(conversationId, messageId, held, signal) {
      const route = path('/conversations/{}/messages/{}/stream', conversationId, messageId);
      return line({ method: 'GET', path: route, query: { after: held.length }, signal }, held);
    },
    retry(conversationId, messageId, signal) {
      return line({
        method: 'POST',
        path: path('/conversations/{}/messages/{}/retry', conversationId, messageId),
        signal,
      });
    },
    toolResults(conversationId, messageId, results, held, signal) {
      const route = path('/conversations/{}/messages/{}/tool-results', conversationId, messageId);
      return line({ method: 'POST', path: route, body: { results }, signal }, held);
    },
    async stop(conversationId, messageId, signal) {
      const route = path('/conversations/{}/messages/{}/stop', conversationId, messageId);
      await call(visitor({ method: 'POST', path: route, signal }));
    },
    async feedback(conversationId, messageId, body, signal) {
      const route = path('/conversations/{}/messages/{}/feedback', conversationId, messageId);
      await call(visitor({ method: 'POST', path: route, body, signal }));
    },
    async end(conversationId, signal) {
      await call(endConversation(visitor, conversationId, { signal }));
    },
    async api(method, path, body, signal, more) {
      return (await call(visitor({ method, path, body, signal, ...more }))).data;
    },
  };
}

function toError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof APIConnectionError) return new TransportError('connection', error.message);
  // Of what the SDK refuses by itself, a chat meets one thing: a key with characters that no key has.
  if (!(error instanceof APIError))
    return new TransportError(error instanceof AssistersError ? 'invalid_api_key' : 'internal_error', String(error));
  const seconds = Number(error.details.retry_after);
  return new TransportError(error.code, error.message, seconds > 0 ? seconds : null);
}
