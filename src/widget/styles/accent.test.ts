import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { accentText, contrast, onAccent, type Rgb, readRgb } from './accent.ts';
import { TOKENS } from './tokens.ts';

const hex = (text: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as never;

describe('colours read', () => {
  test.each([
    ['rgb(15, 118, 110)', [15, 118, 110]],
    ['rgba(0, 0, 0, 0.5)', [0, 0, 0]],
    ['color(srgb 1 0.5 0)', [255, 127.5, 0]],
    ['color(srgb 1 1.1e-7 0)', [255, 1.1e-7 * 255, 0]],
  ])('%s', (text, rgb) => expect(readRgb(text)).toEqual(rgb));
  test.each(['', 'oklch(0.5 0.1 200)', 'red'])('%j is not read', (text) => expect(readRgb(text)).toBeNull());
});

describe('any accent', () => {
  const random = seededRandom(7);
  const accents = Array.from({ length: 400 }, () => [0, 0, 0].map(() => Math.floor(random() * 256)) as never as Rgb);
  test('carries words that can be read', () => {
    for (const accent of accents) expect(contrast(accent, onAccent(accent))).toBeGreaterThanOrEqual(4.5);
  });
  test('can be read as text, in light and dark', () => {
    for (const surface of TOKENS.surface.map(hex))
      for (const accent of accents) expect(contrast(accentText(accent, surface), surface)).toBeGreaterThanOrEqual(4.5);
  });
  test('that reads already stays as it is', () => {
    expect(accentText(hex('#0f766e'), hex('#ffffff'))).toEqual(hex('#0f766e'));
  });
});

describe('our own colours', () => {
  for (const theme of [0, 1] as const) {
    const of = (name: keyof typeof TOKENS) => hex(TOKENS[name][theme]);
    test(`${['light', 'dark'][theme]}: text and lines keep their contrast`, () => {
      for (const surface of [of('surface'), of('surface-raised')]) {
        for (const text of ['text', 'text-muted', 'danger'] as const)
          expect(contrast(of(text), surface), text).toBeGreaterThanOrEqual(4.5);
        expect(contrast(of('control'), surface)).toBeGreaterThanOrEqual(3);
      }
    });
  }
});
