import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '../../protocol/resources.ts';
import type { Answerer, AnswerPart, AnswerRequest } from './answerer.ts';
import { type Extract, extract } from './extract.ts';
import { notFound } from './not-found.ts';
import { isCode, quoteMarkdown, withoutFences } from './quote-markdown.ts';
import { isRow, tableMarkdown } from './table-rows.ts';
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

  async *answer({ question, history, passages: found, files = [], signal }: AnswerRequest): AsyncGenerator<AnswerPart> {
    const passages = [...files.flatMap((file) => file.passages), ...found].sort((a, b) => b.relevance - a.relevance);
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

/** The quoted pieces as markdown. The citation stands after the last words; code and tables have none inside. */
function markdownOf({ pieces }: Extract, number: number): string {
  const blocks: { text: string; prose: boolean; breakBefore: string }[] = [];
  for (let at = 0; at < pieces.length; ) {
    const { text, breakBefore } = pieces[at]!;
    let next = at + 1;
    if (isRow(text)) {
      while (next < pieces.length && isRow(pieces[next]!.text)) next += 1;
      const rows = pieces.slice(at, next).map((piece) => piece.text);
      blocks.push({ text: tableMarkdown(rows), prose: false, breakBefore: '\n\n' });
    } else blocks.push({ text: quoteMarkdown(text), prose: !isCode(text), breakBefore: breakBefore || ' ' });
    at = next;
  }
  const lastProse = blocks.map(({ prose }) => prose).lastIndexOf(true);
  const text = blocks
    .map((block, index) => {
      const before = index === 0 ? '' : blocks[index - 1]!.prose ? block.breakBefore : '\n\n';
      return before + block.text + (index === lastProse ? ` [${number}]` : '');
    })
    .join('');
  return lastProse === -1 ? `${text}\n\n[${number}]` : text;
}

function sourceOf({ passage, pieces }: Extract): Source {
  const { title, url, relevance, heading, documentId } = passage;
  const quote = pieces.map(({ text, breakBefore }, index) => (index === 0 ? '' : breakBefore || ' ') + text).join('');
  return { title, url, relevance, quote: withoutFences(quote), heading, document_id: documentId };
}
