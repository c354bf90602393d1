import type { ChunkRow } from '../store/store.ts';
import { createMatcher, inverseFrequency, type Matcher, type Query } from './query.ts';
import { type RankedSentence, type ReadSentence, rankSentences, readSentences } from './sentences.ts';
import { plainWords, type Token, tokenize, tokenSpans } from './tokenize.ts';

/**
 * The order of passages, as one algorithm over the candidates the index gave: BM25 with the knowledge base's own term
 * weights, plus how near the question's words stand to each other, plus the best sentence, plus what stands there in the
 * asker's own wording. Pure; nothing is remembered.
 */

/** BM25's saturation and length norm. 0.8–1.6 and 0.5–0.9 differ by less than 0.5 % first on SQuAD. */
const K1 = 1.2;
const B = 0.75;
/** Occurrences a hit in the title or a heading counts as. */
const TITLE_COUNT = 0.6;
const HEADING_COUNT = 2;
/**
 * What counts beside BM25. Halved or doubled, none moves the passages found among the first five by more than 0.3 %
 * (`npm run bench:retrieval -- --ablation`).
 */
export const WEIGHT = {
  /** Pairs of the question's words that stand together. */
  proximity: 1,
  /** The best sentence, in units of the question's whole weight. */
  sentence: 0.6,
  /** A heading that is what was asked about, in units of the question's whole weight. */
  about: 1,
  /** Words in the very form the asker used, in units of how rare they are: stems join what may be different things. */
  form: 0.3,
  /** Words side by side as the asker wrote them, stop words too, in units of how rare that is among the candidates. */
  phrase: 0.3,
  /** Part of its document's best passages that each passage shares in. */
  document: 0.2,
} as const;
/** Weights that may differ from {@link WEIGHT}, to measure what each does. */
export type Weights = { readonly [Name in keyof typeof WEIGHT]: number };
/** How far apart pairs still count. */
const MAX_DISTANCE = 8;
/** A heading further up counts this part: its own text stands before that of the sections below it. */
const ABOVE = 0.8;
/** What the first sentence under such a heading earns; the second half of it, the third a third. */
const LEAD = 0.5;
/** Positions between title, headings and text, so that no pair spans two of them. */
const FIELD_GAP = 100;

/** A chunk read once: its terms, where they stand, and how often they count. */
export interface AnalysedChunk {
  readonly chunk: ChunkRow;
  /** Term → positions, ascending. */
  readonly positions: ReadonlyMap<string, readonly number[]>;
  /** Term → occurrences, those in title and headings at their own count. */
  readonly counts: ReadonlyMap<string, number>;
  /** Terms of the text. */
  readonly length: number;
  /** Distinct terms of title and headings. */
  readonly context: readonly string[];
  /** Distinct terms of the title and of each heading above the text. */
  readonly headings: readonly (readonly string[])[];
  /** Its words as they are written, each between spaces; a line for title, headings and text. */
  readonly wording: string;
  readonly sentences: readonly ReadSentence[];
}

/** Reads a chunk for ranking. */
export function analyseChunk(chunk: ChunkRow): AnalysedChunk {
  const positions = new Map<string, number[]>();
  const counts = new Map<string, number>();
  let base = 0;
  let ofText: readonly Token[] = [];
  for (const [text, count] of [
    [chunk.title, TITLE_COUNT],
    [chunk.heading, HEADING_COUNT],
    [chunk.text, 1],
  ] as const) {
    const tokens = tokenSpans(text);
    for (const { term, position } of tokens) {
      const at = positions.get(term);
      if (at) at.push(base + position);
      else positions.set(term, [base + position]);
      counts.set(term, (counts.get(term) ?? 0) + count);
    }
    base += (tokens.at(-1)?.position ?? 0) + FIELD_GAP;
    ofText = tokens;
  }
  const headings = [chunk.title, ...chunk.heading.split(' › ')]
    .map((text) => [...new Set(tokenize(text))])
    .filter((terms) => terms.length > 0);
  const context = [...new Set(headings.flat())];
  const sentences = readSentences(chunk.text, ofText);
  const wording = [chunk.title, chunk.heading, chunk.text].map((text) => ` ${plainWords(text).join(' ')} `).join('\n');
  return { chunk, positions, counts, length: ofText.length, context, headings, wording, sentences };
}

/** What ranking saw of a passage. The shares are of the question's whole weight; `relevance.ts` reads them. */
export interface Evidence {
  /** Share of the question's weight the passage holds, at each match's strength. */
  readonly coverage: number;
  /** The same for its best sentence. */
  readonly sentence: number;
  /** Nearness of the question's pairs, 0–1. */
  readonly proximity: number;
  /** The asker's own terms, without those that say little. */
  readonly ownTerms: number;
}

export interface RankedChunk {
  readonly chunk: ChunkRow;
  readonly analysed: AnalysedChunk;
  readonly score: number;
  readonly evidence: Evidence;
  readonly sentences: readonly RankedSentence[];
  /** Chance, 0–1, that it answers, by its meaning; absent where meaning was not looked at. */
  readonly meaning?: number;
}

interface Match {
  /** The term of the chunk that stands for the question's. */
  readonly found: string;
  readonly strength: number;
}

/** For each term of the question, what stands for it best in the chunk. */
function matchesOf(query: Query, match: Matcher, chunk: AnalysedChunk): (Match | null)[] {
  const matches: (Match | null)[] = query.terms.map(() => null);
  for (const found of chunk.counts.keys()) {
    match(found)?.forEach((strength, index) => {
      if (strength > (matches[index]?.strength ?? 0)) matches[index] = { found, strength };
    });
  }
  return matches;
}

/** Words between the nearest occurrences beyond their distance in the question; order kept is one better than reversed. */
function nearest(first: readonly number[], second: readonly number[], distance: number): number {
  let best = MAX_DISTANCE;
  for (const one of first) {
    for (const other of second) {
      if (one === other) continue;
      const apart = other > one ? Math.abs(other - one - distance) : Math.abs(one - other - distance) + 1;
      if (apart < best) best = apart;
    }
  }
  return best;
}

/**
 * How far the passage stands under a heading that is what was asked about, 0–1: the share of the question the best of
 * its headings holds, times the share of that heading that was asked. "Backup" is about "How do I make a backup?";
 * "Remove a site, revoke a key" is only partly about "How do I revoke a key?".
 */
function aboutness(query: Query, match: Matcher, { headings }: AnalysedChunk, total: number): number {
  let best = 0;
  for (const [index, terms] of headings.entries()) {
    const strengths = query.terms.map(() => 0);
    let asked = 0;
    for (const term of terms) {
      const found = match(term);
      if (!found) continue;
      asked += Math.max(...found);
      found.forEach((strength, at) => {
        strengths[at] = Math.max(strengths[at]!, strength);
      });
    }
    const covered = query.terms.reduce((sum, { weight }, index) => sum + weight * strengths[index]!, 0) / total;
    const nearness = index === headings.length - 1 ? 1 : ABOVE;
    best = Math.max(best, covered * (asked / terms.length) * nearness);
  }
  return best;
}

/** A shorter piece leads nothing: the text of a link, a label. UTF-16 code units. */
const MIN_LEAD_CHARS = 15;

/**
 * Under a heading that is the question, the text begins with the answer, whatever words it uses.
 *
 * @param about how much it is, 0–1
 */
export function withLead(sentences: readonly RankedSentence[], about: number): RankedSentence[] {
  let place = 0;
  return sentences.map((ranked) => {
    if (ranked.text.length < MIN_LEAD_CHARS) return ranked;
    place += 1;
    return { ...ranked, score: ranked.score + (LEAD * about) / place };
  });
}

function scoreChunk(
  query: Query,
  match: Matcher,
  chunk: AnalysedChunk,
  averageLength: number,
  phrase: number,
  weights: Weights,
): RankedChunk {
  const total = query.terms.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const norm = 1 - B + B * (chunk.length / averageLength);
  const matches = matchesOf(query, match, chunk);
  let score = 0;
  let covered = 0;
  query.terms.forEach(({ weight }, index) => {
    const best = matches[index];
    const strength = best?.strength ?? 0;
    if (!best) return;
    const count = chunk.counts.get(best.found)! / norm;
    score += (strength * weight * count * (K1 + 1)) / (count + K1);
    covered += strength * weight;
  });
  let near = 0;
  let possible = 0;
  for (const { first, second, distance } of query.pairs) {
    const weight = Math.min(query.terms[first]!.weight, query.terms[second]!.weight);
    possible += weight;
    const [one, other] = [matches[first], matches[second]];
    if (!one || !other) continue;
    const apart = nearest(chunk.positions.get(one.found)!, chunk.positions.get(other.found)!, distance);
    if (apart < MAX_DISTANCE) near += (weight * one.strength * other.strength) / (1 + apart);
  }
  const sentences = rankSentences(query, chunk.sentences, chunk.context, match);
  const sentence = sentences.reduce((best, ranked) => Math.max(best, ranked.score), 0);
  const about = aboutness(query, match, chunk, total);
  const form = query.forms.reduce((sum, { word, rarity }) => sum + (holdsWording(chunk, word) ? rarity : 0), 0);
  return {
    chunk: chunk.chunk,
    analysed: chunk,
    sentences: withLead(sentences, about),
    score:
      score +
      weights.proximity * near +
      total * (weights.sentence * sentence + weights.about * about) +
      weights.form * form +
      weights.phrase * phrase,
    evidence: {
      coverage: covered / total,
      sentence,
      // A question of one term has no pairs: its term stands alone as well as it can.
      proximity: possible > 0 ? near / possible : covered / total,
      ownTerms: query.terms.filter(({ own, aside }) => own && !aside).length,
    },
  };
}

/** Whether the words stand in the chunk as they are written, side by side. */
const holdsWording = ({ wording }: AnalysedChunk, words: string): boolean => wording.includes(` ${words} `);

/** For each candidate, what it holds of the words that stand side by side in the question, by how few candidates do. */
function phraseScores(query: Query, candidates: readonly AnalysedChunk[]): number[] {
  const scores = candidates.map(() => 0);
  for (const words of query.phrases) {
    const holders = [...candidates.keys()].filter((index) => holdsWording(candidates[index]!, words));
    const rarity = inverseFrequency(holders.length, candidates.length);
    for (const index of holders) scores[index]! += rarity;
  }
  return scores;
}

/** Ranks candidates, best first. Ties keep the order they came in. */
export function rankChunks(
  query: Query,
  candidates: readonly AnalysedChunk[],
  weights: Weights = WEIGHT,
): RankedChunk[] {
  const average = candidates.reduce((sum, { length }) => sum + length, 0) / (candidates.length || 1) || 1;
  const match = createMatcher(query);
  const phrases = phraseScores(query, candidates);
  const scored = candidates.map((candidate, index) =>
    scoreChunk(query, match, candidate, average, phrases[index]!, weights),
  );
  const byDocument = new Map<string, number[]>();
  for (const { chunk, score } of scored) {
    const scores = byDocument.get(chunk.documentId) ?? [];
    scores.push(score);
    byDocument.set(chunk.documentId, scores);
  }
  const shares = new Map(
    [...byDocument].map(([id, scores]) => {
      const best = scores.sort((a, b) => b - a).slice(0, 3);
      return [id, (weights.document * best.reduce((sum, score) => sum + score, 0)) / 3] as const;
    }),
  );
  return scored
    .map((ranked) => ({ ...ranked, score: ranked.score + shares.get(ranked.chunk.documentId)! }))
    .sort((a, b) => b.score - a.score);
}
