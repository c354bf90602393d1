import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOCKFILES, missingPlatforms, type Packages } from './lock-platforms.ts';

const packagesOf = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages }).packages;

test.each(LOCKFILES)(
  '%s can be installed with npm ci: it names every platform (else run lock-platforms.ts)',
  (file) => {
    expect(Object.keys(missingPlatforms(packagesOf(file)))).toEqual([]);
  },
);

test('a platform that is left out is noticed', () => {
  const { 'node_modules/@biomejs/cli-darwin-arm64': left, ...others } = packagesOf(LOCKFILES[0]!);
  expect(left).toBeDefined();
  expect(missingPlatforms(others)).toMatchObject({
    'node_modules/@biomejs/cli-darwin-arm64': { version: left!.version, cpu: ['arm64'], os: ['darwin'] },
  });
});
