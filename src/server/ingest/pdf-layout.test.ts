import { expect, test } from 'vitest';
import { pdfBlocks } from './pdf-layout.ts';
import type { PdfLine } from './pdf-lines.ts';

/** A page of lines of one size, one below the other. */
const page = (...texts: readonly string[]): PdfLine[] =>
  texts.map((text, index) => {
    const place = { x0: 50, x1: 50 + text.length * 5 };
    return { page: 1, text, ...place, cells: [{ text, ...place }], y: 800 - index * 30, size: 10 };
  });
const textsOf = (lines: readonly PdfLine[]) => pdfBlocks([lines], []).map(({ text }) => text);

test('the number of a lone page is no text, a number that may be content is', () => {
  const prose = 'The shop in the Langemunt is open from Tuesday to Saturday.';
  for (const number of ['Page 1', '- 1 / 1 -', 'Seite 3 von 12', 'стр. 2'])
    expect(textsOf(page(prose, 'It is closed on Sundays.', number))).toEqual([prose, 'It is closed on Sundays.']);
  for (const content of ['12', 'Page 12 tells more.', '1/2 litre of oil'])
    expect(textsOf(page(prose, 'It is closed on Sundays.', content))).toContain(content);
  expect(textsOf(page(prose, 'Page 1', 'It is closed.', 'On Mondays too.', 'And on Tuesdays.'))).not.toContain(
    'Page 1',
  );
  expect(textsOf(page('One.', 'Two.', 'Page 1', 'Three.', 'Four.'))).toContain('Page 1');
});

test('items of a list have one mark, numbered ones too', () => {
  expect(textsOf(page('• Lamps', '2. Shades', '(a) Bulbs'))).toEqual(['- Lamps\n- Shades\n- (a) Bulbs']);
});
