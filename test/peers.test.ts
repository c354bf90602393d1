import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

interface Complaint {
  readonly title: string;
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** Reads `docs/peers.md`: a heading per complaint, a line `- \`file\`: "name"` per test. */
function readComplaints(page: string): Complaint[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const tests = [...part.matchAll(/^- `([^`]+)`: "(.+)"$/gm)].map(([, file, name]) => ({
        file: file!,
        name: name!,
      }));
      return { title: part.split('\n')[0]!, text: part, tests };
    });
}

/** Why a test that the page names is not there, or `null`. */
function missing({ file, name }: Complaint['tests'][number]): string | null {
  if (!existsSync(path(file))) return `${file} does not exist`;
  const source = readFileSync(path(file), 'utf8');
  const isNamed = ["'", '`', '"'].some((quote) => source.includes(quote + name + quote));
  return isNamed ? null : `${file} has no test "${name}"`;
}

const complaints = readComplaints(readFileSync(path('docs/peers.md'), 'utf8'));

test('all twenty-five are there, in order, each with its issues', () => {
  expect(complaints.map(({ title }) => Number.parseInt(title, 10))).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  );
  expect(complaints.filter(({ text }) => !/#\d+/.test(text)).map(({ title }) => title)).toEqual([]);
});

describe.each(complaints)('$title', ({ tests, text }) => {
  test('is answered by tests that exist', () => {
    expect(tests.length > 0 || /^Does not apply/m.test(text)).toBe(true);
    expect(tests.map(missing).filter((why) => why !== null)).toEqual([]);
    // Nothing that looks like the name of a test is passed over.
    expect(text.split('\n').filter((line) => line.startsWith('- ')).length).toBe(tests.length);
  });
});

test('the check sees a file and a test that do not exist', () => {
  expect(missing({ file: 'test/no-such.test.ts', name: 'x' })).toContain('does not exist');
  expect(missing({ file: 'e2e/script-tag.test.ts', name: 'nobody wrote this' })).toContain('no test');
});
