import { describe, expect, test } from 'vitest';
import { blocks } from './blocks.ts';
import type { Links } from './links.ts';

const html = (markdown: string, links: Links = Object.create(null)) => blocks(markdown, links).replace(/\n/g, '');

/** The suites of CommonMark, GFM and marked run in `reference.browser.test.ts`; here is what they leave open. */
describe('markdown as HTML', () => {
  test.each([
    ['emphasis in words of any script', 'ein*e*r **test 💁**', '<p>ein<em>e</em>r <strong>test 💁</strong></p>'],
    [
      'a citation is text',
      'Five years [1], see [2](https://x.test).',
      '<p>Five years [1], see <a href="https://x.test">2</a>.</p>',
    ],
    [
      'a bare address without the full stop',
      'See https://x.test/a_b.',
      '<p>See <a href="https://x.test/a_b">https://x.test/a_b</a>.</p>',
    ],
    [
      'a bare address in parentheses',
      '(www.x.test/a(b))',
      '<p>(<a href="http://www.x.test/a(b)">www.x.test/a(b)</a>)</p>',
    ],
    [
      'a mail address',
      'a.b@x.test, mailto:c@x.test',
      '<p><a href="mailto:a.b@x.test">a.b@x.test</a>, <a href="mailto:c@x.test">mailto:c@x.test</a></p>',
    ],
    [
      'no address inside a link',
      '[https://x.test](https://y.test)',
      '<p><a href="https://y.test">https://x.test</a></p>',
    ],
    [
      'an image is a carrier',
      '![a *b*](https://x.test/i.png "t")',
      '<p><dfn lang="x-image" title="https://x.test/i.png">a b</dfn></p>',
    ],
    ['a box is its look', '- [x] done\n- [ ] open', '<ul><li>☑ done</li><li>☐ open</li></ul>'],
    ['a language is a label', '```ts "x\na < b\n```', '<pre lang="ts"><code>a &#60; b</code></pre>'],
    [
      'a pipe that is escaped',
      '|a|\n|-|\n|b \\| c|',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b | c</td></tr></tbody></table>',
    ],
    ['half a pair in an address', '[a](https://x.test/\ud83d)', '<p><a href="https://x.test/\ud83d">a</a></p>'],
  ])('%s', (_, markdown, expected) => {
    expect(html(markdown)).toBe(expected);
  });

  test('what is text cannot become a tag or leave its attribute', () => {
    const written = html('a < b > c & "d" [x](https://x.test/"onclick="y) [z](https://x.test "<b>\'\\"")');
    expect(written.replace(/<\/?(?:p|a)(?: (?:href|title)="[^"<>]*")*>/g, '')).not.toMatch(/[<>]/);
  });

  test('definitions are added, the first of a label counts, and none of the prototype is one', () => {
    const links: Links = Object.create(null);
    expect(html('[a]: https://x.test\n[A]: https://y.test\n\n[a] [toString] [constructor]', links)).toBe(
      '<p><a href="https://x.test">a</a> [toString] [constructor]</p>',
    );
    expect(Object.keys(links)).toEqual(['A']);
  });
});
