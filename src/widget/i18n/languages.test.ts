import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { english } from '../testing/english.ts';
import { en, type Plural, type Strings } from './en.ts';
import { LANGUAGES } from './languages.ts';

/** Words that are the same in English, and why that is right. */
const SAME: { readonly [tag: string]: Partial<Record<keyof Strings, string>> } = {
  da: { send: 'the imperative of “sende”', stop: 'the imperative of “stoppe”' },
  nb: { send: 'the imperative of “sende”' },
  fr: {
    assistantName: 'the French word',
    log: 'the French word',
    sources: 'the French word',
    citation: 'the French word',
    threads: 'the French word',
  },
};

const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
const isPlural = (words: string | Plural): words is Plural => typeof words !== 'string';

/** Categories a language puts whole numbers into, each with the numbers up to 1,000 and some large ones that fall in it. */
function categories(tag: string): Map<string, number[]> {
  const rules = new Intl.PluralRules(tag);
  const found = new Map<string, number[]>();
  for (const count of [...Array(1001).keys(), 10_000, 100_000, 1_000_000, 2_000_000, 10_000_000]) {
    const category = rules.select(count);
    found.set(category, [...(found.get(category) ?? []), count]);
  }
  return found;
}

/** What is wrong with a table: one line each. */
function problemsOf(tag: string, table: Readonly<Record<string, string | Plural>>): string[] {
  const problems: string[] = [];
  const keys = Object.keys(english) as (keyof Strings)[];
  for (const key of Object.keys(table)) if (!keys.includes(key as keyof Strings)) problems.push(`${key} is not a key`);
  for (const key of keys) {
    const [ours, theirs] = [english[key] as string | Plural, table[key]];
    if (theirs === undefined) problems.push(`${key} is missing`);
    else if (isPlural(ours) !== isPlural(theirs)) problems.push(`${key} counts in one language only`);
    else if (isPlural(ours) && isPlural(theirs)) {
      const found = categories(tag);
      const wanted = [...new Set([...found.keys(), 'other'])].sort();
      const given = Object.keys(theirs).sort();
      if (wanted.join() !== given.join()) problems.push(`${key} has [${given}], the language [${wanted}]`);
      for (const [category, text] of Object.entries(theirs) as [string, string][]) {
        const isOneNumber = found.get(category)?.length === 1;
        if (text.trim() === '' || (places(text).join() !== '{count}' && !isOneNumber))
          problems.push(`${key}.${category} does not say {count}`);
        if (Object.values<string>(ours).includes(text)) problems.push(`${key}.${category} is English`);
      }
    } else if (!isPlural(ours) && !isPlural(theirs)) {
      if (places(ours).join() !== places(theirs).join()) problems.push(`${key} has other places: ${theirs}`);
      if (theirs.trim() === '' || theirs !== theirs.trim()) problems.push(`${key} is empty or has space around it`);
      if (ours === theirs && !SAME[tag]?.[key]) problems.push(`${key} is English: ${theirs}`);
      if (ours !== theirs && SAME[tag]?.[key]) problems.push(`${key} need not be excused`);
    }
  }
  return problems;
}

describe.each(Object.entries(LANGUAGES))('%s', (tag, load) => {
  test('says everything, in its own words, with its own plurals', async () => {
    expect(problemsOf(tag, (await load()).default)).toEqual([]);
  });
});

test('there are at least 24 languages, four of them written from right to left', () => {
  const tags = ['en', ...Object.keys(LANGUAGES)];
  expect(tags.length).toBeGreaterThanOrEqual(24);
  expect(tags).toEqual(expect.arrayContaining(['ar', 'fa', 'he', 'ur']));
});

test('the check sees a missing key, English, a lost place and a missing plural', async () => {
  const german = (await LANGUAGES.de!()).default;
  const { send: _, ...rest } = german;
  const broken = { ...rest, stop: 'Stop', source: 'Quelle {title}', charsLeft: { other: 'Noch Zeichen' } };
  expect(problemsOf('de', broken)).toEqual([
    'send is missing',
    'stop is English: Stop',
    'charsLeft has [other], the language [one,other]',
    'charsLeft.other does not say {count}',
    'source has other places: Quelle {title}',
  ]);
});

describe('English comes with what says it', () => {
  const folder = fileURLToPath(new URL('../', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test\.ts$|^i18n|^testing/.test(file),
  );
  /** Words a file says, and those that are there when it does: the panel's, and what it brings. */
  const wordsOf = (file: string, code = readFileSync(join(folder, file), 'utf8')) => {
    const own = /'\.\.\/i18n\/(en\/[a-z-]+\.ts)'/.exec(code)?.[1];
    const brought = own ? readFileSync(join(folder, 'i18n', own), 'utf8') : '';
    const said = [...code.matchAll(/\b(?:strings|words)\??\.(\w+)/g)].map((match) => match[1]!);
    return said.filter((word) => word in english && !(word in en) && !new RegExp(`^  ${word}:`, 'm').test(brought));
  };

  test.each(sources)('%s', (file) => expect(wordsOf(file)).toEqual([]));

  test('the check sees a word that its part does not bring', () => {
    expect(wordsOf('', "import { words } from '../i18n/en/consent.ts'; strings.agree; strings.showMore")).toEqual([
      'showMore',
    ]);
  });
});
