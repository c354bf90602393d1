import type { AnswerPart } from './answerer.ts';
import { estimateTokens, usageOf } from './tokens.ts';

/** What a visitor reads when the documentation holds nothing on the question. */
export const NOT_FOUND_TEXT =
  'I could not find anything about this in the documentation, so I would rather not guess. ' +
  'Try other words, or name the feature or page you mean.';

/** That text as an answer: outcome `not_found`, no sources. */
export function* notFound(question: string): Generator<AnswerPart> {
  yield { type: 'text', text: NOT_FOUND_TEXT };
  yield {
    type: 'result',
    outcome: 'not_found',
    usage: usageOf(estimateTokens(question), estimateTokens(NOT_FOUND_TEXT)),
  };
}
