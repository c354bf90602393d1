import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPassage, showPassage } from './page-highlight.ts';

let page: HTMLElement;
beforeEach(() => {
  page = document.createElement('main');
  document.body.append(page);
});
afterEach(() => {
  document.body.click();
  page.remove();
});

describe('finding a passage', () => {
  test.each([
    ['as it stands', '<p>Refunds are paid within five days.</p>', 'Refunds are paid within five days.'],
    [
      'across inline elements',
      '<p>Refunds are <b>paid</b> within <i>five</i> days.</p>',
      'Refunds are paid within five days.',
    ],
    [
      'across blocks',
      '<h2>Refunds</h2><p>They are paid within five days.</p>',
      'Refunds They are paid within five days.',
    ],
    [
      'over line breaks and indents',
      '<p>\n  Refunds are\n  paid within five days.</p>',
      'Refunds are paid within five days.',
    ],
    [
      'without the marks of Markdown',
      '<p>Use <code>npm start</code>, then <a href="#">log in</a>.</p>',
      'Use `npm start`, then [log in](/login).',
    ],
  ])('%s', (_, html, quote) => {
    page.innerHTML = `<p>Something before.</p>${html}<p>Something after.</p>`;
    const found = findPassage(quote, page)?.toString().replace(/\s+/g, ' ');
    expect(found).toBe(
      page.textContent!.replace(/\s+/g, ' ').replace('Something before.', '').replace('Something after.', '').trim(),
    );
  });

  test('by a sentence of it, where the rest reads differently', () => {
    page.innerHTML = '<p>Orders ship daily. Refunds are paid within five days.</p>';
    const found = findPassage('A sentence that is not here. Refunds are paid within five days.', page);
    expect(found?.toString()).toBe('Refunds are paid within five days.');
  });

  test.each([
    [
      'Urdu',
      'آرڈر روزانہ جاتے ہیں۔ رقم پانچ دن میں واپس کی جاتی ہے۔',
      'یہاں نہیں ہے یہ جملہ۔ رقم پانچ دن میں واپس کی جاتی ہے۔',
    ],
    ['Hindi', 'ऑर्डर रोज़ जाते हैं। पैसे पाँच दिन में लौटते हैं।', 'यह वाक्य यहाँ नहीं है। पैसे पाँच दिन में लौटते हैं।'],
  ])('by a sentence that ends as %s writes it', (_, written, quote) => {
    page.innerHTML = `<p>${written}</p>`;
    expect(findPassage(quote, page)?.toString()).toBe(written.split(/(?<=[۔।])\s/)[1]);
  });

  test.each([
    ['what is not there', '<p>Other things entirely.</p>'],
    ['what is not shown', '<p hidden>Refunds are paid within five days.</p>'],
    ['what only scripts hold', '<script type="text/plain">Refunds are paid within five days.</script>'],
    ['what the chat itself quotes', '<assisters-chat>Refunds are paid within five days.</assisters-chat>'],
  ])('not %s', (_, html) => {
    page.innerHTML = html;
    expect(findPassage('Refunds are paid within five days.', page)).toBeNull();
    expect(showPassage('Refunds are paid within five days.')).toBe(false);
  });
});

describe('showing it', () => {
  test('marks and scrolls, leaves the nodes alone, and ends with a click on the page', async () => {
    page.innerHTML = `<div style="height:4000px"></div><p>Refunds are paid within five days.</p><div style="height:4000px"></div>`;
    const before = page.innerHTML;
    const sheets = document.adoptedStyleSheets.length;
    expect(showPassage('Refunds are paid within five days.')).toBe(true);
    expect(CSS.highlights.has('assisters-source')).toBe(true);
    await expect
      .poll(() => Math.abs(page.querySelector('p')!.getBoundingClientRect().top - innerHeight / 2))
      .toBeLessThan(40);
    expect(page.innerHTML).toBe(before);
    page.click();
    expect(CSS.highlights.has('assisters-source')).toBe(false);
    expect(document.adoptedStyleSheets).toHaveLength(sheets);
  });

  test('one passage at a time', () => {
    page.innerHTML = '<p>Refunds are paid within five days.</p><p>Orders are shipped every single day.</p>';
    showPassage('Refunds are paid within five days.');
    showPassage('Orders are shipped every single day.');
    expect([...CSS.highlights.get('assisters-source')!].map(String)).toEqual(['Orders are shipped every single day.']);
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(CSS.highlights.has('assisters-source')).toBe(false);
  });
});
