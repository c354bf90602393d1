/**
 * Runs real chat widgets from npm, the floors and ours beside one another in one headless Chromium, each against a mock
 * of its own backend on 127.0.0.1, and prints one table. `npm run bench:widget -- --help`.
 *
 * Every figure is the median of `--runs` runs. CPU is the main thread's, in thread time (CDP `Performance.getMetrics`,
 * `TaskDuration`): the figure to trust on a shared machine, within about 30 %. Wall times are not reported.
 */
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { chromiumLaunch } from '../../scripts/find-browser.ts';
import { answerText, historyOf, SHAPES, type Shape } from '../texts.ts';
import { CONTESTANTS, type Contestant, versionOf } from './contestants.ts';
import { installPeers } from './install.ts';
import {
  type Bench,
  type Boot,
  type Cpu,
  type History,
  measureBoot,
  measureHistory,
  measureOpened,
  measureStream,
  type Opened,
} from './measure.ts';
import { startMockServer } from './mock-server.ts';
import { oursIsBuilt } from './ours.ts';
import { reportText } from './report.ts';

const KIB = 1024;
/** Sections that can be run alone with `--sections`. */
const SECTIONS = ['bytes', 'boot', 'stream', 'paced', 'history', 'shapes'] as const;
type Section = (typeof SECTIONS)[number];
/** An answer of 20 KiB that took longer than this is not asked for 100 KiB. */
const TOO_SLOW_MS = 4_000;

const USAGE = `npm run bench:widget -- [options]
  --only a,b        these contestants alone (${CONTESTANTS.map(({ name }) => name).join(', ')})
  --sections a,b    these sections alone (${SECTIONS.join(', ')})
  --runs n          runs per figure, of which the median is shown (default 3; paced streams 1)
  --quick           one run each, without paced streams, 100 KiB and 10,000 messages
  --limit seconds   longest single run (default 60)
  --json            the figures as JSON on stdout`;

/** Everything measured of one contestant; `null` where it was not or could not be. */
export interface Row {
  readonly name: string;
  readonly kind: Contestant['kind'];
  readonly version: string;
  readonly note: string;
  bytes: Opened | null;
  boot: Boot | null;
  bootSlow: Boot | null;
  stream: Record<string, Cpu>;
  history: Record<string, History>;
  shapes: Partial<Record<Shape, Cpu>>;
  /** Why something is missing, in words. */
  problems: string[];
}

/** The run with the median CPU: one real run, so its other figures belong together. */
function medianRun<T extends Cpu>(runs: readonly T[]): T {
  return [...runs].sort((a, b) => a.cpuMs - b.cpuMs)[Math.floor((runs.length - 1) / 2)]!;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    sections: { type: 'string' },
    runs: { type: 'string', default: '3' },
    limit: { type: 'string', default: '60' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const wanted = (list: string | undefined) => list?.split(',').map((item) => item.trim());
const only = wanted(values.only);
const sections = (wanted(values.sections) ?? [...SECTIONS]) as Section[];
const runs = values.quick ? 1 : Number(values.runs);
const unknown = [
  ...(only ?? []).filter((name) => !CONTESTANTS.some((contestant) => contestant.name === name)),
  ...sections.filter((section) => !SECTIONS.includes(section)),
];
if (unknown.length > 0 || !(runs >= 1)) {
  console.error(`Not known: ${unknown.join(', ') || `--runs ${values.runs}`}\n${USAGE}`);
  process.exit(1);
}

const say = (text: string) => console.error(text);

async function measure(bench: Bench, contestant: Contestant): Promise<Row> {
  const { name, kind, note } = contestant;
  const row: Row = {
    name,
    kind,
    note,
    version: versionOf(contestant),
    bytes: null,
    boot: null,
    bootSlow: null,
    stream: {},
    history: {},
    shapes: {},
    problems: [],
  };
  /** One figure; a failure is written down and the rest goes on. */
  const figure = async <T extends Cpu>(label: string, times: number, run: () => Promise<T>): Promise<T | null> => {
    const results: T[] = [];
    try {
      for (let at = 0; at < times; at += 1) {
        const result = await run();
        results.push(result);
        if (result.timedOut) break;
      }
      const result = results.find(({ timedOut }) => timedOut) ?? medianRun(results);
      say(`${name}: ${label}: ${result.timedOut ? 'not done in time, ' : ''}${Math.round(result.cpuMs)} ms CPU`);
      return result;
    } catch (error) {
      row.problems.push(`${label}: ${String(error).split('\n')[0]}`);
      say(`${name}: ${label}: ${String(error).split('\n')[0]}`);
      return null;
    }
  };

  const site = await contestant.prepare();
  if (sections.includes('boot') || sections.includes('bytes')) {
    row.boot = await figure('boot', runs, () => measureBoot(bench, site, contestant, 1));
    if (sections.includes('boot'))
      row.bootSlow = await figure('boot, 4x slower CPU', runs, () => measureBoot(bench, site, contestant, 4));
  }
  if (sections.includes('bytes') && contestant.ready !== undefined) {
    try {
      row.bytes = await measureOpened(bench, site, contestant);
    } catch (error) {
      row.problems.push(`opening: ${String(error).split('\n')[0]}`);
    }
  }
  const stream = async (label: string, shape: Shape, kib: number, rate: number | null, times: number) =>
    figure(label, times, () => measureStream(bench, site, contestant, answerText(shape, kib * KIB), rate));
  if (contestant.streams && sections.includes('stream')) {
    for (const kib of values.quick ? [2, 20] : [2, 20, 100]) {
      const before = row.stream['20'];
      if (kib === 100 && (before === undefined || before.timedOut || before.cpuMs > TOO_SLOW_MS)) continue;
      const result = await stream(`${kib} KiB fast`, 'mixed', kib, null, runs);
      if (result === null || result.timedOut) {
        if (result) row.stream[kib] = result;
        break;
      }
      row.stream[kib] = result;
    }
  }
  if (contestant.streams && sections.includes('paced') && !values.quick) {
    const result = await stream('20 KiB at 100 deltas/s', 'mixed', 20, 100, 1);
    if (result) row.stream.paced = result;
  }
  if (contestant.history && sections.includes('history')) {
    for (const count of values.quick ? [1_000] : [1_000, 10_000]) {
      const messages = historyOf(count);
      const result = await figure(`history of ${count}`, runs, () => measureHistory(bench, site, contestant, messages));
      if (result) row.history[count] = result;
      if (!result || result.timedOut) break;
    }
  }
  const isShaped = kind === 'ours' || name === 'lab: text only' || name === 'lab: last block';
  if (isShaped && sections.includes('shapes')) {
    for (const shape of SHAPES) {
      const kib = values.quick ? 20 : 100;
      const result = await stream(`${kib} KiB of ${shape}`, shape, kib, null, runs);
      if (result) row.shapes[shape] = result;
    }
  }
  for (const request of bench.server.unanswered()) row.problems.push(`the mock has no answer to ${request}`);
  return row;
}

const peersAreInstalled = installPeers(say);
const launch = chromiumLaunch();
const browser = await chromium.launch({
  executablePath: launch.executablePath,
  // Nothing but this machine can be reached; what is asked of other hosts fails at once and is reported.
  args: [...launch.args, '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
const server = await startMockServer();
const rows: Row[] = [];
try {
  const bench: Bench = { browser, server, limitMs: Number(values.limit) * 1000 };
  for (const contestant of CONTESTANTS) {
    if (only && !only.includes(contestant.name)) continue;
    if (contestant.kind === 'ours' && !oursIsBuilt()) {
      say(`${contestant.name}: not built; run \`npm run build\` first`);
      if (only) process.exitCode = 1;
      continue;
    }
    if (contestant.kind === 'peer' && !peersAreInstalled) continue;
    try {
      rows.push(await measure(bench, contestant));
    } catch (error) {
      say(`${contestant.name}: ${String(error).split('\n')[0]}`);
      process.exitCode = 1;
    }
  }
  const about = {
    shapeKib: values.quick ? 20 : 100,
    browser: `Chromium ${browser.version()}`,
    node: process.version,
    runs,
    date: new Date().toISOString().slice(0, 10),
  };
  if (values.json) console.log(JSON.stringify({ about, rows }, null, 2));
  else console.log(reportText(about, rows));
} finally {
  await browser.close();
  await server.close();
}
