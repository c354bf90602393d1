import { setTimeout as sleep } from 'node:timers/promises';
import { createJobRunner, type JobRunner } from '../jobs/job-runner.ts';
import type { Log } from '../logs.ts';
import type { MeaningSearch } from '../retrieve/meaning.ts';
import type { Store } from '../store/store.ts';
import { NO_TRACING, type Tracing, tracedJobs } from '../tracing.ts';
import { EMBED_JOB, embedJobHandler, queueEmbedding, withEmbedding } from './embed-job.ts';
import type { Embedder } from './embedder.ts';
import { createMeaningSearch } from './search-by-meaning.ts';
import { measureScale, type SimilarityScale } from './similarity-scale.ts';

/** Everything an embedding model adds to a server. */
export interface Embeddings {
  /** The store to give to everything else: what changes in it gets embedded. */
  readonly store: Store;
  readonly meaning: MeaningSearch;
  /** Embeds what is missing. Runs beside the other background work. */
  readonly jobs: JobRunner;
}

const FIRST_PAUSE_MS = 5_000;
const MAX_PAUSE_MS = 10 * 60_000;

/**
 * Search by meaning over a store. At the start of its jobs the model's scale is taken and every base that lacks vectors of
 * this model is queued: after a change of the model, after an outage, after documents came in without this server. While
 * the service is away that is tried again, at first after 5 s, then less and less often.
 */
export function makeEmbeddings(parts: {
  readonly store: Store;
  readonly embedder: Embedder;
  readonly clock: () => number;
  readonly log: Log;
  /** Default: that of `createMeaningSearch`. */
  readonly questionTimeoutMs?: number;
  readonly tracing?: Tracing;
}): Embeddings {
  const { store, embedder, clock, log, questionTimeoutMs, tracing = NO_TRACING } = parts;
  const ending = new AbortController();
  let scale: SimilarityScale | null = null;
  let surveying: Promise<void> | null = null;
  let firstTry: Promise<unknown> = Promise.resolve();

  const runner = createJobRunner({
    jobs: store.jobs,
    handlers: tracedJobs({ [EMBED_JOB]: embedJobHandler({ store, embedder, log }) }, tracing),
    clock,
    log,
  });

  const survey = async (): Promise<void> => {
    const measured = await measureScale(embedder, { signal: ending.signal });
    const model = { name: embedder.model, dimension: measured.dimension };
    const bases = await store.vectors.incomplete(model);
    for (const { accountId, knowledgeBaseId } of bases)
      await queueEmbedding(store.jobs, { accountId }, knowledgeBaseId, clock());
    scale = measured;
    log.info({ model: model.name, dimension: model.dimension, bases: bases.length }, 'embedding model in use');
    runner.wake();
  };
  const surveyUntilDone = async (): Promise<void> => {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(MAX_PAUSE_MS, pause * 2)) {
      try {
        const attempt = survey();
        firstTry = attempt.catch(() => {});
        return await attempt;
      } catch (error) {
        if (ending.signal.aborted) return;
        log.warn({ err: error, again: pause }, 'the embedding service fails; search is by words');
        await sleep(pause, undefined, { signal: ending.signal, ref: false }).catch(() => {});
        if (ending.signal.aborted) return;
      }
    }
  };
  const startSurvey = (): void => {
    surveying ??= surveyUntilDone().finally(() => {
      surveying = null;
    });
  };

  return {
    store: withEmbedding(store, () => runner.wake()),
    meaning: createMeaningSearch({
      vectors: store.vectors,
      embedder,
      scaleOf(dimension) {
        if (scale?.dimension === dimension) return scale;
        // The model behind the name is another one now: everything is embedded anew.
        if (scale && !ending.signal.aborted) startSurvey();
        return null;
      },
      clock,
      log,
      ...(questionTimeoutMs !== undefined && { timeoutMs: questionTimeoutMs }),
    }),
    jobs: {
      start() {
        startSurvey();
        runner.start();
      },
      wake: runner.wake,
      async idle() {
        await firstTry;
        await runner.idle();
      },
      async stop() {
        ending.abort(new Error('The server is stopping.'));
        await Promise.all([surveying, runner.stop()]);
      },
    },
  };
}
