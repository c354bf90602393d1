import { tokenize } from '../retrieve/tokenize.ts';
import type { ChunkStore, Scope } from '../store/store.ts';
import type { AnswerPart } from './answerer.ts';
import { ENGLISH, languageOf } from './language.ts';
import { estimateTokens, usageOf } from './tokens.ts';

/** What a visitor reads when the documentation holds nothing on the question. */
export const NOT_FOUND_TEXT = ENGLISH.notFound;

/**
 * That text in the question's language, as an answer: outcome `not_found`, no sources.
 *
 * @param english the documents are in English; told to those who asked in another language
 */
export function* notFound(question: string, english = false): Generator<AnswerPart> {
  const language = languageOf(question);
  const text = [language.notFound, ...(english ? [language.inEnglish] : [])].join(' ').trimEnd();
  yield { type: 'text', text };
  yield { type: 'result', outcome: 'not_found', usage: usageOf(estimateTokens(question), estimateTokens(text)) };
}

/** Everyday words of English, few of which are words of another language too. */
const EVERYDAY = tokenize('use make need want way work find give name thing time right');
/** So many of them, in so large a part of the passages, and the documents are in English. */
const MIN_EVERYDAY = 3;
const MIN_PART = 0.01;

/** Whether the documents of a knowledge base are in English, by the words in them. */
export async function isInEnglish(
  chunks: Pick<ChunkStore, 'frequencies'>,
  scope: Scope,
  knowledgeBaseId: string,
): Promise<boolean> {
  const { total, counts } = await chunks.frequencies(scope, knowledgeBaseId, EVERYDAY);
  return EVERYDAY.filter((word) => (counts.get(word) ?? 0) > total * MIN_PART).length >= MIN_EVERYDAY;
}
