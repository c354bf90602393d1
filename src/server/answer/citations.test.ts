import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { CitationFilter } from './citations.ts';

function filter(pieces: readonly string[], given: number) {
  const used: number[] = [];
  const citations = new CitationFilter(given, (index) => used.push(index));
  let text = pieces.map((piece) => citations.push(piece)).join('');
  text += citations.end();
  return { text, used };
}

const CASES: readonly [name: string, text: string, given: number, expected: string, used: readonly number[]][] = [
  ['numbers by first use', 'B [3]. A [1]. B again [3].', 3, 'B [1]. A [2]. B again [1].', [2, 0]],
  ['drops what was not given', 'Yes [4] and [1][9].', 3, 'Yes  and [1].', [0]],
  ['splits lists', 'Both [1, 3].', 3, 'Both [1][2].', [0, 2]],
  ['reads lenticular brackets', 'So 【2†source】 and 【1】.', 2, 'So [1] and [2].', [1, 0]],
  ['drops an invented address', 'See [1](https://evil.example/?q=1).', 1, 'See [1].', [0]],
  ['leaves links alone', 'See [the guide](https://example.com/[1]).', 0, 'See [the guide](https://example.com/).', []],
  ['leaves inline code alone', 'Use `items[1]` [1].', 1, 'Use `items[1]` [1].', [0]],
  [
    'leaves fenced code alone',
    'So:\n```js\na[2] = b[1]\n```\nas said [2].',
    2,
    'So:\n```js\na[2] = b[1]\n```\nas said [1].',
    [1],
  ],
  ['leaves zero alone', 'items[0] is the first', 2, 'items[0] is the first', []],
  ['leaves an open bracket at the end', 'cut [1', 1, 'cut [1', []],
  ['leaves brackets of words', 'a [x] b [ ] c [1a] d', 1, 'a [x] b [ ] c [1a] d', []],
  ['forgets unclosed inline code at a blank line', 'a ` b\n\nc [1]', 1, 'a ` b\n\nc [1]', [0]],
];

describe('citations in a streamed text', () => {
  test.for(CASES)('%s', ([, text, given, expected, used]) => {
    expect(filter([text], given)).toEqual({ text: expected, used });
    expect(filter([...text], given), 'one character at a time').toEqual({ text: expected, used });
    for (let at = 1; at < text.length; at += 1) {
      expect(filter([text.slice(0, at), text.slice(at)], given), `split at ${at}`).toEqual({ text: expected, used });
    }
  });

  test('every split of noise gives the same as the whole', () => {
    const random = seededRandom(7);
    const alphabet = ['[', ']', '1', '2', '7', ',', '`', '```', '\n', '(', ')', ' ', 'a', '【', '】', '†', '~~~', '^'];
    for (let round = 0; round < 400; round += 1) {
      const pieces = Array.from({ length: 30 }, () => alphabet[Math.floor(random() * alphabet.length)]!);
      expect(filter([...pieces.join('')], 2), JSON.stringify(pieces.join(''))).toEqual(filter([pieces.join('')], 2));
    }
  });

  test('holds back little and keeps what it holds', () => {
    const citations = new CitationFilter(1, () => {});
    expect(citations.push('word [')).toBe('word ');
    expect(citations.push('not')).toBe('[not');
    expect(citations.push(`[${'1'.repeat(100)}`).length).toBeGreaterThan(50);
  });
});
