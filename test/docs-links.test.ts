import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { anchor } from '../scripts/reference/markdown.ts';

/** Relative links of the guides, the reference and the READMEs lead to files and headings that there are. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const pagesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !/node_modules|\.venv/.test(name))
    .map((name) => join(folder, name));

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  'llms.txt',
  'python/README.md',
  ...['docs', 'src', 'scripts'].flatMap(pagesBelow),
];

/** The page without its code. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** Anchors of a page's headings; a heading that comes again gets a number. */
function anchorsOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const name = anchor(heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
    let number = 0;
    while (found.has(number === 0 ? name : `${name}-${number}`)) number += 1;
    found.add(number === 0 ? name : `${name}-${number}`);
  }
  for (const [, id] of text.matchAll(/\b(?:id|name)="([^"]+)"/g)) found.add(id!);
  return found;
}

/** Links of a page that lead nowhere. */
function deadLinks(page: string, text: string): string[] {
  const links = [...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(([, link]) => link!);
  return links.filter((link) => {
    if (/^[a-z]+:/i.test(link)) return false;
    const [path, fragment] = link.split('#') as [string, string?];
    const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), decodeURIComponent(path));
    if (relative(ROOT, target).startsWith('..') || !existsSync(target)) return true;
    if (fragment === undefined || statSync(target).isDirectory()) return false;
    return !anchorsOf(path === '' ? text : readFileSync(target, 'utf8')).has(fragment);
  });
}

test.for(PAGES)('%s', (page) => {
  expect(deadLinks(page, readFileSync(join(ROOT, page), 'utf8'))).toEqual([]);
});

test('a missing file and a missing heading are found', () => {
  const text =
    '# One `two`\n[a](docs/api.md) [b](docs/none.md) [c](docs/api.md#errors) [d](docs/api.md#none) [e](#one-two)';
  expect(deadLinks('README.md', `${text} [f](#three) [g](https://example.com/x)`)).toEqual([
    'docs/none.md',
    'docs/api.md#none',
    '#three',
  ]);
});
