import type { AssistantConfig, Outcome, Source, ToolCall, Usage } from '../../protocol/resources.ts';
import type { Passage } from '../retrieve/retriever.ts';
import type { PageTurn } from '../turn/turns.ts';

/** What an answerer is given: the question, what was said before it, and the passages retrieval found. */
export interface AnswerRequest {
  readonly assistant: {
    readonly name: string;
    readonly model: string;
    readonly systemPrompt: string;
    readonly config: AssistantConfig;
    /** Whether it is to answer from documents; absent or `null`: it has none. */
    readonly knowledgeBaseId?: string | null;
  };
  /** Earlier messages, oldest first; only those that have an answer worth keeping. */
  readonly history: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  readonly question: string;
  /** Best first, already above the relevance threshold; empty means the sources hold nothing. */
  readonly passages: readonly Passage[];
  /** Files the visitor attached, the latest question's first; absent: none. Data, like the passages, and less to be trusted. */
  readonly files?: readonly AttachedFile[];
  /** What the page offers, and what came of it so far; `null` or absent: nothing. An answerer may leave it alone. */
  readonly page?: PageTurn | null;
  /** Aborted by stop, by the answer's length limit and by shutdown. */
  readonly signal: AbortSignal;
}

/** A file of the visitor's. */
export interface AttachedFile {
  readonly name: string;
  readonly text: string;
  /** What of it may answer the question, best first; for answerers that quote. */
  readonly passages: readonly Passage[];
}

/**
 * One piece of an answer: any number of `source` and `text`, then exactly one `result`. Citations in the text are
 * `[n]`, numbered from 1 in order of first use; the n-th `source` part is what `[n]` points at and comes before the
 * text that first cites it, so an answer cut short at any part has the sources of every citation it shows.
 * An empty `text` is a sign of life. `calls`, right before the `result`, are asked of the page: the answer goes on when
 * it has answered, in another call of the answerer.
 */
export type AnswerPart =
  | { readonly type: 'source'; readonly source: Source }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'calls'; readonly calls: readonly Omit<ToolCall, 'result'>[] }
  | {
      readonly type: 'result';
      readonly outcome: Outcome;
      readonly usage: Usage;
      readonly followUps?: readonly string[];
    };

/** Writes answers. Throws {@link ModelError} when a provider fails; a stop is an abort, not an error. */
export interface Answerer {
  answer(request: AnswerRequest): AsyncIterable<AnswerPart>;
}

/** A provider's failure, in the words of the error table. The message is safe to show; it never quotes the provider. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: 'model_error' | 'model_timeout';
  /** Which provider it was, as scheme, host and port; for the log. */
  readonly origin: string | null;
  constructor(code: ModelError['code'], message: string, options?: ErrorOptions & { readonly origin?: string }) {
    super(message, options);
    this.code = code;
    this.origin = options?.origin ?? null;
  }
}
