import type { ChunkHit, Scope } from '../store/store.ts';
import type { RankedChunk } from './rank.ts';

/** A passage near the question in meaning. */
export interface MeaningHit {
  /** Its `score` is the cosine. */
  readonly hit: ChunkHit;
  /** Chance, 0–1, that it answers, in a base of so many passages. */
  readonly relevance: (passages: number) => number;
}

/** Finds passages by meaning, nearest first; `null` when that cannot be told at the moment. Rejects only by the signal. */
export type MeaningSearch = (asked: {
  readonly scope: Scope;
  readonly knowledgeBaseId: string;
  readonly text: string;
  readonly limit: number;
  readonly signal: AbortSignal;
}) => Promise<readonly MeaningHit[] | null>;

/** Of reciprocal rank fusion: how little the first ranks stand out. 60 as in Cormack, Clarke and Büttcher (2009). */
const RRF = 60;

/**
 * Joins two orders of the same passages: each list gives `1 / (60 + rank)`. A passage that holds none of the words is in
 * no order by words.
 *
 * @param byWords every candidate, ranked by words
 * @param near ids, nearest first
 */
export function fuse(byWords: readonly RankedChunk[], near: readonly string[]): RankedChunk[] {
  const place = new Map(near.map((id, index) => [id, index]));
  return byWords
    .map((ranked, index) => {
      const words = ranked.evidence.coverage > 0 ? 1 / (RRF + index + 1) : 0;
      const at = place.get(ranked.chunk.id);
      return { ...ranked, score: words + (at === undefined ? 0 : 1 / (RRF + at + 1)) };
    })
    .sort((a, b) => b.score - a.score);
}
