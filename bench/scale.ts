import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRetriever } from '../src/server/retrieve/create-retriever.ts';
import { splitSentences } from '../src/server/retrieve/split-sentences.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import { sharedPath } from '../test/corpora.ts';
import { seededRandom } from '../test/random.ts';

/**
 * `npm run bench:scale [-- 1000 10000 100000]`: how a question's time, the index and ingest grow with the knowledge base.
 * Passages are sentences of SQuAD's paragraphs, six of one article drawn at random, so that words are as frequent as in
 * text people wrote; a document holds 100 of them.
 */
const sizes = process.argv.slice(2).map(Number);
const SIZES = sizes.length > 0 ? sizes : [1_000, 10_000, 100_000];
const PER_DOCUMENT = 100;
const QUESTIONS = 200;

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
  const bytes = ['', '-wal'].reduce(
    (sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  await store.close();
  console.log(
    `${String(size).padStart(7)} passages: question p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ` +
      `${Math.round((size / indexedMs) * 1000)} passages/s in; database ${(bytes / 1024 / 1024).toFixed(1)} MiB`,
  );
  rmSync(folder, { recursive: true });
}
