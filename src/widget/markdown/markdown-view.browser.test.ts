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
});
