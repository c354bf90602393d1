import { afterEach, describe, expect, test } from 'vitest';
import { createMarkdownView, type MarkdownView, type MarkdownViewOptions } from './markdown-view.ts';

const views: MarkdownView[] = [];
afterEach(() => {
  for (const view of views.splice(0)) view.dispose();
  document.body.replaceChildren();
});

function mount(options: MarkdownViewOptions = {}): { target: HTMLElement; view: MarkdownView } {
  const target = document.createElement('div');
  document.body.append(target);
  const view = createMarkdownView(target, options);
  views.push(view);
  return { target, view };
}

function rendered(markdown: string, options: MarkdownViewOptions = {}): HTMLElement {
  const { target, view } = mount(options);
  view.update(markdown, true);
  return target;
}

describe('links', () => {
  test('open apart, tell nobody where from, and carry no weight', () => {
    const link = rendered('[docs](https://docs.example/a)').querySelector('a')!;
    expect(link.getAttribute('href')).toBe('https://docs.example/a');
    expect(link.target).toBe('_blank');
    expect(link.rel).toBe('noopener noreferrer nofollow ugc');
    expect(link.referrerPolicy).toBe('no-referrer');
    expect(link.textContent).toBe('docs');
  });

  test.each([
    ['[https://bank.example](https://evil.test/x)', 'https://bank.example (evil.test)'],
    ['[Log in at bank.example](https://evil.test/x)', 'Log in at bank.example (evil.test)'],
    ['[bank.example](https://www.bank.example/x)', 'bank.example'],
    ['[pay](https://раураӏ.com/)', 'pay (xn--80aa0aec1iy0c.com)'],
    ['[pay](https://bank.example@evil.test/)', 'pay (evil.test)'],
    ['[help@bank.example](mailto:x@evil.test)', 'help@bank.example (x@evil.test)'],
    ['[help@bank.example](mailto:help@bank.example)', 'help@bank.example'],
    ['version [1.2](https://a.test)', 'version 1.2'],
  ])('%s shows where it leads', (markdown, text) => {
    expect(
      rendered(markdown)
        .querySelector('p')!
        .textContent!.replace(/xn--[a-z0-9]+/, (host) => (host.length > 6 ? 'xn--80aa0aec1iy0c' : '')),
    ).toBe(text);
  });
});

describe('citations', () => {
  const citation = (number: number) => (number <= 3 ? `Source ${number}` : null);
  test('become buttons that report their number', () => {
    const seen: number[] = [];
    const target = rendered('As stated [1][2] and [1, 3], not [9] nor `[1]` nor [x [1]](https://a.test).', {
      citation,
      onCitation: (number) => seen.push(number),
    });
    const marks = [...target.querySelectorAll<HTMLButtonElement>('sup > button.citation')];
    expect(marks.map((mark) => [mark.textContent, mark.ariaLabel])).toEqual([
      ['1', 'Source 1'],
      ['2', 'Source 2'],
      ['1', 'Source 1'],
      ['3', 'Source 3'],
    ]);
    for (const mark of marks) mark.click();
    expect(seen).toEqual([1, 2, 1, 3]);
    expect(target.querySelector('code')!.textContent).toBe('[1]');
    expect(target.textContent).toContain('not [9] nor');
  });
});

describe('code', () => {
  test('has a language, a copy button and a wrap toggle', async () => {
    const copied: string[] = [];
    const target = rendered('```ts\nconst a = 1;\n```', {
      copyLabel: 'Kopieren',
      copy: async (text) => void copied.push(text),
    });
    expect(target.querySelector('.code-language')!.textContent).toBe('ts');
    const copy = target.querySelector<HTMLButtonElement>('.code-copy')!;
    expect(copy.textContent).toBe('Kopieren');
    copy.click();
    await expect.poll(() => copied).toEqual(['const a = 1;']);
    const wrap = target.querySelector<HTMLButtonElement>('.code-wrap')!;
    wrap.click();
    expect(wrap.ariaPressed).toBe('true');
    expect(target.querySelector('pre')!.className).toBe('wrapped');
  });

  test('says so where the browser would not copy', async () => {
    const target = rendered('```ts\nconst a = 1;\n```', {
      uncopiedLabel: 'Blocked',
      copy: () => Promise.reject(new DOMException('No.', 'NotAllowedError')),
    });
    const copy = target.querySelector<HTMLButtonElement>('.code-copy')!;
    copy.click();
    await expect.poll(() => copy.textContent).toBe('Blocked');
  });
});

describe('while it streams', () => {
  test('closed blocks are never touched again: a selection in them stays', () => {
    const { target, view } = mount();
    view.update('First **block**.\n\nSecond', false);
    const first = target.firstElementChild!;
    const changes: MutationRecord[] = [];
    const watcher = new MutationObserver((records) => changes.push(...records));
    watcher.observe(first, { subtree: true, childList: true, characterData: true, attributes: true });
    getSelection()!.selectAllChildren(first);
    for (const text of ['Second block', 'Second block\n\n- a\n- b', 'Second block\n\n- a\n- b\n\n```\ncode\n'])
      view.update(`First **block**.\n\n${text}`, false);
    view.update('First **block**.\n\nSecond block\n\n- a\n- b\n\n```\ncode\n', true);
    expect(getSelection()!.toString().trim()).toBe('First block.');
    changes.push(...watcher.takeRecords());
    expect(changes).toEqual([]);
  });

  test('in the open block, what did not change keeps its node', () => {
    const { target, view } = mount();
    view.update('See [docs](https://docs.example/) for *mor', false);
    const link = target.querySelector('a')!;
    link.focus();
    view.update('See [docs](https://docs.example/) for *more* and **bold', false);
    expect(target.querySelector('a')).toBe(link);
    expect(document.activeElement).toBe(link);
    expect(target.querySelector('strong')!.textContent).toBe('bold');
  });

  test('half a link is its text, half a tag is nothing, half a fence is a code block', () => {
    const { target, view } = mount();
    view.update('Open [the guide](https://docs.exam', false);
    expect(target.textContent).toBe('Open the guide');
    view.update('Open [the guide](https://docs.example/) <b', false);
    expect(target.textContent!.trim()).toBe('Open the guide');
    view.update('Open [the guide](https://docs.example/) <b>x</b>\n\n```ts\nconst a', false);
    expect(target.querySelector('pre')!.textContent).toBe('const a');
    view.update('Open [the guide](https://docs.example/) <b>x</b>\n\n```ts\nconst a\n``', false);
    expect(target.querySelector('pre')!.textContent).toBe('const a\n');
  });

  test('text that does not go on from the last starts again', () => {
    const { target, view } = mount();
    view.update('# One', false);
    view.update('# Two', false);
    expect(target.innerHTML).toBe('<h1>Two</h1>');
    view.update('# Two', true);
    view.update('', false);
    expect(target.innerHTML).toBe('');
  });

  test('a definition that comes later makes links of what was read before', () => {
    const { target, view } = mount();
    const text = 'See [the guide][g].\n\nMore.\n\n[g]: https://docs.example/guide\n';
    view.update(text, false);
    expect(target.querySelector('a')).toBeNull();
    view.update(text, true);
    expect(target.querySelector('a')!.href).toBe('https://docs.example/guide');
  });

  test('beyond its limits a message is plain text, all of it', () => {
    const text = 'word '.repeat(20_000);
    const target = rendered(text);
    expect(target.querySelector('.plain')).not.toBeNull();
    expect(target.textContent!.replace(/\s+/g, ' ').trim()).toBe(text.trim());
  });

  test('a block that takes too long is plain text', () => {
    let clock = 0;
    const { target, view } = mount({ now: () => (clock += 30) });
    view.update('**a', false);
    expect(target.querySelector('strong')).not.toBeNull();
    clock = 0;
    const slow = mount({ now: () => (clock += 60) });
    const long = `**${'a '.repeat(600)}`;
    slow.view.update(long, false);
    slow.view.update(`${long}b**`, true);
    expect(slow.target.innerHTML).toBe(`<p class="plain">${long}b**</p>`);
    // A few words that took long tell of a busy machine.
    const short = mount({ now: () => (clock += 60) });
    short.view.update('**a', false);
    short.view.update('**a** *b*', true);
    expect(short.target.innerHTML).toBe('<p><strong>a</strong> <em>b</em></p>');
  });
});

describe('images', () => {
  const markdown = (url: string) => `![chart](${url})`;
  test.each([
    ['https://cdn.example/a.png', true],
    ['https://cdn.example/a.png?d=SECRET', false],
    ['https://cdn.example.evil.test/a.png', false],
    ['https://evil.test@cdn.example/a.png', false],
    ['http://cdn.example/a.png', false],
    ['//cdn.example/a.png', false],
    ['data:image/png;base64,AAAA', false],
  ])('%s loads only from a listed origin, without a query', (url, shown) => {
    const inert = document.implementation.createHTMLDocument();
    const target = inert.createElement('div');
    createMarkdownView(target, { imageOrigins: ['https://cdn.example'] }).update(markdown(url), true);
    const image = target.querySelector('img');
    expect(image !== null).toBe(shown);
    if (image) expect([image.referrerPolicy, image.loading, image.alt]).toEqual(['no-referrer', 'lazy', 'chart']);
    else expect(target.textContent).toBe('chart');
  });
});

test('hidden characters are taken out, also when spelt as references', () => {
  const target = rendered('a\u202eb\u{e0041}c &#x202e;d &#xe0041;e [x](https://a.test "t&#x2066;t")');
  expect(target.textContent).toBe('abc d e x');
  expect(target.querySelector('a')!.title).toBe('tt');
});

test('a bracket that the source itself had is no citation', () => {
  const { target, view } = mount({ citation: (number) => `Source ${number}` });
  view.update('As shown in \\[1\\] and \\[2], *see \\[1]* [1]', true);
  expect(target.textContent).toContain('As shown in [1] and [2], see [1] ');
  expect(target.textContent).not.toMatch(/[\uE000-\uF8FF]/);
  expect([...target.querySelectorAll('.citation')].map(({ textContent }) => textContent)).toEqual(['1']);
});

test('no line begins with the point behind a citation', () => {
  const { target, view } = mount({ citation: (number) => `Source ${number}` });
  view.update('A place is reserved by the deposit [1]; the rest is due later.', true);
  expect(target.textContent).toBe('A place is reserved by the deposit 1; the rest is due later.');
  const [mark] = target.querySelectorAll('.citation');
  const point = document.createRange();
  const texts = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  while (!texts.currentNode.nodeValue?.startsWith(';')) texts.nextNode();
  point.setStart(texts.currentNode, 0);
  point.setEnd(texts.currentNode, 1);
  for (let width = 120; width < 400; width++) {
    target.style.inlineSize = `${width}px`;
    expect(point.getBoundingClientRect().left).toBeGreaterThan(mark!.getBoundingClientRect().left);
  }
});

test('citations follow what the sources turn out to be', () => {
  let known = 3;
  const { target, view } = mount({ citation: (number) => (number <= known ? `Source ${number}` : null) });
  view.update('One [1], two [2].', true);
  expect(target.querySelectorAll('.citation').length).toBe(2);
  known = 1;
  view.refreshCitations();
  expect(target.querySelectorAll('.citation').length).toBe(1);
  expect(target.textContent).toBe('One 1, two [2].');
});
