import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TARBALLS } from './packed.ts';
import { ROOT } from './published.ts';

/**
 * Makes the packages and packs each into `dist/tarballs`: once for all `*.pack.test.ts`, and for `npm run pack`. Needs a
 * build.
 */
export default function setup(): void {
  const shell = process.platform === 'win32';
  execFileSync('npm', ['run', '-s', 'build:packages'], { cwd: ROOT, stdio: 'inherit', shell });
  rmSync(TARBALLS, { recursive: true, force: true });
  mkdirSync(TARBALLS, { recursive: true });
  const packages = join(ROOT, 'dist/npm');
  for (const name of readdirSync(packages))
    execFileSync('npm', ['pack', '--silent', '--pack-destination', TARBALLS], {
      cwd: join(packages, name),
      stdio: ['ignore', 'ignore', 'inherit'],
      shell,
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
  for (const file of readdirSync(TARBALLS)) console.log(`dist/tarballs/${file}`);
}
