import { describe, expect, test } from 'vitest';
import { seededRandom, slice } from '../../../test/random.ts';
import { ALLOWED_ATTR, ALLOWED_TAGS, ALLOWED_URI_REGEXP } from './allow-list.ts';
import { createPurifier } from './dompurify.ts';
import { hasSanitiser, type Sanitise, sanitise } from './sanitise.ts';
import { corpusInPage } from './testing/corpus.ts';
import { hostileTexts, runHostile } from './testing/suite.ts';

const sanitisers: Record<string, Sanitise> = {};
if (hasSanitiser()) {
  sanitisers.native = sanitise;
}
sanitisers.dompurify = createPurifier(ALLOWED_TAGS, ALLOWED_ATTR, ALLOWED_URI_REGEXP);

/** A seeded slice of the corpora; `npm run test:corpora` runs all of them, and counts requests outside the page. */
describe.each([
  ['md-xss', 60],
  ['llm-exfil', 60],
  ['xss-payloads', 20],
  ['html-event-matrix', 12],
  ['dompurify', 10],
] as const)('%s', (corpus, count) => {
  test.each(Object.keys(sanitisers))(
    '%s: nothing runs, nothing is requested, nothing is outside the allow-list, after every delta',
    async (name) => {
      const cases = slice(await corpusInPage<Record<string, unknown>>(corpus), count, seededRandom(5));
      const short = cases.flatMap((raw) => hostileTexts(corpus, raw)).filter(({ markdown }) => markdown.length < 600);
      const { executed, findings, different, requests } = await runHostile(short, { sanitise: sanitisers[name]! });
      expect({ executed, findings, different, requests }).toEqual({
        executed: [],
        findings: [],
        different: [],
        requests: [],
      });
    },
  );
});

test('without the sanitiser the same suite goes red', async () => {
  const unsafe = (html: string) => {
    const template = document.createElement('template');
    template.innerHTML = html;
    return document.importNode(template.content, true);
  };
  const cases = [
    { id: 'handler', markdown: 'a <b onclick="alert(1)">b</b>' },
    { id: 'image', markdown: '<img src="/never?d=SECRET">' },
    { id: 'form', markdown: '<form><input name=q></form>' },
  ];
  const { executed, findings, requests } = await runHostile(cases, { sanitise: unsafe });
  expect(executed.join()).toContain('handler: alert(1)');
  expect(findings.join()).toContain('<b onclick>');
  expect(findings.join()).toContain('<form>');
  const asked = () => [...requests, ...performance.getEntriesByType('resource').map(({ name }) => name)].join();
  await expect.poll(asked).toContain('/never?d=SECRET');
});
