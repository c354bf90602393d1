import { describe, expect, test } from 'vitest';
import { markdownSample, SHAPES } from '../../../test/markdown-samples.ts';
import { cost, isHostile, MAX_PIECE } from './guard.ts';

describe('what is refused before the parser sees it', () => {
  test.each([
    ['longer than a piece', 'a'.repeat(MAX_PIECE + 1)],
    ['nested emphasis', '*a **a '.repeat(700)],
    ['brackets', '[a]('.repeat(800)],
    ['quotes in quotes', `${'> '.repeat(40)}a`],
    ['lists in lists on one line', `${'- '.repeat(40)}a`],
    ['lists in lists by indentation', `${' '.repeat(64)}- a`],
    ['one word without end', `${'a.'.repeat(2_000)}@`],
    ['spaces without end', `a${' '.repeat(500)}b`],
    ['a run of marks', '_'.repeat(200)],
  ])('%s', (_, markdown) => {
    expect(isHostile(markdown)).toBe(true);
  });

  test.each(SHAPES)('but not %s', (shape) => {
    expect(isHostile(markdownSample(shape, 4_096))).toBe(false);
  });

  test('prose counts by its length, a flood of lines or marks by those', () => {
    const prose = markdownSample('mixed', 4_096);
    expect(cost(prose)).toBe(prose.length);
    expect(cost('- a\n'.repeat(100))).toBe(2_400);
    expect(cost('[a] '.repeat(100))).toBe(1_200);
  });
});
