import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright';
import { END } from '../texts.ts';
import { type Contestant, openChat } from './contestants.ts';
import type { MockServer, Scenario, Site } from './mock-server.ts';

/** CPU of one run: milliseconds of the page's main thread, in thread time, so that a busy machine counts little. */
export interface Cpu {
  readonly cpuMs: number;
  /** The run did not end in the time allowed: `cpuMs` is what it had used by then. */
  readonly timedOut: boolean;
  readonly layouts: number;
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Cumulative layout shift the page's own score is charged with. */
  readonly cls: number;
}
export interface Boot extends Cpu {
  /** Brotli-11 bytes and number of files the page loads by itself, before the visitor does anything. */
  readonly launcherBytes: number;
  readonly launcherFiles: number;
  /** Hosts other than the site's own that the page asked, before the visitor did anything. */
  readonly otherHosts: readonly string[];
}
export interface Opened {
  /** Brotli-11 bytes and files of all that is loaded once a visitor can type. */
  readonly messageBytes: number;
  readonly messageFiles: number;
}
export interface History extends Cpu {
  /** V8 heap in use after a full collection, bytes. */
  readonly heapBytes: number;
  readonly elements: number;
}

export interface Bench {
  readonly browser: Browser;
  readonly server: MockServer;
  /** Longest wall time of one run, milliseconds. */
  readonly limitMs: number;
}

const PROBE = `(() => {
  const probe = { longTasks: 0, longest: 0, cls: 0 };
  Object.defineProperty(window, '__probe', { value: probe });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      probe.longTasks += 1;
      probe.longest = Math.max(probe.longest, duration);
    }
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) probe.cls += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
})()`;

/** In the page: whether any element, open shadow trees included, matches and has a size. */
const VISIBLE = `(selector) => {
  const find = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches(selector) && element.getBoundingClientRect().width > 0) return true;
      if (element.shadowRoot && find(element.shadowRoot)) return true;
    }
    return false;
  };
  return find(document);
}`;

/** In the page: whether the text is shown anywhere, open shadow trees included. */
const SHOWN = `(text) => {
  const find = (root) => {
    if (root.textContent.includes(text)) return true;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) if (node.shadowRoot && find(node.shadowRoot)) return true;
    return false;
  };
  return find(document.documentElement);
}`;

const COUNT = `(() => {
  const count = (root) => {
    let n = 0;
    for (const element of root.querySelectorAll('*')) n += 1 + (element.shadowRoot ? count(element.shadowRoot) : 0);
    return n;
  };
  return count(document);
})()`;

/** Beyond the limit of a run: what a slow page may take to say what it has used. */
const GRACE_MS = 30_000;

class Meter {
  readonly #cdp: CDPSession;
  #spentOnAsking = 0;
  constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  async metrics(): Promise<{ cpuMs: number; layouts: number; heapBytes: number }> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics');
    const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return {
      cpuMs: value('TaskDuration') * 1000 - this.#spentOnAsking,
      layouts: value('LayoutCount'),
      heapBytes: value('JSHeapUsedSize'),
    };
  }

  /** Evaluates in the page; the time it takes there is not counted as the page's. */
  async ask<T>(expression: string): Promise<T> {
    const timed = `(() => { const from = performance.now(); const value = ${expression}; return { value, spent: performance.now() - from }; })()`;
    const { result, exceptionDetails } = await this.#cdp.send('Runtime.evaluate', {
      expression: timed,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(`${exceptionDetails.text}: ${exceptionDetails.exception?.description ?? ''}`);
    const { value, spent } = result.value as { value: T; spent: number };
    this.#spentOnAsking += spent;
    return value;
  }

  /** Waits until the page uses under 2 ms in 250 ms, at most `atMostMs`: things that move by themselves never rest. */
  async quiet(atMostMs = 4_000): Promise<void> {
    const until = performance.now() + atMostMs;
    for (let last = (await this.metrics()).cpuMs; performance.now() < until; ) {
      await sleep(250);
      const now = (await this.metrics()).cpuMs;
      if (now - last < 2) return;
      last = now;
    }
  }

  /** Asks each time the page has come to rest, so that the asking itself stays rare. */
  async until(expression: string, deadline: number): Promise<boolean> {
    while (performance.now() < deadline) {
      await this.quiet(Math.min(4_000, deadline - performance.now()));
      if (await this.ask<boolean>(expression)) return true;
    }
    return false;
  }

  async collectGarbage(): Promise<void> {
    await this.#cdp.send('HeapProfiler.enable');
    await this.#cdp.send('HeapProfiler.collectGarbage');
    await this.#cdp.send('HeapProfiler.collectGarbage');
  }
}

interface Run {
  readonly page: Page;
  readonly meter: Meter;
  readonly deadline: number;
  readonly otherHosts: ReadonlySet<string>;
}

/** A fresh profile and page, metered; the page is closed afterwards whatever happens. */
async function inPage<T>(
  { browser, server, limitMs }: Bench,
  site: Site,
  scenario: Scenario,
  work: (run: Run) => Promise<T>,
  throttle = 1,
): Promise<T> {
  server.show(site, scenario);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const otherHosts = new Set<string>();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.origin !== server.origin) otherHosts.add(url.host);
    });
    await page.addInitScript(PROBE);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    if (throttle > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    const done = work({ page, meter: new Meter(cdp), deadline: performance.now() + limitMs, otherHosts });
    // A page that is busy for good answers no question, not even how busy it is; closing it ends the run.
    done.catch(() => {});
    const late = new AbortController();
    const gaveUp = sleep(limitMs + GRACE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error(`the page did not answer within ${(limitMs + GRACE_MS) / 1000} s`);
    });
    gaveUp.catch(() => {});
    return await Promise.race([done, gaveUp]).finally(() => late.abort());
  } finally {
    await context.close();
  }
}

async function cpuSince(
  meter: Meter,
  start: { cpuMs: number; layouts: number; longTasks: number },
  timedOut: boolean,
): Promise<Cpu> {
  const { cpuMs, layouts } = await meter.metrics();
  const probe = await meter.ask<{ longTasks: number; longest: number; cls: number }>('window.__probe');
  return {
    cpuMs: cpuMs - start.cpuMs,
    layouts: layouts - start.layouts,
    longTasks: probe.longTasks - start.longTasks,
    longestTaskMs: probe.longest,
    timedOut,
    cls: probe.cls,
  };
}

const call = (fn: string, argument: string) => `(${fn})(${JSON.stringify(argument)})`;
const QUIET: Scenario = { text: '', deltasPerSecond: null, history: [] };
const ZERO = { cpuMs: 0, layouts: 0, longTasks: 0 };

/** The page opened until the launcher shows and nothing moves any more, at `throttle` times slower CPU. */
export async function measureBoot(bench: Bench, site: Site, contestant: Contestant, throttle: number): Promise<Boot> {
  return inPage(
    bench,
    site,
    QUIET,
    async ({ page, meter, deadline, otherHosts }) => {
      await page.goto(`${bench.server.origin}/page`);
      const shown = contestant.ready === undefined || (await meter.until(call(VISIBLE, contestant.ready), deadline));
      await meter.quiet();
      const cpu = await cpuSince(meter, ZERO, !shown);
      const files = bench.server.loaded();
      return {
        ...cpu,
        launcherBytes: files.reduce((sum, { brotliBytes }) => sum + brotliBytes, 0),
        launcherFiles: files.length,
        otherHosts: [...otherHosts],
      };
    },
    throttle,
  );
}

/** What has been loaded by the time a visitor can type. */
export async function measureOpened(bench: Bench, site: Site, contestant: Contestant): Promise<Opened> {
  return inPage(bench, site, QUIET, async ({ page, meter, deadline }) => {
    await page.goto(`${bench.server.origin}/page`);
    if (contestant.ready !== undefined) await meter.until(call(VISIBLE, contestant.ready), deadline);
    await openChat(page, contestant, 20_000);
    await meter.quiet();
    const files = bench.server.loaded();
    return {
      messageBytes: files.reduce((sum, { brotliBytes }) => sum + brotliBytes, 0),
      messageFiles: files.length,
    };
  });
}

/** From the Enter key to the last word of the answer in the page and nothing moving any more. */
export async function measureStream(
  bench: Bench,
  site: Site,
  contestant: Contestant,
  text: string,
  deltasPerSecond: number | null,
): Promise<Cpu> {
  return inPage(bench, site, { text, deltasPerSecond, history: [] }, async ({ page, meter, deadline }) => {
    await page.goto(`${bench.server.origin}/page`);
    await openChat(page, contestant, 20_000);
    await page.locator(contestant.input!).first().fill('How does it work?');
    await meter.quiet();
    const start = {
      ...(await meter.metrics()),
      longTasks: (await meter.ask<{ longTasks: number }>('window.__probe')).longTasks,
    };
    await page.keyboard.press('Enter');
    const remaining = Math.max(0, deadline - performance.now());
    await Promise.race([bench.server.streamed(), sleep(remaining, undefined, { ref: false })]);
    const shown = await meter.until(call(SHOWN, END), deadline);
    if (shown) await meter.quiet();
    return cpuSince(meter, start, !shown);
  });
}

/** From the address to a history of `history.length` messages in an open chat; then the heap after a collection. */
export async function measureHistory(
  bench: Bench,
  site: Site,
  contestant: Contestant,
  history: Scenario['history'],
): Promise<History> {
  return inPage(bench, site, { text: '', deltasPerSecond: null, history }, async ({ page, meter, deadline }) => {
    const address = `${bench.server.origin}/page`;
    let start = ZERO;
    if (contestant.returning) {
      await page.goto(address);
      await openChat(page, contestant, 20_000);
      await page.locator(contestant.input!).first().fill('Here I am.');
      await page.keyboard.press('Enter');
      await bench.server.streamed();
      await meter.quiet();
      await page.keyboard.press('Escape');
      await meter.quiet();
      start = { ...(await meter.metrics()), longTasks: 0 };
    }
    await page.goto(address, { timeout: bench.limitMs });
    await openChat(page, contestant, bench.limitMs);
    const shown = await meter.until(call(SHOWN, END), deadline);
    if (shown) await meter.quiet();
    const cpu = await cpuSince(meter, start, !shown);
    await meter.collectGarbage();
    const { heapBytes } = await meter.metrics();
    return { ...cpu, heapBytes, elements: await meter.ask<number>(COUNT) };
  });
}
