import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './published.ts';

/** What the tests of the packed packages share: the tarballs, and empty projects to install them into. */
export const TARBALLS = join(ROOT, 'dist/tarballs');
export const PACKAGE_NAMES = ['sdk', 'chat', 'react', 'server'] as const;
export type PackageName = (typeof PACKAGE_NAMES)[number];

/** Path of a package's tarball. `npm run build:packages` and `npm pack` made it; see `pack-setup.ts`. */
export function tarballOf(name: PackageName): string {
  const file = readdirSync(TARBALLS).find((one) => one.startsWith(`assisters-${name}-`));
  if (!file) throw new Error(`There is no tarball of @assisters/${name} in ${TARBALLS}.`);
  return join(TARBALLS, file);
}

export interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
export const manifestOf = (name: PackageName) =>
  JSON.parse(readFileSync(join(ROOT, 'dist/npm', name, 'package.json'), 'utf8')) as Manifest;

/** Runs a command to its end and gives what it printed. Throws with all of its output when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
      env: { ...process.env, ...env },
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/** Empty projects below one folder that `remove` takes away. */
export function projects() {
  const folder = mkdtempSync(join(tmpdir(), 'assisters-packages-'));
  return {
    /** An empty project with those packages of ours, others by name, and files of the repository copied into it. */
    async make(
      name: string,
      packages: readonly PackageName[],
      others: readonly string[] = [],
      files: Readonly<Record<string, string>> = {},
    ): Promise<string> {
      const cwd = join(folder, name);
      mkdirSync(cwd);
      writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
      const wanted = [...packages.map(tarballOf), ...others];
      const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
      if (wanted.length > 0) await run('npm', ['install', ...quiet, ...wanted], cwd);
      for (const [to, from] of Object.entries(files)) cpSync(join(ROOT, from), join(cwd, to), { recursive: true });
      return cwd;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** Type-checks files of a project, strictly and with the libraries it installed. */
export async function typeCheck(cwd: string, files: readonly string[], options: object = {}): Promise<void> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    skipLibCheck: false,
    types: [],
    jsx: 'react-jsx',
    ...options,
  };
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await run(process.execPath, [TSC, '-p', '.'], cwd);
}
