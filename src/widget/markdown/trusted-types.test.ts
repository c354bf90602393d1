import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { chromiumLaunch } from '../../../scripts/find-browser.ts';
import { bundlePage, servePage } from '../../../test/markdown-harness.ts';
import type { MarkdownPage } from './testing/page.ts';

declare const window: { page: MarkdownPage };

const SAMPLE =
  '# Title\n\n- **bold** <b onclick="a()" style="b:c">raw</b> <a href="https://x.test/?style=d">link</a>\n\n```ts\ncode\n```\n\n![image](https://x.test/i.png)';

/** What the renderer makes of the sample under a policy, by which sanitiser, and what the browser complained of. */
async function under(
  policy: string,
  sanitiser: 'native' | 'dompurify',
): Promise<{ html: string; complaints: string[] }> {
  const server = await servePage(await bundlePage(), policy);
  const browser = await chromium.launch(chromiumLaunch());
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url);
    if (sanitiser === 'dompurify') await page.evaluate(() => window.page.purify());
    const html = await page.evaluate((markdown) => window.page.render(markdown), SAMPLE);
    return { html, complaints };
  } finally {
    await browser.close();
    await server.close();
  }
}

const STRICT = "default-src 'none'; script-src 'self'; img-src data:; require-trusted-types-for 'script';";

test.each([
  ['native', 'none'],
  ['dompurify', 'assisters'],
] as const)('%s: renders richly under a strict policy with trusted-types %s', async (sanitiser, types) => {
  const { html, complaints } = await under(`${STRICT} trusted-types ${types === 'none' ? "'none'" : types}`, sanitiser);
  expect(complaints).toEqual([]);
  expect(html).toContain('<h1>Title</h1>');
  expect(html).toContain('<b>raw</b>');
  expect(html).toContain('href="https://x.test/?style=d"');
  expect(html).toContain('class="code-block"');
});

test('shows the text where the page refuses the policy DOMPurify needs', async () => {
  const { html } = await under(`${STRICT} trusted-types lit-html`, 'dompurify');
  expect(html).not.toContain('<h1>');
  expect(html).toContain('# Title');
});
