/**
 * Bytes of every published file, and of what a bundler makes of `@assisters/sdk`, raw, gzip 9 and brotli 11, compared
 * with `size.json`. Equality, not a limit: a change of weight is then part of the commit that made it.
 * Above that stand budgets of what a visitor's browser loads, by what it is loaded for, and of the SDK.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { publishedFiles, ROOT, WEB } from './published.ts';
import { readArguments } from './read-arguments.ts';

interface Size {
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}
type Sizes = Readonly<Record<string, Size>>;

const PINNED = join(ROOT, 'size.json');
const USAGE = `npm run size -- [--update]     (after npm run build)
  --update   writes size.json instead of comparing with it`;

const { values } = readArguments(USAGE, { options: { update: { type: 'boolean', default: false } } });

const LOADER = /^assisters\.js$/;
const ELEMENT = /^assets\/assisters-chat-/;
/** Comes with the panel, because a browser whose line is down could not load it. */
const OUTBOX = /^assets\/outbox-/;
const RENDERER = /^assets\/markdown-/;
const DOMPURIFY = /^assets\/dompurify-/;

/**
 * Brotli bytes (kB = 1000), in the order a visitor meets them: until the launcher stands; until a first message can be
 * typed and sent; until the first answer stands rendered, with its citations. The last once more for browsers without a
 * sanitiser of their own (Safari, Chromium before 146, Firefox before 148).
 */
const BUDGETS: readonly (readonly [name: string, files: readonly RegExp[], maxBytes: number])[] = [
  ['before intent', [LOADER], 5_000],
  ['before the first message', [LOADER, ELEMENT, OUTBOX], 40_000],
  ['everything in, the first answer rendered', [LOADER, ELEMENT, OUTBOX, RENDERER], 60_000],
  ['the same with DOMPurify', [LOADER, ELEMENT, OUTBOX, RENDERER, DOMPURIFY], 71_000],
];

/** The name without its content hash, so that a change of content is a change of sizes and not of keys. */
const stableName = (file: string) => file.replace(/-[\w-]{8}\.js$/, '-[hash].js');

/** What a page carries that imports so much of the SDK, bundled and minified, and its budget in brotli bytes. */
const SDK_IMPORTS: readonly (readonly [name: string, maxBytes: number])[] = [
  ['Assisters', 8_600],
  ['verifyWebhook', 1_500],
];
const titleOf = (name: string) => `npm: import { ${name} } from @assisters/sdk`;

function sizeOf(bytes: Buffer): Size {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

async function bundleOf(name: string): Promise<Buffer> {
  const entry = 'virtual:entry';
  const sdk = JSON.stringify(join(ROOT, 'src/sdk/index.ts'));
  const build = await rolldown({
    input: entry,
    platform: 'neutral',
    transform: { target: 'es2022' },
    // As the package says of itself.
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: 'entry',
        resolveId: (id: string) => (id === entry ? { id, moduleSideEffects: true } : null),
        load: (id: string) => (id === entry ? `import { ${name} } from ${sdk}; globalThis.kept = ${name};` : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  return Buffer.from(output[0].code);
}

async function measure(): Promise<Sizes> {
  const sizes: Record<string, Size> = {};
  for (const file of publishedFiles()) sizes[stableName(file)] = sizeOf(readFileSync(join(WEB, file)));
  for (const [name] of SDK_IMPORTS) sizes[titleOf(name)] = sizeOf(await bundleOf(name));
  return sizes;
}

const show = (size: Size | undefined) =>
  size ? [size.raw, size.gzip, size.brotli].map((bytes) => String(bytes).padStart(8)).join('') : '  absent';

if (!existsSync(join(WEB, 'manifest.json'))) {
  console.error('dist/web is not built. Run `npm run build` first.');
  process.exit(1);
}
const sizes = await measure();
const problems: string[] = [];
console.log(`${'file'.padEnd(40)}${'raw'.padStart(8)}${'gzip'.padStart(8)}${'brotli'.padStart(8)}`);
for (const [file, size] of Object.entries(sizes)) console.log(`${file.padEnd(40)}${show(size)}`);

for (const [name, files, maxBytes] of BUDGETS) {
  const counted = Object.entries(sizes).filter(([file]) => files.some((pattern) => pattern.test(file)));
  const bytes = counted.reduce((sum, [, size]) => sum + size.brotli, 0);
  console.log(`${name}: ${bytes} of ${maxBytes} bytes brotli`);
  if (counted.length !== files.length) problems.push(`${name}: ${counted.length} of ${files.length} files were found.`);
  if (bytes > maxBytes) problems.push(`${name}: ${bytes} bytes are over the budget of ${maxBytes}.`);
}

for (const [name, maxBytes] of SDK_IMPORTS) {
  const bytes = sizes[titleOf(name)]!.brotli;
  if (bytes > maxBytes) problems.push(`${titleOf(name)}: ${bytes} bytes are over the budget of ${maxBytes}.`);
}

if (values.update) {
  writeFileSync(PINNED, `${JSON.stringify(sizes, null, 2)}\n`);
  console.log('size.json is written.');
} else {
  const pinned = existsSync(PINNED) ? (JSON.parse(readFileSync(PINNED, 'utf8')) as Sizes) : {};
  for (const file of new Set([...Object.keys(pinned), ...Object.keys(sizes)])) {
    const was = show(pinned[file]);
    const is = show(sizes[file]);
    if (was !== is) problems.push(`${file}: pinned${was}, is${is}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error('When the change is meant: npm run size -- --update, and commit size.json with it.');
  process.exit(1);
}
