import type { AnswerState } from '../../protocol/answer-state.ts';
import { applyStreamEvent, isSettled, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import { STREAM } from '../../protocol/limits.ts';
import type { Message, Source, Usage } from '../../protocol/resources.ts';
import { SseDecoder } from '../../protocol/sse-decode.ts';
import { readStreamEvent } from '../../protocol/stream-events.ts';
import { APIConnectionError, APIError, APIUserAbortError, streamError } from './errors.ts';
import { path } from './json.ts';
import type { Call, Reply, Request, RequestOptions } from './request.ts';
import { within } from './request.ts';
import type { Sleep } from './retry.ts';
import { RETRY, retryDelayMs, sleep } from './retry.ts';

const INTERRUPTED = { code: 'interrupted', message: 'The server stopped while writing this answer; try again.' };

/** A piece of the answer, in order. Never splits a character. */
export interface MessageChunk {
  readonly content: string;
  /**
   * Where the piece begins in the answer, UTF-16 code units. It continues what came before, unless the server had to
   * write part of the answer again: then it is smaller, and a reader who keeps the text cuts it there first.
   */
  readonly offset: number;
}

/** An answer as its stream told it. Times, metadata and feedback are in `messages.list`. */
export type FinalMessage = Pick<
  Message,
  'id' | 'conversation_id' | 'content' | 'sources' | 'outcome' | 'usage' | 'truncated' | 'follow_ups' | 'tool_calls'
> & { readonly role: 'assistant'; readonly status: EndStatus };

/** How an answer ends well. `awaiting_tool`: it goes on with `messages.submitToolResults`. */
type EndStatus = 'complete' | 'stopped' | 'awaiting_tool';

const ENDS: readonly string[] = ['complete', 'stopped', 'awaiting_tool'] satisfies EndStatus[];
/** An answer that failed is settled too, but nobody gets it as an answer. */
const endedWell = ({ status }: AnswerState) => ENDS.includes(status);

export interface StreamOptions extends RequestOptions {
  /** Hears every change of {@link MessageStream.state}, at most once per piece that arrives from the network. */
  readonly onState?: ((state: AnswerState) => void) | undefined;
  /** A line that is silent for this long is given up and resumed. Default `STREAM.silenceMs`. */
  readonly silenceMs?: number | undefined;
  /** Test seams. */
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

/**
 * An answer while it is being written.
 *
 * Iterate it for the text (once; leaving the loop early closes the line), or read `state`, or await `start`, `sources`,
 * `end` and `finalMessage()`. It reads on whether or not anybody iterates; what is not yet taken is held, at most the
 * answer itself.
 *
 * A line that breaks or falls silent is resumed from the last event; events that are missing make it fetch the whole
 * answer again. It gives up after four lines in a row (`maxRetries` + 1) that brought nothing, with state
 * `interrupted`. Closing the line does not end the answer on the server: `stop()` does.
 *
 * Errors (thrown from the loop and the promises): {@link APIError} for the stream's own `error` event or a refused
 * resume, {@link APIConnectionError} when the line could not be kept, {@link APIUserAbortError} from the promises (the
 * loop ends quietly) after `abort()`, the signal or `break`.
 */
export class MessageStream implements AsyncIterable<MessageChunk> {
  readonly conversationId: string;
  /** The answer so far. Replaced, never mutated. */
  state: AnswerState;

  readonly #request: Request;
  readonly #call: Call;
  readonly #options: StreamOptions;
  readonly #abort = new AbortController();
  /** Text that has arrived and was not iterated yet, and where it begins. */
  #pending = '';
  #taken = 0;
  /** Text that was iterated, was cut from the answer, and may come again: then it is not given twice. */
  #again = '';
  /** The next chunk says from where on the text was cut, even if it brings none. */
  #unsaid = false;
  /** The line under way brings the answer from its beginning. */
  #whole = false;
  #closed = false;
  #failure: unknown = null;
  #changed!: Promise<void>;
  #notify!: () => void;

  /**
   * Use `streamMessage` and its kin instead.
   *
   * @param call opens a line that begins at the answer's start; is made again when a line breaks before the answer has an id
   * @param reply the line that `call` opened
   * @param held the answer's id and its beginning, where the caller has them already
   */
  constructor(
    request: Request,
    conversationId: string,
    call: Call,
    reply: Reply,
    options: StreamOptions,
    held: { readonly messageId?: string; readonly content?: string } = {},
  ) {
    this.conversationId = conversationId;
    const { messageId = null, content = '' } = held;
    this.#taken = content.length;
    this.state = { ...WAITING_ANSWER, messageId, content, position: messageId === null ? null : content.length };
    this.#request = request;
    this.#call = call;
    this.#options = options;
    this.#arm();
    options.signal?.addEventListener('abort', this.abort);
    if (options.signal?.aborted) this.abort();
    void this.#run(reply);
  }

  /** Resolves once the ids are known: those of the answer and of the question (`null` on a resumed stream). */
  get start(): Promise<{ readonly message_id: string; readonly user_message_id: string | null }> {
    return this.#until(({ messageId }) => messageId !== null).then(({ messageId, userMessageId }) => ({
      message_id: messageId!,
      user_message_id: userMessageId,
    }));
  }

  /** Resolves once the sources are known, at the latest at the end. `sources[n - 1]` is what `[n]` in the text cites. */
  get sources(): Promise<readonly Source[]> {
    return this.#until((state) => state.outcome !== null || endedWell(state)).then(({ sources }) => sources);
  }

  /** Resolves once the answer is complete or was stopped. */
  get end(): Promise<{ readonly usage: Usage | null; readonly status: EndStatus }> {
    return this.finalMessage().then(({ usage, status }) => ({ usage, status }));
  }

  /** The whole answer, once it is complete or was stopped. One that failed is thrown as its {@link APIError}. */
  async finalMessage(): Promise<FinalMessage> {
    const { messageId, status, content, sources, outcome, usage, truncated, followUps, toolCalls } =
      await this.#until(endedWell);
    return {
      id: messageId ?? '',
      conversation_id: this.conversationId,
      role: 'assistant',
      status: status as EndStatus,
      content,
      sources,
      outcome,
      usage,
      truncated,
      follow_ups: followUps,
      tool_calls: toolCalls,
    };
  }

  /** Asks the server to stop writing. The stream then ends with what there is, `status: 'stopped'`. */
  async stop(): Promise<void> {
    const { message_id } = await this.start;
    await this.#request({
      method: 'POST',
      path: path('/conversations/{}/messages/{}/stop', this.conversationId, message_id),
    });
  }

  /** Closes the line. The server goes on writing; the answer is in `messages.list`, or can be resumed. */
  readonly abort = (): void => this.#abort.abort();

  async *[Symbol.asyncIterator](): AsyncGenerator<MessageChunk, void, undefined> {
    try {
      for (;;) {
        const changed = this.#changed;
        const chunk = this.#take();
        if (chunk !== null) yield chunk;
        else if (!this.#closed) await changed;
        else if (this.#failure === null || this.#failure instanceof APIUserAbortError) return;
        else throw this.#failure;
      }
    } finally {
      this.abort();
    }
  }

  #take(): MessageChunk | null {
    // Half of a surrogate pair waits for the other half, or a writer would print two replacement characters.
    const whole = !this.#closed && /[\ud800-\udbff]$/.test(this.#pending) ? -1 : this.#pending.length;
    const content = this.#pending.slice(0, whole);
    if (content === '' && !this.#unsaid) return null;
    this.#unsaid = false;
    this.#pending = this.#pending.slice(content.length);
    this.#taken += content.length;
    return { content, offset: this.#taken - content.length };
  }

  async #until(ready: (state: AnswerState) => boolean): Promise<AnswerState> {
    while (this.#failure !== null || !ready(this.state)) {
      if (this.#closed) throw this.#failure;
      await this.#changed;
    }
    return this.state;
  }

  #arm(): void {
    this.#changed = new Promise((resolve) => {
      this.#notify = resolve;
    });
  }

  #set(state: AnswerState): void {
    this.state = state;
    // Readers are woken whatever the listener does; what it throws ends the stream as a failure.
    this.#wake();
    this.#options.onState?.(state);
  }

  #wake(): void {
    const notify = this.#notify;
    this.#arm();
    notify();
  }

  /** Lines one after another until the answer is settled. */
  async #run(first: Reply): Promise<void> {
    const { sleep: wait = sleep, random = Math.random, maxRetries = RETRY.maxRetries } = this.#options;
    const signal = this.#abort.signal;
    let reply: Reply | null = first;
    /** Lines in a row that brought nothing. */
    let idle = 0;
    try {
      for (;;) {
        const before = this.state;
        let broken: unknown = null;
        try {
          reply ??= await this.#request(this.#next());
          await this.#read(reply, wait);
        } catch (error) {
          // The request has used up its own tries: only a line that was open is worth another.
          if (!(error instanceof APIConnectionError) || reply === null) throw error;
          broken = error;
        }
        reply = null;
        if (signal.aborted) throw new APIUserAbortError();
        const { status, error, content, messageId } = this.state;
        if (status === 'failed' || status === 'interrupted') throw streamError(error ?? INTERRUPTED);
        if (isSettled(this.state) && status !== 'refetch') break;
        idle = content.length > before.content.length || messageId !== before.messageId ? 0 : idle + 1;
        broken ??= new APIConnectionError('The line closed before the answer ended.');
        if (idle > maxRetries) throw broken;
        if (idle > 0) await wait(retryDelayMs(broken, idle - 1, random, 0)!, signal);
      }
    } catch (error) {
      this.#failure = signal.aborted ? new APIUserAbortError() : error;
    }
    this.#options.signal?.removeEventListener('abort', this.abort);
    this.#closed = true;
    this.#unsay(this.#again.length);
    if (isSettled(this.state) && this.state.status !== 'refetch') this.#wake();
    else {
      try {
        this.#set({ ...this.state, status: 'interrupted' });
      } catch (error) {
        this.#failure ??= error;
      }
    }
  }

  /** The call that goes on where the last line ended. Prepares the state for it. */
  #next(): Call {
    const { messageId, content, position, status } = this.state;
    if (messageId === null) return { ...this.#call, signal: this.#abort.signal };
    // Without positions, or with a gap, what is held cannot be trusted to be a prefix: everything is sent again.
    this.#whole = status === 'refetch' || position === null;
    const after = this.#whole ? 0 : content.length;
    if (this.#whole) this.state = { ...this.state, status: 'streaming', position: null };
    return {
      ...this.#options,
      method: 'GET',
      path: path('/conversations/{}/messages/{}/stream', this.conversationId, messageId),
      query: { after },
      stream: true,
      signal: this.#abort.signal,
    };
  }

  async #read({ body, data }: Reply, wait: Sleep): Promise<void> {
    if (body === null) return this.#fold(data as Message);
    const reader = body.getReader();
    const decoder = new SseDecoder();
    const silenceMs = this.#options.silenceMs ?? STREAM.silenceMs;
    const cancel = () => void reader.cancel().catch(() => {});
    try {
      for (;;) {
        const read = reader.read().catch((cause) => {
          throw new APIConnectionError('The line broke before the answer ended.', { cause });
        });
        const { done, value } = await within(read, silenceMs, wait, this.#abort.signal, cancel);
        if (done) return;
        let state = this.state;
        for (const { data, lastEventId } of decoder.push(value)) {
          const event = readStreamEvent(data);
          if (event === null) continue;
          const before = state;
          // Until the new start arrives, what is held stays on the screen.
          if (this.#whole && event.type === 'start') state = { ...state, content: '' };
          state = applyStreamEvent(state, event, lastEventId);
          if (event.type === 'start') this.#rewind(before.content, state.content.length);
          else if (event.type === 'delta' && state.content.length > before.content.length) this.#add(event.content);
        }
        if (state !== this.state) this.#set(state);
        if (isSettled(state)) return;
      }
    } finally {
      cancel();
    }
  }

  /** The answer `content` was cut to `length`: what follows may repeat what was iterated already, or differ. */
  #rewind(content: string, length: number): void {
    const said = this.#again === '' ? content.slice(0, this.#taken) : content + this.#again;
    this.#again = said.slice(length);
    this.#pending = this.#pending.slice(0, Math.max(0, length - this.#taken));
  }

  #add(text: string): void {
    const again = this.#again;
    let same = 0;
    while (same < again.length && text[same] === again[same]) same += 1;
    if (same < text.length) this.#unsay(again.length - same);
    this.#again = same < text.length ? '' : again.slice(same);
    this.#pending += text.slice(same);
  }

  /** The last `units` that were iterated are not in the answer any more. */
  #unsay(units: number): void {
    this.#taken -= units;
    this.#unsaid ||= units > 0;
  }

  /** A whole message instead of a stream. */
  #fold(message: Message): void {
    if (typeof message?.id !== 'string' || typeof message.content !== 'string') {
      throw new APIError({ status: 200, code: 'unexpected_response', message: 'Expected a message; got other JSON.' });
    }
    const { id, content, status = 'complete', sources = [], outcome = null, usage = null, error = null } = message;
    this.#rewind(this.state.content, 0);
    this.#add(content);
    this.#set({
      ...this.state,
      status,
      messageId: id,
      content,
      position: content.length,
      sources,
      outcome,
      usage,
      truncated: message.truncated === true,
      error,
      followUps: message.follow_ups ?? [],
      toolCalls: (message.tool_calls ?? []).filter(({ result }) => result === null),
    });
  }
}
