import { test as base, type ConsoleMessage, type Page } from '@playwright/test';
import { Chat } from './chat.ts';
import { strictPolicy } from './policy.ts';
import { Site } from './site.ts';
import { createWorld, type World } from './world.ts';

export { expect } from '@playwright/test';
export { strictPolicy } from './policy.ts';

/** What a page said that it should not have. */
class Problems {
  readonly found: string[] = [];
  readonly #allowed: RegExp[] = [];

  /** Names a problem that the test brings about on purpose. */
  allow(...patterns: readonly RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  get unexpected(): string[] {
    return this.found.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }

  watch(page: Page): void {
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.found.push(`console.${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.found.push(`page error: ${error.stack ?? error.message}`));
  }
}

/** Attributes of a tag: `{open: ''}` is an attribute without a value. */
export function attributes(values: Readonly<Record<string, string>>, prefix = ''): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${prefix}${name}="${value.replaceAll('"', '&quot;')}"`)
    .join('');
}

/** The snippet a site owner pastes. */
export function scriptTag(world: World, options: Readonly<Record<string, string>> = {}): string {
  const all = { 'publishable-key': world.publishableKey, 'assistant-id': world.docs, ...options };
  return `<script async src="${world.host}/assisters.js"${attributes(all, 'data-')}></script>`;
}

interface WorkerFixtures {
  readonly shared: { readonly site: Site; readonly world: World };
}
interface TestFixtures {
  /** The site the pages are on; another origin than the server. */
  readonly site: Site;
  /** A server that all tests of a worker share. */
  readonly world: World;
  /** A server for this test alone, to be killed. */
  readonly ownWorld: World;
  readonly problems: Problems;
  readonly chat: Chat;
  /** Puts a page on the site under the strict policy and opens it. */
  readonly visit: (
    body: string,
    options?: { readonly head?: string; readonly csp?: string | null; readonly world?: World; readonly lang?: string },
  ) => Promise<string>;
}

let pages = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  shared: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn what a fixture needs
    async ({}, use) => {
      const site = await Site.start();
      const world = await createWorld(site.origin);
      await use({ site, world });
      await world.dispose();
      await site.close();
    },
    { scope: 'worker' },
  ],
  site: ({ shared }, use) => use(shared.site),
  world: async ({ shared }, use, info) => {
    shared.world.model.respond();
    await use(shared.world);
    if (info.status !== info.expectedStatus) info.attach('server', { body: shared.world.server.output });
  },
  ownWorld: async ({ shared }, use, info) => {
    const world = await createWorld(shared.site.origin);
    await use(world);
    if (info.status !== info.expectedStatus) info.attach('server', { body: world.server.output });
    await world.dispose();
  },
  problems: [
    async ({ page }, use) => {
      const problems = new Problems();
      problems.watch(page);
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
          console.error(`policy violated: ${effectiveDirective} ${blockedURI} ${sample}`);
        });
      });
      await use(problems);
      if (problems.unexpected.length > 0) throw new Error(`The page had problems:\n${problems.unexpected.join('\n')}`);
    },
    { auto: true },
  ],
  chat: ({ page }, use) => use(new Chat(page)),
  visit: ({ page, site, world: shared }, use) =>
    use(async (body, { head = '', csp, world = shared, lang } = {}) => {
      pages += 1;
      const policy = csp === undefined ? strictPolicy(world.host) : csp;
      const url = site.put(`/page-${pages}`, {
        body: `<h1>Lamps</h1><p>We make lamps.</p>${body}`,
        head,
        csp: policy,
        lang,
      });
      await page.goto(url);
      return url;
    }),
});
