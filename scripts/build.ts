/**
 * Builds everything that is published, from nothing: `dist/web` (what the server serves to pages) and `dist/server`
 * (the `assisters` command). `npm run build`.
 *
 *   dist/web/assisters.js               the pasted script: one classic script, nothing to load before intent
 *   dist/web/assisters-<hash>.js        the same under a name that its content has: immutable, for pages that want `integrity`
 *   dist/web/assisters-chat.js          the element as one ES module, for pages that write <assisters-chat> themselves
 *   dist/web/assets/<name>-<hash>.js    what the script and the iframe page load; immutable
 *   dist/web/assets/<part>-<hash>.js    parts of the element that come later: the renderer of answers, a language; immutable
 *   dist/web/manifest.json              names of the hashed files
 *   dist/web/**                         public/, and `.br` and `.gz` beside every text file
 *   dist/server/cli.js                  the command; packages stay in node_modules
 */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin, RolldownOutput } from 'rolldown';
import { bundle } from './bundle.ts';
import { buildLanguages, type Languages, languagesByName } from './languages.ts';
import { withoutLitGlobals } from './lit-globals.ts';
import { onlyMarkedParser } from './marked-parser.ts';
import { minifyCssTemplates } from './minify-css.ts';
import { publishedFiles, ROOT, WEB } from './published.ts';

const SERVER = join(ROOT, 'dist/server');
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
/** Files worth compressing ahead; pictures and fonts are compressed already. */
const TEXT = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt', '.md', '.xml', '.webmanifest']);

/** `dist/web/manifest.json`: the hashed files, relative to `dist/web`. Each is whole: it imports no other. */
export interface Manifest {
  readonly version: string;
  /** The element, as the script loads it. */
  readonly chat: string;
  /** The program of the page inside an iframe: the element and its end of the bridge. */
  readonly frame: string;
  /** What the script loads to make an iframe and speak with it. */
  readonly iframe: string;
  /** What the script loads where a shortcut, a movable launcher or another widget's calls are asked for. */
  readonly extras: string;
  /** The pasted script under the name of its content, and the `integrity` of its tag. */
  readonly script: { readonly file: string; readonly integrity: string };
}

/** Hints for bundlers say nothing to a browser. Licenses stay. */
const MINIFIED = { minify: true, comments: { legal: true, annotation: false, jsdoc: false } } as const;

/**
 * Nearly all of the script runs when it is loaded. Told so, Chromium compiles it beside the main thread, once, instead of
 * each function when it is called: 1 ms of 6.5 (https://v8.dev/blog/explicit-compile-hints).
 */
const COMPILED_AT_ONCE = '//# allFunctionsCalledOnLoad';

/** The browser program, in production form (Lit's development build is behind an export condition that is not set). */
const forPages = (target: string, languages: Plugin | null, define: Record<string, string> = {}) => ({
  platform: 'browser' as const,
  plugins: [minifyCssTemplates(), withoutLitGlobals(), onlyMarkedParser(), languages],
  transform: {
    target,
    define: { 'process.env.NODE_ENV': '"production"', __ASSISTERS_VERSION__: JSON.stringify(VERSION), ...define },
  },
});

/**
 * Parts the element loads when they are needed. Each is one request: it stands alone, and then has one content and so one name
 * in all three programs (script, iframe page, module), or imports what is there already, the program that asks for it.
 */
const PARTS: readonly (readonly [name: string, source: RegExp])[] = [
  ['markdown', /\/widget\/markdown\/renderer\.ts$/],
  ['[name]', /\/widget\/features\/[a-z-]+\.ts$/],
  ['launcher', /\/widget\/launcher\.ts$/],
  ['dompurify', /\/widget\/markdown\/dompurify\.ts$/],
  ['proof', /\/sdk\/core\/proof\.ts$/],
];

function partFile({ name, facadeModuleId }: { name: string; facadeModuleId?: string | null }): string {
  const part = PARTS.find(([, source]) => source.test(facadeModuleId ?? ''));
  if (!part) throw new Error(`The chunk ${name} (${facadeModuleId}) is not among the parts of scripts/build.ts.`);
  return `assets/${part[0]}-[hash].js`;
}

/** The one entry of a bundle, after it is sure that nothing has to be fetched before it can run, nor for a part but the part. */
function wholeEntry(output: RolldownOutput['output']) {
  const [entry] = output;
  for (const chunk of output) {
    const imports = chunk.type === 'chunk' ? chunk.imports.filter((file) => file !== entry.fileName) : ['?'];
    if (imports.length > 0 || (chunk === entry && entry.imports.length > 0))
      throw new Error(`${chunk.fileName} is not whole: it imports [${imports}].`);
  }
  return entry;
}

async function hashedModule(languages: Languages, name: string, input: string): Promise<string> {
  const { output } = await bundle({
    ...forPages('es2022', languagesByName(languages, './')),
    input: { [name]: input },
    output: {
      dir: WEB,
      format: 'esm',
      ...MINIFIED,
      entryFileNames: 'assets/[name]-[hash].js',
      chunkFileNames: partFile,
    },
  });
  return wholeEntry(output).fileName;
}

async function buildWeb(): Promise<void> {
  const languages = await buildLanguages(WEB, forPages('es2022', null));
  const [chat, frame, iframe, extras] = await Promise.all([
    hashedModule(languages, 'assisters-chat', 'src/embed/chat.ts'),
    hashedModule(languages, 'assisters-frame', 'src/embed/frame.ts'),
    hashedModule(languages, 'assisters-iframe', 'src/embed/iframe.ts'),
    hashedModule(languages, 'extras', 'src/widget/features/extras.ts'),
  ]);
  const element = await bundle({
    ...forPages('es2022', languagesByName(languages, './assets/')),
    input: { 'assisters-chat': 'src/embed/element.ts' },
    output: { dir: WEB, format: 'esm', ...MINIFIED, entryFileNames: '[name].js', chunkFileNames: partFile },
  });
  wholeEntry(element.output);
  await bundle({
    ...forPages('es2020', null, { __ASSISTERS_CHUNKS__: JSON.stringify({ chat, iframe, extras }) }),
    input: { assisters: 'src/embed/loader.ts' },
    output: {
      dir: WEB,
      format: 'iife',
      ...MINIFIED,
      postBanner: COMPILED_AT_ONCE,
      entryFileNames: '[name].js',
      codeSplitting: false,
    },
  });
  const manifest: Manifest = { version: VERSION, chat, frame, iframe, extras, script: pin('assisters.js') };
  writeFileSync(join(WEB, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Copies a script beside itself (what it loads is relative to its address) under a name that changes with its content. */
function pin(name: string): Manifest['script'] {
  const bytes = readFileSync(join(WEB, name));
  const file = name.replace(/\.js$/, `-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.js`);
  writeFileSync(join(WEB, file), bytes);
  return { file, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}` };
}

/** The command, and every program it starts as a child process or a worker (`*-child.ts`, `*-worker.ts`), side by side. */
async function buildServer(): Promise<void> {
  const children = readdirSync(join(ROOT, 'src/server'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /-(child|worker)\.ts$/.test(file),
  );
  await bundle({
    input: {
      cli: 'src/server/cli.ts',
      ...Object.fromEntries(children.map((file) => [basename(file, '.ts'), `src/server/${file}`])),
    },
    platform: 'node',
    external: (id: string) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('src/'),
    transform: { target: 'node20', define: { __ASSISTERS_VERSION__: JSON.stringify(VERSION) } },
    output: {
      dir: SERVER,
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
  });
  const cli = join(SERVER, 'cli.js');
  const code = readFileSync(cli, 'utf8');
  if (!code.startsWith('#!')) writeFileSync(cli, `#!/usr/bin/env node\n${code}`);
  chmodSync(cli, 0o755);
}

async function compress(): Promise<void> {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  await Promise.all(
    publishedFiles()
      .filter((file) => TEXT.has(extname(file)))
      .map(async (file) => {
        const bytes = readFileSync(join(WEB, file));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(join(WEB, `${file}.br`), await brotli(bytes, { params }));
        writeFileSync(join(WEB, `${file}.gz`), await zip(bytes, { level: 9 }));
      }),
  );
}

/** Builds all of it; `dist` holds nothing of an earlier build afterwards. */
export async function build(): Promise<void> {
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  mkdirSync(WEB, { recursive: true });
  cpSync(join(ROOT, 'public'), WEB, { recursive: true });
  await Promise.all([buildWeb(), buildServer()]);
  await compress();
}

const started = performance.now();
await build();
console.log(
  `built dist/web (${publishedFiles().length} files) and dist/server in ${Math.round(performance.now() - started)} ms`,
);
