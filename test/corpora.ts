import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of third-party test corpora beside the checkout. Present wherever the project is built or tested. */
const SHARED = fileURLToPath(new URL('../../shared/', import.meta.url));

/** Why a test that needs the corpora is skipped. */
export const CORPORA_ABSENT = 'skipped: ../shared/corpora is not beside this checkout';

/** Whether the corpora are here. CI must not run without them, so there the answer is an error rather than a skip. */
export const hasCorpora = existsSync(`${SHARED}corpora`);
if (!hasCorpora && process.env.CI)
  throw new Error('CI needs ../shared/corpora beside the checkout and it is not there.');
if (!hasCorpora) console.warn(CORPORA_ABSENT);

/** Cases of `../shared/corpora/<name>.json`, or none where the folder is absent (use with `describe.skipIf(!hasCorpora)`). */
export function corpus<Case>(name: string): Case[] {
  if (!hasCorpora) return [];
  return JSON.parse(readFileSync(`${SHARED}corpora/${name}.json`, 'utf8')).cases as Case[];
}

/** Path of a file below `../shared`. */
export function sharedPath(path: string): string {
  return SHARED + path;
}
