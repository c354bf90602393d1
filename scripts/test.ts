/**
 * `npm test`: every check there is, in order, each with its output as it comes; the last line is `N passed, N failed`.
 * `npm test -- --only unit,e2e` runs some. A stage that does not count its tests counts as one failure when it fails.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgres } from './find-postgres.ts';
import { ROOT } from './published.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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
    testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
  };
  // A file that could not be loaded has no tests to fail; it counts as one.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const failed = numFailedTests + broken;
  return {
    passed: numPassedTests,
    failed: failed === 0 && numFailedTestSuites > 0 ? 1 : failed,
    skipped: numPendingTests,
  };
};

const fromPlaywright = (report: unknown): Counts => {
  const { stats, errors } = report as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    errors: readonly unknown[];
  };
  // A test that passes only the second time has failed: retries are off, so this is a second lock on the door.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
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

const STAGES: readonly Stage[] = [
  { name: 'types', command: ['npm', 'run', '-s', 'test:types'] },
  { name: 'lint', command: ['npm', 'run', '-s', 'test:lint'] },
  { name: 'unit', command: vitest('node', reportOf('unit')), count: fromVitest },
  ...(findPostgres()
    ? [{ name: 'postgres', command: vitest('postgres', reportOf('postgres')), count: fromVitest }]
    : []),
  { name: 'python', command: ['npx', 'tsx', 'scripts/test-python.ts', reportOf('python')], count: asWritten },
  { name: 'browser', command: vitest('browser', reportOf('browser')), count: fromVitest },
  { name: 'build', command: ['npm', 'run', '-s', 'build'] },
  { name: 'size', command: ['npm', 'run', '-s', 'size'], needs: ['build'] },
  { name: 'packages', command: vitest('packages', reportOf('packages')), count: fromVitest, needs: ['build'] },
  { name: 'drills', command: vitest('drills', reportOf('drills')), count: fromVitest, needs: ['build'] },
  { name: 'e2e', command: ['npx', 'playwright', 'test'], count: fromPlaywright, needs: ['build'] },
];

function run([command, ...args]: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportOf('e2e') },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
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

/** The stages named after `--only`, else all. */
function wanted(args: readonly string[]): readonly Stage[] {
  const at = args.indexOf('--only');
  if (at === -1) return STAGES;
  const names = (args[at + 1] ?? '').split(',');
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`No stage ${unknown.join(', ')}. There are: ${STAGES.map((stage) => stage.name).join(', ')}.`);
    process.exit(2);
  }
  return STAGES.filter((stage) => names.includes(stage.name));
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const failedStages: string[] = [];
const total = { passed: 0, failed: 0, skipped: 0 };
for (const stage of wanted(process.argv.slice(2))) {
  const missing = stage.needs?.find((name) => failedStages.includes(name));
  console.log(`\n--- ${stage.name}${missing ? `: not run, ${missing} failed` : `: ${stage.command.join(' ')}`}`);
  const started = performance.now();
  const counts = missing ? { passed: 0, failed: 1, skipped: 0 } : countsOf(stage, await run(stage.command));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`--- ${stage.name}: ${counts.failed > 0 ? 'FAILED' : 'ok'} in ${seconds} s`);
  if (counts.failed > 0) failedStages.push(stage.name);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
if (failedStages.length > 0) console.log(`\nfailed stages: ${failedStages.join(', ')}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);
