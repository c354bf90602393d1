import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LanguageModel } from 'ai';
import { LIMITS } from '../../protocol/limits.ts';
import type { Source, ToolCall, Usage } from '../../protocol/resources.ts';
import type { Passage } from '../retrieve/retriever.ts';
import { type Answerer, type AnswerPart, type AnswerRequest, ModelError } from './answerer.ts';
import { CitationFilter } from './citations.ts';
import { describeModelFailure, isPassing } from './model-failure.ts';
import { readCall, toolMessages, toolSetOf } from './page-tools.ts';
import { buildPrompt, type Prompt } from './prompt.ts';
import { withoutFences } from './quote-markdown.ts';
import { usageOf } from './tokens.ts';

/** Longest quote of a source card, UTF-16 code units. */
const QUOTE_CHARS = 400;
/** Before the one further try after a failure that may pass by itself. */
const RETRY_PAUSE_MS = 400;

/** No text, but a sign of life: it keeps a model that thinks for long from being taken for a silent one. */
const ALIVE: AnswerPart = { type: 'text', text: '' };

/** A provider, ready to be asked for a model by name. */
export interface ModelProvider {
  /** What to look at when it refuses the credentials, e.g. `ASSISTERS_MODEL_API_KEY`. */
  readonly keyVariable: string;
  /** Scheme, host and port, for the log. */
  readonly origin: string;
  /** Loads the provider's code on first use, so that a server without a model never does. */
  languageModel(name: string): Promise<LanguageModel>;
}

/**
 * Answers by a language model over the Vercel AI SDK: the passages go in as numbered data, the text comes out as the
 * model writes it, with citations renumbered by first use and those of nothing removed.
 *
 * A failure before the first word that may pass by itself (429, 5xx, no connection) is tried once more after a short pause;
 * after that, and once text has been shown, it is a {@link ModelError}. The signal closes the provider's connection.
 */
export class ModelAnswerer implements Answerer {
  readonly #provider: ModelProvider;
  readonly #newKey: () => string;

  /** @param newKey makes the key that marks the sources of one prompt; default: 64 random bits */
  constructor(provider: ModelProvider, newKey: () => string = () => randomBytes(8).toString('hex')) {
    this.#provider = provider;
    this.#newKey = newKey;
  }

  async *answer(request: AnswerRequest): AsyncGenerator<AnswerPart> {
    const prompt = buildPrompt(request, this.#newKey());
    const sources: Source[] = [];
    const { page } = request;
    const citations = new CitationFilter(
      prompt.passages.length,
      (index) => sources.push(sourceOf(prompt.passages[index]!)),
      citedBefore(page?.sources ?? [], prompt.passages),
    );
    const calls: Omit<ToolCall, 'result'>[] = [];
    let shown = 0;
    let given = 0;
    const parts = function* (text: string): Generator<AnswerPart> {
      for (; shown < sources.length; shown += 1) yield { type: 'source', source: sources[shown]! };
      if (text !== '') yield { type: 'text', text };
    };

    let usage: Usage | null = null;
    let estimated = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        for await (const piece of this.#stream(request, prompt)) {
          if (typeof piece === 'string') {
            given += piece.length;
            estimated += piece.length;
            yield* piece === '' ? [ALIVE] : parts(citations.push(piece));
          } else if ('toolCallId' in piece) {
            const call = page && calls.length < LIMITS.toolCallsPerRound ? readCall(page, piece) : null;
            if (call) calls.push(call);
            given += 1;
          } else usage = piece.usage;
        }
        break;
      } catch (error) {
        request.signal.throwIfAborted();
        const retry = attempt === 1 && given === 0 && isPassing(error);
        if (!retry) throw describeModelFailure(error, this.#provider, request.assistant.model);
        await sleep(RETRY_PAUSE_MS, undefined, { signal: request.signal });
      }
    }
    yield* parts(citations.end());
    if (given === 0) throw new ModelError('model_error', 'The language model gave an empty answer. Try again.');
    const tokens = usage ?? usageOf(prompt.tokens, Math.ceil(estimated / 4));
    if (calls.length > 0) yield { type: 'calls', calls };
    const asked = calls.length > 0 || (page?.calls.length ?? 0) > 0;
    const unknown =
      request.assistant.knowledgeBaseId && prompt.passages.length === 0 && !request.files?.length && !asked;
    yield { type: 'result', outcome: unknown ? 'not_found' : 'answered', usage: tokens };
  }

  /** The model's text as it comes and what it asks of the page, then its usage when the provider reports one. */
  async *#stream(
    { assistant, page, signal }: AnswerRequest,
    prompt: Prompt,
  ): AsyncGenerator<string | ModelCall | { readonly usage: Usage | null }> {
    const { streamText } = await import('ai');
    const tools = await toolSetOf(page);
    // It would print to the console, which is no place for a server's log.
    (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
    const { temperature, max_tokens: maxOutputTokens } = assistant.config;
    const result = streamText({
      model: await this.#provider.languageModel(assistant.model),
      system: prompt.system,
      messages: [...prompt.messages, ...toolMessages(page)],
      ...(tools && { tools }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
      // Its own retries wait seconds, or as long as the provider says; ours is one, and soon.
      maxRetries: 0,
      abortSignal: signal,
      // The error part below is where errors are read; the default prints them, prompt and all.
      onError: () => {},
    });
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') yield part.text;
      // Shown to nobody, but it says that the model lives.
      else if (part.type === 'reasoning-delta') yield '';
      else if (part.type === 'tool-input-start' || part.type === 'tool-input-delta') yield '';
      else if (part.type === 'tool-call') yield part;
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'abort') signal.throwIfAborted();
      else if (part.type === 'finish') {
        // The line closed without the model saying that it was done.
        if (part.finishReason === 'error' || part.rawFinishReason === undefined)
          throw Object.assign(new Error('The stream ended without a finish reason.'), { code: 'STREAM_UNFINISHED' });
        const { inputTokens, outputTokens } = part.totalUsage;
        const known = inputTokens !== undefined && outputTokens !== undefined;
        yield { usage: known ? usageOf(inputTokens, outputTokens) : null };
      }
    }
  }
}

/** Where the passages that the text before cited stand now; `-1` where one is not given any more. */
function citedBefore(sources: readonly Source[], passages: readonly Passage[]): number[] {
  return sources.map(({ document_id, heading, quote }) =>
    passages.findIndex(
      (passage) =>
        passage.documentId === document_id && passage.heading === heading && sourceOf(passage).quote === quote,
    ),
  );
}

interface ModelCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

function sourceOf({ title, url, relevance, heading, text, documentId }: Passage): Source {
  return { title, url, relevance, quote: clip(withoutFences(text)), heading, document_id: documentId };
}

/** The passage's beginning, ended at a word. */
function clip(text: string): string {
  if (text.length <= QUOTE_CHARS) return text;
  const cut = text.slice(0, QUOTE_CHARS - 1);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > QUOTE_CHARS / 2 ? space : -1)}…`;
}
