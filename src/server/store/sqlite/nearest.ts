import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type Database from 'libsql';
import { bytesOf } from '../sql/vectors.ts';
import type { ChunkHit, VectorStore } from '../store.ts';

/** Finds the nearest vectors by looking at every one of a base. `close` ends what it holds. */
export interface VectorScan {
  readonly nearest: VectorStore['nearest'];
  close(): Promise<void>;
}

/** What a scan is asked: the arguments of `VectorStore.nearest`, the vector as it is stored. */
export type ScanArguments = readonly [
  accountId: string,
  knowledgeBaseId: string,
  model: string,
  vector: Uint8Array,
  limit: number,
];

/**
 * The scan over a connection. It reads 20,000 vectors of 384 numbers in about 25 ms (`npm run bench:scale`), in
 * which nothing else happens on its thread. The distance is computed inside the engine: handing the vectors out takes
 * six times as long.
 */
export function scanner(database: Database.Database): (...asked: ScanArguments) => ChunkHit[] {
  const statement = database.prepare(`
    with best as materialized (
      select chunk_id, vector_distance_cos(vector, ?1) as distance from chunk_vectors
      where knowledge_base_id = ?2 and model = ?3 and dimension = ?4 order by distance is null, distance limit ?5
    )
    select c.id, c.document_id as documentId, c.ordinal, c.title, c.heading, c.text, c.url, 1 - best.distance as score
    from best
    join chunks c on c.id = best.chunk_id
    join documents d on d.id = c.document_id
    where d.account_id = ?6 and d.knowledge_base_id = ?2 and c.ordinal >= 0 and best.distance is not null
    order by best.distance, c.row_number`);
  return (accountId, knowledgeBaseId, model, vector, limit) =>
    statement.all([
      Buffer.from(vector),
      knowledgeBaseId,
      model,
      vector.length / 4,
      limit,
      accountId,
    ]) as unknown as ChunkHit[];
}

/** Scans on this thread: for a database in memory. */
export function nearestHere(database: Database.Database): VectorScan {
  // Prepared when it is first asked for: the schema is there by then.
  let scan: ReturnType<typeof scanner> | null = null;
  return {
    async nearest({ accountId }, knowledgeBaseId, model, vector, limit) {
      scan ??= scanner(database);
      return scan(accountId, knowledgeBaseId, model, bytesOf(vector), limit);
    },
    async close() {},
  };
}

/** A question to the worker and its answer. */
export interface ScanRequest {
  readonly id: number;
  readonly asked: ScanArguments;
}
export type ScanAnswer = { readonly id: number } & ({ readonly hits: ChunkHit[] } | { readonly error: string });

/**
 * Scans in a worker thread with a connection of its own, so that the event loop goes on. The worker starts with the
 * first question; one that dies fails the questions it had, and the next question starts another.
 */
export function nearestInWorker(file: string): VectorScan {
  let worker: Worker | null = null;
  let count = 0;
  const waiting = new Map<number, { resolve: (hits: ChunkHit[]) => void; reject: (error: Error) => void }>();

  const start = (): Worker => {
    const fresh = new Worker(...program(file));
    const failAll = (error: Error) => {
      if (worker !== fresh) return;
      worker = null;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    fresh.on('message', (answer: ScanAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('hits' in answer) asked?.resolve(answer.hits);
      else asked?.reject(new Error(answer.error));
      // Waiting for questions must not keep a process alive that has nothing else to do.
      if (waiting.size === 0) fresh.unref();
    });
    fresh.on('error', failAll);
    fresh.on('exit', () => failAll(new Error('The thread that compares vectors ended.')));
    return fresh;
  };

  return {
    nearest: ({ accountId }, knowledgeBaseId, model, vector, limit) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        worker.ref();
        count += 1;
        waiting.set(count, { resolve, reject });
        const asked = [accountId, knowledgeBaseId, model, bytesOf(vector), limit] as const;
        worker.postMessage({ id: count, asked } satisfies ScanRequest);
      }),
    async close() {
      await worker?.terminate();
    },
  };
}

/** The worker's program: `nearest-worker.js` beside the built server, else the source through tsx. */
function program(file: string): ConstructorParameters<typeof Worker> {
  const options = { workerData: { file }, env: {} };
  const built = fileURLToPath(new URL('./nearest-worker.js', import.meta.url));
  if (existsSync(built)) return [built, options];
  // A worker of Node 20 does not take tsx by `--import`.
  const tsx = new URL(
    './dist/esm/api/index.mjs',
    pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json')),
  );
  const source = new URL('./nearest-worker.ts', import.meta.url).href;
  const start = `import(${JSON.stringify(tsx.href)}).then(({ tsImport }) => tsImport(${JSON.stringify(source)}, ${JSON.stringify(source)}))`;
  return [start, { ...options, eval: true }];
}
