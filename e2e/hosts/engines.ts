import { type ChildProcess, spawn } from 'node:child_process';
import { type Browser, type BrowserContext, chromium, type Frame, firefox, type Page } from 'playwright';
import { chromiumLaunch } from '../../scripts/find-browser.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A tab of any engine, driven from outside the page's own scripts. `part` is a `::part` name of the widget. */
export interface Tab {
  goto(url: string): Promise<void>;
  back(): Promise<void>;
  /** From here on everything is inside the page's first iframe. */
  enterFrame(): Promise<void>;
  /** Of the first visible one, in CSS pixels of the viewport; `null` when there is none. */
  box(part: string): Promise<Box | null>;
  count(part: string): Promise<number>;
  /** A real click at its middle. @param at which of several */
  click(part: string, at?: number): Promise<void>;
  /** Types the text into the widget's input, with real keys, and presses Enter. */
  ask(text: string): Promise<void>;
  press(key: 'Escape' | 'Enter' | 'Tab'): Promise<void>;
  /** Text of all elements with that part, one line each. */
  texts(part: string): Promise<string[]>;
  /** What the page's probe has seen. */
  probe(): Promise<string>;
  /** Runs an expression in the page's own world; gives a string. */
  run(expression: string): Promise<string>;
  resize(width: number, height: number): Promise<void>;
  /** A second tab of the same visitor. */
  another(): Promise<Tab>;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  readonly version: string;
  /** A tab of a new visitor, 1280 x 900. */
  visitor(): Promise<Tab>;
  close(): Promise<void>;
}

const VIEWPORT = { width: 1280, height: 900 };
const ACTION_MS = 10_000;

class PlaywrightTab implements Tab {
  readonly #context: BrowserContext;
  readonly #page: Page;
  #inside: Page | Frame;
  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
    this.#inside = page;
    page.setDefaultTimeout(ACTION_MS);
  }
  // Playwright's CSS reaches into open shadow trees.
  #part = (part: string) => this.#inside.locator(`[part~="${part}"]`);

  async goto(url: string): Promise<void> {
    this.#inside = this.#page;
    await this.#page.goto(url, { waitUntil: 'domcontentloaded', timeout: 20_000 });
  }
  async back(): Promise<void> {
    // A page that comes from the cache of pages does not load again.
    await this.#page.goBack({ waitUntil: 'commit' });
  }
  async enterFrame(): Promise<void> {
    const element = await this.#page.locator('iframe').first().elementHandle();
    this.#inside = (await element!.contentFrame())!;
  }
  async box(part: string): Promise<Box | null> {
    for (const one of await this.#part(part).all())
      if (await one.isVisible().catch(() => false)) return one.boundingBox({ timeout: 1_000 }).catch(() => null);
    return null;
  }
  count = (part: string): Promise<number> => this.#part(part).count();
  click = (part: string, at = 0): Promise<void> => this.#part(part).nth(at).click();
  async ask(text: string): Promise<void> {
    const input = this.#part('input').filter({ visible: true }).first();
    // Key by key, as a visitor: a field that grows with what is typed is no shift of the layout.
    await input.pressSequentially(text, { timeout: 4 * ACTION_MS });
    await input.press('Enter');
  }
  press = (key: string): Promise<void> => this.#page.keyboard.press(key);
  texts = (part: string): Promise<string[]> => this.#part(part).allInnerTexts();
  probe = async (): Promise<string> => (await this.#inside.locator('html').getAttribute('data-probe')) ?? '';
  run = async (expression: string): Promise<string> => String(await this.#inside.evaluate(expression));
  resize = (width: number, height: number): Promise<void> => this.#page.setViewportSize({ width, height });
  async another(): Promise<Tab> {
    return new PlaywrightTab(this.#context, await this.#context.newPage());
  }
  close = (): Promise<void> => this.#context.close();
}

function playwrightEngine(name: string, browser: Browser): Engine {
  return {
    name,
    version: browser.version(),
    async visitor() {
      const context = await browser.newContext({ viewport: VIEWPORT });
      return new PlaywrightTab(context, await context.newPage());
    },
    close: () => browser.close(),
  };
}

export interface EngineOptions {
  /** `http://127.0.0.1:…` of a proxy for everything that is not on this machine. */
  readonly proxy?: string;
}

export async function startChromium({ proxy }: EngineOptions = {}): Promise<Engine> {
  const { args, ...launch } = chromiumLaunch();
  // Given as an argument: Playwright's own option would send this machine's addresses to the proxy too.
  const more = proxy === undefined ? [] : [`--proxy-server=${proxy}`];
  return playwrightEngine('chromium', await chromium.launch({ ...launch, args: [...(args ?? []), ...more] }));
}

/** Firefox as the system ships it, over WebDriver BiDi. `ASSISTERS_FIREFOX` names another. */
export async function startFirefox({ proxy }: EngineOptions = {}): Promise<Engine> {
  const executablePath = process.env.ASSISTERS_FIREFOX ?? '/usr/bin/firefox-esr';
  // One process for all sites: its driver's clicks and keys do not reach an iframe in another process. Storage is
  // partitioned all the same.
  const firefoxUserPrefs: Record<string, string | number | boolean> = { 'fission.autostart': false };
  if (proxy !== undefined) {
    const { hostname, port } = new URL(proxy);
    firefoxUserPrefs['network.proxy.type'] = 1;
    for (const scheme of ['http', 'ssl']) {
      firefoxUserPrefs[`network.proxy.${scheme}`] = hostname;
      firefoxUserPrefs[`network.proxy.${scheme}_port`] = Number(port);
    }
  }
  return playwrightEngine(
    'firefox',
    await firefox.launch({ channel: 'moz-firefox', executablePath, firefoxUserPrefs }),
  );
}

/** WebKitGTK through its own driver; needs `WebKitWebDriver`, `MiniBrowser` and `Xvfb` (Debian: webkit2gtk-driver, xvfb). */
export async function startWebKit({ proxy }: EngineOptions = {}): Promise<Engine> {
  const { startWebKitDriver } = await import('./webkit.ts');
  return startWebKitDriver(proxy);
}

/** Starts a helper process and gives it back; the caller ends it. */
export function startProcess(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  return spawn(command, args, { stdio: 'ignore', env });
}
