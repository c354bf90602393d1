import { describe, expect, test } from 'vitest';
import { mend } from './mend.ts';

describe('an unfinished text looks like what it will become', () => {
  test.each([
    ['plain words', 'plain words'],
    ['a **bold', 'a **bold**'],
    ['a **bold text ', 'a **bold text** '],
    ['a **', 'a '],
    ['an *aside', 'an *aside*'],
    ['a ~~gone', 'a ~~gone~~'],
    ['see `code', 'see `code`'],
    ['done **bold** and on', 'done **bold** and on'],
    ['2 * 3 is', '2 * 3 is'],
    ['a [link', 'a link'],
    ['a [link](https://exa', 'a link'],
    ['a [link](https://example.test "ti', 'a link'],
    ['a [link](https://example.test)', 'a [link](https://example.test)'],
    ['an ![image](https://ex', 'an image'],
    ['a [', 'a '],
    ['raw <a href="https://x', 'raw '],
    ['1 < 2 and 3', '1 < 2 and 3'],
  ])('%s', (source, mended) => {
    expect(mend(source)).toBe(mended);
  });
});
