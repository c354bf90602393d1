import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../src/server/config.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const found = (program: string) =>
  ['/usr/bin', '/usr/local/bin', '/usr/sbin'].map((folder) => join(folder, program)).find(existsSync);
const known = new Set([...Object.values(SETTINGS).map(({ env }) => env), 'NODE_ENV']);

/** What can be said of the recipes where there is neither Docker nor systemd. nginx has tests of its own. */
describe('the recipes', () => {
  const dockerfile = read('Dockerfile').replace(/\\\n/g, ' ');
  const steps = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));
  const of = (name: string) =>
    steps.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  test('the image is built from what is here, by scripts that exist, and runs as no root', () => {
    const { scripts, engines } = JSON.parse(read('package.json')) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    for (const copied of of('COPY').filter((line) => !line.startsWith('--from'))) {
      for (const source of copied.split(' ').slice(0, -1)) expect(existsSync(join(ROOT, source)), source).toBe(true);
    }
    for (const [, script] of of('RUN')
      .join(' ')
      .matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty(script!);
    const major = Number(/node:(\d+)/.exec(of('FROM')[0]!)?.[1]);
    expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)![0]));
    expect(new Set(of('FROM').map((line) => line.split(' ')[0])).size).toBe(1);
    expect(steps.findIndex((line) => line === 'USER 1000:1000')).toBeLessThan(
      steps.findIndex((line) => line.startsWith('CMD')),
    );
    const environment = Object.fromEntries(
      of('ENV')[0]!
        .split(' ')
        .map((pair) => pair.split('=') as [string, string]),
    );
    for (const name of Object.keys(environment)) expect(known, name).toContain(name);
    expect(of('EXPOSE')).toEqual([environment.PORT]);
    expect(of('VOLUME')).toEqual([environment.ASSISTERS_DATA_DIR]);
    expect(JSON.parse(of('CMD')[0]!)).toEqual(['node', 'dist/server/cli.js', 'serve']);
  });

  test.each(['deploy/compose.yaml', 'deploy/assisters.service', 'deploy/nginx.conf', 'deploy/Caddyfile'])(
    '%s names only settings that there are',
    (path) => {
      const named = [...read(path).matchAll(/\bASSISTERS_[A-Z_]+/g)].map(([name]) => name);
      for (const name of named) expect(known).toContain(name);
      expect(named.length).toBeGreaterThan(0);
    },
  );

  // Fetches the linters, so only where the set-up does such things.
  test.skipIf(!process.env.CI)(
    'their linters have nothing to say',
    () => {
      const { status, stdout, stderr } = spawnSync('npx', ['tsx', 'scripts/lint-deploy.ts'], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      expect(status, stdout + stderr).toBe(0);
    },
    120_000,
  );

  const caddy = found('caddy');
  test.skipIf(!caddy)('Caddy takes the Caddyfile', () => {
    const { status, stderr } = spawnSync(
      caddy!,
      ['validate', '--config', join(ROOT, 'deploy/Caddyfile'), '--adapter', 'caddyfile'],
      {
        encoding: 'utf8',
      },
    );
    expect(status, stderr).toBe(0);
  });

  const systemd = found('systemd-analyze');
  test.skipIf(!systemd)('systemd takes the unit, and would say so if it did not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-unit-'));
    const verify = (unit: string) => {
      const file = join(folder, 'assisters.service');
      writeFileSync(file, unit);
      return spawnSync(systemd!, ['verify', file], { encoding: 'utf8' }).stderr;
    };
    try {
      expect(verify(read('deploy/assisters.service'))).not.toContain('assisters.service');
      expect(verify(read('deploy/assisters.service').replace('NoNewPrivileges=yes', 'NoNewPrivilages=yes'))).toContain(
        'Unknown key',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
