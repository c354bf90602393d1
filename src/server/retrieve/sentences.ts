import { holdsType } from './answer-type.ts';
import { createMatcher, type Matcher, type Query } from './query.ts';
import { type Sentence, splitSentences } from './split-sentences.ts';
import { type Token, tokenSpans } from './tokenize.ts';

/** A sentence of a passage with how well it answers. */
export interface RankedSentence extends Sentence {
  /** 0 and above; comparable between the sentences of all passages of one question. At 1 every term is in it. */
  readonly score: number;
}

/** Where a sentence says what it is about; only so much is looked at. UTF-16 code units. */
const BEGINNING = 200;
/** What a sentence earns by holding the kind of thing asked for. */
const TYPE_BONUS = 0.4;
/** Longer sentences hold more words by chance; per term. */
const LENGTH_PENALTY = 0.012;
/** "For more examples see the API section" has the words of the answer and says only where it is. */
const POINTER =
  /^(?:[-*•]\s+)?(?:see|for (?:more|further|additional|other|details?)|read (?:more|the|about)|refer to|check out|learn more|visit)\b/i;
const POINTER_PART = 0.6;
/** A note at the edge of the matter. */
const ASIDE = /^(?:ℹ|[^\p{L}\p{N}]){0,6}(?:note|notes|warning|caution|tip|hint)\b\s*[:!]/iu;
const ASIDE_PART = 0.85;
/** What a term counts that only the headings above hold. */
const HEADING_SHARE = 0.8;
/** "It was built in 1887." is about the sentence before it. */
const CARRY = 0.25;

/** A sentence with its terms, read once. */
export interface ReadSentence extends Sentence {
  /** Distinct terms. */
  readonly terms: readonly string[];
  /** Terms, repeats counted. */
  readonly length: number;
}

/**
 * Cuts a text into sentences and reads their terms.
 *
 * @param tokens of the text, where they are known
 */
export function readSentences(text: string, tokens: readonly Token[] = tokenSpans(text)): ReadSentence[] {
  let next = 0;
  return splitSentences(text).map((sentence) => {
    const terms = new Set<string>();
    const from = next;
    for (; next < tokens.length && tokens[next]!.start < sentence.end; next += 1) terms.add(tokens[next]!.term);
    return { ...sentence, terms: [...terms], length: next - from };
  });
}

/** For each term of the question, the strength of its best match among the terms. */
function strengthsOf(query: Query, match: Matcher, terms: readonly string[]): number[] {
  const best = query.terms.map(() => 0);
  for (const term of terms) {
    const strengths = match(term);
    if (strengths)
      for (let index = 0; index < best.length; index += 1) best[index] = Math.max(best[index]!, strengths[index]!);
  }
  return best;
}

/**
 * Scores each sentence of a text against a question, in the order of the text: the share of the question's terms it
 * holds, by weight, with credit for what the headings and the sentence before already said.
 *
 * @param context terms of the title and headings above the text
 */
export function rankSentences(
  query: Query,
  sentences: readonly ReadSentence[],
  context: readonly string[] = [],
  match: Matcher = createMatcher(query),
): RankedSentence[] {
  const total = query.terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const above = strengthsOf(query, match, context);
  let before: readonly number[] = above.map(() => 0);
  return sentences.map(({ text, start, end, terms, length }) => {
    const own = strengthsOf(query, match, terms);
    let covered = 0;
    query.terms.forEach(({ weight }, index) => {
      const carried = Math.max(above[index]! * HEADING_SHARE, before[index]! * CARRY);
      covered += weight * Math.max(own[index]!, carried);
    });
    before = own;
    const says = holdsType(text, query.type) || query.introduction?.test(text.slice(0, BEGINNING)) === true;
    const bonus = covered > 0 && says ? 1 + TYPE_BONUS : 1;
    const part = POINTER.test(text) ? POINTER_PART : ASIDE.test(text) ? ASIDE_PART : 1;
    return { text, start, end, score: (covered / total) * part * (bonus / (1 + LENGTH_PENALTY * length)) };
  });
}
