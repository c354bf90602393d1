/**
 * The Python client's checks: makes `python/.venv`, then `_sync` up to date, ruff, mypy strict, pytest, and in CI the
 * wheel in an empty environment. Says so where there is no Python 3.10 or later, and fails for that only in CI.
 *
 * @param process.argv[2] where to write the counts, `{passed, failed, skipped}`; default: nowhere
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './published.ts';

const HOME = join(ROOT, 'python');
const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';
const report = process.argv[2];

function finish(counts: { passed: number; failed: number; skipped: number }): never {
  if (report) writeFileSync(report, JSON.stringify(counts));
  process.exit(counts.failed > 0 ? 1 : 0);
}

/** Runs a command in `python/` with its output shown; the reason it did not pass ends the stage. */
function must(command: string, ...args: string[]): void {
  console.log(`$ ${[command, ...args].join(' ').replaceAll(`${ROOT}/`, '')}`);
  const { status, error } = spawnSync(command, args, { cwd: HOME, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed: ${error?.message ?? `exit ${status}`}`);
    finish({ passed: 0, failed: 1, skipped: 0 });
  }
}

/** The first Python on the path that is new enough. */
function findPython(): string | null {
  const isNewEnough = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  const names = [process.env.PYTHON, 'python3', 'python'].filter((name) => name !== undefined);
  return names.find((name) => spawnSync(name, ['-c', isNewEnough]).status === 0) ?? null;
}

const python = findPython();
if (python === null) {
  console.log('The Python client was NOT tested: there is no Python 3.10 or later (with venv) on the path.');
  if (process.env.CI) console.error('CI needs it.');
  finish({ passed: 0, failed: process.env.CI ? 1 : 0, skipped: 1 });
}

const venv = join(HOME, '.venv');
const own = join(venv, BIN, 'python');
const stamp = join(venv, 'installed');
const wanted = createHash('sha256')
  .update(readFileSync(join(HOME, 'pyproject.toml')))
  .update(HOME)
  .digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  must(python, '-m', 'venv', venv);
  must(own, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-e', '.[test]');
  writeFileSync(stamp, wanted);
}

must(own, 'scripts/make_sync.py', '--check');
must(own, '-m', 'ruff', 'format', '--check', '.');
must(own, '-m', 'ruff', 'check', '.');
must(own, '-m', 'mypy');

const results = mkdtempSync(join(tmpdir(), 'assisters-python-'));
const xml = join(results, 'pytest.xml');
console.log('$ pytest');
spawnSync(own, ['-m', 'pytest', `--junitxml=${xml}`], { cwd: HOME, stdio: 'inherit' });
const suite = existsSync(xml) ? readFileSync(xml, 'utf8') : '';
const number = (name: string) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
const broken = number('failures') + number('errors');
const counts = {
  passed: number('tests') - broken - number('skipped'),
  // A run that ended before its report is a failure too.
  failed: suite === '' || number('tests') === 0 ? 1 : broken,
  skipped: number('skipped'),
};

if (process.env.CI && counts.failed === 0) {
  must(own, '-m', 'build', '--no-isolation', '--outdir', results);
  must(python, '-m', 'venv', join(results, 'empty'));
  const clean = join(results, 'empty', BIN, 'python');
  const built = readdirSync(results).filter((name) => /\.(whl|tar\.gz)$/.test(name));
  console.log(`built: ${built.join(', ')}`);
  must(clean, '-m', 'pip', 'install', '-q', join(results, built.find((name) => name.endsWith('.whl'))!));
  must(clean, '-c', 'from assisters import Assisters, AsyncAssisters; Assisters(api_key="sk_test_1").close()');
}
rmSync(results, { recursive: true, force: true });
console.log(`python: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
finish(counts);
