import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { optionOf, readSurface, typeOf } from '../../scripts/element-manifest.ts';
import { EVENTS } from '../widget/names.ts';

/** The props are the element's manifest: an option or event that is added, or takes other values, is missed here. */

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const surface = readSurface();

/** The lines, from where they are wrong, beside the component that holds those lines. */
function faults(lines: readonly string[]): string[] {
  const name = join(HERE, 'virtual.ts');
  const text = `import type { AssistersChatProps as Props } from './index.ts';
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    ${lines.join('\n')}\n`;
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.browser.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [name] }, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === name || fileExists(file);
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  const program = ts.createProgram([name], { ...options, noEmit: true }, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(name))
    .map(({ start = 0 }) => text.slice(start, text.indexOf('\n', start)));
}

/** Where the component takes more or less than text: a number for a number, and the one word there is. */
const OTHER_TYPES: Readonly<Record<string, string>> = { zIndex: 'number | string', consent: `'required'` };

const same = (prop: string, type: string) =>
  `export const ${prop}: Same<NonNullable<Props['${prop}']>, ${type}> = true;`;

test('props and callbacks are those of the manifest, with its types', () => {
  const options = surface.attributes.filter(({ name }) => name !== 'isolation');
  expect(options.length).toBeGreaterThan(10);
  const lines = options.map((entry) => {
    const prop = optionOf(entry.name);
    return same(prop, OTHER_TYPES[prop] ?? typeOf(entry));
  });
  const callbacks = Object.keys(EVENTS).map((name) => `on${name[0]!.toUpperCase()}${name.slice(1)}`);
  const properties = surface.properties.map(({ name }) => name);
  for (const name of [...callbacks, ...properties])
    lines.push(`export const has_${name}: '${name}' extends keyof Props ? true : false = true;`);
  expect(Object.values(EVENTS).sort()).toEqual(surface.events.map(({ name }) => name).sort());
  expect(faults(lines)).toEqual([]);
  // The control: another type, and a prop that is not there.
  expect(faults([same('theme', "'light' | 'dark'"), same('nothing', 'string')])).toHaveLength(2);
}, 60_000);
