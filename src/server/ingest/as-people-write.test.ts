import { describe, expect, test } from 'vitest';
import { parseFile } from './parse-file.ts';

/** Files as shops, schools and offices have them: made by page builders, office programs, exports and by hand. */
async function read(content: string, filename: string) {
  const { title, chunks } = await parseFile(
    { bytes: new TextEncoder().encode(content), filename, declaredType: '', url: 'https://shop.example/page' },
    new AbortController().signal,
  );
  const sections = chunks.map(({ headings, text }) => [headings.join(' › '), text] as const);
  return { title, chunks, sections, all: sections.flat().join('\n') };
}
const page = (body: string, attributes = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lamps</title></head><body${attributes}>${body}</body></html>`;

describe('HTML', () => {
  test('a short list of properties is content', async () => {
    const { all } = await read(
      page(`<main><h1>Lamp</h1><p>The lamp is made of oak and of brass, and it is light enough for every shelf.</p>
        <ul><li>Weight: 9.4 kg</li><li>Height: 120 cm</li></ul><p>It comes with two bulbs and a cable of two metres.</p></main>`),
      'a.html',
    );
    expect(all).toContain('- Weight: 9.4 kg\n- Height: 120 cm');
  });

  test('questions that open by a button head their answers, hidden or not; buttons of menus and baskets do not', async () => {
    const { sections, chunks, all } = await read(
      page(`<nav><button aria-expanded="false">Open the menu</button></nav><main><h1>Help</h1>
        <button aria-expanded="false" aria-controls="a1">Can I change my order?</button><div id="a1" hidden>Until it is packed, an order can be changed.</div>
        <h2><button data-bs-toggle="collapse" data-bs-target="#a2">Do you deliver abroad?</button></h2><div id="a2" style="display:none"><p>We deliver to Belgium and to the Netherlands.</p></div>
        <h3>Gift vouchers</h3><div aria-hidden="true">Vouchers are valid for two years from the day of purchase.</div>
        <button>Add to the basket</button></main>`),
      'a.html',
    );
    expect(sections.map(([headings, text]) => [headings.replace('Help › ', ''), text])).toEqual([
      ['Can I change my order?', 'Until it is packed, an order can be changed.'],
      ['Do you deliver abroad?', 'We deliver to Belgium and to the Netherlands.'],
      ['Do you deliver abroad? › Gift vouchers', 'Vouchers are valid for two years from the day of purchase.'],
    ]);
    expect(chunks[0]!.fragment).toBe('a1');
    expect(all).not.toMatch(/menu|basket/);
  });

  test('a page’s own table of contents is no content', async () => {
    const { all } = await read(
      page(`<main><h1>Care</h1><ul><li><a href="#clean">Cleaning it</a></li><li><a href="#bulb">Changing the bulb</a></li></ul>
        <h2 id="clean">Cleaning it</h2><p>Wipe the lamp with a dry cloth, never with a wet one.</p></main>`),
      'a.html',
    );
    expect(all).toContain('Wipe the lamp');
    expect(all).not.toContain('Changing the bulb');
  });

  test('a row of links is no sentence, and a form to log in no page', async () => {
    const { all } = await read(
      page(
        '<main><h1>Shop</h1><p>The shop was founded in 1987.</p><p><a href="/a">Services</a> | <a href="/b">City One</a></p><p>Here is <a href="/c">one</a> and <a href="/d">two</a>.</p></main>',
      ),
      'a.html',
    );
    expect(all).toContain('founded in 1987.\n\nHere is one and two.');
    const login =
      '<h1>Log in</h1><form><input name="e"><input type="password" name="p"></form><a href="/orders">My orders</a>';
    await expect(read(page(`<main>${login}</main>`), 'a.html')).rejects.toMatchObject({ code: 'empty_file' });
    const header = '<header><form><input type="password"></form></header>';
    expect((await read(page(`${header}<main><h1>Shop</h1><p>Founded in 1987.</p></main>`), 'a.html')).all).toContain(
      '1987',
    );
    const guide = `<h1>Register</h1><p>${'With an account you see your orders and may return an article. '.repeat(6)}</p>${login}`;
    expect((await read(page(`<main>${guide}</main>`), 'a.html')).all).toContain('With an account');
  });

  test('terms stand with what they mean', async () => {
    const { all } = await read(
      page(
        '<main><h1>Contact</h1><dl><dt>Address:</dt><dd><p>Langemunt 12, 9000 Ghent</p></dd><dt>Phone</dt><dd>+32 9 123</dd></dl></main>',
      ),
      'a.html',
    );
    expect(all).toContain('Address: Langemunt 12, 9000 Ghent\n\nPhone: +32 9 123');
  });

  test('a caption over all columns and a bold first row are the table’s head', async () => {
    const row = (...cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    const { all } = await read(
      page(
        `<main><h1>Hire</h1><table><tr><td colspan="2"><b>Euros a day</b></td></tr>${row('<p><b>Lamp</b></p>', '<b>Price</b>')}${row('Oak', '15')}${row('Brass', '<b>20</b>')}</table></main>`,
      ),
      'a.html',
    );
    expect(all).toContain('Euros a day\nLamp: Oak · Price: 15\nLamp: Brass · Price: 20');
  });

  test('Google Docs and Word: the title, headings that are only bold, items that begin with a dot', async () => {
    const google = await read(
      page(
        '<p class="c1 title"><span>School handbook</span></p><h1 id="h.a"><span>Courses</span></h1><p>The course has six lessons and costs 120 euros.</p>',
        ' class="doc-content"',
      ),
      'google.html',
    );
    expect(google.title).toBe('School handbook');
    expect(google.sections).toContainEqual(['Courses', 'The course has six lessons and costs 120 euros.']);
    const word = await read(
      page(`<p class="MsoTitle">Insurance</p><p class="MsoNormal"><b><span>What does it cost?</span></b></p>
        <p class="MsoListParagraph">·<span>&nbsp;&nbsp; </span>Lamps: 4 % a year</p><p class="MsoListParagraph">·<span>&nbsp; </span>Shades: 6 % a year</p>
        <p class="MsoNormal"><b>The excess</b>, which you pay yourself, is 10 %.</p><p class="MsoNormal"><b>Closed on Mondays!</b></p>`),
      'word.htm',
    );
    expect(word.title).toBe('Insurance');
    expect(word.sections).toContainEqual([
      'What does it cost?',
      '- Lamps: 4 % a year\n- Shades: 6 % a year\n\nThe excess, which you pay yourself, is 10 %.\n\nClosed on Mondays!',
    ]);
  });

  test('pages full of buttons and hidden parts end in chunks', async () => {
    const one =
      '<h2>x</h2><div hidden><button aria-controls="p">Open this one</button></div><ul><li><a href="#a">a</a></li></ul>';
    const many = one.repeat(500);
    expect(
      (await read(page(`<div id="p">${many}</div><p>The end of it.</p>`), 'a.html')).chunks.length,
    ).toBeGreaterThan(0);
  });
});

describe('Markdown', () => {
  test('anchors that the writer chose, bold questions, and lines for the site’s generator', async () => {
    const { chunks, all } = await read(
      [
        'import Tabs from "@theme/Tabs";',
        '',
        '{{< toc >}}',
        '',
        '## Returns {#sending-back}',
        '',
        ':::tip',
        'Keep the box.',
        ':::',
        '',
        '**Who pays?**',
        '',
        'We pay for lamps.',
        '',
        '**That is all!**',
      ].join('\n'),
      'a.md',
    );
    expect(chunks.map(({ headings, text, fragment }) => [headings, text, fragment])).toEqual([
      [['Returns'], 'Keep the box.', 'sending-back'],
      [['Returns', 'Who pays?'], 'We pay for lamps.\n\nThat is all!', 'sending-back'],
    ]);
    expect(all).not.toMatch(/toc|tip|Tabs/);
  });
});

describe('JSON', () => {
  test('questions head their answers, without the names of the fields, markup and ids', async () => {
    const faq = [
      { question: 'Is there parking?', answer: '<p>There is a car park <b>Vrijdagmarkt</b>, at 200 metres.</p>' },
      { id: 'f1', attributes: { q: 'Which size?', a: 'Measure your head: 1 < 2.', updatedAt: '2026-01-01' } },
    ];
    const { sections } = await read(JSON.stringify({ faqs: faq }), 'a.json');
    expect(sections.map(([headings, text]) => [headings.replace('faqs › ', ''), text])).toEqual([
      ['Is there parking?', 'There is a car park Vrijdagmarkt, at 200 metres.'],
      ['Which size?', 'Measure your head: 1 < 2.'],
    ]);
  });
});

describe('CSV', () => {
  test('columns named question and answer head and answer', async () => {
    const { sections } = await read(
      'Frage;Antwort;Thema\nWo ist die Rechnung?;"In ""Meine Bestellungen"".";Kauf\n',
      'a.csv',
    );
    expect(sections).toEqual([['Wo ist die Rechnung?', 'In "Meine Bestellungen".\n\nThema: Kauf']]);
    expect((await read('Question;Points\nOne;2\n', 'a.csv')).all).toContain('Question: One · Points: 2');
  });
});

describe('text', () => {
  test('wrapped prose becomes one line, what ended on purpose stays', async () => {
    const { title, sections } = await read(
      [
        'PRICE LIST',
        '==========',
        '',
        'Puncture repair ......... EUR 12',
        'New tyre, fitted ........ EUR 35',
        '',
        'The shop is closed between Christmas and New Year, from 24 December to',
        '2 January included. Nothing is shipped before 4 January.',
        '',
        'Lamp shop',
        'Langemunt 12',
        '9000 Ghent',
      ].join('\r\n'),
      'a.txt',
    );
    expect(title).toBe('PRICE LIST');
    expect(sections).toEqual([
      [
        'PRICE LIST',
        'Puncture repair ......... EUR 12\nNew tyre, fitted ........ EUR 35\n\n' +
          'The shop is closed between Christmas and New Year, from 24 December to 2 January included. Nothing is shipped before 4 January.\n\n' +
          'Lamp shop\nLangemunt 12\n9000 Ghent',
      ],
    ]);
  });
});
