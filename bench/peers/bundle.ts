import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const OUT = fileURLToPath(new URL('../../dist/bench/', import.meta.url));

/**
 * Bundles `pages/<entry>` as an application would ship it: production form, minified, one file. Gives the file's path.
 * Libraries that are published as a bundle of their own are not bundled again, but served as they are.
 */
export async function bundlePage(entry: string): Promise<string> {
  mkdirSync(OUT, { recursive: true });
  const build = await rolldown({
    cwd: HERE,
    input: join(HERE, 'pages', entry),
    platform: 'browser',
    transform: { target: 'es2022', jsx: 'react-jsx', define: { 'process.env.NODE_ENV': '"production"' } },
    // Style sheets are linked by the page, as their makers say; an import of one bundles to nothing.
    plugins: [{ name: 'linked-css', load: (id) => (id.endsWith('.css') ? { code: '', moduleType: 'js' } : null) }],
    onLog() {}, // Peers' own warnings (`eval`, `"use client"`) are theirs.
  });
  try {
    const name = entry.replace(/\.jsx?$/, '');
    await build.write({ dir: OUT, format: 'esm', minify: true, codeSplitting: false, entryFileNames: `${name}.js` });
    return join(OUT, `${name}.js`);
  } finally {
    await build.close();
  }
}
