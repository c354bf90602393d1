import { describe, expect, test } from 'vitest';
import { isThisPage, sourceUrl, withTextFragment } from './source-link.ts';
import { SOURCES } from './testing/scripts.ts';

describe('addresses', () => {
  const quote = 'one two three four five six seven eight nine ten eleven-twelve';
  test.each([
    [
      'https://x.test/a',
      quote,
      'https://x.test/a#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven%2Dtwelve',
    ],
    ['https://x.test/a#s', 'a short, one', 'https://x.test/a#s:~:text=a%20short%2C%20one'],
    ['https://x.test/a.pdf#page=7', quote, 'https://x.test/a.pdf#page=7'],
    ['https://x.test/a#:~:text=b', quote, 'https://x.test/a#:~:text=b'],
    ['https://x.test/a', ' ', 'https://x.test/a'],
  ])('%s', (url, text, expected) => {
    expect(withTextFragment(new URL(url), text).href).toBe(expected);
  });

  test('a page is the same whatever its fragment', () => {
    const here = new URL('https://x.test/a?b=1#c');
    expect(isThisPage(new URL('https://x.test/a?b=1#d'), here)).toBe(true);
    expect(isThisPage(new URL('https://x.test/a?b=2'), here)).toBe(false);
  });

  test.each(['javascript:alert(1)', 'handbook.md', '', 'mailto:a@b.c'])('%j is none to open', (url) => {
    expect(sourceUrl({ ...SOURCES[0]!, url })).toBeNull();
  });
});
