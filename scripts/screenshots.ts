/**
 * Pictures of the widget in its states, for looking at: `npx tsx scripts/screenshots.ts <folder> [name…]`. Builds the
 * element with a scripted transport, opens it in Chromium on a plain page, and writes one PNG per state.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright';
import { rolldown } from 'rolldown';
import { directionOf } from '../src/widget/i18n/strings.ts';
import { chromiumLaunch } from './find-browser.ts';
import { minifyCssTemplates } from './minify-css.ts';

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder for the pictures: npx tsx scripts/screenshots.ts <folder>');
mkdirSync(folder, { recursive: true });

const ENTRY = `
  import { demoTransport } from ${JSON.stringify(resolve('src/widget/testing/demo.ts'))};
  window.mount = (attributes = {}) => {
    const chat = document.createElement('assisters-chat');
    chat.transport = demoTransport();
    for (const name in attributes) chat.setAttribute(name, attributes[name]);
    chat.addEventListener('assisters:response-end', () => { window.ended = true; });
    document.body.append(chat);
    window.chat = chat;
  };`;

async function bundleDemo(): Promise<string> {
  const build = await rolldown({
    input: 'demo',
    platform: 'browser',
    plugins: [
      minifyCssTemplates(),
      {
        name: 'demo',
        resolveId: (id) => (id === 'demo' ? '\0demo' : null),
        load: (id) => (id === '\0demo' ? ENTRY : null),
      },
    ],
    transform: { target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await build.generate({ format: 'iife', codeSplitting: false });
  return output[0].code;
}

const pageHtml = (
  dark: boolean,
  language: string,
) => `<!doctype html><html lang="${language}" dir="${directionOf(language)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Harbour</title>
<style>
  :root { color-scheme: ${dark ? 'dark' : 'light'} }
  body { margin: 0; font: 17px/1.6 "DejaVu Sans", system-ui, sans-serif; background: ${dark ? '#0e1213' : '#f3f1ec'}; color: ${dark ? '#d7dcdb' : '#24302e'} }
  main { max-width: 720px; margin: 0 auto; padding: 64px 24px }
</style>
<main><h1>Learn to sail in a weekend</h1><p>Small boats, patient people, and a harbour that forgives. Courses run from April to October, in
every weather that is fun.</p><p>Each boat takes three learners and one instructor. You will steer on the first morning.</p></main></html>`;

interface Shot {
  readonly name: string;
  readonly dark?: boolean;
  /** The page's. */
  readonly language?: string;
  readonly phone?: boolean;
  readonly attributes?: Record<string, string>;
  readonly context?: BrowserContextOptions;
  readonly act?: (page: Page) => Promise<void>;
}

const open = async (page: Page) => {
  await page.locator('.launcher').click();
  await page.waitForTimeout(300);
};
const ask =
  (question: string, ends = true) =>
  async (page: Page) => {
    await open(page);
    await page.getByRole('textbox').fill(question);
    await page.keyboard.press('Enter');
    if (ends) await page.waitForFunction('window.ended');
    else await page.locator('.message.assistant').waitFor();
    await page.waitForTimeout(ends ? 250 : 900);
  };
const askAndOpenSource = async (page: Page) => {
  await ask('How do I book a sailing course?')(page);
  await page.locator('.chip').first().click();
  await page.waitForTimeout(250);
};

/** A token of somebody, as a site's server would sign it. */
const KNOWN = `h.${btoa('{"sub":"ann"}')}.s`;
/** A page of the panel; of the conversations with the question about deleting the second. */
const sheet = (item: string) => async (page: Page) => {
  await ask('How do I book a sailing course?')(page);
  await page.locator('.menu > button').click();
  await page.locator(`[data-item=${item}]`).click();
  await page.locator(item === 'data' ? '.data' : '.threads').waitFor();
  if (item === 'threads') await page.locator('.threads .icon-button').nth(1).click();
  await page.waitForTimeout(300);
};

const SHOTS: readonly Shot[] = [
  { name: 'launcher' },
  { name: 'launcher-dark', dark: true },
  { name: 'empty', act: open },
  { name: 'empty-dark', dark: true, act: open },
  { name: 'waiting', act: ask('please hang', false) },
  { name: 'streaming', act: ask('half an answer', false) },
  { name: 'answer', act: ask('How do I book a sailing course?') },
  { name: 'answer-card', act: askAndOpenSource },
  { name: 'answer-card-dark', dark: true, act: askAndOpenSource },
  { name: 'long', act: ask('What about the forecast?') },
  {
    name: 'long-wide-dark',
    dark: true,
    act: async (page) => {
      await ask('What about the forecast?')(page);
      await page.locator('.menu > button').click();
      await page.locator('[data-item=wide]').click();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'menu',
    act: async (page) => {
      await ask('How do I book a sailing course?')(page);
      await page.locator('.menu > button').click();
      await page.waitForTimeout(200);
    },
  },
  { name: 'threads', attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'threads-dark', dark: true, attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'threads-rtl', language: 'ar', attributes: { 'user-token': KNOWN }, act: sheet('threads') },
  { name: 'data', attributes: { 'user-token': KNOWN }, act: sheet('data') },
  { name: 'consent', attributes: { consent: 'required' }, act: open },
  {
    name: 'tool',
    act: async (page) => {
      await page.evaluate(() =>
        (window as unknown as { chat: { registerTool(tool: object): void } }).chat.registerTool({
          name: 'reserve',
          description: 'Reserve a place on a course',
          schema: {},
          handler: () => null,
        }),
      );
      await ask('Reserve the weekend for me')(page);
      await page.locator('.tool').waitFor();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'feedback',
    act: async (page) => {
      await ask('what next?')(page);
      await page.locator('.actions [aria-pressed]').nth(1).click();
      await page.locator('.feedback').waitFor();
      await page.waitForTimeout(250);
    },
  },
  {
    name: 'edit',
    act: async (page) => {
      await ask('what next?')(page);
      await page.locator('.user').hover();
      await page.locator('.user .actions button').click();
      await page.locator('.edit').waitFor();
      await page.waitForTimeout(250);
    },
  },
  { name: 'not-found', act: ask('May I bring my dog?') },
  { name: 'error', act: ask('make it fail') },
  { name: 'rate-limit', act: ask('hit the limit') },
  { name: 'error-dark', dark: true, act: ask('make it fail') },
  { name: 'phone-empty', phone: true, act: open },
  { name: 'phone-answer', phone: true, act: askAndOpenSource },
  { name: 'phone-long', phone: true, act: ask('What about the forecast?') },
  { name: 'rtl', language: 'ar', attributes: { position: 'bottom-left' }, act: askAndOpenSource },
  { name: 'rtl-empty', language: 'ar', act: open },
  { name: 'ar-not-found', language: 'ar', act: ask('May I bring my dog?') },
  { name: 'de', language: 'de', act: askAndOpenSource },
  { name: 'de-empty', language: 'de', act: open },
  { name: 'de-error', language: 'de', act: ask('hit the limit') },
  { name: 'ja', language: 'ja', act: askAndOpenSource },
  { name: 'ja-not-found', language: 'ja', act: ask('May I bring my dog?') },
  { name: 'narrow', context: { viewport: { width: 320, height: 568 } }, act: ask('How do I book a sailing course?') },
  { name: 'forced-colours', context: { forcedColors: 'active' }, act: askAndOpenSource },
  { name: 'inline', attributes: { mode: 'inline' } },
  { name: 'fullpage', attributes: { mode: 'fullpage' } },
];

const code = await bundleDemo();
const browser = await chromium.launch(chromiumLaunch());
try {
  for (const shot of SHOTS) {
    if (only.length > 0 && !only.includes(shot.name)) continue;
    const context = await browser.newContext({
      viewport: shot.phone ? { width: 390, height: 844 } : { width: 1000, height: 820 },
      deviceScaleFactor: shot.phone ? 2 : 1,
      hasTouch: shot.phone === true,
      isMobile: shot.phone === true,
      colorScheme: shot.dark ? 'dark' : 'light',
      ...shot.context,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(shot.name, error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(shot.name, message.text()));
    await page.route('http://harbour.test/', (route) =>
      route.fulfill({ contentType: 'text/html', body: pageHtml(shot.dark === true, shot.language ?? 'en') }),
    );
    await page.goto('http://harbour.test/');
    await page.addScriptTag({ content: code });
    await page.evaluate(
      (attributes) => (window as unknown as { mount(attributes: object): void }).mount(attributes),
      shot.attributes ?? {},
    );
    await page.waitForTimeout(100);
    await shot.act?.(page);
    await page.screenshot({ path: join(folder, `${shot.name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
}
