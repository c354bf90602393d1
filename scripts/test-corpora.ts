/**
 * All hostile corpora in three real browsers: `npm run test:corpora`.
 *
 * `answers`: every text goes through the renderer whole, unit by unit and in seeded chunks; the tree is checked after every
 * update. `doors`: every text goes through the built element by all ways words reach it (`test/hostile/doors.ts`), from a
 * server that speaks nothing else. In both every node is clicked, hovered, focused and typed at, and what leaves the
 * page is counted outside the browser. First the controls: without the guards the same suites must go red.
 *
 * Where the browser has a sanitiser of its own (`native`), both parts run with it and with DOMPurify (`--sanitisers
 * native,dompurify`). `--most` plays so many texts of each corpus through the doors, chosen by a fixed seed, and says so.
 *
 * Prints totals for each corpus and engine, also when it is cut short. An engine is given `--minutes`; what it has not
 * come to by then is named and counts as failed. A case that executed, requested, broke the allow-list, depended on its
 * chunking or was not played to its end fails; so does an engine that cannot be started.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Engine,
  type EngineOptions,
  startChromium,
  startFirefox,
  startWebKit,
  type Tab,
} from '../e2e/hosts/engines.ts';
import { hostileTexts } from '../src/widget/markdown/testing/suite.ts';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../test/corpora.ts';
import { CONTROL, expectedRed } from '../test/hostile/control.ts';
import type { DoorCase } from '../test/hostile/doors.ts';
import { type HostileServer, startHostileServer } from '../test/hostile/server.ts';
import { LONGEST_MS, type SlowText } from '../test/hostile/slow-text.ts';
import { startWayOut, type WayOut } from '../test/hostile/way-out.ts';
import { bundlePage } from '../test/markdown-harness.ts';
import { seededRandom, slice } from '../test/random.ts';
import { readArguments } from './read-arguments.ts';
import { whenCut } from './when-cut.ts';

const ENGINES: Readonly<Record<string, (options: EngineOptions) => Promise<Engine>>> = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebKit,
};
const CORPORA = ['md-xss', 'llm-exfil', 'xss-payloads', 'html-event-matrix', 'dompurify', 'naughty-strings'];
const PARTS = ['answers', 'doors', 'pathological'];
/** Cases a page plays before the next page begins: what a page collects does not slow the next one down. */
const BATCH = { answers: 100, doors: 40 } as const;
/** Texts of `md-pathological` in one call of the page: asking a driver takes longer than most of them. */
const PATHOLOGICAL_BATCH = 6;
/** No batch takes longer than this, whatever hangs. */
const BATCH_MS = 240_000;

const USAGE = `npm run test:corpora -- [options]
  --engines a,b      of ${Object.keys(ENGINES).join(', ')} (default all)
  --corpora a,b      of ${CORPORA.join(', ')} (default all)
  --only a,b         of ${PARTS.join(', ')} (default all)
  --sanitisers a,b   of native, dompurify (default both)
  --prefixes n       longest answer that is also played unit by unit, characters (default 1500)
  --most n           so many texts of each corpus through the doors, chosen by a fixed seed (default all)
  --minutes n        for each engine (default 12)
Ends with 1 when a case failed or an engine could not be started.`;

const { values } = readArguments(USAGE, {
  options: {
    engines: { type: 'string', default: Object.keys(ENGINES).join(',') },
    corpora: { type: 'string', default: CORPORA.join(',') },
    only: { type: 'string', default: PARTS.join(',') },
    prefixes: { type: 'string', default: '1500' },
    most: { type: 'string' },
    sanitisers: { type: 'string', default: 'native,dompurify' },
    minutes: { type: 'string', default: '12' },
  },
});
const prefixes = Number(values.prefixes);
const most = Number(values.most ?? Number.POSITIVE_INFINITY);

interface Outcome {
  readonly broken?: string;
  readonly updates?: number;
  readonly nodes?: number;
  readonly executed?: readonly string[];
  readonly findings?: readonly string[];
  readonly different?: readonly string[];
  readonly requests?: readonly string[];
  readonly stuck?: readonly string[];
}

/** Lets the page do something that takes a while; any driver can ask whether it is done. */
async function work<Result>(tab: Tab, call: string): Promise<Result> {
  await tab.run(`(hostile.${call}, 0)`);
  for (const deadline = Date.now() + BATCH_MS; Date.now() < deadline; await sleep(50)) {
    // A page that is busy with a long text does not answer at once.
    const result = await tab.probe().catch(() => '');
    if (result !== '') return JSON.parse(result) as Result;
  }
  throw new Error(`${call} was not done after ${BATCH_MS / 1_000} s`);
}

const linesOf = ({ broken, executed = [], findings = [], different = [], requests = [], stuck = [] }: Outcome) => [
  ...(broken === undefined ? [] : [`broken: ${broken}`]),
  ...executed.map((line) => `executed ${line}`),
  ...findings,
  ...different.map((id) => `${id}: differs by chunking`),
  ...requests.map((address) => `requested ${address}`),
  ...stuck,
];

let passed = 0;
let failed = 0;
const totals: string[] = [];
/** Totals of the engine at work, if any. */
let soFar: (() => string) | null = null;
whenCut((signal) => {
  console.log(`\n${[...totals, ...(soFar ? [`${soFar()}; cut short by ${signal}`] : [])].join('\n')}`);
  console.log(`${passed} passed, ${failed} failed so far`);
});
/** When the engine at work has had its time. */
let endsAt = Number.POSITIVE_INFINITY;
let isLate = false;
/** Says so the first time. */
function timeIsUp(): boolean {
  if (Date.now() < endsAt) return false;
  if (!isLate) console.log(`    ${values.minutes} minutes are over: what is left counts as failed`);
  isLate = true;
  return true;
}
const secondsSince = (start: number) => ((Date.now() - start) / 1_000).toFixed(0);

/** One engine with all it is run against. */
interface Run {
  readonly tab: Tab;
  readonly sanitiser: string;
  readonly server: HostileServer;
  readonly wayOut: WayOut;
}

/** Plays the server's cases and says what came of them. */
async function play({ tab, sanitiser, server, wayOut }: Run, part: 'answers' | 'doors', name: string): Promise<void> {
  const { cases } = server;
  const bad = new Set<string>();
  const lines: string[] = [];
  let count = 0;
  let left = 0;
  const started = Date.now();
  let late = 0;
  for (let from = 0; from < cases.length; from += BATCH[part]) {
    if (timeIsUp()) {
      late = cases.length - from;
      break;
    }
    const to = Math.min(cases.length, from + BATCH[part]);
    const before = { asked: wayOut.asked.length, strays: server.strays.length };
    await tab.goto(server.url);
    if (sanitiser === 'dompurify') await tab.run('hostile.purify()');
    const outcome = await work<Outcome>(
      tab,
      part === 'answers' ? `answers(${from},${to},${prefixes})` : `doors(${from},${to})`,
    );
    count += outcome.updates ?? outcome.nodes ?? 0;
    const asked = [...wayOut.asked.slice(before.asked), ...server.strays.slice(before.strays)];
    left += asked.length;
    const found = [...linesOf(outcome), ...asked.map((address) => `requested ${address}`)];
    for (const line of found)
      bad.add(cases.slice(from, to).find(({ id }) => line.includes(id))?.id ?? `${from} to ${to}: ${line}`);
    lines.push(...found);
  }
  const wrong = Math.min(cases.length, bad.size + late);
  passed += cases.length - wrong;
  failed += wrong;
  const what = part === 'answers' ? `${count} updates` : `${count} nodes poked`;
  const played = late > 0 ? `${late} not played, ` : '';
  console.log(
    `  ${part} ${name}: ${cases.length} texts, ${what}, ${played}${bad.size} failed, ${left} requests, ${secondsSince(started)} s`,
  );
  for (const line of lines.slice(0, 10)) console.log(`    ${line.slice(0, 300)}`);
}

/** No throw, and no update longer than 200 ms, while 1 KiB deltas arrive, and whole. */
async function pathological({ tab, server }: Run): Promise<void> {
  interface Recipe {
    readonly name: string;
    readonly parts: readonly (string | { readonly repeat: string; readonly n: number })[];
  }
  const build = (part: Recipe['parts'][number]) => (typeof part === 'string' ? part : part.repeat.repeat(part.n));
  server.cases.splice(
    0,
    Number.POSITIVE_INFINITY,
    ...corpus<Recipe>('md-pathological').map(({ name, parts }) => ({ id: name, text: parts.map(build).join('') })),
  );
  await tab.goto(server.url);
  const startedAt = Date.now();
  let worst = 0;
  let bad = 0;
  for (let from = 0; from < server.cases.length; from += PATHOLOGICAL_BATCH) {
    if (timeIsUp()) {
      bad += server.cases.length - from;
      break;
    }
    const { slow } = await work<{ slow: SlowText[] }>(tab, `longest(${from},${from + PATHOLOGICAL_BATCH})`);
    for (const { id, length, longestMs, threw } of slow) {
      worst = Math.max(worst, longestMs);
      if (threw === '' && longestMs <= LONGEST_MS) continue;
      bad += 1;
      console.log(`    ${id} (${length}): longest update ${longestMs.toFixed(0)} ms ${threw}`);
    }
  }
  failed += bad;
  passed += server.cases.length - bad;
  console.log(
    `  md-pathological: ${server.cases.length} texts, ${bad} failed, longest update ${worst.toFixed(0)} ms, ${secondsSince(startedAt)} s`,
  );
}

/** Without the guards everything must be seen: an execution by each door, a request from here and from far away. */
async function controls({ tab, server, wayOut }: Run): Promise<void> {
  server.cases.splice(0, Number.POSITIVE_INFINITY, ...CONTROL);
  const before = { asked: wayOut.asked.length, strays: server.strays.length };
  const lines: string[] = [];
  for (const part of ['answers', 'doors'] as const) {
    await tab.goto(server.url);
    await tab.run('(hostile.unguarded(), 0)');
    lines.push(...linesOf(await work<Outcome>(tab, `${part}(0,${CONTROL.length})`)).map((line) => `${part} ${line}`));
  }
  lines.push(...wayOut.asked.slice(before.asked), ...server.strays.slice(before.strays));
  const missing = expectedRed.filter((pattern) => !lines.some((line) => pattern.test(line)));
  passed += expectedRed.length - missing.length;
  failed += missing.length;
  console.log(`  without guards: ${expectedRed.length - missing.length} of ${expectedRed.length} signs seen`);
  for (const pattern of missing) console.log(`    not seen: ${pattern}`);
  if (missing.length > 0) for (const line of lines.slice(-5)) console.log(`    seen: ${line}`);
}

async function runEngine(name: string): Promise<void> {
  const wayOut = await startWayOut();
  const server = await startHostileServer(await bundlePage('test/hostile/page.ts'));
  const wanted = (values.only ?? '').split(',');
  try {
    const engine = await ENGINES[name]!({ proxy: wayOut.address });
    try {
      console.log(`${engine.name} ${engine.version}`);
      const tab = await engine.visitor();
      await tab.goto(server.url);
      const sanitisers = (await tab.run('hostile.purify()')) === 'true' ? ['native', 'dompurify'] : ['dompurify'];
      const asked = sanitisers.filter((sanitiser) => values.sanitisers.split(',').includes(sanitiser));
      await controls({ tab, sanitiser: sanitisers[0]!, server, wayOut });
      for (const part of ['answers', 'doors'] as const)
        for (const file of wanted.includes(part) ? (values.corpora ?? '').split(',') : []) {
          const texts = corpus<Record<string, unknown>>(file).flatMap((raw): DoorCase[] => {
            const all = hostileTexts(file, raw).map(({ id, markdown }) => ({ id, text: markdown }));
            // The variants inside list, table and link mean something to markdown alone.
            return part === 'answers' ? all : all.slice(0, 1);
          });
          const chosen = part === 'doors' && most < texts.length ? slice(texts, most, seededRandom(4)) : texts;
          server.cases.splice(0, Number.POSITIVE_INFINITY, ...chosen);
          const name = chosen === texts ? file : `${file} (${most} of ${texts.length}, seeded)`;
          for (const sanitiser of asked)
            await play({ tab, sanitiser, server, wayOut }, part, `${name} with ${sanitiser}`);
        }
      if (wanted.includes('pathological')) await pathological({ tab, sanitiser: sanitisers[0]!, server, wayOut });
      await tab.close();
    } finally {
      await engine.close();
    }
  } finally {
    await server.close();
    await wayOut.close();
  }
}

if (!hasCorpora) {
  console.log(CORPORA_ABSENT);
  process.exit(0);
}
for (const name of (values.engines ?? '').split(',')) {
  if (!(name in ENGINES)) throw new Error(`Not an engine: ${name}. There are: ${Object.keys(ENGINES).join(', ')}.`);
  const before = { passed, failed };
  const startedAt = Date.now();
  endsAt = startedAt + Number(values.minutes) * 60_000;
  isLate = false;
  soFar = () =>
    `${name}: ${passed - before.passed} passed, ${failed - before.failed} failed, ${secondsSince(startedAt)} s`;
  try {
    await runEngine(name);
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
  totals.push(soFar());
  soFar = null;
}
console.log(`\n${totals.join('\n')}\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
