import { createHash } from 'node:crypto';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputOptions, Plugin, RolldownOptions } from 'rolldown';
import { bundle } from './bundle.ts';
import { ROOT } from './published.ts';

const FOLDER = 'src/widget/i18n';
const FILE = /^(?!en\.)([a-z]{2}(?:-[A-Z][a-z]+)?)\.ts$/;

/** The tables of words as they are published: one file a language, all with one hash, that of their content. */
export interface Languages {
  readonly tags: readonly string[];
  readonly hash: string;
}

/** Writes `assets/language-<tag>-<hash>.js` below `dir`. */
export async function buildLanguages(
  dir: string,
  options: RolldownOptions & { readonly output?: OutputOptions },
): Promise<Languages> {
  const tags = readdirSync(join(ROOT, FOLDER)).flatMap((file) => FILE.exec(file)?.[1] ?? []);
  const { output } = await bundle({
    ...options,
    input: Object.fromEntries(tags.map((tag) => [tag, `${FOLDER}/${tag}.ts`])),
    output: { dir, format: 'esm', minify: true, entryFileNames: 'assets/language-[name].js' },
  });
  const hash = createHash('sha256');
  for (const file of output) hash.update(file.type === 'chunk' ? file.code : file.source);
  const name = hash.digest('hex').slice(0, 8);
  for (const { fileName } of output)
    renameSync(join(dir, fileName), join(dir, fileName.replace(/\.js$/, `-${name}.js`)));
  return { tags, hash: name };
}

/**
 * Has a program load them by a computed name: thirty imports, each with a hash of its own, weigh half a kilobyte that
 * brotli cannot take back.
 *
 * @param folder of the files, seen from the program: `./` or `./assets/`
 */
export function languagesByName({ tags, hash }: Languages, folder: string): Plugin {
  return {
    name: 'languages-by-name',
    load: {
      filter: { id: /\/widget\/i18n\/languages\.ts$/ },
      handler: () =>
        `export const LANGUAGES = Object.fromEntries('${tags.join(' ')}'.split(' ').map((tag) => [tag, () => import(\`${folder}language-\${tag}-${hash}.js\`)]));`,
    },
  };
}
