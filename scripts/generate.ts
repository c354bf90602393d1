import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/protocol/errors.ts';
import { SETTINGS, type Setting } from '../src/server/config.ts';
import {
  cssPropertyTable,
  customElements,
  eventTable,
  llmsText,
  methodTable,
  optionTable,
  partTable,
  readSurface,
} from './element-manifest.ts';
import { REFERENCE } from './reference/index.ts';

/**
 * Writes the parts of the docs that come from tables in the code, between `<!-- name:begin -->` and `<!-- name:end -->`,
 * and the files that come from the element's docblock as a whole.
 * `npm run generate` writes them; `scripts/generate.test.ts` fails when they are stale.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

function errorTable(): string {
  const rows = Object.entries(ERRORS).map(([code, { status, meaning }]) => row([`\`${code}\``, status, meaning]));
  return [row(['code', 'status', 'meaning']), '|---|---|---|', ...rows].join('\n');
}

function configTable(): string {
  const rows = Object.values<Setting>(SETTINGS).map(({ env, fallback, doc }) =>
    row([`\`${env}\``, fallback === null ? '' : `\`${fallback}\``, doc]),
  );
  return [row(['variable', 'default', 'meaning']), '|---|---|---|', ...rows].join('\n');
}

/** Generated sections by file and marker name. */
export const SECTIONS: readonly { readonly file: string; readonly name: string; readonly text: () => string }[] = [
  { file: 'docs/api.md', name: 'errors', text: errorTable },
  { file: 'docs/self-hosting.md', name: 'config', text: configTable },
  { file: 'docs/embedding.md', name: 'options', text: () => optionTable(readSurface()) },
  { file: 'docs/embedding.md', name: 'methods', text: () => methodTable(readSurface()) },
  { file: 'docs/embedding.md', name: 'events', text: () => eventTable(readSurface()) },
  { file: 'docs/theming.md', name: 'properties', text: () => cssPropertyTable(readSurface()) },
  { file: 'docs/theming.md', name: 'parts', text: () => partTable(readSurface()) },
];

/** Links of the README's list of guides. */
const guides = () => readFileSync(`${ROOT}README.md`, 'utf8').match(/\[[^\]]+\]\(docs\/[\w-/]+\.md\)/g) ?? [];

/** Files that are generated as a whole. */
const FILES: readonly { readonly file: string; readonly text: () => string | null }[] = [
  { file: 'custom-elements.json', text: () => customElements(readSurface()) },
  { file: 'llms.txt', text: () => llmsText(readSurface(), [...new Set(guides())]) },
  ...REFERENCE,
];

/** The file's text with the section between its markers replaced. Throws when the markers are missing. */
export function withSection(source: string, name: string, text: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = source.indexOf(begin);
  const to = source.indexOf(end);
  if (from === -1 || to < from) throw new Error(`The markers ${begin} and ${end} are missing.`);
  return `${source.slice(0, from + begin.length)}\n\n${text}\n\n${source.slice(to)}`;
}

/** Files whose generated sections differ from what the code says, with the text they should have. */
export function staleFiles(): Map<string, string> {
  const stale = new Map<string, string>();
  for (const { file, name, text } of SECTIONS) {
    const before = stale.get(file) ?? readFileSync(ROOT + file, 'utf8');
    const after = withSection(before, name, text());
    if (after !== before) stale.set(file, after);
  }
  for (const { file, text } of FILES) {
    const after = text();
    if (after === null) continue;
    if (!existsSync(ROOT + file) || readFileSync(ROOT + file, 'utf8') !== after) stale.set(file, after);
  }
  return stale;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of staleFiles()) {
    writeFileSync(ROOT + file, text);
    console.error(`wrote ${file}`);
  }
}
