import { afterEach, describe, expect, test } from 'vitest';
import { markdownSample, SHAPES } from '../../../test/markdown-samples.ts';
import { seededRandom } from '../../../test/random.ts';
import { createMarkdownView } from './markdown-view.ts';
import { chunkings } from './testing/chunkings.ts';

afterEach(() => document.body.replaceChildren());

function mount(): { target: HTMLElement; view: ReturnType<typeof createMarkdownView> } {
  const target = document.createElement('div');
  document.body.append(target);
  return { target, view: createMarkdownView(target, { now: () => 0, citation: (number) => `Source ${number}` }) };
}

function html(markdown: string, ends: readonly number[]): string {
  const { target, view } = mount();
  for (const end of ends) view.update(markdown.slice(0, end), false);
  view.update(markdown, true);
  target.normalize();
  const result = target.innerHTML;
  view.dispose();
  return result;
}

/** Pieces that meet badly: everything the cutter has a rule for, in any order. */
const FRAGMENTS = [
  '\n',
  '\n',
  '\n\n',
  ' ',
  '  ',
  '    ',
  '\t',
  '- ',
  '* ',
  '1. ',
  '2) ',
  '> ',
  '>',
  '# ',
  '```\n',
  '~~~\n',
  '`',
  '``',
  '*',
  '**',
  '_',
  '~~',
  '[a]',
  '[a]: https://x.test\n',
  '[1]',
  '[a](https://x.test)',
  '![i](https://x.test/i.png)',
  '---\n',
  '===\n',
  '***\n',
  '| a | b |\n',
  '|---|---|\n',
  '| c |\n',
  '<b>',
  '</b>',
  '<table>\n',
  '</table>\n',
  '<td>',
  '<!--',
  '-->',
  '<script>',
  '</script>\n',
  '<pre>\n',
  '</pre>\n',
  '\\',
  '&amp;',
  '\r\n',
  '\r',
  'word',
  'some words here',
  '\u{1f600}',
  '\u202e',
  'https://x.test/a',
  'a@b.test',
  '- [ ] ',
  '\0',
];

describe('any chunking ends as the same DOM', () => {
  test.each(SHAPES)('%s, 6 KiB', (shape) => {
    const markdown = markdownSample(shape, 6_144);
    const all = chunkings(markdown.length, seededRandom(3), 2).filter((ends) => ends.length < 2_000);
    const [whole, ...others] = all.map((ends) => html(markdown, ends));
    for (const other of others) expect(other).toBe(whole);
  });

  test('random joins of everything the cutter has a rule for', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 48; round += 1) {
      let markdown = '';
      const count = 3 + Math.floor(random() * 30);
      // Every fourth text is long enough to be cut inside its blocks.
      const filler = round % 4 === 0 ? markdownSample(SHAPES[round % SHAPES.length]!, 1_100, round) : '';
      for (let index = 0; index < count; index += 1) markdown += FRAGMENTS[Math.floor(random() * FRAGMENTS.length)];
      markdown = filler + markdown + (round % 8 === 0 ? filler : '');
      const all = chunkings(markdown.length, random, 2).filter((ends) => ends.length < 800);
      const [whole, ...others] = all.map((ends) => html(markdown, ends));
      for (const other of others) expect(other, JSON.stringify(markdown)).toBe(whole);
    }
  });
});
