import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, describe, expect, test } from 'vitest';
import { manifestOf, PACKAGE_NAMES, run, tarballOf } from './packed.ts';
import { ROOT } from './published.ts';

const folder = mkdtempSync(join(tmpdir(), 'assisters-quality-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bytes of a tarball, in a buffer of their own. */
const bytesOf = (tarball: string) => new Uint8Array(readFileSync(tarball));

/** What publint finds, as codes. */
async function manifestProblems(tarball: string): Promise<string[]> {
  const { messages } = await publint({ pack: { tarball: bytesOf(tarball).buffer as ArrayBuffer }, strict: true });
  return messages.map(({ code, path }) => `${code} ${path.join('.')}`);
}

/**
 * What are-the-types-wrong finds. The element and what builds on it are ES modules only, as Lit is: resolution by
 * `require`, and by Node before it read `exports`, is not promised for them.
 */
async function typeProblems(tarball: string, esmOnly: boolean): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(bytesOf(tarball)));
  if (!result.types) return [];
  const promised = (problem: Problem) =>
    !esmOnly ||
    !('resolutionKind' in problem) ||
    (problem.resolutionKind !== 'node10' && problem.resolutionKind !== 'node16-cjs');
  return result.problems
    .filter(promised)
    .map((problem) => `${problem.kind} ${'entrypoint' in problem ? problem.entrypoint : ''}`);
}

describe.each(PACKAGE_NAMES)('@assisters/%s', (name) => {
  test('publint finds nothing', async () => {
    expect(await manifestProblems(tarballOf(name))).toEqual([]);
  });

  test('are the types wrong? no', async () => {
    expect(await typeProblems(tarballOf(name), name !== 'sdk')).toEqual([]);
  });

  test('holds what it says, its licence and an example, and nothing else', async () => {
    const listed = (await run('tar', ['-tzf', tarballOf(name)], folder))
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, ''));
    expect(listed).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'README.md']));
    expect(readFileSync(join(ROOT, 'dist/npm', name, 'README.md'), 'utf8')).toMatch(/```/);
    expect(listed.filter((path) => /\.test\.|\.map$|testing\/|tsconfig/.test(path))).toEqual([]);
    for (const path of listed.filter((one) => one.endsWith('.js')))
      expect(readFileSync(join(ROOT, 'dist/npm', name, path), 'utf8'), path).not.toMatch(/^\/\/# sourceMappingURL/m);
    // Folders by the endings in them: what is in the package, not each file's name.
    const shape = new Set(
      listed.map((path) => {
        // All declarations as one: which rooms they come from changes with every refactoring.
        const inner = dirname(path).replace(/\btypes\/.*/, 'types/**');
        const ending = /(\.d)?\.[a-z]+(\.(br|gz))?$/.exec(basename(path))?.[0] ?? '';
        const generated = inner !== '.' || basename(path).startsWith('shared-');
        return generated ? `${inner === '.' ? 'shared-' : `${inner}/`}*${ending}` : path;
      }),
    );
    await expect(`${[...shape].sort().join('\n')}\n`).toMatchFileSnapshot(`package-contents/${name}.txt`);
  });
});

test('the client has no dependencies', () => {
  expect(manifestOf('sdk').dependencies).toEqual({});
});

test('control: a broken exports map is found by both', async () => {
  const broken = join(folder, 'broken');
  cpSync(join(ROOT, 'dist/npm/sdk'), broken, { recursive: true });
  const path = join(broken, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  manifest.exports = { '.': { import: './index.js', require: './cjs/nowhere.js', types: './types/sdk/index.d.ts' } };
  writeFileSync(path, JSON.stringify(manifest));
  await run('npm', ['pack', '--silent', '--pack-destination', folder], broken);
  const tarball = join(folder, basename(tarballOf('sdk')));
  const found = await manifestProblems(tarball);
  expect(found.some((problem) => problem.startsWith('FILE_DOES_NOT_EXIST'))).toBe(true);
  expect(await typeProblems(tarball, false)).not.toEqual([]);
});
