import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '../../protocol/resources.ts';
import type { Answerer, AnswerPart, AnswerRequest } from './answerer.ts';
import { type Extract, extract } from './extract.ts';
import { notFound } from './not-found.ts';
import { isCode, quoteMarkdown, withoutFences } from './quote-markdown.ts';
import { estimateTokens, usageOf } from './tokens.ts';

/** Milliseconds between words: about eighty words a second, quick to read along and still seen to be written. */
export const WORD_PACE_MS = 12;

/**
 * The built-in model. It answers by quoting the passages, whole sentences in their order, each extract followed by its
 * citation, and says plainly when there are none. It never adds a word of its own.
 *
 * @param options.wordPaceMs pause between words, default {@link WORD_PACE_MS}; 0 writes without pauses
 */
export class ExtractiveAnswerer implements Answerer {
  readonly #wordPaceMs: number;

  constructor(options: { readonly wordPaceMs?: number } = {}) {
    this.#wordPaceMs = options.wordPaceMs ?? WORD_PACE_MS;
  }

  async *answer({ question, history, passages, signal }: AnswerRequest): AsyncGenerator<AnswerPart> {
    const earlier = history.filter(({ role }) => role === 'user').map(({ content }) => content);
    const extracts = extract(question, earlier.slice(-2), passages);
    if (extracts.length === 0) {
      for (const part of notFound(question)) yield* this.#paced(part, signal);
      return;
    }
    let length = 0;
    for (const [index, found] of extracts.entries()) {
      yield { type: 'source', source: sourceOf(found) };
      const text = (index === 0 ? '' : '\n\n') + markdownOf(found, index + 1);
      length += estimateTokens(text);
      yield* this.#paced({ type: 'text', text }, signal);
    }
    const prompt = estimateTokens(question + passages.map(({ text }) => text).join(''));
    yield { type: 'result', outcome: 'answered', usage: usageOf(prompt, length) };
  }

  async *#paced(part: AnswerPart, signal: AbortSignal): AsyncGenerator<AnswerPart> {
    if (part.type !== 'text' || this.#wordPaceMs === 0) return yield part;
    for (const [text] of part.text.matchAll(/\s*\S+/g)) {
      yield { type: 'text', text };
      await sleep(this.#wordPaceMs, undefined, { signal });
    }
  }
}

/** The quoted pieces as markdown. The citation stands after the last words; code has none inside. */
function markdownOf({ pieces }: Extract, number: number): string {
  const citation = ` [${number}]`;
  const lastProse = pieces.map(({ text }) => isCode(text)).lastIndexOf(false);
  const text = pieces
    .map((piece, index) => {
      const before = index === 0 ? '' : isCode(pieces[index - 1]!.text) ? '\n\n' : piece.breakBefore || ' ';
      return before + quoteMarkdown(piece.text) + (index === lastProse ? citation : '');
    })
    .join('');
  return lastProse === -1 ? `${text}\n\n${citation.trim()}` : text;
}

function sourceOf({ passage, pieces }: Extract): Source {
  const { title, url, relevance, heading, documentId } = passage;
  const quote = pieces.map(({ text, breakBefore }, index) => (index === 0 ? '' : breakBefore || ' ') + text).join('');
  return { title, url, relevance, quote: withoutFences(quote), heading, document_id: documentId };
}
