import type { CDPSession, Page } from '@playwright/test';
import { Chat } from './support/chat.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';

/** The page around the chat: nothing of ours is left in it, nothing in it moves, and no failure of ours is its own. */

const MODULE = (host: string) => `<script type="module" src="${host}/assisters-chat.js"></script>`;

interface Measure {
  readonly nodes: number;
  readonly listeners: number;
  readonly heapBytes: number;
}

/** What the page holds after everything that can be let go has been. */
async function measure(session: CDPSession): Promise<Measure> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)!.value;
  return { nodes: of('Nodes'), listeners: of('JSEventListeners'), heapBytes: of('JSHeapUsedSize') };
}

/** Puts elements in and takes them out again, every tenth of them after its panel was open. */
function cycle(page: Page, times: number, options: Readonly<Record<string, string>>): Promise<void> {
  return page.evaluate(
    async ([times, options]) => {
      const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      for (let time = 0; time < times; time += 1) {
        const chat = document.createElement('assisters-chat') as HTMLElement & { open(): void };
        for (const [name, value] of Object.entries(options)) chat.setAttribute(name, value);
        document.body.append(chat);
        if (time % 10 === 0) {
          chat.open();
          await frames();
        }
        chat.remove();
        if (time % 50 === 49) await frames();
      }
      // What was taken out is put to rest a task later; what was asked for has been answered.
      await new Promise((resolve) => setTimeout(resolve, 300));
      await frames();
    },
    [times, options] as const,
  );
}

/** A busy browser puts to rest later; what is still there after this long stays. */
const REST_WITHIN_MS = 15_000;

/** @param restMs how long to wait for what is put to rest */
async function growth(page: Page, options: Readonly<Record<string, string>>, restMs: number): Promise<Measure> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.evaluate(() => customElements.whenDefined('assisters-chat'));
  // The first ones compile and cache what stays.
  await cycle(page, 50, options);
  const before = await measure(session);
  await cycle(page, 500, options);
  let after = await measure(session);
  for (const until = Date.now() + restMs; after.listeners > before.listeners && Date.now() < until; ) {
    await page.waitForTimeout(500);
    after = await measure(session);
  }
  return {
    nodes: after.nodes - before.nodes,
    listeners: after.listeners - before.listeners,
    heapBytes: after.heapBytes - before.heapBytes,
  };
}

test('500 chats that come and go leave no listener, no node and no memory', async ({ visit, world, page }) => {
  await visit(MODULE(world.host));
  const options = { 'publishable-key': world.publishableKey, 'assistant-id': world.docs };
  const { nodes, listeners, heapBytes } = await growth(page, options, REST_WITHIN_MS);
  test.info().annotations.push({ type: 'growth', description: JSON.stringify({ nodes, listeners, heapBytes }) });
  expect(listeners).toBeLessThanOrEqual(0);
  expect(nodes).toBeLessThanOrEqual(50);
  expect(heapBytes).toBeLessThan(1_000_000);
});

test('the same measurement sees a chat that does not end its listeners', async ({ visit, world, page }) => {
  await page.addInitScript(() => {
    AbortController.prototype.abort = () => {};
  });
  await visit(MODULE(world.host));
  const options = { 'publishable-key': world.publishableKey, 'assistant-id': world.docs };
  const { listeners, nodes } = await growth(page, options, 0);
  expect(listeners).toBeGreaterThan(500);
  expect(nodes).toBeGreaterThan(500);
});

for (const isolation of ['shadow', 'iframe'] as const)
  test(`${isolation}: nothing on the page moves while the chat comes, opens above all else, answers and closes`, async ({
    visit,
    world,
    page,
  }) => {
    await page.addInitScript(() => {
      if (window !== top) return;
      const shifts = Object.assign(window, { shifts: { page: [] as string[], total: 0 } }).shifts;
      interface Shift extends PerformanceEntry {
        readonly value: number;
        readonly hadRecentInput: boolean;
        readonly sources: readonly { readonly node: Node | null }[];
      }
      new PerformanceObserver((list) => {
        for (const { hadRecentInput, value, sources } of list.getEntries() as Shift[]) {
          if (!hadRecentInput) shifts.total += value;
          // Whether the visitor has just clicked or not. Nodes of a shadow tree are not told.
          for (const { node } of sources) if (node) shifts.page.push(`${node.nodeName} ${value}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const shifts = () =>
      page.evaluate(() => (window as unknown as { shifts: { page: readonly string[]; total: number } }).shifts);
    const csp = strictPolicy(world.host, `frame-src ${world.host}`);
    await visit(scriptTag(world, { isolation }), { csp });
    const chat = new Chat(page, isolation === 'iframe' ? page.frameLocator('iframe') : page);
    const panel = isolation === 'iframe' ? page.locator('iframe') : chat.panel;
    const box = () => page.getByText('We make lamps.').boundingBox();
    const before = await box();
    for (let time = 0; time < 2; time++) {
      await chat.launcher.click();
      await expect(panel).toBeVisible();
      for (const lifted of [chat.launcher, panel])
        expect(await lifted.evaluate((element) => element.matches(':popover-open'))).toBe(true);
      if (time === 0) await chat.ask('How long is the warranty of a lamp?');
      await expect(chat.answers).toContainText('five years');
      await chat.input.press('Escape');
      await expect(panel).toBeHidden();
    }
    expect(await box()).toEqual(before);
    const { page: moved, total } = await shifts();
    expect(moved).toEqual([]);
    // An answer that grows inside the chat: 0.000 as the browser's reports write it.
    expect(total).toBeLessThan(0.0005);
    // The control: what the page itself pushes down is seen.
    await page.evaluate(() =>
      document.body.prepend(Object.assign(document.createElement('h1'), { textContent: 'New' })),
    );
    await expect.poll(async () => (await shifts()).page.length).toBeGreaterThan(0);
  });

/** What may become of a file of ours on its way. */
const FAULTS = {
  'is not found': { status: 404, contentType: 'text/html', body: '<!doctype html><p>Not found</p>' },
  'is HTML': { status: 200, contentType: 'text/html', body: '<!doctype html><p>Sorry</p>' },
  'is cut in the middle': { status: 200, contentType: 'text/javascript', body: 'export const connect = (' },
  'fails as it runs': { status: 200, contentType: 'text/javascript', body: 'throw new Error("broken build")' },
  'is blocked by an ad blocker': 'blockedbyclient',
  'meets no network': 'internetdisconnected',
} as const;
const FILES = { shadow: /\/assets\/assisters-chat-/, iframe: /\/assets\/assisters-iframe-/ } as const;

for (const [isolation, file] of Object.entries(FILES))
  for (const [what, fault] of Object.entries(FAULTS))
    test(`${isolation}: the page loads and the launcher stays closed when the chat's file ${what}; the next click works`, async ({
      visit,
      chat,
      world,
      page,
      problems,
    }) => {
      problems.allow(/could not be loaded from/, /Failed to load (?:resource|module script)/);
      let isBroken = true;
      await page.route(file, (route) =>
        !isBroken ? route.continue() : typeof fault === 'string' ? route.abort(fault) : route.fulfill(fault),
      );
      await visit(scriptTag(world, { isolation }), { csp: strictPolicy(world.host, `frame-src ${world.host}`) });
      expect(await page.evaluate(() => document.readyState)).toBe('complete');
      await chat.launcher.click();
      await expect.poll(() => problems.found.some((text) => text.includes('could not be loaded from'))).toBe(true);
      // It says what is so: there is no open panel.
      await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false');
      await expect(chat.launcher).toBeEnabled();
      isBroken = false;
      await chat.launcher.click();
      await expect(chat.launcher).toHaveAttribute('aria-expanded', 'true');
    });

for (const [what, fault] of Object.entries(FAULTS))
  test(`the page loads as if there were no chat when the script itself ${what}`, async ({
    visit,
    chat,
    world,
    page,
    problems,
  }) => {
    problems.allow(/Failed to load resource/, /broken build/, /^page error: $/);
    await page.route(/\/assisters\.js$/, (route) =>
      typeof fault === 'string' ? route.abort(fault) : route.fulfill(fault),
    );
    await visit(scriptTag(world));
    expect(await page.evaluate(() => [document.readyState, 'Assisters' in window])).toEqual(['complete', false]);
    await expect(chat.launcher).toHaveCount(0);
    await expect(page.getByText('We make lamps.')).toBeVisible();
  });
