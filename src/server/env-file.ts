import { existsSync, readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StartError } from './start-error.ts';

/** What an `.env` file says. */
export interface EnvFile {
  readonly variables: NodeJS.Dict<string>;
  /** A sentence for each line that is not read, by number; never its text, which may be a secret. */
  readonly warnings: readonly string[];
}

/**
 * Reads an `.env` file; one that is not there says nothing.
 *
 * @throws StartError when it cannot be read
 */
export function readEnvFile(path: string): EnvFile {
  if (!existsSync(path)) return { variables: {}, warnings: [] };
  if (statSync(path).isDirectory())
    throw new StartError(
      `${path} is a folder; expected a file. Docker makes one when it is told to mount a file that is not there: remove it.`,
    );
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${path} cannot be read: ${(error as Error).message}`);
  }
  const bad = badLines(text);
  const lines = text.split('\n');
  // Node's reader would take such a line for the beginning of the next one's name.
  for (const [line, why] of bad) if (why === NO_NAME) lines[line - 1] = '';
  const warnings = bad.map(([line, why]) => `${path}, line ${line}, is not read as meant: ${why}.`);
  return { variables: parseEnv(lines.join('\n')), warnings };
}

const NO_NAME = 'expected NAME=value';

/** Lines that Node's reader leaves out, or takes for something else, without a word: number and what is wrong. */
export function badLines(text: string): readonly (readonly [number, string])[] {
  const lines = text.split('\n');
  const bad: (readonly [number, string])[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^(?:export\s+)?([^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || !/^[a-z_][\w.-]*$/i.test(name)) {
      bad.push([at + 1, NO_NAME]);
      continue;
    }
    const quote = /^["'`]/.exec(value!)?.[0];
    if (quote === undefined || value!.indexOf(quote, 1) > 0) continue;
    // A value in quotes may go on over several lines.
    const end = lines.findIndex((other, n) => n > at && other.includes(quote));
    if (end < 0) bad.push([at + 1, `the quote ${quote} is not closed`]);
    else at = end;
  }
  return bad;
}
