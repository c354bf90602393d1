import type { Evidence } from './rank.ts';

/**
 * A logistic fit of "the best passage is the right one" over what ranking saw, on the 2,910 answerable questions of SQuAD
 * v2's dev half, asked once with and once without their article in the index (`npm run bench:retrieval`, 2026-11-23).
 *
 * Calibrated there: of passages given 0.2–0.3, 32 % were right; 0.5–0.6, 67 %; 0.8–0.9, 88 %; above 0.9, 95 %. The rarest
 * words of a question weigh most in `coverage`, so one that no passage holds pulls the relevance down hardest.
 */
const FIT = { constant: -8.8, coverage: 6, sentence: 3.2, proximity: 2.5, ownTerms: 0.5 } as const;
/** Beyond this many words a longer question says no more about its passage. */
const MAX_OWN_TERMS = 8;

/**
 * Below this a passage is not given; when none is above, the answer is not in the sources. There, "not found" has
 * precision 0.92 and recall 0.90 against a removed article (F1 0.91); at 0.3 F1 is 0.92, but 4 % more of the
 * questions that have an answer go without.
 */
export const RELEVANCE_THRESHOLD = 0.2;

/** Chance, 0–1, that the passage holds what was asked. */
export function relevanceOf({ coverage, sentence, proximity, ownTerms }: Evidence): number {
  const logit =
    FIT.constant +
    FIT.coverage * coverage +
    FIT.sentence * Math.min(1, sentence) +
    FIT.proximity * proximity +
    FIT.ownTerms * Math.min(MAX_OWN_TERMS, ownTerms);
  return 1 / (1 + Math.exp(-logit));
}
