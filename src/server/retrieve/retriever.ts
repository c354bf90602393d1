import type { Scope } from '../store/store.ts';
import type { RankedSentence } from './sentences.ts';

/** A passage that may answer a question. */
export interface Passage {
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  readonly url: string;
  /** 0–1, calibrated: see `relevance.ts`. */
  readonly relevance: number;
  /** The sentences of `text` in its order, each with how well it answers: what an answerer that quotes chooses from. */
  readonly sentences?: readonly RankedSentence[];
}

export interface RetrieveRequest {
  readonly scope: Scope;
  readonly knowledgeBaseId: string;
  readonly question: string;
  /** Earlier questions of the visitor, oldest first: "and for Firefox?" is found through them. */
  readonly earlierQuestions: readonly string[];
  /** The page the visitor is on; breaks ties. */
  readonly page?: { readonly url: string; readonly title: string };
  /** Most passages to give. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Finds passages. Best first; only those above the relevance threshold, so an empty list means "not in the sources". */
export interface Retriever {
  retrieve(request: RetrieveRequest): Promise<readonly Passage[]>;
}
