/**
 * `npm test`: every check there is, two at a time; the last line is `N passed, N failed`. What a check prints comes whole
 * when it has ended, and is in `test-results/<check>.log` meanwhile. One asked for alone shows
 * its output as it comes. A check that does not count its tests counts as one failure when it fails.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findPostgres } from './find-postgres.ts';
import { ROOT } from './published.ts';
import { readArguments, refuse } from './read-arguments.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, by name. */
  readonly failures?: readonly string[];
}

interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  /** Reads the JSON report the command wrote to `reportOf(name)`. */
  readonly count?: (report: unknown) => Counts;
  /** Stages that must have passed in the same run, when they are part of it. */
  readonly needs?: readonly string[];
}

const RESULTS = join(ROOT, 'test-results');
const reportOf = (name: string) => join(RESULTS, `${name}.json`);

const fromVitest = (report: unknown): Counts => {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = report as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
    testResults: readonly {
      name: string;
      status: string;
      assertionResults: readonly { status: string; fullName: string }[];
    }[];
  };
  // A file that could not be loaded has no tests to fail; it counts as one.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const failed = numFailedTests + broken.length;
  const failures = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName }) => `${relative(ROOT, name)}: ${fullName}`),
  );
  return {
    passed: numPassedTests,
    failed: failed === 0 && numFailedTestSuites > 0 ? 1 : failed,
    skipped: numPendingTests,
    failures: [...failures, ...broken.map(({ name }) => relative(ROOT, name))],
  };
};

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly file: string; readonly title: string; readonly ok: boolean }[];
}

const brokenSpecs = ({ suites = [], specs = [] }: Suite): string[] => [
  ...specs.filter(({ ok }) => !ok).map(({ file, title }) => `e2e/${file}: ${title}`),
  ...suites.flatMap(brokenSpecs),
];

const fromPlaywright = (report: unknown): Counts => {
  const { stats, errors, suites } = report as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    errors: readonly unknown[];
  } & Suite;
  // A test that passes only the second time has failed: retries are off, so this is a second lock on the door.
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: brokenSpecs({ suites: suites ?? [] }),
  };
};

const asWritten = (report: unknown) => report as Counts;

const vitest = (project: string, report: string) => [
  'npx',
  'vitest',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=./test/scenario-reporter.ts',
  '--reporter=json',
  `--outputFile.json=${report}`,
];

/** In the order they begin in: what others need first, then the longest, so that both lanes end together. */
const STAGES: readonly Stage[] = [
  { name: 'types', command: ['npm', 'run', '-s', 'test:types'] },
  { name: 'build', command: ['npm', 'run', '-s', 'build'] },
  { name: 'lint', command: ['npm', 'run', '-s', 'test:lint'] },
  { name: 'size', command: ['npm', 'run', '-s', 'size'], needs: ['build'] },
  { name: 'e2e', command: ['npx', 'playwright', 'test'], count: fromPlaywright, needs: ['build'] },
  { name: 'unit', command: vitest('node', reportOf('unit')), count: fromVitest },
  { name: 'packages', command: vitest('packages', reportOf('packages')), count: fromVitest, needs: ['build'] },
  // Compares the scenarios it ran with those of the unit tests.
  {
    name: 'python',
    command: ['npx', 'tsx', 'scripts/test-python.ts', reportOf('python')],
    count: asWritten,
    needs: ['unit'],
  },
  { name: 'drills', command: vitest('drills', reportOf('drills')), count: fromVitest, needs: ['build'] },
  { name: 'browser', command: vitest('browser', reportOf('browser')), count: fromVitest },
  ...(findPostgres()
    ? [{ name: 'postgres', command: vitest('postgres', reportOf('postgres')), count: fromVitest }]
    : []),
];

/** Most stages use one core and wait a good deal; a third at once would only make the tests' own waits longer. */
const LANES = 2;

/** Runs it to its end. `log`: the file that gets its output; `null`: this terminal. */
function run([command, ...args]: readonly string[], log: string | null): Promise<number> {
  const output = log === null ? 'inherit' : openSync(log, 'w');
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command!, args, {
      cwd: ROOT,
      stdio: ['ignore', output, output],
      shell: process.platform === 'win32',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf('e2e') },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  }).finally(() => {
    if (typeof output === 'number') closeSync(output);
  });
}

/** Counts of a stage: from its report where it writes one; a failure the report does not show is still a failure. */
function countsOf(stage: Stage, exitCode: number): Counts {
  const none = { passed: 0, failed: 0, skipped: 0 };
  const report = reportOf(stage.name);
  const counts =
    stage.count && existsSync(report) ? stage.count(JSON.parse(readFileSync(report, 'utf8')) as unknown) : none;
  if (exitCode === 0 && stage.count && counts.passed + counts.failed + counts.skipped === 0)
    return { ...counts, failed: 1 };
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The checks named after `--only`, else all. */
function wanted(): readonly Stage[] {
  const usage = `npm test -- [--only a,b]
  --only a,b   of ${STAGES.map((stage) => stage.name).join(', ')} (default all)`;
  const { only } = readArguments(usage, { options: { only: { type: 'string' } } }).values;
  if (only === undefined) return STAGES;
  const names = only.split(',');
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) refuse(`No check ${unknown.join(', ')}.`, usage);
  return STAGES.filter((stage) => names.includes(stage.name));
}

/** One stage, with its output and how it came out. */
async function play(stage: Stage, alone: boolean): Promise<Counts> {
  console.log(`--- ${stage.name}: ${stage.command.join(' ')}`);
  const log = alone ? null : join(RESULTS, `${stage.name}.log`);
  const started = performance.now();
  const counts = countsOf(stage, await run(stage.command, log));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (log) process.stdout.write(`\n${readFileSync(log, 'utf8')}`);
  console.log(`--- ${stage.name}: ${counts.failed > 0 ? 'FAILED' : 'ok'} in ${seconds} s\n`);
  return counts;
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const stages = wanted();
const queue = [...stages];
const ended = new Map<string, Counts>();
const running = new Set<Promise<void>>();
const isDue = ({ needs = [] }: Stage) =>
  needs.every((name) => ended.has(name) || !stages.some((one) => one.name === name));
while (queue.length > 0 || running.size > 0) {
  const next = running.size < LANES ? queue.find(isDue) : undefined;
  if (!next) {
    await Promise.race(running);
    continue;
  }
  queue.splice(queue.indexOf(next), 1);
  const broken = next.needs?.find((name) => (ended.get(name)?.failed ?? 0) > 0);
  if (broken) {
    console.log(`--- ${next.name}: not run, ${broken} failed\n`);
    ended.set(next.name, { passed: 0, failed: 1, skipped: 0 });
    continue;
  }
  const playing: Promise<void> = play(next, stages.length === 1).then((counts) => {
    ended.set(next.name, counts);
    running.delete(playing);
  });
  running.add(playing);
}
const failedStages = stages.filter(({ name }) => ended.get(name)!.failed > 0).map(({ name }) => name);
const total = (kind: 'passed' | 'failed' | 'skipped') =>
  [...ended.values()].reduce((sum, counts) => sum + counts[kind], 0);
for (const { failures = [] } of ended.values()) for (const name of failures) console.log(`failed: ${name}`);
if (failedStages.length > 0) console.log(`failed stages: ${failedStages.join(', ')}`);
if (total('skipped') > 0) console.log(`${total('skipped')} skipped`);
console.log(`${total('passed')} passed, ${total('failed')} failed`);
process.exit(total('failed') > 0 ? 1 : 0);
