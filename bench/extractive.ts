import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EXTRACT, extract } from '../src/server/answer/extract.ts';
import { createRetriever } from '../src/server/retrieve/create-retriever.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import { sharedPath } from '../test/corpora.ts';

/**
 * `tsx bench/extractive.ts [path/to/squad.json.gz]`: how often an extractive answer holds the answer people gave, on the answerable
 * questions of SQuAD 2 (dev), through the real store and the real retriever; and how long the answers are.
 */
interface Squad {
  readonly data: readonly {
    readonly title: string;
    readonly paragraphs: readonly {
      readonly context: string;
      readonly qas: readonly {
        readonly question: string;
        readonly is_impossible: boolean;
        readonly answers: readonly { readonly text: string }[];
      }[];
    }[];
  }[];
}

const path = process.argv[2] ?? sharedPath('data/squad-v2-dev.json.gz');
const squad = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Squad;
const scope = { accountId: 'acct_bench' };
const store = openSqliteStore({ file: ':memory:' });
await store.accounts.create({ id: scope.accountId, name: 'bench', plan: 'enterprise', createdAt: 0 });
await store.knowledge.createBase({ id: 'kb', accountId: scope.accountId, name: 'kb', description: '', createdAt: 0 });
for (const [article, { title, paragraphs }] of squad.data.entries()) {
  const { id } = await store.knowledge.putDocument({
    id: `doc_${article}`,
    accountId: scope.accountId,
    knowledgeBaseId: 'kb',
    key: title,
    title: title.replaceAll('_', ' '),
    url: '',
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
  const chunks = paragraphs.map(({ context }, ordinal) => ({
    id: `${article}#${ordinal}`,
    ordinal,
    title: title.replaceAll('_', ' '),
    heading: '',
    text: context,
    url: '',
  }));
  await store.chunks.replace(scope, 'kb', id, chunks, 0);
}

const retriever = createRetriever(store.chunks);
const signal = new AbortController().signal;
const questions = squad.data
  .flatMap(({ paragraphs }) => paragraphs.flatMap(({ qas }) => qas))
  .filter(({ is_impossible }) => !is_impossible);
let first = 0;
let any = 0;
let none = 0;
const lengths: number[] = [];
const times: number[] = [];
for (const { question, answers } of questions) {
  const passages = await retriever.retrieve({
    scope,
    knowledgeBaseId: 'kb',
    question,
    earlierQuestions: [],
    limit: EXTRACT.candidates,
    signal,
  });
  const from = performance.now();
  const extracts = extract(question, [], passages);
  times.push(performance.now() - from);
  const texts = extracts.map(({ pieces }) => pieces.map(({ text }) => text).join(' '));
  const holds = (text: string | undefined) =>
    text !== undefined && answers.some((answer) => text.includes(answer.text));
  if (holds(texts[0])) first += 1;
  if (texts.some(holds)) any += 1;
  if (texts.length === 0) none += 1;
  lengths.push(texts.join(' ').length);
}
lengths.sort((a, b) => a - b);
times.sort((a, b) => a - b);
const percent = (part: number) => `${((100 * part) / questions.length).toFixed(1)} %`;
const at = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)]!;
console.log(`${questions.length} answerable questions, Node ${process.version}`);
console.log(
  `gold answer in the first extract ${percent(first)}, in any ${percent(any)}; said to be not found ${percent(none)}`,
);
console.log(
  `answer length p50 ${at(lengths, 0.5)}, p95 ${at(lengths, 0.95)} characters; extract p95 ${at(times, 0.95).toFixed(2)} ms`,
);
await store.close();
