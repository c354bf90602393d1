import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/free-port.ts';
import { type Box, type Engine, startProcess, type Tab } from './engines.ts';

/**
 * WebKitGTK over the W3C WebDriver wire, spoken directly: a dozen JSON calls (https://www.w3.org/TR/webdriver2/).
 * Every visitor is a session of its own, which is a browser process with nothing stored.
 */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const SHADOW = 'shadow-6066-11e4-a52e-4f735466cecf';
const MINI_BROWSER = process.env.ASSISTERS_MINIBROWSER ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const HOSTS = 'assisters-chat, assisters-frame';
const KEYS = { Escape: '\ue00c', Enter: '\ue007', Tab: '\ue004' } as const;
const VIEWPORT = { width: 1280, height: 900 };

type Request = <T>(method: string, path: string, body?: unknown) => Promise<T>;
type Call = <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<T>;

class WebKitTab implements Tab {
  readonly #call: Call;
  readonly #window: string;
  readonly #ended: () => unknown;
  #inFrame = false;
  constructor(call: Call, window: string, ended: () => unknown) {
    this.#call = call;
    this.#ended = ended;
    this.#window = window;
  }

  async #focus(): Promise<void> {
    const current = await this.#call<string>('GET', '/window').catch(() => '');
    if (current === this.#window) return;
    await this.#call('POST', '/window', { handle: this.#window });
    if (this.#inFrame) await this.#switchToFrame();
  }
  async #find(using: string, path = ''): Promise<string[]> {
    const found = await this.#call<Record<string, string>[]>('POST', `${path}/elements`, {
      using: 'css selector',
      value: using,
    });
    return found.map((one) => one[ELEMENT]!);
  }
  /** Elements with that part, in the shadow trees of all hosts. */
  async #parts(part: string): Promise<string[]> {
    await this.#focus();
    const found: string[] = [];
    for (const host of await this.#find(HOSTS)) {
      const shadow = await this.#call<Record<string, string>>('GET', `/element/${host}/shadow`).catch(() => null);
      if (shadow) found.push(...(await this.#find(`[part~="${part}"]`, `/shadow/${shadow[SHADOW]}`)));
    }
    return found;
  }
  async #visible(part: string): Promise<string | null> {
    for (const id of await this.#parts(part))
      if (await this.#call<boolean>('GET', `/element/${id}/displayed`).catch(() => false)) return id;
    return null;
  }
  async #switchToFrame(): Promise<void> {
    const [frame] = await this.#find('iframe');
    await this.#call('POST', '/frame', { id: { [ELEMENT]: frame } });
  }

  /** A real pointer at the element's middle; the driver's own click takes the shadow host for something in the way. */
  async #press(id: string): Promise<void> {
    const { x, y, width, height } = await this.#call<Box>('GET', `/element/${id}/rect`);
    const at = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    const actions = [
      { type: 'pointerMove', duration: 0, origin: 'viewport', ...at },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    await this.#call('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  async goto(url: string): Promise<void> {
    await this.#focus();
    this.#inFrame = false;
    await this.#call('POST', '/url', { url });
  }
  back = async (): Promise<void> => void (await this.#call('POST', '/back', {}));
  async enterFrame(): Promise<void> {
    await this.#focus();
    this.#inFrame = true;
    await this.#switchToFrame();
  }
  async box(part: string): Promise<Box | null> {
    const id = await this.#visible(part);
    return id === null ? null : this.#call<Box>('GET', `/element/${id}/rect`);
  }
  count = async (part: string): Promise<number> => (await this.#parts(part)).length;
  async click(part: string, at = 0): Promise<void> {
    const id = (await this.#parts(part))[at];
    if (id === undefined) throw new Error(`There is no [part~="${part}"] number ${at}.`);
    await this.#press(id);
  }
  async ask(text: string): Promise<void> {
    const id = await this.#visible('input');
    if (id === null) throw new Error('There is no visible input.');
    await this.#press(id);
    await this.#call('POST', `/element/${id}/value`, { text });
    await this.press('Enter');
  }
  async press(key: keyof typeof KEYS): Promise<void> {
    await this.#focus();
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: KEYS[key] }));
    await this.#call('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] });
  }
  async texts(part: string): Promise<string[]> {
    const texts: string[] = [];
    for (const id of await this.#parts(part)) texts.push(await this.#call<string>('GET', `/element/${id}/text`));
    return texts;
  }
  async probe(): Promise<string> {
    await this.#focus();
    const [html] = await this.#find('html');
    return (await this.#call<string | null>('GET', `/element/${html}/attribute/data-probe`)) ?? '';
  }
  async run(expression: string): Promise<string> {
    await this.#focus();
    return this.#call<string>('POST', '/execute/sync', { script: `return String(${expression})`, args: [] });
  }
  async resize(width: number, height: number): Promise<void> {
    await this.#focus();
    // The window has borders of its own; asked for twice, the inside fits.
    let wanted = { width, height };
    for (let turn = 0; turn < 2; turn += 1) {
      await this.#call('POST', '/window/rect', wanted);
      await sleep(300);
      const [innerWidth, innerHeight] = (await this.run('innerWidth + " " + innerHeight')).split(' ').map(Number);
      if (innerWidth === width && innerHeight === height) return;
      wanted = { width: wanted.width + width - innerWidth!, height: wanted.height + height - innerHeight! };
    }
  }
  async another(): Promise<Tab> {
    const { handle } = await this.#call<{ handle: string }>('POST', '/window/new', { type: 'tab' });
    return new WebKitTab(this.#call, handle, () => {});
  }
  async close(): Promise<void> {
    await this.#call('DELETE', '').catch(() => {});
    this.#ended();
  }
}

/** A driver process of its own: one that died with a case takes no other along. */
async function startDriver(display: string): Promise<{ readonly process: ChildProcess; readonly request: Request }> {
  const port = await freePort();
  const child = startProcess('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
    ...process.env,
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  });
  const request: Request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`WebDriver ${method} ${path}: ${value?.error} ${value?.message}`);
    return value;
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await request('GET', '/status');
      return { process: child, request };
    } catch (error) {
      if (tries > 100) {
        child.kill();
        throw error;
      }
      await sleep(100);
    }
  }
}

/** Starts a display, if there is none; drivers and browsers come with each visitor. @param proxy for what is not on this machine */
export async function startWebKitDriver(proxy?: string): Promise<Engine> {
  const display = process.env.DISPLAY ?? `:${90 + (process.pid % 400)}`;
  let screen: ChildProcess | null = null;
  if (!process.env.DISPLAY) {
    screen = startProcess('Xvfb', [display, '-screen', '0', '1600x1200x24', '-nolisten', 'tcp']);
    await sleep(1_000);
  }
  const behind = proxy === undefined ? [] : [`--proxy=${proxy}`, '--ignore-host=127.0.0.1', '--ignore-host=localhost'];
  const options = { binary: MINI_BROWSER, args: ['--automation', ...behind] };
  const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
  const open = async () => {
    const driver = await startDriver(display);
    const session = await driver.request<{ sessionId: string; capabilities: { browserVersion: string } }>(
      'POST',
      '/session',
      { capabilities },
    );
    return { driver, ...session };
  };
  const first = await open();
  await first.driver.request('DELETE', `/session/${first.sessionId}`);
  first.driver.process.kill();
  return {
    name: 'webkit',
    version: first.capabilities.browserVersion,
    async visitor() {
      const { driver, sessionId } = await open();
      const call: Call = (method, path, body) => driver.request(method, `/session/${sessionId}${path}`, body);
      const tab = new WebKitTab(call, await call<string>('GET', '/window'), () => driver.process.kill());
      await tab.resize(VIEWPORT.width, VIEWPORT.height);
      return tab;
    },
    async close() {
      screen?.kill();
    },
  };
}
