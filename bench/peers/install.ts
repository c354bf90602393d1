import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const STAMP = join(HERE, 'node_modules/.installed-lock');

/**
 * Installs the peers of this folder's lockfile unless exactly those are there (about 740 MB, from npm). No install script
 * of theirs runs. `false` when that failed: the floors and ours can still be measured.
 */
export function installPeers(say: (text: string) => void): boolean {
  const lock = createHash('sha256')
    .update(readFileSync(join(HERE, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return true;
  say('installing the peers (npm ci in bench/peers) …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    say('the peers could not be installed; only the floors and ours are measured');
    return false;
  }
  writeFileSync(STAMP, lock);
  return true;
}
