import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOCKFILE, missingPlatforms, type Packages } from './lock-platforms.ts';

const { packages } = JSON.parse(readFileSync(LOCKFILE, 'utf8')) as { packages: Packages };

test('the lockfile can be installed with npm ci: it names every platform (else run scripts/lock-platforms.ts)', () => {
  expect(Object.keys(missingPlatforms(packages))).toEqual([]);
});

test('a platform that is left out is noticed', () => {
  const { 'node_modules/@biomejs/cli-darwin-arm64': left, ...others } = packages;
  expect(left).toBeDefined();
  expect(missingPlatforms(others)).toMatchObject({
    'node_modules/@biomejs/cli-darwin-arm64': { version: left!.version, cpu: ['arm64'], os: ['darwin'] },
  });
});
