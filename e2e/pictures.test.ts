/**
 * What the widget looks like, compared with the pictures in `pictures/`. After a change that is meant,
 * `npx playwright test pictures -u` takes them anew; look at them before they are committed.
 *
 * They must be the same on every machine, so nothing in them is the machine's own: each character is the same box
 * (`support/box-font.ts`), the language is named, no date is shown, every browser is said to hear and speak, animations
 * are at their end, the caret is hidden.
 * Browsers still soften an edge or blend a shadow differently. A pixel therefore differs when it is off by more than
 * about 16 levels of 255 in lightness and is no softened edge, and a picture when more than ten pixels do: Chromium 131
 * and 156, with other fonts and hinting, differ in none, and a missing icon, which is thin, in more.
 */
import { expect, type Page, test } from '@playwright/test';
import { bundleDemo, openDemo } from '../scripts/demo-page.ts';
import { SHOTS } from '../scripts/demo-shots.ts';
import { chromiumLaunch } from '../scripts/find-browser.ts';
import { boxFont } from './support/box-font.ts';

const { args, ...launch } = chromiumLaunch();
test.use({ launchOptions: { ...launch, args: [...args, '--font-render-hinting=none', '--disable-lcd-text'] } });

const COMPARED = [
  'launcher',
  'proactive',
  'empty',
  'empty-dark',
  'answer-card',
  'answer-card-dark',
  'files',
  'error',
  'answer-card-phone',
  'answer-card-rtl',
] as const;

const SAME = { threshold: 0.06, maxDiffPixels: 10 };

/** Characters lie at fractions of a pixel: otherwise a machine's font settings say whether their widths are rounded. */
const EXACT = 'text-rendering: geometricPrecision !important';

/** Browsers differ in whether they hear and speak, and the buttons with them: here, all do. */
const HEAD = `<script>window.SpeechRecognition ??= class {}; window.speechSynthesis ??= {}</script><style>
  @font-face { font-family: Boxes; font-weight: 1 1000; src: url(data:font/ttf;base64,${boxFont().toString('base64')}) }
  body { font-family: Boxes !important; ${EXACT} }
</style>`;

/** Adds a rule to the widget's own. */
const addRule = (page: Page, rule: string) =>
  page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.querySelector('assisters-chat')!.shadowRoot!.adoptedStyleSheets.push(sheet);
  }, rule);

let code: string;
test.beforeAll(async () => {
  code = await bundleDemo();
});

const show = test.extend<{ shot: (name: string) => Promise<Page> }>({
  shot: async ({ browser }, use) => {
    const pages: Page[] = [];
    await use(async (name) => {
      const shot = SHOTS.find((one) => one.name === name)!;
      const viewport = shot.phone ? { width: 390, height: 740 } : { width: 640, height: 760 };
      const context = { ...shot.context, viewport, deviceScaleFactor: 1, locale: 'en-GB', timezoneId: 'UTC' };
      const page = await openDemo(browser, code, { ...shot, context }, HEAD);
      pages.push(page);
      await page.evaluate(() => document.fonts.load('16px Boxes'));
      await addRule(page, `.root, button, textarea { ${EXACT} }`);
      await shot.act?.(page);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
});

for (const name of COMPARED) {
  show(`${name} looks as in its picture`, async ({ shot }) => {
    await expect(await shot(name)).toHaveScreenshot(`${name}.png`, SAME);
  });
}

/** Changes of one rule each, small ones. */
const CHANGES = [
  '.panel { border-radius: 12px }',
  '.welcome h3 { margin-block-end: 6px }',
  '.title p { opacity: .8 }',
  '.launcher { box-shadow: none }',
  '.send svg { display: none }',
];
for (const change of CHANGES) {
  show(`a changed rule is noticed: ${change}`, async ({ shot }) => {
    const page = await shot('empty');
    await addRule(page, change.replace('}', '!important }'));
    await expect(page).not.toHaveScreenshot('empty.png', SAME);
  });
}
