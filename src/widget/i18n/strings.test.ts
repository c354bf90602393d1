import { expect, test } from 'vitest';
import { en } from './en.ts';
import { directionOf, ENGLISH, format, loadLanguage, tableOf } from './strings.ts';

test.each([
  ['de-AT', 'de'],
  ['pt-PT', 'pt'],
  ['pt_BR', 'pt'],
  ['iw', 'he'],
  ['in-ID', 'id'],
  ['no', 'nb'],
  ['nn-NO', 'nb'],
  ['zh', 'zh-Hans'],
  ['zh-SG', 'zh-Hans'],
  ['zh-TW', 'zh-Hant'],
  ['zh-HK', 'zh-Hant'],
  ['zh-Hant-CN', 'zh-Hant'],
  ['yue', 'zh-Hant'],
  ['EN-gb', 'en'],
  [' fr ', 'fr'],
  ['xx-YY', null],
  ['constructor', null],
  ['not a tag', null],
  ['', null],
])('the table of %j is %j', (locale, table) => expect(tableOf(locale)).toBe(table));

test('English is there at once, also for a language we do not have', () => {
  expect(loadLanguage('xx-YY')).toBe(ENGLISH);
  expect(loadLanguage('en-GB')).toEqual({ tag: 'en-GB', strings: en });
});

test('a language is loaded with the region of its reader', async () => {
  const language = await loadLanguage('de-at');
  expect(language.tag).toBe('de-AT');
  expect(language.strings.send).toBe('Senden');
});

test('a table that cannot be loaded is English', async () => {
  const tables = { de: () => Promise.reject(new Error('blocked')) };
  expect(await loadLanguage('de', tables)).toBe(ENGLISH);
});

test('places are filled, and a missing value shows', () => {
  expect(format('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});

test('a count chooses its wording and is written as the language writes it', () => {
  expect(format(en.searchedFor, { count: 1 })).toBe('Searched 1 document.');
  expect(format(en.searchedFor, { count: 12345 })).toBe('Searched 12,345 documents.');
  expect(format(en.searchedFor, { count: 12345 }, 'de')).toBe('Searched 12.345 documents.');
  const russian = { one: '{count} a', few: '{count} b', many: '{count} c', other: 'd' };
  expect([1, 3, 5, 21].map((count) => format(russian, { count }, 'ru'))).toEqual(['1 a', '3 b', '5 c', '21 a']);
});

test('one wording of a site stands for every number', () => {
  expect(format('Read {count}', { count: 1 })).toBe('Read 1');
});

test.each([
  ['ar-EG', 'rtl'],
  ['he', 'rtl'],
  ['iw', 'rtl'],
  ['fa-IR', 'rtl'],
  ['ur', 'rtl'],
  ['arn', 'ltr'],
  ['en', 'ltr'],
])('%s is written %s', (locale, direction) => expect(directionOf(locale)).toBe(direction));
