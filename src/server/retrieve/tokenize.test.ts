import { describe, expect, test } from 'vitest';
import { splitSentences } from './split-sentences.ts';
import { tokenize, tokenSpans } from './tokenize.ts';

describe('tokenize', () => {
  test.for([
    ['embedding the widgets', 'How do I embed a widget?'],
    ['Café naïve Ångström', 'cafe NAIVE angstrom'],
    ['ＡＢＣ ﬁle', 'abc file'],
    ['the company built', 'companies building'],
    ["France's l’étoile", 'france étoile'],
    ['1,000 years', '1000 year'],
    ['the 1990s', '1990'],
    ['Straße', 'STRASSE'],
  ] as const)('%s and %s meet', ([one, other]) => {
    expect(tokenize(one)).toEqual(tokenize(other));
  });

  test.for([
    ['C++ and C#', 'c++ c#'],
    ['version 18.2.1', 'version 18.2.1'],
  ] as const)('%s keeps its signs', ([text, terms]) => {
    expect(tokenize(text).join(' ')).toBe(terms);
  });

  test.for([
    ['東京都の人口はどれくらいですか', '日本の人口'],
    ['中国的首都是北京', '北京在哪里'],
    ['ฉันรักภาษาไทยมาก', 'ภาษาไทย'],
    ['서울의 인구는 얼마입니까', '인구가'],
    ['устойчивость системы', 'Системы'],
    ['इंटरनेट सुरक्षा', 'सुरक्षा'],
  ] as const)('%s is found by %s', ([text, question]) => {
    const terms = new Set(tokenize(text));
    expect(tokenize(question).filter((term) => terms.has(term)).length).toBeGreaterThan(0);
  });

  test('names in code are found whole and by their words', () => {
    expect(tokenize('publishableKey')).toEqual(
      ['publishablekei', 'publish', 'kei'].map((term) => expect.stringContaining(term.slice(0, 3))),
    );
    expect(tokenize('get_user_media')).toEqual(expect.arrayContaining(tokenize('user media')));
  });

  test('no term holds white space, a quote or an operator', () => {
    const hostile = '"a" OR b* NEAR(c, d) - {x}:y ^z (w) \u0000 tit"le: “q” ‘r’ ﷺ ｢k｣ 1.2.3.';
    for (const term of tokenize(hostile)) expect(term).toMatch(/^[\p{L}\p{N}\p{M}.+#]+$/u);
  });

  test('places are those of the text', () => {
    const text = 'The quick brown foxes';
    expect(tokenSpans(text).map(({ start, end, position }) => [text.slice(start, end), position])).toEqual([
      ['quick', 2],
      ['brown', 3],
      ['foxes', 4],
    ]);
  });

  test('a hostile run stays bounded', () => {
    const [term] = tokenize('x'.repeat(1_000_000));
    expect(term!.length).toBeLessThanOrEqual(64);
    expect(tokenize('東'.repeat(20_000)).length).toBeLessThan(60_000);
  });
});

describe('splitSentences', () => {
  test.for([
    ['Dr. Smith came. He left.', ['Dr. Smith came.', 'He left.']],
    ['The U.S. Army won in 1812. It did.', ['The U.S. Army won in 1812.', 'It did.']],
    ['J. R. Tolkien wrote e.g. books! Really? Yes.', ['J. R. Tolkien wrote e.g. books!', 'Really?', 'Yes.']],
    ['- one item\n- two. And more', ['- one item', '- two.', 'And more']],
    ['これは文です。次の文です。', ['これは文です。', '次の文です。']],
    ['Before.\n\n```js\na. B. c\n```\n\nAfter.', ['Before.', '```js\na. B. c\n```', 'After.']],
    ['````\n```\nx. Y\n```\n````', ['````\n```\nx. Y\n```\n````']],
    ['Open fence.\n```\nnever closed. Still', ['Open fence.', '```\nnever closed. Still']],
  ] as const)('%s', ([text, sentences]) => {
    expect(splitSentences(text).map((sentence) => sentence.text)).toEqual(sentences);
    for (const { text: piece, start, end } of splitSentences(text)) expect(text.slice(start, end)).toBe(piece);
  });
});
