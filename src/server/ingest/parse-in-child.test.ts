import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import { docxOf, HAZARDS, pdfOf } from '../testing/hazards.ts';
import { ParseError } from './document.ts';
import { createChildParser } from './parse-in-child.ts';

/** The large ones take minutes: `npm run test:hazards`. */
const all = process.env.ASSISTERS_ALL_HAZARDS === '1';
const parser = createChildParser();
afterAll(() => parser.close());

const parse = (bytes: Uint8Array, filename: string) =>
  parser.parse({ bytes, filename, declaredType: '', url: '' }, new AbortController().signal);
const endOf = (bytes: Uint8Array, filename: string) =>
  parse(bytes, filename).then(
    () => 'ready',
    (error: unknown) => (error instanceof ParseError ? error.code : `not a reason: ${error}`),
  );

describe('reading in a child process', () => {
  test.for(HAZARDS.filter(({ big }) => all || !big))(
    '$name ends as it may',
    { timeout: 60_000 },
    async ({ make, filename, ends }) => {
      expect(ends).toContain(await endOf(make(), filename));
      // The next file is read whatever the one before did.
      expect(await endOf(Buffer.from('Plain words.'), 'after.txt')).toBe('ready');
    },
  );

  test.skipIf(!hasCorpora)(
    `every recipe about a file's content is here (${hasCorpora ? 'present' : CORPORA_ABSENT})`,
    () => {
      const elsewhere =
        /^(?:file name|content-type spoof|two files|1000 parts|boundary|content-length|chunked|expect 100|same file twice|kill -9|disk full)/;
      const names = new Set(HAZARDS.map(({ name }) => name));
      const missing = corpus<{ name: string }>('upload-hazards').filter(
        ({ name }) => !elsewhere.test(name) && !names.has(name),
      );
      expect(missing).toEqual([]);
    },
  );

  test('what a file points at is not asked for', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const away = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const html = `<!doctype html><html><head><base href="${away}/"><link rel="stylesheet" href="a.css">
      <meta http-equiv="refresh" content="0;url=${away}/r"><script src="${away}/s.js"></script></head><body><main><h1>Words</h1>
      <p>Some words that stand on a page, enough of them to be read.</p><img src="${away}/i"><iframe src="${away}/f"></iframe>
      <object data="${away}/o"></object><video poster="${away}/p" src="${away}/v"></video></main></body></html>`;
    const xxe = `<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "${away}/e">]><html><body><p>Words: &e;</p></body></html>`;
    const docx = docxOf(
      '<w:p><w:r><w:t>Words beside a picture from elsewhere.</w:t></w:r></w:p>',
      `<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="${away}/d" TargetMode="External"/>
       <Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="${away}/t" TargetMode="External"/>`,
    );
    const pdf = pdfOf(
      `<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (${away}/u) /Next << /S /SubmitForm /F (${away}/form) >> >> >>`,
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>`,
      `<< /Length 0 /F << /FS /URL /F (${away}/stream) >> >>\nstream\n\nendstream`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><image href="${away}/g"/><text>Words</text></svg>`;
    const files = [
      ['docx', docx, 'a.docx'],
      ['pdf', pdf, 'a.pdf'],
      ['svg', Buffer.from(svg), 'a.svg'],
      ['html', Buffer.from(html), 'a.html'],
      ['entity', Buffer.from(xxe), 'a.xhtml'],
      ['markdown', Buffer.from(`# Words\n\n![a](${away}/m) <img src="${away}/n">`), 'a.md'],
    ] as const;
    try {
      for (const [name, bytes, filename] of files)
        expect(await endOf(bytes, filename), name).not.toContain('not a reason');
      expect(asked).toEqual([]);
      // The control: the address is one that answers.
      await fetch(`${away}/control`);
      expect(asked).toEqual(['/control']);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('a parser that does not end is ended, and the next file is read', { timeout: 60_000 }, async () => {
    const impatient = createChildParser({ timeMs: 1 });
    const file = { bytes: Buffer.from('Plain words.'), filename: 'a.txt', declaredType: '', url: '' };
    const signal = new AbortController().signal;
    await expect(
      impatient.parse({ ...file, bytes: Buffer.alloc(3_000_000, '[a](b) '), filename: 'a.md' }, signal),
    ).rejects.toMatchObject({ code: 'file_too_complex' });
    await impatient.close();
    expect(await endOf(file.bytes, 'a.txt')).toBe('ready');
  });

  test('a parser that holds too much is ended', { timeout: 60_000 }, async () => {
    const small = createChildParser({ rssBytes: 1 });
    const file = { bytes: Buffer.alloc(3_000_000, '[a](b) '), filename: 'a.md', declaredType: '', url: '' };
    const code = process.platform === 'linux' ? 'file_too_complex' : undefined;
    if (code) await expect(small.parse(file, new AbortController().signal)).rejects.toMatchObject({ code });
    await small.close();
  });

  test('several files at once each get their own answer', { timeout: 60_000 }, async () => {
    const texts = await Promise.all(
      ['One', 'Two', 'Three'].map((word) => parse(Buffer.from(`${word} words.`), 'a.txt')),
    );
    expect(texts.map(({ chunks }) => chunks[0]!.text)).toEqual(['One words.', 'Two words.', 'Three words.']);
  });
});

describe('formats', () => {
  const page = (text: string, contents: number) =>
    [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${contents} 0 R /Resources << /Font << /F1 7 0 R >> >> >>`,
      text,
    ] as const;
  const content = (text: string) => {
    const data = `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`;
    return `<< /Length ${data.length} >>\nstream\n${data}\nendstream`;
  };
  test('a PDF is cited by page', async () => {
    const pdf = pdfOf(
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>',
      page('', 5)[0],
      page('', 6)[0],
      content('The first page speaks of apples.'),
      content('The second page speaks of pears.'),
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    );
    const { chunks, mediaType } = await parse(pdf, 'fruit.pdf');
    expect(mediaType).toBe('application/pdf');
    expect(chunks).toEqual([
      { headings: [], text: 'The first page speaks of apples.', fragment: 'page=1' },
      { headings: [], text: 'The second page speaks of pears.', fragment: 'page=2' },
    ]);
  });
  test('a Word document keeps its headings', async () => {
    const paragraph = (text: string, style = '') =>
      `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t>${text}</w:t></w:r></w:p>`;
    const { title, chunks } = await parse(
      docxOf(paragraph('Handbook', 'Heading1') + paragraph('Holidays', 'Heading2') + paragraph('Thirty days a year.')),
      'handbook.docx',
    );
    expect(title).toBe('Handbook');
    expect(chunks).toEqual([{ headings: ['Handbook', 'Holidays'], text: 'Thirty days a year.', fragment: '' }]);
  });
  test('CSV rows stand alone, quotes and separators as they come', async () => {
    const { chunks } = await parse(
      Buffer.from('\ufeffName;Price;Note\r\n"Mug; blue";9,50;"say ""hi""\nthere"\r\n;;\r\nCup;4;=1+1\r\n'),
      'a.csv',
    );
    expect(chunks[0]!.text).toBe(
      'Name: Mug; blue · Price: 9,50 · Note: say "hi" there\nName: Cup · Price: 4 · Note: =1+1',
    );
  });
  test('JSON fields become lines under their names', async () => {
    const json = JSON.stringify({
      faq: [{ question: 'How long is shipping?', answer: 'Two days.' }],
      tags: ['a', 'b'],
    });
    const { chunks } = await parse(Buffer.from(json), 'a.json');
    expect(chunks).toContainEqual({
      headings: ['How long is shipping?'],
      text: 'Two days.',
      fragment: '',
    });
    expect((await parse(Buffer.from('{"a":"x y"}\n{"a":"z w"}'), 'a.jsonl')).chunks.length).toBeGreaterThan(0);
    expect(await endOf(Buffer.from('{"a":'), 'a.json')).toBe('invalid_file');
  });
  test('half of a character never reaches the index', async () => {
    const { chunks } = await parse(Buffer.from('{"text":"Broken \\ud800 half"}'), 'a.json');
    expect(chunks[0]!.text).toBe('text: Broken \ufffd half');
  });
});
