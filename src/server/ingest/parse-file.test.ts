import { describe, expect, test } from 'vitest';
import { CHUNK } from './chunk.ts';
import { ParseError } from './document.ts';
import { parseFile } from './parse-file.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (content: string | Uint8Array, filename: string | null = null, declaredType = '', url = '') =>
  parseFile(
    { bytes: typeof content === 'string' ? bytes(content) : content, filename, declaredType, url },
    new AbortController().signal,
  );
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof ParseError ? error.code : String(error)),
  );

describe('Markdown', () => {
  const guide = [
    '---',
    'title: "The Guide"',
    '---',
    '# Guide',
    'Intro with **bold**, `code_span`, [a link](https://x.example/a_(b)) and ![a picture](p.png).',
    '## Install & run',
    '1. First',
    '2. Second',
    '```sh',
    '# not a heading',
    'npm start',
    '```',
    '## Install & run',
    '| Option | Default |',
    '|---|---|',
    '| `port` | 8787 |',
    '| host | 127.0.0.1 |',
    '',
    'Setext',
    '------',
    'Under *setext*.',
  ].join('\n');

  test('becomes chunks with headings, anchors, whole code and readable rows', async () => {
    const { title, chunks } = await parse(guide, 'guide.md');
    expect(title).toBe('The Guide');
    expect(chunks).toEqual([
      { headings: ['Guide'], text: 'Intro with bold, code_span, a link and a picture.', fragment: 'guide' },
      {
        headings: ['Guide', 'Install & run'],
        text: '- First\n- Second\n\n```sh\n# not a heading\nnpm start\n```',
        fragment: 'install--run',
      },
      {
        headings: ['Guide', 'Install & run'],
        text: 'Option: port · Default: 8787\nOption: host · Default: 127.0.0.1',
        fragment: 'install--run-1',
      },
      { headings: ['Guide', 'Setext'], text: 'Under setext.', fragment: 'setext' },
    ]);
  });

  test('code that holds fences is fenced by more', async () => {
    const { chunks } = await parse('````md\n```js\nx\n```\n````', 'a.md');
    expect(chunks[0]!.text).toBe('````md\n```js\nx\n```\n````');
  });

  test('long prose is cut between sentences, within the bound', async () => {
    const sentence = 'This sentence says one thing about the subject at hand, number ';
    const prose = Array.from({ length: 60 }, (_, index) => `${sentence}${index}.`).join(' ');
    const { chunks } = await parse(`# T\n\n${prose}`, 'a.md');
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.map(({ text }) => text).join(' ')).toBe(prose);
    for (const { text } of chunks) {
      expect(text.length).toBeLessThanOrEqual(CHUNK.maxChars);
      expect(text).toMatch(/^This .*\d\.$/s);
    }
  });

  test('a million links cost linear time and end in chunks', async () => {
    const { chunks } = await parse('[a](b) '.repeat(100_000), 'a.md');
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks[0]!.text).not.toContain('](');
  });
});

describe('HTML', () => {
  const page = (main: string) =>
    `<!doctype html><html><head><title>Install | Site</title><link rel="canonical" href="/install"></head><body>
     <header><h1>Site</h1></header><nav><a href="/">Home</a> <a href="/pricing">Pricing navigation</a></nav>
     <main><h1>Install the widget</h1>${main}</main><footer>Imprint and cookies</footer>
     <script>alert('never')</script></body></html>`;
  const paragraphs =
    '<p>Paste the snippet before the closing body tag and open the page in a browser to see the launcher appear there.</p>' +
    '<p>The script loads nothing else until a visitor reaches for the launcher, which keeps the page as fast as it was.</p>';

  test('keeps the main content, its anchors, code and table, and drops the furniture', async () => {
    const html = page(
      `${paragraphs}<h2 id="csp">Strict policy<a href="#csp">#</a></h2><p>Allow the host of the script in your policy and nothing else is needed for the panel.</p>
       <pre><code class="language-js">script-src https://x</code></pre>
       <table><tr><th>Name</th><th>Value</th></tr><tr><td>port</td><td>8787</td></tr></table>`,
    );
    const { title, chunks, canonicalUrl } = await parse(html, null, 'text/html', 'https://site.example/install?utm=1');
    const all = chunks.map(({ text }) => text).join('\n');
    expect(title).toBe('Install the widget');
    expect(canonicalUrl).toBe('https://site.example/install');
    expect(all).toContain('```js\nscript-src https://x\n```');
    expect(all).toContain('Name: port · Value: 8787');
    for (const gone of ['Imprint', 'Pricing', 'alert']) expect(all).not.toContain(gone);
    expect(chunks.find(({ text }) => text.includes('Allow the host'))).toMatchObject({ fragment: 'csp' });
  });

  test('a place without an anchor is cited by its words', async () => {
    const { chunks } = await parse(page(paragraphs), null, 'text/html', 'https://site.example/install');
    expect(chunks[0]!.fragment).toBe(':~:text=Paste%20the%20snippet%20before%20the%20closing%20body%20tag');
  });

  test('another site’s canonical claim is not taken', async () => {
    const html = page(paragraphs).replace('href="/install"', 'href="https://evil.example/"');
    const { canonicalUrl } = await parse(html, null, 'text/html', 'https://site.example/install');
    expect(canonicalUrl).toBeNull();
  });
});

describe('the type is decided from the bytes', () => {
  test.for([
    ['nothing', '', 'a.txt', 'empty_file'],
    ['blank', ' \n ', 'a.txt', 'empty_file'],
    ['one sign', '%', 'a.pdf', 'unsupported_file'],
    ['one sign without a name', '%', null, 'unsupported_file'],
    ['HTML named .pdf', '<script>x</script>', 'a.pdf', 'unsupported_file'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', 'a.svg', 'unsupported_file'],
    ['SVG named .html', '<?xml version="1.0"?><svg></svg>', 'a.html', 'unsupported_file'],
    ['a picture named .txt', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10]), 'a.txt', 'unsupported_file'],
    ['a nested archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'a.docx', 'unsupported_file'],
    ['binary', new Uint8Array([65, 0, 1, 2, 3]), 'a.txt', 'unsupported_file'],
  ] as const)('%s is refused', async ([, content, filename, code]) => {
    expect(await codeOf(parse(content, filename))).toBe(code);
  });

  test('Windows-1252 is decoded, not garbled', async () => {
    const latin = Uint8Array.from('Les caf\xe9s de la r\xe9gion sont ouverts \x96 toujours.', (char) =>
      char.charCodeAt(0),
    );
    expect((await parse(latin, 'a.txt')).chunks[0]!.text).toBe('Les cafés de la région sont ouverts – toujours.');
  });

  test('bytes of no text encoding are refused', async () => {
    const noise = Uint8Array.from({ length: 128 }, (_, index) => 128 + index);
    expect(await codeOf(parse(noise, 'a.txt'))).toBe('unsupported_file');
  });

  test('UTF-16 and UTF-7 stay text', async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...'Grüße'].flatMap((char) => [char.charCodeAt(0), 0])]);
    expect((await parse(utf16, 'a.txt')).chunks[0]!.text).toBe('Grüße');
    expect((await parse('+ADw-script+AD4-', 'a.txt')).chunks[0]!.text).toBe('+ADw-script+AD4-');
  });
});
