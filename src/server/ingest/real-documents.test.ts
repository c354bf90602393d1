import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunch } from '../../../scripts/find-browser.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Chunk } from './chunk.ts';
import { ingestDocument } from './ingest-document.ts';
import { parseFile } from './parse-file.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
const parse = (bytes: Uint8Array, filename: string) =>
  parseFile({ bytes, filename, declaredType: '', url: '' }, new AbortController().signal);
const place = (chunks: readonly Chunk[], words: string) => {
  const found = chunks.filter(({ text }) => text.includes(words));
  expect(found, words).toHaveLength(1);
  const [{ text, headings, fragment }] = found as [Chunk];
  return { text, headings: headings.join(' › '), fragment };
};

describe('a PDF made by LibreOffice', () => {
  let chunks: readonly Chunk[];
  let title: string;
  let all: string;
  beforeAll(async () => {
    ({ chunks, title } = await parse(fixture('handbook.pdf'), 'handbook.pdf'));
    all = chunks.map(({ text }) => text).join('\n');
  });

  test('every passage stands under its headings and on its page', () => {
    expect(title).toBe('Harbour Handbook');
    for (const [words, headings, fragment] of [
      ['The harbour office is open from seven', 'Harbour Handbook › Office hours', 'page=1'],
      ['A vessel of more than twelve metres', 'Harbour Handbook › Moorings › Choosing a berth', 'page=2'],
      ['Fees are paid before noon', 'Harbour Handbook › Moorings › Fees', 'page=2'],
      ['One black ball at the masthead', 'Harbour Handbook › Storm signals', 'page=3'],
      ['Ceux qui viennent de l’étranger', 'Harbour Handbook › Guests from abroad', 'page=4'],
    ] as const)
      expect(place(chunks, words)).toMatchObject({ headings, fragment });
  });
  test('headers and footers of the pages are no text of the document', () => {
    for (const gone of ['Port Authority', 'Confidential until published', 'of 4']) expect(all).not.toContain(gone);
  });
  test('ligatures and words cut at a line’s end are the words they were', () => {
    expect(all).toContain('Official notices are filed in the office; the first officer affixes them');
    expect(all).toContain('It is the responsibility of the watch');
    expect(all).toContain('the circumstances are entered in the log without delay, however inconvenient the hour');
  });
  test('two columns are read one after the other', () => {
    expect(all).toContain(
      'The second column of this page says so, and nothing of the first column belongs into this sentence.',
    );
  });
  test('a list keeps its items, a table its columns, a note its number', () => {
    expect(all).toContain(
      '- Up to one metre: the basin behind the mole.\n- Up to two metres: the pontoons, where fenders',
    );
    expect(all).toContain('Length: up to 12 m · Night: 21 euro · Week: 126 euro\nLength: above 12 m');
    expect(all).toContain('above force six.¹ The watch walks');
    expect(place(chunks, '1 Force six is a strong breeze').fragment).toBe('page=2');
  });
  test('a sentence that runs over the page’s end is whole, on the page it begins on', () => {
    const cut =
      'Every keeper of the pontoon writes down what was done, at what hour, and by whom, so that entry number 4 can';
    expect(place(chunks, cut)).toMatchObject({ fragment: 'page=2' });
  });
  test('text from right to left is in reading order; text without spaces gets none', () => {
    expect(all).toContain('يُدفع رسم الرسو قبل الظهر من يوم الوصول. مكتب الميناء مفتوح من السابعة صباحا.');
    expect(all).toContain('את דמי העגינה משלמים לפני הצהריים ביום ההגעה. המשרד פתוח משבע בבוקר.');
    expect(all).toContain('港湾事務所は午前七時から午後九時まで開いています。');
    expect(all).toContain('泊位费须在到达当日中午之前支付。港务办公室上午七点至晚上九点开放。');
  });
  test('a question is answered from the right page', async () => {
    const store = openSqliteStore({ file: ':memory:' });
    const scope = { accountId: 'acct_1' };
    await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'free', createdAt: 1 });
    await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
    await ingestDocument({
      store,
      scope,
      knowledgeBaseId: 'kb_1',
      key: 'handbook.pdf',
      bytes: fixture('handbook.pdf'),
      filename: 'handbook.pdf',
      url: 'https://port.example/handbook.pdf',
      newId: () => 'doc_1',
      now: () => 1,
    });
    const ask = async (question: string) =>
      (
        await createRetriever(store.chunks).retrieve({
          scope,
          knowledgeBaseId: 'kb_1',
          question,
          earlierQuestions: [],
          limit: 1,
          signal: new AbortController().signal,
        })
      )[0]?.url;
    expect(await ask('What does one black ball at the masthead announce?')).toBe(
      'https://port.example/handbook.pdf#page=3',
    );
    expect(await ask('When are fees paid?')).toBe('https://port.example/handbook.pdf#page=2');
    expect(await ask('港湾事務所は何時から開いていますか')).toBe('https://port.example/handbook.pdf#page=4');
    await store.close();
  });
});

test('a Word document made by LibreOffice keeps its title, headings, list, table and notes', async () => {
  const { chunks, title } = await parse(fixture('handbook.docx'), 'handbook.docx');
  const all = chunks.map(({ text }) => text).join('\n');
  expect(title).toBe('Harbour Handbook');
  expect(place(chunks, 'Fees are paid before noon').headings).toBe('Moorings › Fees');
  expect(all).toContain('- Up to one metre: the basin behind the mole.\n- Up to two metres');
  expect(all).toContain('Length: up to 12 m · Night: 21 euro · Week: 126 euro');
  expect(all).toContain('above force six.¹ The watch walks');
  expect(all).toContain('Force six is a strong breeze: twenty-two to twenty-seven knots.');
  expect(all).toContain('It is the responsibility of the watch');
  expect(all).toContain('את דמי העגינה משלמים לפני הצהריים');
  expect(all).not.toMatch(/↑|Port Authority/);
});

test('a PDF made by Chromium: headings, pages, table, columns, both directions', { timeout: 120_000 }, async () => {
  const fill = (what: string, count: number) =>
    Array.from(
      { length: count },
      (_, n) => `Each ${what} is entered with its number, here ${n + 1}, and its owner.`,
    ).join(' ');
  const html = `<!doctype html><html lang="en"><head><title>Lending rules</title><style>
    body { font: 12px/1.4 serif; text-align: justify; hyphens: auto } h1 { font-size: 24px } h2 { font-size: 17px }
    .two { column-count: 2; column-gap: 30px } td, th { padding: 4px 14px; text-align: left }
    section { break-before: page }</style></head><body>
    <h1>Lending rules</h1><p>Five books may be borrowed at a time. The office affixes a fine to every unofficial copy.</p>
    <h2>Reading room</h2><p>${fill('book', 8)}</p>
    <section><h2>Fines</h2><table><tr><th>Days late</th><th>Fine</th></tr><tr><td>1 to 7</td><td>2 euro</td></tr>
      <tr><td>8 to 30</td><td>9 euro</td></tr></table><p>Who loses a book pays for another.</p></section>
    <section><h2>Two columns</h2><div class="two"><p>${fill('map', 14)}</p><p>The right column ends the page.</p></div></section>
    <section dir="rtl" lang="ar"><h2>قواعد الإعارة</h2><p>يمكن استعارة خمسة كتب في المرة الواحدة.</p></section></body></html>`;
  const browser = await chromium.launch(chromiumLaunch());
  let bytes: Uint8Array;
  try {
    const page = await browser.newPage();
    await page.setContent(html);
    bytes = await page.pdf({
      format: 'A5',
      displayHeaderFooter: true,
      margin: { top: '60px', bottom: '60px', left: '40px', right: '40px' },
      headerTemplate: '<div style="font-size:9px;margin-left:40px">City Library</div>',
      footerTemplate: '<div style="font-size:9px;margin-left:40px">Page <span class="pageNumber"></span></div>',
    });
  } finally {
    await browser.close();
  }
  const { chunks, title } = await parse(bytes, 'rules.pdf');
  const all = chunks.map(({ text }) => text).join('\n');
  expect(title).toBe('Lending rules');
  expect(place(chunks, 'The office affixes a fine to every unofficial copy')).toMatchObject({ fragment: 'page=1' });
  expect(place(chunks, 'Days late: 8 to 30 · Fine: 9 euro')).toMatchObject({
    headings: 'Lending rules › Fines',
    fragment: 'page=2',
  });
  expect(place(chunks, 'The right column ends the page.')).toMatchObject({
    headings: 'Lending rules › Two columns',
    fragment: 'page=3',
  });
  expect(all).toContain(fill('map', 2));
  expect(place(chunks, 'يمكن استعارة خمسة كتب في المرة الواحدة.')).toMatchObject({ fragment: 'page=4' });
  for (const gone of ['City Library', 'Page 2']) expect(all).not.toContain(gone);
});
