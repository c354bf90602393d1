import { describe, expect, test } from 'vitest';
import { sentencesEnd, spoken } from './live-region.ts';

/** What is announced when a text grows by one character at a time. */
function announced(text: string): string[] {
  const said: string[] = [];
  let from = 0;
  for (let length = 1; length <= text.length; length++) {
    const end = sentencesEnd(text.slice(0, length), from, length === text.length);
    if (end > from) said.push(text.slice(from, end).trim());
    from = end;
  }
  return said;
}

describe('what is announced', () => {
  test('is whole sentences', () => {
    expect(announced('It costs €2.50 a day. Pay at the pier! Is that all? Yes')).toEqual([
      'It costs €2.50 a day.',
      'Pay at the pier!',
      'Is that all?',
      'Yes',
    ]);
  });
  test('ends at line breaks and at full stops without a space in Chinese and Japanese', () => {
    expect(announced('# Title\n- one\n- two')).toEqual(['# Title', '- one', '- two']);
    expect(announced('海は広い。波は高い。')).toEqual(['海は広い。', '波は高い。']);
  });
  test('ends at the marks of Arabic, Urdu and Hindi', () => {
    expect(announced('هل المكان محجوز؟ نعم.')).toEqual(['هل المكان محجوز؟', 'نعم.']);
    expect(announced('جگہ محفوظ ہے۔ شکریہ۔')).toEqual(['جگہ محفوظ ہے۔', 'شکریہ۔']);
    expect(announced('स्थान सुरक्षित है। धन्यवाद।')).toEqual(['स्थान सुरक्षित है।', 'धन्यवाद।']);
  });
  test('does not hold back a text without an end for ever', () => {
    const said = announced('word '.repeat(200));
    expect(said.length).toBeGreaterThan(1);
    expect(said.join(' ')).toBe('word '.repeat(200).trim());
  });
});

describe('what is spoken', () => {
  test('is words, not marks', () => {
    expect(spoken('## Pay **now** [1][2], see [the terms](https://a.test/x_y).')).toBe('Pay now , see the terms.');
    expect(spoken('- one\n- two')).toBe('one two');
    expect(spoken('```ts\nconst a = 1;\n```')).toBe('const a = 1;');
    expect(spoken('|---|:--:|')).toBe('');
  });
});
