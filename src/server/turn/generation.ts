import type { Source, Usage } from '../../protocol/resources.ts';
import { type AnswerPart, ModelError } from '../answer/answerer.ts';
import { estimateTokens, usageOf } from '../answer/tokens.ts';
import type { AnswerEnd, MessageStore, ToolCallRow } from '../store/store.ts';
import { abortable } from './abortable.ts';
import { deltaFrame, type Frame, isHighSurrogate } from './frames.ts';
import type { LiveAnswer } from './live-answer.ts';
import { wellFormed } from './well-formed.ts';

/** Sizes and times of one generation. */
export interface GenerationLimits {
  /** Text is gathered this long before it is stored and published, milliseconds; 0: not at all. The first piece does not wait. */
  readonly coalesceMs: number;
  /** No part for this long is a `model_timeout`, milliseconds. */
  readonly modelSilenceMs: number;
  /** The answer is cut here, UTF-16 code units. */
  readonly answerChars: number;
}

/** Text the answerer may be ahead of the disk, UTF-16 code units; beyond it the answerer waits. */
const AHEAD_CHARS = 16 * 1024;

export interface GenerationJob {
  readonly accountId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly userMessageId: string | null;
  /** The answer is written again in place of an earlier attempt. */
  readonly rewritten: boolean;
  /** What is stored of the answer already, which goes on from there; `null`: it begins. */
  readonly held?: HeldAnswer | null;
  /** What the prompt is taken to have cost when the answer ends before its usage is known. */
  readonly question: string;
  /** Makes the answer. Its parts follow the contract of `AnswerPart`. */
  readonly produce: (signal: AbortSignal) => AsyncIterable<AnswerPart>;
}

/** An answer that waited for the page, as it stands. */
export interface HeldAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
  readonly calls: readonly ToolCallRow[];
  readonly usage: Usage | null;
}

export interface GenerationParts {
  readonly messages: Pick<MessageStore, 'append' | 'cite' | 'finish'>;
  readonly limits: GenerationLimits;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Hears of faults that are ours. Never given content. */
  readonly onFault: (error: unknown, messageId: string) => void;
  /** Hears of a provider's failures, for the operator. */
  readonly onModelFailure: (error: ModelError, messageId: string) => void;
}

/** Why a generation was told to end. */
type Cancel = 'stopped' | 'interrupted';
class Cancelled extends Error {
  readonly kind: Cancel;
  constructor(kind: Cancel) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * One answer being written, owned by the server: it runs to its end whether anyone reads or not.
 *
 *     parts → gather → (coalesceMs) → append, durable → publish to readers → … → finish, durable → publish the end
 *
 * - `text` is only what is stored, so no reader ever saw a character that a crash could take back.
 * - The text that waits for the disk is bounded ({@link AHEAD_CHARS}): beyond it the answerer is not asked for more.
 * - No stored piece ends inside a surrogate pair; a half without its other half becomes U+FFFD, and so does NUL, which
 *   text columns do not keep.
 * - It always ends, once: `complete` (cut: `truncated`), `stopped`, `interrupted`, or `failed` with a code of the table.
 */
export class Generation implements LiveAnswer {
  readonly accountId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly userMessageId: string | null;
  readonly rewritten: boolean;
  text = '';
  end: AnswerEnd | null = null;
  lastFrame: Frame | null = null;
  /** Resolves when the end is stored and published. Never rejects. */
  readonly done: Promise<AnswerEnd>;

  readonly #job: GenerationJob;
  readonly #parts: GenerationParts;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();
  #sources: Source[] = [];
  #calls: readonly ToolCallRow[] | null = null;
  /** How many of the sources are stored. */
  #cited = 0;
  /** Length of all text taken: stored, on its way to the disk, and waiting. */
  #gathered = 0;
  #pending = '';
  #flushing: Promise<void> | null = null;
  /** Ends the present coalescing pause. */
  #wake: () => void = () => {};
  #closing = false;
  #started = false;
  #flushError: unknown = null;
  #resolveDone: (end: AnswerEnd) => void = () => {};

  constructor(job: GenerationJob, parts: GenerationParts) {
    this.accountId = job.accountId;
    this.conversationId = job.conversationId;
    this.messageId = job.messageId;
    this.userMessageId = job.userMessageId;
    this.rewritten = job.rewritten;
    this.#job = job;
    this.#parts = parts;
    const { held } = job;
    if (held) {
      this.text = held.text;
      this.#gathered = held.text.length;
      this.#sources = [...held.sources];
      this.#cited = held.sources.length;
    }
    this.done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
  }

  /** Begins to write. The message's row is `streaming` and empty by now. Call it once. */
  start(): void {
    this.#started = true;
    void this.#run().then(this.#resolveDone);
  }

  /** Ends one that was never started, for readers who found it while its turn was being opened. */
  abandon(): void {
    if (this.#started) return;
    this.end = { status: 'interrupted', sources: [], outcome: null, usage: null, error: null, truncated: false };
    this.#publish();
    this.#resolveDone(this.end);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many readers there are. */
  get readers(): number {
    return this.#listeners.size;
  }

  /** Ends it with what it has; the model's connection is closed at once. Resolves when the end is stored. */
  cancel(kind: Cancel): Promise<AnswerEnd> {
    this.#abort.abort(new Cancelled(kind));
    return this.done;
  }

  async #run(): Promise<AnswerEnd> {
    const end = await this.#write();
    const stored = await this.#store(end);
    this.end = stored;
    this.#publish();
    this.#listeners.clear();
    return stored;
  }

  async #write(): Promise<AnswerEnd> {
    let result: Result | null = null;
    let truncated = false;
    let failure: unknown = null;
    const silence = setTimeout(() => {
      this.#abort.abort(new ModelError('model_timeout', 'The language model did not answer in time. Try again.'));
    }, this.#parts.limits.modelSilenceMs);
    try {
      const { signal } = this.#abort;
      for await (const part of abortable(this.#job.produce(signal), signal)) {
        silence.refresh();
        if (part.type === 'source') this.#sources.push(part.source);
        else if (part.type === 'result') result = part;
        else if (part.type === 'calls') {
          const at = this.#gathered;
          const before = this.#job.held?.calls ?? [];
          const round = (before.at(-1)?.round ?? -1) + 1;
          this.#calls = [...before, ...part.calls.map((call) => ({ ...call, result: null, at, round }))];
        } else if (part.text !== '') {
          truncated = this.#gather(part.text);
          if (truncated) break;
          if (this.#pending.length > AHEAD_CHARS) await this.#flushing;
        }
      }
      if (!result && !truncated) throw new Error('The answerer ended without a result.');
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(silence);
      // Closes the model's connection when the answer was cut; nothing listens otherwise.
      this.#abort.abort(new Cancelled('stopped'));
    }
    this.#closing = true;
    this.#wake();
    await this.#flushing;
    if (this.#pending !== '') await this.#flush();
    failure ??= this.#flushError;
    return this.#endOf(failure, result, truncated);
  }

  #endOf(failure: unknown, result: Result | null, truncated: boolean): AnswerEnd {
    const used = result?.usage ?? usageOf(estimateTokens(this.#job.question), estimateTokens(this.text));
    const usage = added(this.#job.held?.usage ?? null, used);
    const outcome = result?.outcome ?? (this.text === '' ? null : 'answered');
    const followUps = result?.followUps ?? [];
    const end = { sources: this.#sources, outcome, usage, error: null, truncated, followUps };
    if (failure === null && this.#calls && !truncated) return { ...end, status: 'awaiting_tool', calls: this.#calls };
    if (failure === null) return { ...end, status: 'complete' };
    if (failure instanceof Cancelled) return { ...end, status: failure.kind };
    if (failure instanceof ModelError) {
      this.#parts.onModelFailure(failure, this.messageId);
      return { ...end, status: 'failed', error: { code: failure.code, message: failure.message } };
    }
    this.#parts.onFault(failure, this.messageId);
    return { ...end, status: 'failed', error: INTERNAL };
  }

  async #store(end: AnswerEnd): Promise<AnswerEnd> {
    try {
      await this.#parts.messages.finish(this.#job.accountId, this.messageId, end, this.#parts.now());
      return end;
    } catch (error) {
      this.#parts.onFault(error, this.messageId);
      return { ...end, status: 'failed', error: INTERNAL };
    }
  }

  /** Adds text to what waits for the disk. True when the answer is full: the rest is not wanted. */
  #gather(text: string): boolean {
    const room = this.#parts.limits.answerChars - this.#gathered;
    const cut = text.length > room;
    const taken = cut ? withoutHalf(text.slice(0, room)) : text;
    this.#gathered += taken.length;
    this.#pending += taken;
    this.#flushing ??= this.#flushWhilePending();
    return cut;
  }

  async #flushWhilePending(): Promise<void> {
    do {
      // The first words are shown at once; what follows is gathered.
      if (this.text !== '' && !this.#closing && this.#parts.limits.coalesceMs > 0) await this.#pause();
    } while (await this.#flush());
    this.#flushing = null;
  }

  /** Stores and publishes what waits. True when more has come meanwhile. */
  async #flush(): Promise<boolean> {
    const piece = wellFormed(this.#closing ? this.#pending : withoutHalf(this.#pending));
    if (piece === '') return false;
    this.#pending = this.#pending.slice(piece.length);
    const from = this.text.length;
    try {
      if (this.#cited < this.#sources.length) {
        const sources = [...this.#sources];
        await this.#parts.messages.cite(this.#job.accountId, this.messageId, sources);
        this.#cited = sources.length;
      }
      await this.#parts.messages.append(this.#job.accountId, this.messageId, from, piece, this.#parts.now());
    } catch (error) {
      this.#flushError ??= error;
      this.#pending = '';
      this.#abort.abort(error);
      return false;
    }
    this.text += piece;
    this.lastFrame = this.#listeners.size > 0 ? deltaFrame(this.text, from, this.text.length) : null;
    this.#publish();
    return withoutHalf(this.#pending) !== '';
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#parts.limits.coalesceMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #publish(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

type Result = Extract<AnswerPart, { readonly type: 'result' }>;

function added(before: Usage | null, now: Usage): Usage {
  return before
    ? usageOf(before.prompt_tokens + now.prompt_tokens, before.completion_tokens + now.completion_tokens)
    : now;
}

const INTERNAL = {
  code: 'internal_error',
  message: 'The server could not finish this answer. Try again; the request id finds the cause in its log.',
} as const;

/** The text without a high surrogate at its end, whose other half is still to come. */
function withoutHalf(text: string): string {
  return text !== '' && isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
}
