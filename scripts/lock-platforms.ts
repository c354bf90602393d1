/**
 * Completes each `package-lock.json` of the repository after `npm install`: `npx tsx scripts/lock-platforms.ts`.
 *
 * Where the registry in use is a mirror without the binaries of other platforms, npm leaves those optional packages out
 * of the lock, and `npm ci` then refuses it on every machine ("Missing: … from lock file"). This writes what is missing,
 * with the platform read from the package's name, so that `npm ci` knows them and passes them over.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './published.ts';

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
/** The `packages` of a lockfile, version 3: path → package. */
export type Packages = Record<string, Locked>;

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ppc64', 's390x', 'wasm32', 'arm'];

function platformOf(name: string): { cpu: string[]; os?: string[]; libc?: string[] } | null {
  const cpu = PROCESSORS.find((one) => name.includes(one));
  const os = SYSTEMS.find((one) => name.includes(`-${one}`));
  if (!cpu) return null;
  const libc = name.includes('musl') ? 'musl' : /-gnu/.test(name) ? 'glibc' : null;
  return { cpu: [cpu], ...(os ? { os: [os] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

/** Path of the copy of `name` that `from` gets, as Node resolves it; `null` when there is none. */
function resolve(packages: Packages, from: string, name: string): string | null {
  for (let base = from; ; base = base.slice(0, base.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    const path = `${base ? `${base}/` : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (!base) return null;
  }
}

/** Optional packages of exact version that the lock lacks, with the entry each needs. */
export function missingPlatforms(packages: Packages): Packages {
  const missing: Packages = {};
  for (const [path, owner] of Object.entries(packages)) {
    for (const [name, version] of path === '' ? [] : Object.entries(owner.optionalDependencies ?? {})) {
      const found = resolve(packages, path, name);
      if (found && (packages[found]!.version === version || !/^\d/.test(version))) continue;
      const platform = platformOf(name);
      if (!platform) continue;
      missing[found ? `${path}/node_modules/${name}` : `node_modules/${name}`] = {
        version,
        ...platform,
        ...(owner.dev ? { dev: true } : {}),
        ...(owner.license ? { license: owner.license } : {}),
        optional: true,
        ...(owner.engines ? { engines: owner.engines } : {}),
      } as Locked;
    }
  }
  return missing;
}

/** The repository's lockfiles: its own, and those of what is installed apart. */
export const LOCKFILES = ['', 'bench/peers', 'examples/nextjs', 'test/runtimes'].map((folder) =>
  join(ROOT, folder, 'package-lock.json'),
);

if (process.argv[1]?.endsWith('lock-platforms.ts')) {
  for (const file of LOCKFILES) {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };
    const missing = missingPlatforms(lock.packages);
    const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
    console.log(`${Object.keys(missing).length} packages of other platforms added to ${relative(ROOT, file)}`);
  }
}
