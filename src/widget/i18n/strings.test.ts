import { expect, test } from 'vitest';
import { en } from './en.ts';
import { directionOf, format, loadStrings } from './strings.ts';

test('an unknown language is English', async () => {
  expect(await loadStrings('xx-YY')).toBe(en);
});
test('places are filled, and a missing value shows', () => {
  expect(format('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});
test.each([
  ['ar-EG', 'rtl'],
  ['he', 'rtl'],
  ['arn', 'ltr'],
  ['en', 'ltr'],
])('%s is written %s', (locale, direction) => expect(directionOf(locale)).toBe(direction));
