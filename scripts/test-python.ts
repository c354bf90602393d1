/**
 * The Python client's checks: makes `python/.venv`, then `_sync` up to date, ruff, pyright and mypy strict for Python
 * 3.10, pytest, and the wheel and the sdist in empty environments. Says so where there is no Python 3.10 or later, and
 * fails for that only in CI. With `ASSISTERS_ALL_PYTHONS=1` the whole suite also runs on the built wheel under every
 * other CPython that is found (`python3.10` … on the path, pyenv's).
 *
 * @param process.argv[2] where to write the counts, `{passed, failed, skipped}`; default: nowhere
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarioDifferences, scenarioIds } from '../test/scenarios.ts';
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
  mustIn(HOME, command, ...args);
}

/** The same in another folder. */
function mustIn(cwd: string, command: string, ...args: string[]): void {
  console.log(`$ ${[command, ...args].join(' ').replaceAll(`${ROOT}/`, '')}`);
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed: ${error?.message ?? `exit ${status}`}`);
    finish({ passed: 0, failed: 1, skipped: 0 });
  }
}

/** The version of a Python that can run the client and make environments, e.g. `3.10.13`; else `null`. */
function versionOf(name: string): string | null {
  const say =
    'import sys, venv, ensurepip; sys.exit(1) if sys.version_info < (3, 10) else print(sys.version.split()[0])';
  const { status, stdout } = spawnSync(name, ['-c', say], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The first Python on the path that is new enough. */
function findPython(): string | null {
  const names = [process.env.PYTHON, 'python3', 'python'].filter((name) => name !== undefined);
  return names.find((name) => versionOf(name) !== null) ?? null;
}

/** One Python of each other minor version, `[version, command]`, oldest first. */
function otherPythons(own: string): (readonly [string, string])[] {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const names = [10, 11, 12, 13, 14].map((minor) => `python3.${minor}`);
  if (existsSync(pyenv)) names.push(...readdirSync(pyenv).map((name) => join(pyenv, name, BIN, 'python')));
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  const found = new Map<string, readonly [string, string]>();
  for (const name of names) {
    const version = versionOf(name);
    if (version && minor(version) !== minor(own) && !found.has(minor(version)))
      found.set(minor(version), [version, name]);
  }
  return [...found.values()].sort(([a], [b]) => Number(a.split('.')[1]) - Number(b.split('.')[1]));
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
must(own, '-m', 'ruff', 'format', '--check', '--config', 'pyproject.toml', '.', join(ROOT, 'examples'));
must(own, '-m', 'ruff', 'check', '.');
must(join(ROOT, 'node_modules', '.bin', 'pyright'), '--project', HOME, '--pythonpath', own);
must(own, '-m', 'mypy');

const results = mkdtempSync(join(tmpdir(), 'assisters-python-'));
const xml = join(results, 'pytest.xml');
console.log('$ pytest');
const ran = join(results, 'scenarios.json');
const env = { ...process.env, ASSISTERS_SCENARIOS: ran };
spawnSync(own, ['-m', 'pytest', `--junitxml=${xml}`], { cwd: HOME, stdio: 'inherit', env });
const suite = existsSync(xml) ? readFileSync(xml, 'utf8') : '';
const number = (name: string) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
const broken = number('failures') + number('errors');
const differences = existsSync(ran)
  ? scenarioDifferences('python', scenarioIds(), JSON.parse(readFileSync(ran, 'utf8')) as string[])
  : ['the suite did not say which scenarios it ran'];
// There only when the unit stage of the same run has written it.
const typescript = join(ROOT, 'test-results', 'scenarios-typescript.json');
if (report && existsSync(typescript)) {
  const passed = JSON.parse(readFileSync(typescript, 'utf8')) as string[];
  differences.push(...scenarioDifferences('typescript', scenarioIds(), passed));
}
for (const line of differences) console.error(line);
const counts = {
  passed: number('tests') - broken - number('skipped'),
  // A run that ended before its report is a failure too.
  failed: suite === '' || number('tests') === 0 ? 1 : broken + (differences.length > 0 ? 1 : 0),
  skipped: number('skipped'),
};

/** An empty environment outside the checkout with those packages in it. */
function environmentOf(name: string, command: string, ...packages: string[]): string {
  must(command, '-m', 'venv', join(results, name));
  const clean = join(results, name, BIN, 'python');
  must(clean, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages);
  return clean;
}

if (counts.failed === 0) {
  must(own, '-m', 'build', '--no-isolation', '--outdir', results);
  const built = readdirSync(results).filter((name) => /\.(whl|tar\.gz)$/.test(name));
  const wheel = built.find((name) => name.endsWith('.whl'))!;
  console.log(`built: ${built.join(', ')}`);
  const use = 'import assisters; assisters.Assisters(api_key="sk_test_1").close(); print(assisters.__file__)';
  must(environmentOf('sdist', python, join(results, built.find((name) => name.endsWith('.tar.gz'))!)), '-I', '-c', use);
  const clean = environmentOf('wheel', python, join(results, wheel), 'pytest>=8');
  must(clean, '-I', '-c', use);
  // As the guide says it.
  const [, line] =
    /^pip install path\/to\/assisters\/(\S+)$/m.exec(readFileSync(join(ROOT, 'docs/python.md'), 'utf8')) ?? [];
  if (!line) throw new Error('docs/python.md does not say how to install.');
  must(environmentOf('documented', python, join(ROOT, line)), '-I', '-c', use);
  // The examples as printed, from an empty folder, with nothing of the checkout but the tests themselves.
  const empty = join(results, 'folder');
  mkdirSync(empty);
  const printed = ['-k', 'README or reference', join(HOME, 'tests', 'test_examples.py')];
  mustIn(
    empty,
    clean,
    '-m',
    'pytest',
    '-p',
    'no:cacheprovider',
    '--rootdir',
    HOME,
    '-c',
    join(HOME, 'pyproject.toml'),
    ...printed,
  );
  if (process.env.ASSISTERS_ALL_PYTHONS === '1') {
    for (const [version, command] of otherPythons(versionOf(python)!)) {
      console.log(`--- Python ${version}`);
      must(
        environmentOf(version, command, join(results, wheel), 'pytest>=8'),
        '-m',
        'pytest',
        '-p',
        'no:cacheprovider',
      );
    }
  }
}
rmSync(results, { recursive: true, force: true });
console.log(`python: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
finish(counts);
