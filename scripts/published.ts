import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the server serves to pages; the build fills it. */
export const WEB = join(ROOT, 'dist/web');

/** Every published file, relative to `dist/web`, sorted, without the compressed siblings. */
export function publishedFiles(): string[] {
  return readdirSync(WEB, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(WEB.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
