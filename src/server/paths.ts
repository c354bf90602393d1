import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// This file and the built command both lie two folders below the package.
const PACKAGE = new URL('../../', import.meta.url);

/** The built files that pages load. */
export const WEB_DIR = fileURLToPath(new URL('dist/web/', PACKAGE));
/** The project's own documentation, which the demo assistant answers from. */
export const DOCS_DIR = fileURLToPath(new URL('docs/', PACKAGE));
export const README_FILE = fileURLToPath(new URL('README.md', PACKAGE));

/** Version of the package. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as { version: string }).version;
}
