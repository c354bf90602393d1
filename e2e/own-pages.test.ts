import { expect, type Page, test } from '@playwright/test';
import axe from 'axe-core';
import { TestServer } from './support/server.ts';

/** The server's own pages: the demo, the guides, the API browser. */

let server: TestServer;
test.beforeAll(async () => {
  server = await TestServer.start({ modelUrl: 'http://127.0.0.1:9/v1' });
});
test.afterAll(() => server.dispose());

/** Every page of ours that a reader can come to. */
async function addresses(page: Page): Promise<string[]> {
  await page.goto(`${server.origin}/guides/`);
  const guides = await page
    .locator('main a[href^="/guides/"]')
    .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
  expect(guides.length).toBeGreaterThan(10);
  return ['/', '/docs', '/guides/', ...new Set(guides)];
}

/** What reaches over the right edge of the window, and lies in no box that scrolls by itself. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const scrolls = (element: Element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
        if (/auto|scroll|hidden/.test(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(element))
      .map((element) => `${element.tagName} ${element.className} ${element.textContent!.trim().slice(0, 40)}`)
      .slice(0, 5);
  });

for (const width of [320, 390]) {
  test(`they fit a window of ${width} px`, async ({ browser }) => {
    const page = await browser.newPage({ viewport: { width, height: 640 } });
    for (const path of await addresses(page)) {
      await page.goto(server.origin + path);
      expect({
        path,
        wide: await tooWide(page),
        scrolls: await page.evaluate(() => document.documentElement.scrollWidth),
      }).toEqual({
        path,
        wide: [],
        scrolls: width,
      });
    }
    // The check sees what is too wide.
    await page.evaluate(() =>
      document.querySelector('main')!.append(Object.assign(document.createElement('pre'), { style: 'width: 500px' })),
    );
    expect(await tooWide(page)).not.toEqual([]);
    await page.close();
  });
}

/** Words in tables that go on in the next line. */
const brokenWords = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode as Text;
      if (!text.parentElement!.closest('td, th')) continue;
      for (const { 0: word, index } of text.data.matchAll(/\w+/g)) {
        const range = new Range();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) found.push(word);
      }
    }
    return found;
  });

test('words in tables stay whole on a screen of 1280 px', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  for (const path of ['/docs', '/guides/reference/rest', '/guides/self-hosting', '/guides/embedding']) {
    await page.goto(server.origin + path);
    expect({ path, broken: await brokenWords(page) }).toEqual({ path, broken: [] });
  }
  // The check sees a broken word.
  await page.evaluate(() => {
    document.querySelector<HTMLElement>('.scroll')!.style.cssText = 'overflow-wrap: anywhere; inline-size: 60px';
  });
  expect(await brokenWords(page)).not.toEqual([]);
});

/** The API browser is one long page, and has the colours of the guides: it is looked through once. */
const LOOKED_AT = { light: ['/', '/docs', '/guides/theming'], dark: ['/', '/guides/', '/guides/embedding'] } as const;
for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in them, ${colorScheme}`, async ({ browser }) => {
    const page = await browser.newPage({ colorScheme });
    for (const path of LOOKED_AT[colorScheme]) {
      await page.goto(server.origin + path);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
      );
      const found = violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]!.html}`);
      expect(found).toEqual([]);
    }
    await page.close();
  });
}
