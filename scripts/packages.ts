/**
 * Makes the published packages in `dist/npm/*`, each with its own manifest and only its own dependencies, after
 * `npm run build`: `npm run build:packages`.
 *
 *   @assisters/sdk      the client, no dependencies; ES module and CommonJS, the others are ES modules
 *   @assisters/chat     the element as a module with its dependencies outside, and the pasted script for self-hosting
 *   @assisters/react    the element as a React component, with the element's package and React outside
 *   @assisters/server   the server and its command, with the files it serves
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, posix, relative, resolve } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { bundle } from './bundle.ts';
import { readSurface } from './element-manifest.ts';
import { FRAMEWORK_NAMES, frameworkFiles } from './framework-types.ts';
import { minifyCssTemplates, nodesOf } from './minify-css.ts';
import { ROOT } from './published.ts';

const ROOT_MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Where the packages are made. */
export const PACKAGES = join(ROOT, 'dist/npm');
const TYPES = join(ROOT, 'dist/types');

/** A library of this repository. `entries`: path of the package → source. */
interface Library {
  readonly name: string;
  readonly description: string;
  readonly entries: Readonly<Record<string, string>>;
  /** Sources that stay files of their own behind the entries. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Also as CommonJS, in `cjs/`. */
  readonly commonjs?: true;
  readonly keywords: readonly string[];
  /** Files that do something when they are imported. */
  readonly sideEffects: readonly string[] | false;
  /** Sources that are another package of ours: import that instead. */
  readonly siblings?: Readonly<Record<string, string>>;
  /** Versions of what it imports and the server does not. */
  readonly versions?: Readonly<Record<string, string>>;
  /** First line of its files. */
  readonly banner?: string;
  /** What its user brings along. */
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const SDK: Library = {
  name: 'sdk',
  description: 'Client of the Assisters API for browsers, Node and workers.',
  entries: { '.': 'src/sdk/index.ts' },
  commonjs: true,
  keywords: ['assisters', 'assistant', 'chat', 'api', 'client', 'sse'],
  sideEffects: false,
};
const CHAT: Library = {
  name: 'chat',
  description: '<assisters-chat>: a chat that answers visitors from a site’s own documents.',
  entries: { '.': 'src/widget/index.ts', './headless': 'src/widget/headless.ts', './names': 'src/widget/names.ts' },
  keywords: ['assisters', 'chat', 'widget', 'web-component', 'custom-element', 'assistant'],
  sideEffects: ['./index.js', './assisters.js', './frameworks/*.js'],
};
const REACT: Library = {
  name: 'react',
  description: 'The Assisters chat as a React component.',
  entries: { '.': 'src/react/index.ts' },
  // Files of their own, so that who draws the chat alone (the hook) does not load the element.
  parts: { 'assisters-chat': 'src/react/assisters-chat.tsx', 'use-assisters': 'src/react/use-assisters.ts' },
  keywords: ['assisters', 'chat', 'react', 'assistant'],
  sideEffects: false,
  // For Next.js: pages made of server components may import it. The bundler drops a directive that stands in a source.
  banner: "'use client';",
  siblings: { 'src/widget/index.ts': '@assisters/chat', 'src/widget/headless.ts': '@assisters/chat/headless' },
  versions: {
    '@assisters/chat': ROOT_MANIFEST.version,
    '@lit/react': ROOT_MANIFEST.devDependencies['@lit/react']!,
  },
  peerDependencies: { react: '>=18' },
};

const fileOf = (entry: string) => (entry === '.' ? 'index' : entry.slice(2));
const isBare = (specifier: string) => !specifier.startsWith('.') && !specifier.startsWith('/');

/** `dependencies` of the packages that the files of a folder import by name, at the versions given. */
function dependenciesOf(
  folder: string,
  files: readonly string[],
  versions: Readonly<Record<string, string>> = ROOT_MANIFEST.dependencies,
): Record<string, string> {
  const names = new Set<string>();
  for (const file of files) {
    for (const node of nodesOf(parseAst(readFileSync(join(folder, file), 'utf8')))) {
      if (!/^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(node.type)) continue;
      const specifier = (node.source as { readonly value?: unknown } | null)?.value;
      if (typeof specifier !== 'string') continue;
      if (!isBare(specifier) || specifier.startsWith('node:') || builtinModules.includes(specifier)) continue;
      names.add(specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!);
    }
  }
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const version = versions[name];
      if (!version) throw new Error(`${folder} imports ${name}, which is not among the dependencies of package.json.`);
      return [name, version];
    }),
  );
}

/** Declarations of what the libraries publish and of all it refers to: `dist/types/<room>/….d.ts`. */
function emitTypes(sources: readonly string[]): void {
  rmSync(TYPES, { recursive: true, force: true });
  mkdirSync(TYPES, { recursive: true });
  // The browser program's settings, for these files only: tests and their helpers are not published.
  const config = join(TYPES, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '../../src',
    outDir: '.',
  };
  const files = sources.map((source) => `../../${source}`);
  writeFileSync(
    config,
    JSON.stringify({ extends: '../../tsconfig.browser.json', compilerOptions, files, include: [] }),
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', config], { cwd: ROOT, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`Declarations could not be made:\n${run.stdout}${run.stderr}`);
}

/** Copies a declaration and all it refers to into the package; TypeScript's own `.ts` specifiers become `.js`. */
function copyTypes(
  source: string,
  folder: string,
  siblings: Readonly<Record<string, string>> = {},
  done = new Set<string>(),
): void {
  if (done.has(source)) return;
  done.add(source);
  const text = readFileSync(join(TYPES, source), 'utf8').replace(
    /(from\s*|import\(\s*)(["'])(\.{1,2}\/[^"']+)\.tsx?\2/g,
    (_, before: string, quote: string, path: string) => {
      const target = posix.join(posix.dirname(source), path);
      const sibling = siblings[`src/${target}.ts`];
      if (sibling) return `${before}${quote}${sibling}${quote}`;
      copyTypes(`${target}.d.ts`, folder, siblings, done);
      return `${before}${quote}${path}.js${quote}`;
    },
  );
  mkdirSync(dirname(join(folder, 'types', source)), { recursive: true });
  writeFileSync(join(folder, 'types', source), text);
}

function writeManifest(folder: string, manifest: Record<string, unknown>): void {
  const { version, license } = ROOT_MANIFEST;
  const common = { version, license, type: 'module' };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...common, ...manifest }, null, 2)}\n`);
  cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(ROOT, `scripts/readmes/${basename(folder)}.md`), join(folder, 'README.md'));
}

async function buildLibrary(library: Library): Promise<string> {
  const { name, description, entries, sideEffects, siblings = {}, versions = {}, peerDependencies = {} } = library;
  const folder = join(PACKAGES, name);
  const exports: Record<string, unknown> = {};
  for (const [entry, source] of Object.entries(entries)) {
    const declaration = source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts');
    copyTypes(declaration, folder, siblings);
    const esm = { types: `./types/${declaration}`, default: `./${fileOf(entry)}.js` };
    const cjs = { types: `./cjs/types/${declaration}`, default: `./cjs/${fileOf(entry)}.js` };
    exports[entry] = library.commonjs ? { import: esm, require: cjs } : esm;
    if (library.commonjs) copyTypes(declaration, join(folder, 'cjs'), siblings);
  }
  exports['./package.json'] = './package.json';
  const inputs = {
    input: {
      ...Object.fromEntries(Object.entries(entries).map(([entry, source]) => [fileOf(entry), source])),
      ...library.parts,
    },
    platform: 'neutral' as const,
    external: (id: string) => isBare(id) && !id.startsWith('src/'),
    // Our tables have no getters: a list of a table's values that nobody uses is not kept.
    treeshake: { propertyReadSideEffects: false as const },
    plugins: [
      {
        name: 'siblings',
        resolveId(id: string, importer: string | undefined) {
          const path = importer ? relative(ROOT, resolve(dirname(importer), id)).replaceAll('\\', '/') : '';
          return siblings[path] ? { id: siblings[path], external: true } : null;
        },
      },
      minifyCssTemplates(),
    ],
    transform: { target: 'es2022' },
  };
  await bundle({
    ...inputs,
    output: {
      dir: folder,
      format: 'esm',
      banner: library.banner ?? '',
      entryFileNames: '[name].js',
      chunkFileNames: 'shared-[hash].js',
    },
  });
  if (library.commonjs) {
    const dir = join(folder, 'cjs');
    await bundle({ ...inputs, output: { dir, format: 'cjs', exports: 'named', entryFileNames: '[name].js' } });
    writeFileSync(join(dir, 'package.json'), '{ "type": "commonjs" }\n');
  }
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.js'));
  const known = { ...ROOT_MANIFEST.dependencies, ...versions, ...peerDependencies };
  const dependencies = dependenciesOf(folder, scripts, known);
  for (const peer of Object.keys(peerDependencies)) delete dependencies[peer];
  writeManifest(folder, {
    name: `@assisters/${name}`,
    description,
    keywords: library.keywords,
    sideEffects,
    exports,
    // For tools that do not read `exports`.
    ...(library.commonjs && {
      engines: { node: '>=20' },
      main: './cjs/index.js',
      types: './cjs/types/sdk/index.d.ts',
    }),
    dependencies,
    ...(library.peerDependencies && { peerDependencies }),
  });
  return folder;
}

/** The script a site pastes, for sites that host it themselves: with the modules it loads beside it. */
function addPastedScript(folder: string): void {
  cpSync(join(ROOT, 'dist/web/assisters.js'), join(folder, 'assisters.js'));
  cpSync(join(ROOT, 'dist/web/assets'), join(folder, 'assets'), {
    recursive: true,
    filter: (path) => !/\.(br|gz)$/.test(path),
  });
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { exports: Record<string, unknown> };
  // A script to paste, no module: nothing is exported.
  writeFileSync(join(folder, 'assisters.d.ts'), 'export {};\n');
  manifest.exports['./assisters.js'] = { types: './assisters.d.ts', default: './assisters.js' };
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What editors read about the element, and a page about it for programs that write code. */
function addElementData(folder: string): void {
  for (const file of ['custom-elements.json', 'llms.txt']) cpSync(join(ROOT, file), join(folder, file));
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> & {
    exports: Record<string, unknown>;
  };
  mkdirSync(join(folder, 'frameworks'));
  for (const [file, text] of Object.entries(frameworkFiles(readSurface(), ROOT_MANIFEST.version)))
    writeFileSync(join(folder, file), text);
  for (const name of FRAMEWORK_NAMES)
    manifest.exports[`./${name}`] = { types: `./frameworks/${name}.d.ts`, default: `./frameworks/${name}.js` };
  for (const file of ['custom-elements.json', 'vscode.html-custom-data.json', 'web-types.json'])
    manifest.exports[`./${file}`] = `./${file}`;
  manifest.customElements = './custom-elements.json';
  manifest['web-types'] = './web-types.json';
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

function buildServerPackage(): void {
  const folder = join(PACKAGES, 'server');
  // Without source maps: what they point at is not in the package.
  for (const part of ['server', 'web'])
    cpSync(join(ROOT, 'dist', part), join(folder, 'dist', part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map'),
    });
  const scripts = readdirSync(join(folder, 'dist/server'), { recursive: true, encoding: 'utf8' });
  for (const file of scripts.filter((one) => one.endsWith('.js'))) {
    const path = join(folder, 'dist/server', file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  }
  // The demo assistant answers from the project's own documentation.
  cpSync(join(ROOT, 'docs'), join(folder, 'docs'), { recursive: true });
  writeManifest(folder, {
    name: '@assisters/server',
    description: 'The Assisters API, its widget and its command, on one machine with SQLite.',
    keywords: ['assisters', 'chat', 'assistant', 'server', 'rag'],
    engines: ROOT_MANIFEST.engines,
    bin: { assisters: './dist/server/cli.js' },
    exports: { './package.json': './package.json' },
    dependencies: dependenciesOf(
      join(folder, 'dist/server'),
      scripts.filter((file) => file.endsWith('.js')),
    ),
  });
}

if (!existsSync(join(ROOT, 'dist/web/manifest.json')) || !existsSync(join(ROOT, 'dist/server/cli.js')))
  throw new Error('dist/web or dist/server is missing. Run `npm run build` first.');
rmSync(PACKAGES, { recursive: true, force: true });
emitTypes([SDK, CHAT, REACT].flatMap(({ entries }) => Object.values(entries)));
await buildLibrary(SDK);
const chat = await buildLibrary(CHAT);
addPastedScript(chat);
addElementData(chat);
await buildLibrary(REACT);
buildServerPackage();
console.log(
  `made ${readdirSync(PACKAGES)
    .map((name) => `@assisters/${name}`)
    .join(', ')} in dist/npm`,
);
