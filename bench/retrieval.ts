import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readArguments } from '../scripts/read-arguments.ts';
import { createRetriever, type Ranking } from '../src/server/retrieve/create-retriever.ts';
import { inverseFrequency } from '../src/server/retrieve/query.ts';
import { rankChunks, WEIGHT, type Weights } from '../src/server/retrieve/rank.ts';
import { RELEVANCE_THRESHOLD, relevanceOf } from '../src/server/retrieve/relevance.ts';
import { tokenize } from '../src/server/retrieve/tokenize.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import { sharedPath } from '../test/corpora.ts';

/**
 * `npm run bench:retrieval`: how often the right passage is found, how often the quoted
 * sentences hold the answer, and how well "not in the sources" is told, on questions people wrote about Wikipedia
 * paragraphs. Everything runs through the real store and the real retriever. The plain BM25 beside it (same words, no
 * ranking of ours) is computed in the same run. The two halves (every other question) are printed apart, to
 * see whether what was fitted on one holds on the other.
 *
 * `--ablation` adds (see `retrieval.md`) what each part of the ranking is worth, and what is the matter with the questions whose passage is not
 * among the first five.
 */

interface Question {
  readonly question: string;
  readonly passage: number;
  readonly article: number;
  readonly answers: readonly string[];
  readonly answerable: boolean;
}
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

const USAGE = `npm run bench:retrieval -- [questions in SQuAD's format, gzipped] [--ablation]
  --ablation   also what each part of the ranking is worth, and why questions are missed`;

const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { ablation: { type: 'boolean', default: false } },
});
const path = positionals[0] ?? sharedPath('data/squad-v2-dev.json.gz');
const squad = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Squad;
const passages: { readonly article: number; readonly text: string }[] = [];
const questions: Question[] = [];
squad.data.forEach(({ paragraphs }, article) => {
  for (const { context, qas } of paragraphs) {
    for (const { question, is_impossible, answers } of qas)
      questions.push({
        question,
        passage: passages.length,
        article,
        answers: answers.map(({ text }) => text),
        answerable: !is_impossible,
      });
    passages.push({ article, text: context });
  }
});
const answerable = questions.filter((question) => question.answerable);
const titles = squad.data.map(({ title }) => title.replaceAll('_', ' '));

const scope = { accountId: 'acct_bench' };
const store = openSqliteStore({ file: ':memory:' });
await store.accounts.create({ id: scope.accountId, name: 'bench', plan: 'enterprise', createdAt: 0 });

/** A knowledge base of every article but one: a document per article, a chunk per paragraph. */
async function knowledgeBase(id: string, without: number | null): Promise<string> {
  await store.knowledge.createBase({ id, accountId: scope.accountId, name: id, description: '', createdAt: 0 });
  for (const [article, title] of titles.entries()) {
    if (article === without) continue;
    const documentId = `${id}_${article}`;
    await store.knowledge.putDocument({
      id: documentId,
      accountId: scope.accountId,
      knowledgeBaseId: id,
      key: title,
      title,
      url: `https://wiki.example/${article}`,
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
    const own = passages
      .map((passage, index) => ({ ...passage, index }))
      .filter((passage) => passage.article === article);
    await store.chunks.replace(
      scope,
      id,
      documentId,
      own.map(({ index, text }, ordinal) => ({ id: `${id}#${index}`, ordinal, title, heading: '', text, url: '' })),
      0,
    );
  }
  return id;
}

const retriever = createRetriever(store.chunks);
const signal = new AbortController().signal;
const rank = (knowledgeBaseId: string, question: string): Promise<Ranking> =>
  retriever.rank({ scope, knowledgeBaseId, question, earlierQuestions: [], limit: ablation ? 50 : 10, signal });

const CUTS = [1, 3, 5, 10] as const;
function places(name: string, ranks: readonly number[]): void {
  const found = CUTS.map((cut) => `${percent(ranks.filter((rank) => rank <= cut).length, ranks.length)} at ${cut}`);
  const mrr = ranks.reduce((sum, rank) => sum + (rank === Number.POSITIVE_INFINITY ? 0 : 1 / rank), 0) / ranks.length;
  console.log(`${name.padEnd(12)} ${found.join('   ')}   MRR ${mrr.toFixed(3)}`);
}
function percent(part: number, whole: number): string {
  return `${((100 * part) / (whole || 1)).toFixed(1).padStart(5)} %`;
}

const placeOf = (ranked: Ranking['ranked'], passage: number) =>
  ranked.findIndex(({ chunk }) => chunk.id === `${full}#${passage}`);

/** The same candidates ranked with other weights. */
function printAblation(): void {
  const withWeights = (weights: Weights) =>
    rankings.map(({ query, ranked }, index) => {
      const analysed = ranked.map((found) => found.analysed);
      const at = placeOf(rankChunks(query, analysed, weights), answerable[index]!.passage);
      return at === -1 ? Number.POSITIVE_INFINITY : at + 1;
    });
  for (const name of Object.keys(WEIGHT) as (keyof Weights)[])
    for (const factor of [0, 0.5, 2])
      places(`  ${factor} x ${name}`, withWeights({ ...WEIGHT, [name]: WEIGHT[name] * factor }));
}

/** Why passages are not among the first five. A question is counted by the first reason that holds. */
function printMissed(): void {
  const POINTS = /\b(?:this|these|those|they|their|he|his|him|she|her|it|its|there)\b/i;
  const reasons = new Map<string, number>();
  for (const [index, { question, passage, answers }] of answerable.entries()) {
    if (ranks[index]! <= 5) continue;
    const terms = [...new Set(tokenize(question))];
    const held = new Set(tokenize(`${titles[passages[passage]!.article]} ${passages[passage]!.text}`));
    const shared = terms.filter((term) => held.has(term)).length;
    const first = rankings[index]!.ranked.slice(0, 5);
    const reason = first.some(({ chunk }) => answers.some((answer) => chunk.text.includes(answer)))
      ? 'one of the first five holds the gold answer too'
      : POINTS.test(question) || terms.length < 2
        ? 'the question does not stand alone ("What did this agreement do?")'
        : shared <= terms.length / 2
          ? 'its passage holds at most half of its words'
          : 'none of these';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const missed = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  console.log(`not among the first five: ${missed} of ${answerable.length}`);
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]))
    console.log(`  ${String(count).padStart(4)} (${percent(count, answerable.length).trim()})  ${reason}`);
}

/** The figure to beat: BM25 with k1 1.2 and b 0.75 over the same terms, every passage scored. */
function plainBm25(): number[] {
  const bags = passages.map(({ text }) => {
    const bag = new Map<string, number>();
    for (const term of tokenize(text)) bag.set(term, (bag.get(term) ?? 0) + 1);
    return bag;
  });
  const lengths = bags.map((bag) => [...bag.values()].reduce((sum, count) => sum + count, 0));
  const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const counts = new Map<string, number>();
  for (const bag of bags) for (const term of bag.keys()) counts.set(term, (counts.get(term) ?? 0) + 1);
  return answerable.map(({ question, passage }) => {
    const terms = [...new Set(tokenize(question))];
    const scores = bags.map((bag, index) =>
      terms.reduce((sum, term) => {
        const count = bag.get(term) ?? 0;
        const norm = 1.2 * (0.25 + (0.75 * lengths[index]!) / average);
        return sum + (inverseFrequency(counts.get(term) ?? 0, bags.length) * count * 2.2) / (count + norm);
      }, 0),
    );
    return (
      1 +
      scores.filter((score, index) => score > scores[passage]! || (score === scores[passage] && index < passage)).length
    );
  });
}

const started = performance.now();
const full = await knowledgeBase('kb_full', null);
console.log(
  `${passages.length} passages of ${titles.length} articles, ${questions.length} questions, ${answerable.length} answerable; ` +
    `indexed in ${Math.round(performance.now() - started)} ms; Node ${process.version}`,
);

places('plain BM25', plainBm25());
const { ablation } = values;
const rankings: Ranking[] = [];
const ranks: number[] = [];
const times: number[] = [];
const held = { one: 0, two: 0, paragraph: 0 };
const present: { relevance: number; evidence: Record<string, number>; right: boolean }[] = [];
for (const { question, passage, answers } of answerable) {
  const from = performance.now();
  const ranking = await rank(full, question);
  const { ranked } = ranking;
  times.push(performance.now() - from);
  if (ablation) rankings.push(ranking);
  const index = placeOf(ranked, passage);
  ranks.push(index === -1 ? Number.POSITIVE_INFINITY : index + 1);
  const best = ranked[0];
  present.push({
    relevance: best ? relevanceOf(best.evidence) : 0,
    evidence: { ...best?.evidence },
    right: index === 0,
  });
  const sentences = [...(best?.sentences ?? [])].sort((a, b) => b.score - a.score);
  const holds = (count: number) =>
    sentences.slice(0, count).some(({ text }) => answers.some((answer) => text.includes(answer)));
  if (holds(1)) held.one += 1;
  if (holds(2)) held.two += 1;
  if (holds(3)) held.paragraph += 1;
}
places('ours', ranks);
for (const half of [0, 1])
  places(
    `  half ${half + 1}`,
    ranks.filter((_, index) => index % 2 === half),
  );
if (ablation) {
  printAblation();
  printMissed();
}
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1);
console.log(`time per question p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
console.log(
  `gold answer held by the best passage's best sentence ${percent(held.one, answerable.length)}, best two ${percent(held.two, answerable.length)}, ` +
    `best three ${percent(held.paragraph, answerable.length)}`,
);

const absent: { relevance: number; evidence: Record<string, number> }[] = [];
for (const article of titles.keys()) {
  const without = await knowledgeBase(`kb_without_${article}`, article);
  for (const { question } of answerable.filter((asked) => asked.article === article)) {
    const best = (await rank(without, question)).ranked[0];
    absent.push({ relevance: best ? relevanceOf(best.evidence) : 0, evidence: { ...best?.evidence } });
  }
  await store.knowledge.deleteBase(scope, without);
}
function notFound(threshold: number) {
  const told = absent.filter(({ relevance }) => relevance < threshold).length;
  const wrong = present.filter(({ relevance }) => relevance < threshold).length;
  const precision = told / (told + wrong || 1);
  const recall = told / absent.length;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall || 1) };
}
for (const threshold of [0.1, RELEVANCE_THRESHOLD, 0.3, 0.4, 0.5]) {
  const { precision, recall, f1 } = notFound(threshold);
  console.log(
    `not found below ${threshold}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}` +
      (threshold === RELEVANCE_THRESHOLD ? '   (the threshold in use)' : ''),
  );
}
if (process.env.BENCH_DUMP) {
  const { writeFileSync } = await import('node:fs');
  writeFileSync(process.env.BENCH_DUMP, JSON.stringify({ present, absent }));
}
await store.close();
