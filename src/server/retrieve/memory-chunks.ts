import type { ChunkHit, ChunkStore } from '../store/store.ts';
import { tokenize } from './tokenize.ts';

/** BM25's usual constants: how soon repeating a word stops counting, and how much a long passage is held back. */
const K1 = 1.2;
const B = 0.75;

/**
 * The passages of one text, held in memory and searched as the store's are: for a file that lives as long as its conversation
 * and is asked a few questions. At most a few hundred passages.
 *
 * @param documentId what the passages are named by
 */
export function memoryChunks(
  documentId: string,
  title: string,
  chunks: readonly { readonly heading: string; readonly text: string }[],
): ChunkStore {
  const indexed = chunks.map(({ heading, text }, ordinal) => {
    const counts = new Map<string, number>();
    // The name is the same for all of them and tells none apart.
    const terms = tokenize(`${heading}\n${text}`);
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    return {
      row: { id: `${documentId}.${ordinal}`, documentId, ordinal, title, heading, text, url: '' },
      counts,
      length: terms.length,
    };
  });
  const meanLength = indexed.reduce((sum, { length }) => sum + length, 0) / Math.max(1, indexed.length);
  const holding = (term: string) => indexed.filter(({ counts }) => counts.has(term)).length;
  return {
    replace: () => Promise.reject(new Error('These passages do not change.')),
    async search(_scope, _base, terms, limit) {
      const weights = new Map(
        terms.map((term) => {
          const found = holding(term);
          return [term, Math.log(1 + (indexed.length - found + 0.5) / (found + 0.5))];
        }),
      );
      const hits: ChunkHit[] = [];
      for (const { row, counts, length } of indexed) {
        let score = 0;
        for (const [term, weight] of weights) {
          const count = counts.get(term) ?? 0;
          score += (weight * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / meanLength));
        }
        if (score > 0) hits.push({ ...row, score });
      }
      return hits.sort((a, b) => b.score - a.score).slice(0, limit);
    },
    async frequencies(_scope, _base, terms) {
      return { total: indexed.length, counts: new Map(terms.map((term) => [term, holding(term)])) };
    },
    headings: async () => [],
  };
}
