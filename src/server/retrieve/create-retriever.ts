import type { ChunkHit, ChunkStore } from '../store/store.ts';
import { fuse, type MeaningHit, type MeaningSearch } from './meaning.ts';
import { draftQuery, oneSlipAway, type Query, type QueryDraft, searchTerms, weighQuery } from './query.ts';
import { type AnalysedChunk, analyseChunk, type RankedChunk, rankChunks, withLead } from './rank.ts';
import { RELEVANCE_THRESHOLD, relevanceOf } from './relevance.ts';
import type { Passage, RetrieveRequest, Retriever } from './retriever.ts';

/** Candidates the index gives for ranking. Of the right SQuAD passages, 99.7 % are among them. */
const CANDIDATES = 100;
/** Passages looked at by meaning. */
const NEAR = 50;
/** Analysed chunks kept between questions; about 10 KB each. */
const ANALYSED_KEPT = 2_000;
/** Two passages that share this part of their words are one. */
const DUPLICATE_SHARE = 0.9;
/** What standing on the visitor's own page is worth. */
const PAGE_BONUS = 1.05;

/** A question that may lean on those before it is read by itself where that is found by so much more … */
const CLEARLY = 0.1;
/** … and one that says it goes on, where with them it is found by less than this part. */
const GOES_ON_PART = 0.5;

/** A question as it was read, with what its words found. */
interface Reading {
  readonly draft: QueryDraft;
  readonly query: Query;
  readonly hits: readonly ChunkHit[];
  /** Passages of the base. */
  readonly total: number;
  readonly ranked: readonly RankedChunk[];
}

const relevanceByWords = ({ ranked: [best] }: Reading): number => (best ? relevanceOf(best.evidence) : 0);

/** Ranked candidates of a question, best first, near-duplicates removed; relevance not yet judged. */
export interface Ranking {
  readonly query: Query;
  readonly ranked: readonly RankedChunk[];
}

/**
 * Retrieval: candidates from the store's full-text index, ranked by `rankChunks`, judged by `relevanceOf`. With a search
 * by meaning, its candidates are joined to these and both orders are fused; a passage is then as relevant as the better
 * of its two judges says. Where meaning cannot be told, words alone decide.
 *
 * @param chunks where passages live
 */
export function createRetriever(
  chunks: ChunkStore,
  meaning: MeaningSearch | null = null,
): Retriever & { rank(request: RetrieveRequest): Promise<Ranking> } {
  const analysed = new Map<string, AnalysedChunk>();
  const analyse = (hit: ChunkHit): AnalysedChunk => {
    const known = analysed.get(hit.id);
    if (known) {
      // Moved to the end, so that what is asked often stays.
      analysed.delete(hit.id);
      analysed.set(hit.id, known);
      return known;
    }
    const fresh = analyseChunk(hit);
    analysed.set(hit.id, fresh);
    if (analysed.size > ANALYSED_KEPT) analysed.delete(analysed.keys().next().value!);
    return fresh;
  };

  const readByWords = async (request: RetrieveRequest, draft: QueryDraft): Promise<Reading> => {
    const { scope, knowledgeBaseId, signal } = request;
    const { asked, related } = searchTerms(draft);
    const frequencies = await chunks.frequencies(scope, knowledgeBaseId, asked);
    signal.throwIfAborted();
    const query = weighQuery(draft, frequencies);
    const hits = await candidates(chunks, request, telling(asked, frequencies.counts), related);
    signal.throwIfAborted();
    const reading = { draft, query, hits, total: frequencies.total, ranked: rankChunks(query, hits.map(analyse)) };
    if (relevanceByWords(reading) >= RELEVANCE_THRESHOLD) return reading;
    const meant = await misspelt(chunks, request, query);
    signal.throwIfAborted();
    if (meant.length === 0) return reading;
    const all = union(hits, meant);
    return { ...reading, hits: all, ranked: rankChunks(query, all.map(analyse)) };
  };

  /** The question with what was asked before, or by itself where that is found clearly better. */
  const readInConversation = async (request: RetrieveRequest, draft: QueryDraft): Promise<Reading> => {
    const leaning = await readByWords(request, draft);
    if (draft.tokens.length === 0) return leaning;
    const alone = await readByWords(request, draftQuery(request.question));
    const [together, byItself] = [leaning, alone].map(relevanceByWords) as [number, number];
    if (byItself < RELEVANCE_THRESHOLD) return leaning;
    return together >= (draft.goesOn ? byItself * GOES_ON_PART : byItself - CLEARLY) ? leaning : alone;
  };

  const rank = async (request: RetrieveRequest): Promise<Ranking> => {
    const draft = draftQuery(request.question, request.earlierQuestions);
    const { scope, knowledgeBaseId, question, signal } = request;
    if (searchTerms(draft).asked.length === 0)
      return { query: weighQuery(draft, { total: 0, counts: new Map() }), ranked: [] };
    const nearIn = (text: string) => {
      const asking = meaning?.({ scope, knowledgeBaseId, text, limit: NEAR, signal }) ?? null;
      // Should words fail first, nobody waits for this any more.
      asking?.catch(() => {});
      return asking;
    };
    const mayLean = draft.earlier.size > 0;
    // Where the words decide how the question is read, its meaning waits for them.
    const early = mayLean ? null : nearIn(question);
    const { query, hits, total, ...read } = await (mayLean ? readInConversation : readByWords)(request, draft);
    const leans = read.draft.earlier.size > 0;
    const text = leans ? [...request.earlierQuestions.slice(-2), question].join('\n') : question;
    const near = (await (mayLean ? nearIn(text) : early)) ?? null;
    signal.throwIfAborted();
    const page = request.page ? withoutFragment(request.page.url) : null;
    const ranked = (
      near
        ? withMeaning(
            rankChunks(
              query,
              union(
                hits,
                near.map(({ hit }) => hit),
              ).map(analyse),
            ),
            near,
            total,
          )
        : read.ranked
    ).map((found) =>
      page !== null && withoutFragment(found.chunk.url) === page
        ? { ...found, score: found.score * PAGE_BONUS }
        : found,
    );
    if (page !== null) ranked.sort((a, b) => b.score - a.score);
    return { query, ranked: withoutDuplicates(ranked, request.limit * 2) };
  };

  return {
    rank,
    async retrieve(request) {
      const { ranked } = await rank(request);
      const passages: Passage[] = [];
      for (const { chunk, evidence, sentences, meaning = 0 } of ranked) {
        const relevance = Math.max(relevanceOf(evidence), meaning);
        if (relevance < RELEVANCE_THRESHOLD) continue;
        const { id: chunkId, documentId, title, heading, text, url } = chunk;
        passages.push({ chunkId, documentId, title, heading, text, url, relevance, sentences });
        if (passages.length === request.limit) break;
      }
      return passages;
    },
  };
}

/** Occurrences of the question's terms that a search reads at most, in chunks; the rarest terms are read whatever they hold. */
const OCCURRENCES = 10_000;
const MIN_SEARCHED = 2;

/**
 * The terms worth searching by: the rarest first, as long as they are found in few enough chunks together. So a question's
 * time grows with what is rare about it, not with the base. A word left out tells little apart, and ranking still counts it
 * in what the others found.
 */
function telling(asked: readonly string[], counts: ReadonlyMap<string, number>): readonly string[] {
  const known = asked.filter((term) => (counts.get(term) ?? 0) > 0).sort((a, b) => counts.get(a)! - counts.get(b)!);
  let read = 0;
  return known.filter((term, index) => {
    read += counts.get(term)!;
    return index < MIN_SEARCHED || read <= OCCURRENCES;
  });
}

/** The asker's own words first; words of like meaning fill up what they leave of the candidates. */
async function candidates(
  chunks: ChunkStore,
  { scope, knowledgeBaseId }: RetrieveRequest,
  asked: readonly string[],
  related: readonly string[],
): Promise<readonly ChunkHit[]> {
  const direct = await chunks.search(scope, knowledgeBaseId, asked, CANDIDATES);
  if (direct.length >= CANDIDATES || related.length === 0) return direct;
  const seen = new Set(direct.map(({ id }) => id));
  const more = await chunks.search(scope, knowledgeBaseId, related, CANDIDATES - direct.length);
  return [...direct, ...more.filter(({ id }) => !seen.has(id))];
}

/** Words looked at for a slip, each a few searches; passages taken for them. */
const MAX_MISSPELT = 2;
const MEANT = 10;
/** Terms of one search. */
const SEARCHED_AT_ONCE = 64;

/** Passages that hold what the words no passage has may have been meant to be. Everyday words are taken as they are written. */
async function misspelt(
  chunks: ChunkStore,
  { scope, knowledgeBaseId }: RetrieveRequest,
  { terms }: Query,
): Promise<readonly ChunkHit[]> {
  const unknown = terms
    .filter(({ own, absent, related }) => own && absent && related.size === 0)
    .slice(0, MAX_MISSPELT);
  const meant = unknown.flatMap(({ term }) => oneSlipAway(term));
  let found: readonly ChunkHit[] = [];
  for (let from = 0; from < meant.length; from += SEARCHED_AT_ONCE)
    found = union(
      found,
      await chunks.search(scope, knowledgeBaseId, meant.slice(from, from + SEARCHED_AT_ONCE), MEANT),
    );
  return found;
}

function union(hits: readonly ChunkHit[], more: readonly ChunkHit[]): readonly ChunkHit[] {
  const seen = new Set(hits.map(({ id }) => id));
  return [...hits, ...more.filter(({ id }) => !seen.has(id))];
}

/** The fused order, each passage with what its meaning says of it. One that means the answer begins with it. */
function withMeaning(byWords: readonly RankedChunk[], near: readonly MeaningHit[], total: number): RankedChunk[] {
  const judged = new Map(near.map(({ hit, relevance }) => [hit.id, relevance(total)]));
  const ids = near.map(({ hit }) => hit.id);
  return fuse(byWords, ids).map((ranked) => {
    const meaning = judged.get(ranked.chunk.id) ?? 0;
    return meaning === 0 ? ranked : { ...ranked, meaning, sentences: withLead(ranked.sentences, meaning) };
  });
}

const withoutFragment = (url: string): string => url.replace(/[#?].*$/, '').replace(/\/$/, '');

/** Keeps the better of passages that say the same: the same page under two addresses, a note repeated on every page. */
function withoutDuplicates(ranked: readonly RankedChunk[], limit: number): RankedChunk[] {
  const kept: RankedChunk[] = [];
  for (const found of ranked) {
    if (kept.length >= limit) break;
    if (!kept.some((other) => sameWords(found.analysed, other.analysed))) kept.push(found);
  }
  return kept;
}

function sameWords(one: AnalysedChunk, other: AnalysedChunk): boolean {
  if (one.chunk.text === other.chunk.text) return true;
  const [small, large] = one.counts.size <= other.counts.size ? [one, other] : [other, one];
  if (small.counts.size < 8 || small.counts.size < large.counts.size * DUPLICATE_SHARE) return false;
  let shared = 0;
  for (const term of small.counts.keys()) if (large.counts.has(term)) shared += 1;
  return shared >= large.counts.size * DUPLICATE_SHARE;
}
