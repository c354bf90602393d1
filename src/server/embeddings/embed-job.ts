import type { JobHandler } from '../jobs/job-runner.ts';
import type { Log } from '../logs.ts';
import type { ChunkRow, Scope, Store } from '../store/store.ts';
import { EMBEDDING, type Embedder, EmbeddingError } from './embedder.ts';

/** The kind of job that embeds what a knowledge base has without a vector. */
export const EMBED_JOB = 'embed';
/** Chunks looked up at once. */
const SLICE = 8 * EMBEDDING.batchTexts;
/** Of one text, UTF-16 code units; the first is more than any chunk but one of much code. */
const TEXT_CHARS = { whole: 6_000, cut: 1_000 } as const;

/** Asks for a knowledge base to be embedded. */
export async function queueEmbedding(
  jobs: Store['jobs'],
  { accountId }: Scope,
  knowledgeBaseId: string,
  now: number,
): Promise<void> {
  const payload = { knowledgeBaseId };
  const id = `${EMBED_JOB}:${knowledgeBaseId}`;
  await jobs.put({ id, accountId, kind: EMBED_JOB, payload, bytes: null, runAt: now, createdAt: now });
}

/**
 * A store in which every change of a document's chunks asks for their embedding. Should the process die between the two,
 * the look for what is missing at the next start finds it.
 *
 * @param queued called after each
 */
export function withEmbedding(store: Store, queued: () => void = () => {}): Store {
  return {
    ...store,
    chunks: {
      ...store.chunks,
      async replace(scope, knowledgeBaseId, documentId, chunks, now) {
        await store.chunks.replace(scope, knowledgeBaseId, documentId, chunks, now);
        await queueEmbedding(store.jobs, scope, knowledgeBaseId, now);
        queued();
      },
    },
  };
}

/** What is embedded of a chunk: its text below its title and headings, which say what it is about. */
export function embeddedText({ title, heading, text }: ChunkRow): string {
  return [title, heading, text].filter(Boolean).join('\n').slice(0, TEXT_CHARS.whole);
}

/**
 * Embeds what is missing in a base, a batch at a time, each stored before the next is asked for. A service that fails ends
 * the job, which is tried again later; what was stored stays.
 */
export function embedJobHandler(parts: {
  readonly store: Pick<Store, 'vectors'>;
  readonly embedder: Embedder;
  readonly log: Log;
}): JobHandler {
  const { store, embedder, log } = parts;
  return async ({ accountId, payload }, signal) => {
    const scope = { accountId };
    const knowledgeBaseId = String(payload.knowledgeBaseId);
    // Says what the service gives today; the vectors of yesterday may have had another dimension.
    const [probe] = await embedder.embed(['dimension'], { signal });
    const model = { name: embedder.model, dimension: probe!.length };
    for (;;) {
      const missing = await store.vectors.missing(scope, knowledgeBaseId, model, SLICE);
      if (missing.length === 0) return undefined;
      for (let from = 0; from < missing.length; from += EMBEDDING.batchTexts) {
        const batch = missing.slice(from, from + EMBEDDING.batchTexts);
        const vectors = await embedBatch(embedder, batch, model.dimension, signal, log);
        if (vectors.some(({ length }) => length !== model.dimension))
          throw new EmbeddingError('failed', 'The embedding service changed the dimension of its vectors.');
        await store.vectors.put(
          scope,
          knowledgeBaseId,
          model,
          batch.map(({ id: chunkId }, index) => ({ chunkId, vector: vectors[index]! })),
        );
      }
    }
  };
}

/** A text the service will not take must not keep the others from it: then each is asked for alone, and cut. */
async function embedBatch(
  embedder: Embedder,
  chunks: readonly ChunkRow[],
  dimension: number,
  signal: AbortSignal,
  log: Log,
): Promise<Float32Array[]> {
  const refused = (error: unknown): null => {
    if (error instanceof EmbeddingError && error.code === 'refused') return null;
    throw error;
  };
  const texts = chunks.map(embeddedText);
  const together = await embedder.embed(texts, { signal }).catch(refused);
  if (together) return together;
  const vectors: Float32Array[] = [];
  for (const [index, text] of texts.entries()) {
    const alone =
      (await embedder.embed([text], { signal }).catch(refused)) ??
      (await embedder.embed([text.slice(0, TEXT_CHARS.cut)], { signal }).catch(refused));
    if (alone) vectors.push(alone[0]!);
    else {
      // Unless it refuses everything: then it is not the text.
      await embedder.embed(['dimension'], { signal });
      log.warn({ chunk: chunks[index]!.id }, 'the embedding service refuses a passage; it is found by words only');
      vectors.push(new Float32Array(dimension));
    }
  }
  return vectors;
}
