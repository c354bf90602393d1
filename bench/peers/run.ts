/**
 * Runs real chat widgets from npm, the floors and ours beside one another in one headless Chromium, each against a mock
 * of its own backend on 127.0.0.1, and prints one table. `npm run bench:widget -- --help`.
 *
 * Every figure is the median of `--runs` runs; where one run takes long, of one. Boots go in rounds, each contestant once
 * a round, so that whatever else the machine does meets all of them alike. CPU is the main thread's, in thread time (CDP
 * `Performance.getMetrics`, `TaskDuration`): the figure to trust on a shared machine, within about 30 %. Wall times are not
 * reported. It ends by itself: no run takes longer than `--limit`, and after `--minutes` nothing new is begun.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { chromium } from 'playwright';
import { chromiumLaunch } from '../../scripts/find-browser.ts';
import { readArguments, refuse } from '../../scripts/read-arguments.ts';
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
import { type Site, startMockServer } from './mock-server.ts';
import { oursIsBuilt } from './ours.ts';
import { reportText } from './report.ts';

const KIB = 1024;
/** Sections that can be run alone with `--sections`. */
const SECTIONS = ['bytes', 'boot', 'stream', 'paced', 'history', 'shapes'] as const;
type Section = (typeof SECTIONS)[number];
/** An answer of 20 KiB that took longer than this is not asked for 100 KiB. */
const TOO_SLOW_MS = 4_000;
/** A run that took longer, on the clock, is not repeated: of three it would be the same within the noise. */
const LONG_RUN_MS = 10_000;

const USAGE = `npm run bench:widget -- [options]
  --only a,b        these contestants alone (${CONTESTANTS.map(({ name }) => name).join(', ')})
  --sections a,b    these sections alone (${SECTIONS.join(', ')})
  --runs n          runs per figure, of which the median is shown (default 3; paced streams, and runs of over ${LONG_RUN_MS / 1000} s, 1)
  --boots n         boots of ours and of the blank page (default 15; the others \`--runs\`)
  --quick           one run each, without paced streams, 100 KiB and 10,000 messages
  --limit seconds   longest single run (default 40)
  --minutes n       after so many nothing new is begun, and what is missing is named (default 22)
  --out file        writes the tables there too, with the command
  --json            the figures as JSON on stdout

All of it:            npm run bench:widget -- --out bench/widget.md
One line of the issue: npm run bench:widget -- --only "blank page,assisters" --sections boot
What is missing after a run: the same with --only and --sections. Progress is written to stderr.`;

/** The median boot of several. */
export interface Boots extends Boot {
  readonly runs: number;
  readonly runsWithLongTask: number;
}

/** Everything measured of one contestant; `null` where it was not or could not be. */
export interface Row {
  readonly name: string;
  readonly kind: Contestant['kind'];
  readonly version: string;
  readonly note: string;
  bytes: Opened | null;
  boot: Boots | null;
  bootSlow: Boots | null;
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

const { values } = readArguments(USAGE, {
  options: {
    only: { type: 'string' },
    sections: { type: 'string' },
    runs: { type: 'string', default: '3' },
    boots: { type: 'string', default: '15' },
    limit: { type: 'string', default: '40' },
    minutes: { type: 'string', default: '22' },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const wanted = (list: string | undefined) => list?.split(',').map((item) => item.trim());
const only = wanted(values.only);
const sections = (wanted(values.sections) ?? [...SECTIONS]) as Section[];
const runs = values.quick ? 1 : Number(values.runs);
const boots = values.quick ? 3 : Number(values.boots);
const [limit, minutes] = [Number(values.limit), Number(values.minutes)];
const unknown = [
  ...(only ?? []).filter((name) => !CONTESTANTS.some((contestant) => contestant.name === name)),
  ...sections.filter((section) => !SECTIONS.includes(section)),
];
if (unknown.length > 0 || ![runs, boots, limit, minutes].every((number) => number > 0)) {
  refuse(`Not known: ${unknown.join(', ') || 'a number that is none, or not above 0'}`, USAGE);
}

const startedAt = performance.now();
/** Minutes since the start, before each line of progress. */
const say = (text: string) =>
  console.error(`${((performance.now() - startedAt) / 60_000).toFixed(1).padStart(5)} min  ${text}`);
const timeIsUp = () => performance.now() - startedAt > minutes * 60_000;

const firstLine = (error: unknown) => String(error).split('\n')[0]!;

/** One figure; a failure is written down and the rest goes on. `null`: there is none. */
async function figure<T extends Cpu>(row: Row, label: string, times: number, run: () => Promise<T>): Promise<T | null> {
  const results: T[] = [];
  try {
    for (let at = 0; at < times; at += 1) {
      if (timeIsUp()) {
        if (at > 0) break;
        throw new Error(`the ${minutes} minutes were over`);
      }
      const began = performance.now();
      const result = await run();
      results.push(result);
      if (result.timedOut || performance.now() - began > LONG_RUN_MS) break;
    }
    const result = results.find(({ timedOut }) => timedOut) ?? medianRun(results);
    say(`${row.name}: ${label}: ${result.timedOut ? 'not done in time, ' : ''}${Math.round(result.cpuMs)} ms CPU`);
    return result;
  } catch (error) {
    row.problems.push(`${label}: ${firstLine(error)}`);
    say(`${row.name}: ${label}: ${firstLine(error)}`);
    return null;
  }
}

interface Entry {
  readonly contestant: Contestant;
  readonly site: Site;
  readonly row: Row;
}

async function enter(contestant: Contestant): Promise<Entry> {
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
  return { contestant, row, site: await contestant.prepare() };
}

/** All boots at one speed, in rounds; the first round warms up and does not count. */
async function bootAll(bench: Bench, entries: readonly Entry[], throttle: 1 | 4): Promise<void> {
  const results = new Map<Row, Boot[]>(entries.map(({ row }) => [row, []]));
  for (let round = 0; round <= boots && !timeIsUp(); round += 1) {
    for (const { contestant, site, row } of entries) {
      const steady = row.kind === 'ours' || row.name === 'blank page';
      if (round > (steady ? boots : runs)) continue;
      try {
        const boot = await measureBoot(bench, site, contestant, throttle);
        if (round > 0) results.get(row)!.push(boot);
      } catch (error) {
        row.problems.push(`boot: ${firstLine(error)}`);
      }
    }
    say(`boot${throttle > 1 ? `, CPU ${throttle}x slower` : ''}: round ${round} of ${boots}`);
  }
  for (const [row, found] of results) {
    if (found.length === 0) continue;
    const longTasks = found.filter((boot) => boot.longTasks > 0).length;
    row[throttle > 1 ? 'bootSlow' : 'boot'] = { ...medianRun(found), runs: found.length, runsWithLongTask: longTasks };
  }
}

/** Everything but the boots. */
async function measure(bench: Bench, { contestant, site, row }: Entry): Promise<void> {
  const { name, kind } = contestant;
  if (sections.includes('bytes') && contestant.ready !== undefined) {
    try {
      if (timeIsUp()) throw new Error(`the ${minutes} minutes were over`);
      row.bytes = await measureOpened(bench, site, contestant);
    } catch (error) {
      row.problems.push(`opening: ${firstLine(error)}`);
    }
  }
  const stream = async (label: string, shape: Shape, kib: number, rate: number | null, times: number) =>
    figure(row, label, times, () => measureStream(bench, site, contestant, answerText(shape, kib * KIB), rate));
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
      const result = await figure(row, `history of ${count}`, runs, () =>
        measureHistory(bench, site, contestant, messages),
      );
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
}

const peersAreInstalled = installPeers(say);
const launch = chromiumLaunch();
const browser = await chromium.launch({
  executablePath: launch.executablePath,
  // Nothing but this machine can be reached; what is asked of other hosts fails at once and is reported.
  args: [...launch.args, '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});
const server = await startMockServer();
const entries: Entry[] = [];
try {
  const bench: Bench = { browser, server, limitMs: limit * 1000 };
  for (const contestant of CONTESTANTS) {
    if (only && !only.includes(contestant.name)) continue;
    if (contestant.kind === 'ours' && !oursIsBuilt()) {
      say(`${contestant.name}: not built; run \`npm run build\` first`);
      if (only) process.exitCode = 1;
      continue;
    }
    if (contestant.kind === 'peer' && !peersAreInstalled) continue;
    try {
      entries.push(await enter(contestant));
    } catch (error) {
      say(`${contestant.name}: ${firstLine(error)}`);
      process.exitCode = 1;
    }
  }
  const load = loadavg()[0]!.toFixed(1);
  say(
    `${sections.join(', ')} of ${entries.length} contestants (${entries.map(({ row }) => row.name).join(', ')}): ` +
      `${runs} runs a figure, ${boots} boots of ours, ${limit} s at most for a run, ${minutes} minutes for all; load ${load}`,
  );
  if (sections.includes('boot') || sections.includes('bytes')) await bootAll(bench, entries, 1);
  if (sections.includes('boot')) await bootAll(bench, entries, 4);
  for (const entry of entries) {
    try {
      await measure(bench, entry);
    } catch (error) {
      entry.row.problems.push(firstLine(error));
      say(`${entry.row.name}: ${firstLine(error)}`);
      process.exitCode = 1;
    }
  }
  const rows = entries.map(({ row }) => row);
  const about = {
    shapeKib: values.quick ? 20 : 100,
    browser: `Chromium ${browser.version()}`,
    node: process.version,
    runs,
    boots,
    machine: `${availableParallelism()} cores, load ${load} before and ${loadavg()[0]!.toFixed(1)} after`,
    minutes: Math.ceil((performance.now() - startedAt) / 60_000),
    command: ['npm run bench:widget', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])]
      .map((word) => (/[^\w.,:/ -]|\w \w/.test(word) && !word.startsWith('npm') ? JSON.stringify(word) : word))
      .join(' '),
    date: new Date().toISOString().slice(0, 10),
  };
  const report = reportText(about, rows);
  if (values.out !== undefined) writeFileSync(values.out, `# Ours beside real chat widgets\n\n${report}\n`);
  console.log(values.json ? JSON.stringify({ about, rows }, null, 2) : report);
} finally {
  await browser.close();
  await server.close();
}
