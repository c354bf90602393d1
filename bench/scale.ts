import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { readArguments, refuse } from '../scripts/read-arguments.ts';
import { ingestDocument } from '../src/server/ingest/ingest-document.ts';
import { createRetriever } from '../src/server/retrieve/create-retriever.ts';
import { splitSentences } from '../src/server/retrieve/split-sentences.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import type { Store } from '../src/server/store/store.ts';
import { sharedPath } from '../test/corpora.ts';
import { seededRandom } from '../test/random.ts';

/**
 * `npm run bench:scale`: how a question's time, the index and ingest grow with the
 * knowledge base; with `--vectors`, how long comparing as many vectors of 384 numbers takes, and for how long that keeps
 * the event loop. Pages a second are HTML pages of about 5 kB, from bytes to searchable.
 * Passages are sentences of SQuAD's paragraphs, six of one article drawn at random, so that words are as frequent as in
 * text people wrote; a document holds 100 of them.
 */
const USAGE = `npm run bench:scale -- [passages…, default 1000 10000 100000] [--vectors]
  --vectors   also how long comparing as many vectors takes`;

const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { vectors: { type: 'boolean', default: false } },
});
const withVectors = values.vectors;
const sizes = positionals.map(Number);
if (!sizes.every((size) => size > 0)) refuse(`Not numbers above 0: ${positionals.join(' ')}.`, USAGE);
const SIZES = sizes.length > 0 ? sizes : [1_000, 10_000, 100_000];
const PER_DOCUMENT = 100;
const QUESTIONS = 200;
const PAGES = 200;
const DIMENSION = 384;

interface Squad {
  readonly data: readonly {
    readonly title: string;
    readonly paragraphs: readonly {
      readonly context: string;
      readonly qas: readonly { readonly question: string }[];
    }[];
  }[];
}
const squad = JSON.parse(gunzipSync(readFileSync(sharedPath('data/squad-v2-dev.json.gz'))).toString('utf8')) as Squad;
const articles = squad.data.map(({ title, paragraphs }) => ({
  title: title.replaceAll('_', ' '),
  sentences: paragraphs.flatMap(({ context }) => splitSentences(context).map(({ text }) => text)),
}));
const questions = squad.data.flatMap(({ paragraphs }) =>
  paragraphs.flatMap(({ qas }) => qas.map(({ question }) => question)),
);
const scope = { accountId: 'acct_1' };
const signal = new AbortController().signal;

await pagesPerSecond();
let smallest: { readonly size: number; readonly p50: number } | null = null;
for (const size of SIZES) {
  const random = seededRandom(size);
  const folder = mkdtempSync(join(tmpdir(), 'assisters-scale-'));
  const file = join(folder, 'bench.db');
  const store = openSqliteStore({ file });
  await store.accounts.create({ id: 'acct_1', name: 'bench', plan: 'enterprise', createdAt: 0 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 0 });
  const started = performance.now();
  for (let number = 0; number * PER_DOCUMENT < size; number += 1) {
    const { title, sentences } = articles[Math.floor(random() * articles.length)]!;
    const id = `doc_${number}`;
    await store.knowledge.putDocument({
      id,
      accountId: 'acct_1',
      knowledgeBaseId: 'kb_1',
      key: id,
      title,
      url: `https://site.example/${number}`,
      filename: null,
      mediaType: 'text/plain',
      bytes: 0,
      contentHash: '',
      status: 'processing',
      error: null,
      chunkCount: 0,
      metadata: {},
      createdAt: 0,
      updatedAt: 0,
    });
    const chunks = Array.from({ length: Math.min(PER_DOCUMENT, size) }, (_, ordinal) => ({
      id: `${id}.${ordinal}`,
      ordinal,
      title,
      heading: '',
      text: Array.from({ length: 6 }, () => sentences[Math.floor(random() * sentences.length)]!).join(' '),
      url: '',
    }));
    await store.chunks.replace(scope, 'kb_1', id, chunks, 0);
  }
  const indexedMs = performance.now() - started;
  const retriever = createRetriever(store.chunks);
  const times: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const question = questions[Math.floor(random() * questions.length)]!;
    const from = performance.now();
    await retriever.retrieve({ scope, knowledgeBaseId: 'kb_1', question, earlierQuestions: [], limit: 5, signal });
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1);
  smallest ??= { size, p50: Number(at(0.5)) };
  const grown = `${(Number(at(0.5)) / smallest.p50).toFixed(1)} x the time for ${size / smallest.size} x the passages`;
  const bytes = ['', '-wal'].reduce(
    (sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  const vectors = withVectors ? await compareVectors(store, size) : '';
  await store.close();
  console.log(
    `${String(size).padStart(7)} passages: question p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ` +
      `${Math.round((size / indexedMs) * 1000)} passages/s in; database ${(bytes / 1024 / 1024).toFixed(1)} MiB; ${grown}${vectors}`,
  );
  rmSync(folder, { recursive: true });
}

/** Puts a random vector on every passage and looks for the nearest of 20. */
async function compareVectors(store: Store, size: number): Promise<string> {
  const random = seededRandom(size + 1);
  const vector = () => Float32Array.from({ length: DIMENSION }, () => random() - 0.5);
  const model = { name: 'bench', dimension: DIMENSION };
  for (;;) {
    const missing = await store.vectors.missing(scope, 'kb_1', model, 1_000);
    if (missing.length === 0) break;
    await store.vectors.put(
      scope,
      'kb_1',
      model,
      missing.map(({ id }) => ({ chunkId: id, vector: vector() })),
    );
  }
  const took: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await store.vectors.nearest(scope, 'kb_1', 'bench', vector(), 50);
  delay.enable();
  for (let asked = 0; asked < 20; asked += 1) {
    const from = performance.now();
    await store.vectors.nearest(scope, 'kb_1', 'bench', vector(), 50);
    took.push(performance.now() - from);
  }
  delay.disable();
  took.sort((a, b) => a - b);
  return `; ${size} vectors compared in p50 ${took[10]!.toFixed(1)} ms, event loop held up p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`;
}

/** Pages from their bytes to the index, one after the other. */
async function pagesPerSecond(): Promise<void> {
  const store = openSqliteStore({ file: ':memory:' });
  await store.accounts.create({ id: 'acct_1', name: 'bench', plan: 'enterprise', createdAt: 0 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 0 });
  const paragraphs = squad.data.flatMap((article) => article.paragraphs.map(({ context }) => context));
  const pages = Array.from({ length: PAGES }, (_, number) => {
    const own = Array.from({ length: 6 }, (_, at) => paragraphs[(number * 6 + at) % paragraphs.length]!);
    const sections = own.map((text, at) => `<h2 id="s${at}">Part ${at}</h2><p>${text.replaceAll('<', '&lt;')}</p>`);
    return `<!doctype html><title>Page ${number}</title><nav><a href="/">Home</a></nav><main><h1>Page ${number}</h1>${sections.join('')}</main>`;
  });
  const bytes = pages.map((page) => new TextEncoder().encode(page));
  const started = performance.now();
  for (const [number, page] of bytes.entries()) {
    const key = `https://site.example/${number}`;
    await ingestDocument({
      store,
      scope,
      knowledgeBaseId: 'kb_1',
      key,
      bytes: page,
      filename: null,
      url: key,
      newId: () => `doc_${number}`,
      now: () => 0,
    });
  }
  const seconds = (performance.now() - started) / 1000;
  const kB = bytes.reduce((sum, { length }) => sum + length, 0) / PAGES / 1000;
  console.log(`${(PAGES / seconds).toFixed(1)} pages/s in, ${kB.toFixed(1)} kB of HTML each; Node ${process.version}`);
  await store.close();
}
