import type { Log } from '../logs.ts';
import type { MeaningSearch } from '../retrieve/meaning.ts';
import type { VectorStore } from '../store/store.ts';
import type { Embedder } from './embedder.ts';
import type { SimilarityScale } from './similarity-scale.ts';

/** A visitor waits for it, so it is not waited for long, nor asked again soon after it failed. */
export const QUESTION = { timeoutMs: 2_500, restMs: 30_000, chars: 2_000 } as const;

/**
 * Finds passages by the vector of the question. A service that fails or is slow never fails a question: it is logged, it
 * is left alone for half a minute, and meanwhile search is by words.
 *
 * @param scaleOf gives the model's scale, or `null` while there is none for vectors of this dimension: then vectors order
 *   what words found, and find nothing by themselves
 */
export function createMeaningSearch(parts: {
  readonly vectors: Pick<VectorStore, 'nearest'>;
  readonly embedder: Embedder;
  readonly scaleOf: (dimension: number) => SimilarityScale | null;
  readonly clock: () => number;
  readonly log: Log;
  readonly timeoutMs?: number;
}): MeaningSearch {
  const { vectors, embedder, scaleOf, clock, log, timeoutMs = QUESTION.timeoutMs } = parts;
  let restUntil = 0;
  return async ({ scope, knowledgeBaseId, text, limit, signal }) => {
    if (clock() < restUntil) return null;
    try {
      const asked = text.slice(-QUESTION.chars);
      const [vector] = await embedder.embed([asked], { signal, timeoutMs, attempts: 1 });
      const hits = await vectors.nearest(scope, knowledgeBaseId, embedder.model, vector!, limit);
      const scale = scaleOf(vector!.length);
      return hits.map((hit) => ({ hit, relevance: (passages) => scale?.relevance(hit.score, passages) ?? 0 }));
    } catch (error) {
      signal.throwIfAborted();
      restUntil = clock() + QUESTION.restMs;
      log.warn({ err: error, restMs: QUESTION.restMs }, 'no embedding of the question; search is by words');
      return null;
    }
  };
}
