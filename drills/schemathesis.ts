import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Pinned: another version makes up other requests. */
const VERSION = '4.32.5';
const HOME = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assisters', `schemathesis-${VERSION}`);

/** What every answer is held against. Credentials that are left out or made up must be refused too (`ignored_auth`). */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
];

/** One run of Schemathesis. */
export interface FuzzPass {
  readonly url: string;
  readonly key: string;
  /** Only operations whose id matches; a regular expression of Python. */
  readonly operations: string;
  /** Most requests made up per operation and phase. */
  readonly examples: number;
  readonly seed: number;
  /** Path parameters by a pattern of the path, so that what is asked for is there. */
  readonly ids?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Default: all. */
  readonly phases?: string;
}

/** The command's path: Schemathesis from PyPI in an environment of its own, made the first time; `null` without Python. */
export function findSchemathesis(): string | null {
  const command = join(HOME, 'bin/st');
  if (existsSync(join(HOME, 'ready'))) return command;
  const say = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  if (spawnSync('python3', ['-c', say]).status !== 0) return null;
  mkdirSync(HOME, { recursive: true });
  must('python3', '-m', 'venv', '--clear', HOME);
  must(join(HOME, 'bin/pip'), 'install', '-q', '--disable-pip-version-check', `schemathesis==${VERSION}`);
  writeFileSync(join(HOME, 'ready'), '');
  return command;
}

/** What to say where it is left out. */
export const PYTHON_ABSENT = 'there is no Python 3.10 or later (with venv) for Schemathesis';

/** Runs a pass. Gives its output when an answer failed a check, else `null`. */
export async function runPass(command: string, pass: FuzzPass): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'assisters-fuzz-'));
  const output = join(folder, 'output');
  try {
    const config = join(folder, 'schemathesis.toml');
    writeFileSync(config, toml(pass.ids ?? {}));
    const child = spawn(
      'sh',
      [
        '-c',
        '"$0" "$@" > "$OUTPUT" 2>&1',
        command,
        '--config-file',
        config,
        'run',
        `${pass.url}/openapi.json`,
        '--header',
        `Authorization: Bearer ${pass.key}`,
        '--checks',
        CHECKS.join(','),
        '--include-operation-id-regex',
        pass.operations,
        '--max-examples',
        String(pass.examples),
        ...(pass.phases ? ['--phases', pass.phases] : []),
        '--seed',
        String(pass.seed),
        '--continue-on-failure',
        '--request-timeout',
        '30',
        '--generation-database',
        'none',
        '--no-shrink',
        '--suppress-health-check',
        'all',
        '--warnings',
        'off',
        '--no-color',
      ],
      { cwd: folder, stdio: 'ignore', env: { ...process.env, OUTPUT: output } },
    );
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0 ? null : readFileSync(output, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function toml(ids: NonNullable<FuzzPass['ids']>): string {
  return Object.entries(ids)
    .map(([path, values]) => {
      const pairs = Object.entries(values).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
      return `[[operations]]\ninclude-path-regex = ${JSON.stringify(path)}\nparameters = { ${pairs.join(', ')} }\n`;
    })
    .join('\n');
}

function must(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}`);
}
