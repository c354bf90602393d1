import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. By single steps, because Node's `recursive` never comes back
 * where a parent exists but takes no children (`/proc/x`, Node 20.20).
 *
 * @throws Error of the file system when one cannot be made, or one that says that a file is there
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return;
    throw new Error(`${path} is a file; expected a folder.`);
  }
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
