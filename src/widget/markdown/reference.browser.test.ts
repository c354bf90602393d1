import { marked } from 'marked';
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { createMarkdownView } from './markdown-view.ts';
import { chunkings } from './testing/chunkings.ts';
import { corpusInPage } from './testing/corpus.ts';
import { allowedPart, normalHtml, normalView } from './testing/reference.ts';

interface Example {
  readonly id: string;
  readonly markdown: string;
  readonly html: string;
  readonly options?: string;
}

/**
 * Why our DOM may differ from a reference's HTML: what the allow-list removes on purpose. A difference counts as such only
 * when the reference, after the same removal, is equal.
 */
const REMOVED: readonly (readonly [string, RegExp])[] = [
  [
    'addresses that are not http, https, mailto or tel (a relative one would be the host page)',
    /<a [^>]*href="(?!https?:|mailto:|tel:)/i,
  ],
  ['images load from strangers: their text is shown', /<img/i],
  ['check boxes are form controls: their look is shown', /<input/i],
  [
    'elements outside text, lists, tables and code',
    /<(?!\/?(?:a|b|blockquote|br|caption|code|dd|del|dfn|dl|dt|em|h[1-6]|hr|i|ins|kbd|li|mark|ol|p|pre|q|s|samp|small|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|var)[\s>/])[a-z/!?]/i,
  ],
  [
    'attributes outside href, title, start, align, dir, lang',
    /<[a-z][^>]*\s(?!href|title|start|align|dir|lang)[a-z:_-]+/i,
  ],
  ['a code block is text: elements inside it are dropped', /<pre>(?!<code)|<pre[^>]*><code[^>]*>[^<]*<(?!\/code)/i],
];

const targets: HTMLElement[] = [];
afterEach(() => {
  for (const target of targets.splice(0)) target.remove();
});

function render(markdown: string, ends: readonly number[]): HTMLElement {
  const target = document.createElement('div');
  document.body.append(target);
  targets.push(target);
  // A frozen clock: the time budget must not decide what a test sees.
  const view = createMarkdownView(target, { now: () => 0 });
  for (const end of ends) view.update(markdown.slice(0, end), false);
  view.update(markdown, true);
  return target;
}

describe.each(['commonmark', 'gfm', 'marked-specs'])('%s', (name) => {
  test('what marked passes, our renderer passes, but for what the allow-list removes', async () => {
    const unexplained: unknown[] = [];
    let compared = 0;
    for (const { id, markdown, html, options } of await corpusInPage<Example>(name)) {
      if (html.includes('<IGNORE>') || (options && !/^gfm: true$/.test(options))) continue;
      const expected = normalHtml(html);
      if (normalHtml(marked.parse(markdown, { async: false })) !== expected) continue;
      compared += 1;
      const ours = normalView(render(markdown, [markdown.length]));
      if (ours === expected) continue;
      const reasons = REMOVED.filter(([, sign]) => sign.test(html));
      const allowed = allowedPart(html);
      // Blocks inside a raw `pre` leave no line break in its text.
      const same = ours === allowed || ours.replace(/\s/g, '') === allowed.replace(/\s/g, '');
      if (reasons.length === 0 || !same) unexplained.push({ id, markdown, expected: allowed, ours });
    }
    if ((await corpusInPage(name)).length > 0) expect(compared).toBeGreaterThan(40);
    expect(unexplained).toEqual([]);
  });

  test('ends as the same DOM however it arrives', async () => {
    const random = seededRandom(7);
    const different: unknown[] = [];
    for (const { id, markdown } of await corpusInPage<Example>(name)) {
      if (markdown.length > 3_000) continue;
      const [whole, ...others] = chunkings(markdown.length, random, 2).map((ends) => {
        const target = render(markdown, ends);
        target.remove();
        target.normalize();
        return target.innerHTML;
      });
      if (others.some((html) => html !== whole)) different.push({ id, markdown, whole, others });
    }
    expect(different).toEqual([]);
  });
});
