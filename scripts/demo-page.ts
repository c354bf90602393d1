/**
 * The widget on a plain page of a made-up sailing school, over a scripted transport: for pictures. No server, no network.
 */
import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { rolldown } from 'rolldown';
import type { WidgetConfig } from '../src/protocol/resources.ts';
import { directionOf } from '../src/widget/i18n/strings.ts';
import { minifyCssTemplates } from './minify-css.ts';

/** A state of the widget, and how to get there. */
export interface Shot {
  readonly name: string;
  readonly dark?: boolean;
  /** The page's. */
  readonly language?: string;
  readonly phone?: boolean;
  readonly attributes?: Record<string, string>;
  /** What the server says otherwise than the demo's. */
  readonly config?: Partial<WidgetConfig>;
  readonly context?: BrowserContextOptions;
  /** Leads from the page with its launcher to the state. */
  readonly act?: (page: Page) => Promise<void>;
}

const ENTRY = `
  import { demoTransport } from ${JSON.stringify(resolve('src/widget/testing/demo.ts'))};
  window.mount = (attributes, config) => {
    const chat = document.createElement('assisters-chat');
    chat.transport = demoTransport([], config, document.documentElement.lang);
    for (const name in attributes) chat.setAttribute(name, attributes[name]);
    chat.addEventListener('assisters:response-end', () => { window.ended = true; });
    document.body.append(chat);
    window.chat = chat;
  };`;

/** The element with its demo transport, as one script that puts `mount(attributes, config)` on the window. */
export async function bundleDemo(): Promise<string> {
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

const ENGLISH = `<h1>Learn to sail in a weekend</h1><p>Small boats, patient people, and a harbour that forgives. Courses run from April to October, in
every weather that is fun.</p><p>Each boat takes three learners and one instructor. You will steer on the first morning.</p>`;
const ARABIC = `<h1>تعلّم الإبحار في عطلة نهاية أسبوع</h1><p>قوارب صغيرة ومدرّبون صبورون وميناء متسامح. تُقام الدورات من أبريل إلى أكتوبر،
في كل طقس ممتع.</p><p>في كل قارب ثلاثة متعلّمين ومدرّب واحد. ستمسك بالدفّة منذ الصباح الأول.</p>`;

const pageHtml = (
  dark: boolean,
  language: string,
  head: string,
) => `<!doctype html><html lang="${language}" dir="${directionOf(language)}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Harbour</title>
<style>
  :root { color-scheme: ${dark ? 'dark' : 'light'} }
  body { margin: 0; font: 17px/1.6 "DejaVu Sans", system-ui, sans-serif; background: ${dark ? '#0e1213' : '#f3f1ec'}; color: ${dark ? '#d7dcdb' : '#24302e'} }
  main { max-width: 720px; margin: 0 auto; padding: 64px 24px }
</style>${head}
<main>${language === 'ar' ? ARABIC : ENGLISH}</main></html>`;

/** Opens that page with the widget on it, not yet in its state. `head` is HTML that goes last into the page's head. */
export async function openDemo(browser: Browser, code: string, shot: Shot, head = ''): Promise<Page> {
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
    route.fulfill({ contentType: 'text/html', body: pageHtml(shot.dark === true, shot.language ?? 'en', head) }),
  );
  await page.goto('http://harbour.test/');
  await page.addScriptTag({ content: code });
  await page.evaluate(
    ([attributes, config]) =>
      (window as unknown as { mount(attributes: object, config: object): void }).mount(attributes!, config!),
    [shot.attributes ?? {}, shot.config ?? {}],
  );
  await page.waitForTimeout(100);
  return page;
}
