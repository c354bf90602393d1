import type { Browser, Page } from 'playwright';

/** Something that keeps the chat from working on a page, and what ends it. */
export interface Fault {
  readonly name:
    | 'page'
    | 'script-missing'
    | 'script-deferred'
    | 'script-doubled'
    | 'script-failed'
    | 'key-missing'
    | 'csp'
    | 'coep'
    | 'origin'
    | 'key-secret'
    | 'key-invalid'
    | 'assistant'
    | 'api'
    | 'buffered';
  readonly what: string;
  readonly fix: string;
}

export interface Examination {
  readonly faults: readonly Fault[];
  /** What was seen to work, in words. */
  readonly works: readonly string[];
}

export interface ExamineOptions {
  /** Asked to see whether answers stream; `''`: nothing is asked. */
  readonly question: string;
  /** How long each step may take. */
  readonly timeoutMs: number;
}

/** A policy kept something from an address. */
interface Violation {
  readonly directive: string;
  readonly blocked: string;
}
/** How an event stream arrived, in ms from its request. */
interface Arrival {
  readonly chunksMs: readonly number[];
  readonly endMs: number;
}
interface Notes {
  readonly violations: Violation[];
  readonly arrivals: Arrival[];
}

/** Where our script stands in a page, also after an optimiser has put it off. */
interface Tags {
  /** Addresses of tags that run. */
  readonly running: readonly string[];
  /** Markup of tags that something has put off. */
  readonly deferred: readonly string[];
  readonly elements: number;
  readonly frames: number;
}

/** An answer that takes this long and then comes in one piece was held back; a quicker one tells nothing. */
const SLOW_MS = 700;
const ONE_PIECE_MS = 40;

/**
 * Runs in the page before its scripts: notes what policies block, and when the pieces of event streams arrive. Function source
 * is carried into the page, so it names nothing of this file.
 */
function takeNotes(): void {
  const notes: Notes = { violations: [], arrivals: [] };
  Object.defineProperty(window, '__assistersDoctor', { value: notes });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    notes.violations.push({ directive: effectiveDirective, blocked: blockedURI });
  });
  const { fetch } = window;
  window.fetch = async (...args: Parameters<typeof fetch>) => {
    const began = performance.now();
    const response = await fetch(...args);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) return response;
    const [theirs, ours] = response.body.tee();
    void (async () => {
      const reader = ours.getReader();
      const chunksMs: number[] = [];
      try {
        while (!(await reader.read()).done) chunksMs.push(performance.now() - began);
      } catch {}
      notes.arrivals.push({ chunksMs, endMs: performance.now() - began });
    })();
    return new Response(theirs, { status: response.status, headers: response.headers });
  };
}

/** Runs in the page. */
function findTags(): Tags {
  const ours = /\/assisters(-[\w-]+)?\.js/;
  const running: string[] = [];
  const deferred: string[] = [];
  for (const script of document.querySelectorAll('script')) {
    const addresses = [...script.attributes].filter(({ value }) => ours.test(value));
    if (addresses.length === 0) continue;
    const type = script.getAttribute('type') ?? '';
    const runs = script.hasAttribute('src') && /^(|module|text\/javascript|application\/javascript)$/i.test(type);
    if (runs) running.push(script.src);
    else deferred.push(script.outerHTML.slice(0, 200));
  }
  return {
    running,
    deferred,
    elements: document.querySelectorAll('assisters-chat, assisters-frame').length,
    frames: document.querySelectorAll('iframe[src*="/embed?"]').length,
  };
}

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);

/** The directive to add an origin to; one that is not there falls back on `default-src`, so it is named whole. */
const cspFix = (directive: string, origin: string): string => {
  const name = directive.replace(/-(elem|attr)$/, '');
  return `Add ${origin} to ${name} of the page's Content-Security-Policy: ${name} ${origin}`;
};

/** Loads a page in the browser, opens the chat on it, asks, and names what is wrong. Closes the page it opened. */
export async function examine(browser: Browser, url: string, options: ExamineOptions): Promise<Examination> {
  const faults: Fault[] = [];
  const works: string[] = [];
  const page = await browser.newPage();
  page.setDefaultTimeout(options.timeoutMs);
  try {
    const failed: { readonly url: string; readonly why: string }[] = [];
    const refused: { readonly url: string; readonly code: string }[] = [];
    const said: string[] = [];
    page.on('requestfailed', (request) => failed.push({ url: request.url(), why: request.failure()?.errorText ?? '' }));
    page.on('response', async (response) => {
      if (response.status() < 400) return;
      const body = (await response.json().catch(() => null)) as { error?: { code?: string } } | null;
      refused.push({ url: response.url(), code: body?.error?.code ?? String(response.status()) });
    });
    page.on('console', (message) => said.push(message.text()));
    await page.addInitScript(takeNotes);

    const response = await page.goto(url, { waitUntil: 'load' }).catch((error: Error) => error);
    if (response === null || response instanceof Error || !response.ok()) {
      const why = response instanceof Error ? response.message.split('\n')[0]! : `status ${response?.status()}`;
      return {
        works,
        faults: [{ name: 'page', what: `The page could not be loaded: ${why}`, fix: 'Check the address.' }],
      };
    }
    const isolates = /require-corp|credentialless/.test(response.headers()['cross-origin-embedder-policy'] ?? '');
    const tags = await page.evaluate(findTags);
    const notes = (): Promise<Notes> =>
      page.evaluate(() => (window as unknown as { __assistersDoctor: Notes }).__assistersDoctor);
    const addCsp = async () => {
      const seen = new Set(faults.map(({ fix }) => fix));
      for (const { directive, blocked } of (await notes()).violations) {
        const about = /^(script-src|connect-src|frame-src|child-src|default-src)/.test(directive);
        const known = [...tags.running, ...failed.map((one) => one.url)].map(originOf);
        if (!about || !known.includes(originOf(blocked))) continue;
        const fix = cspFix(directive, originOf(blocked));
        if (seen.has(fix)) continue;
        seen.add(fix);
        faults.push({ name: 'csp', what: `The page's Content-Security-Policy blocks ${blocked} (${directive}).`, fix });
      }
    };

    for (const tag of tags.deferred) {
      faults.push({
        name: 'script-deferred',
        what: `Something on the page has put the script off: ${tag}`,
        fix: 'Exclude it from the optimiser: data-cfasync="false" data-no-optimize="1" data-no-defer="1" nowprocket on the tag.',
      });
    }
    if (new Set(tags.running).size < tags.running.length || tags.running.length > 1) {
      faults.push({
        name: 'script-doubled',
        what: `The script is on the page ${tags.running.length} times; the first one counts.`,
        fix: 'Remove the others: often a theme and a plugin, or a tag manager, add the same script.',
      });
    }
    if (tags.running.length + tags.deferred.length + tags.elements + tags.frames === 0) {
      faults.push({
        name: 'script-missing',
        what: 'There is no Assisters script, element or iframe on the page.',
        fix: 'Paste the script tag before </body>; "assisters serve" prints it.',
      });
      return { faults, works };
    }
    if (said.some((line) => line.includes('data-publishable-key is missing'))) {
      faults.push({
        name: 'key-missing',
        what: 'The script has no publishable key.',
        fix: 'Add data-publishable-key="pk_…" to its tag. A tag manager that strips it: pass publishable-key in the query of src.',
      });
    }
    await addCsp();
    for (const address of tags.running) {
      const broken = failed.find((one) => one.url === address);
      const status = refused.find((one) => one.url === address);
      if (broken?.why.includes('BLOCKED_BY_RESPONSE') && isolates) {
        faults.push({
          name: 'coep',
          what: `The page's Cross-Origin-Embedder-Policy blocks ${address}: it comes without Cross-Origin-Resource-Policy.`,
          fix: 'The server sends "Cross-Origin-Resource-Policy: cross-origin"; let the proxy or CDN before it pass that header on.',
        });
      } else if (status || (broken && !faults.some(({ name }) => name === 'csp'))) {
        faults.push({
          name: 'script-failed',
          what: `${address} could not be loaded: ${status ? `status ${status.code}` : broken!.why}.`,
          fix: 'Check that the address is your Assisters server and that it runs: open it in a browser.',
        });
      }
    }
    if (faults.some(({ name }) => name !== 'script-doubled')) return { faults, works };
    works.push('the script runs');
    await openAndAsk(page, options, faults, works, { said, refused, addCsp, notes });
    return { faults, works };
  } finally {
    await page.close();
  }
}

/** What is wrong when the API refuses the page's key or assistant. */
const REFUSALS: { readonly [code: string]: (origin: string) => Fault } = {
  origin_not_allowed: (origin) => ({
    name: 'origin',
    what: `The publishable key does not list this page's origin, ${origin}.`,
    fix: `On the server: npx assisters keys list, then npx assisters keys update key_… --add-origin ${origin}`,
  }),
  secret_key_in_browser: () => ({
    name: 'key-secret',
    what: 'The page holds a secret key, which every visitor can read (secret_key_in_browser).',
    fix: 'Put the publishable key (pk_…) in its place, and on the server: npx assisters keys rotate key_… --grace 0',
  }),
  invalid_api_key: (origin) => ({
    name: 'key-invalid',
    what: 'There is no such publishable key, or it was revoked or has expired (invalid_api_key).',
    fix: `On the server: npx assisters keys list, or npx assisters keys create --kind publishable --assistant ast_… --origin ${origin}`,
  }),
  not_found: () => ({
    name: 'assistant',
    what: 'The assistant was not found: it does not exist, or the publishable key does not open it.',
    fix: 'Correct data-assistant-id, or on the server: npx assisters keys list, then npx assisters keys update key_… --add-assistant ast_…',
  }),
};

interface Watch {
  readonly said: readonly string[];
  readonly refused: readonly { readonly url: string; readonly code: string }[];
  readonly addCsp: () => Promise<void>;
  readonly notes: () => Promise<Notes>;
}

/** The input, in the page or in the iframe that the script makes. */
async function inputOf(page: Page, timeoutMs: number) {
  const inside = page.locator('assisters-chat textarea');
  const framed = page.frameLocator('assisters-frame iframe, iframe[src*="/embed?"]').locator('assisters-chat textarea');
  const shown = [inside, framed].map(async (input) => {
    await input.first().waitFor({ timeout: timeoutMs });
    return input.first();
  });
  return Promise.any(shown).catch(() => null);
}

async function openAndAsk(
  page: Page,
  { question, timeoutMs }: ExamineOptions,
  faults: Fault[],
  works: string[],
  { said, refused, addCsp, notes }: Watch,
): Promise<void> {
  await page.evaluate(() => {
    const { Assisters } = window as { Assisters?: { open(): void } };
    if (Assisters) Assisters.open();
    else (document.querySelector('assisters-chat') as (HTMLElement & { open?(): void }) | null)?.open?.();
  });
  const refusal = () => refused.find(({ url }) => url.includes('/v1/'));
  const input = await inputOf(page, timeoutMs);
  const isOver = async () => refusal() !== undefined || (await notes()).violations.length > 0;
  if (input && question !== '') {
    await input.fill(question);
    await input.press('Enter');
    const until = Date.now() + timeoutMs;
    while (Date.now() < until && (await notes()).arrivals.length === 0 && !(await isOver()))
      await page.waitForTimeout(100);
  } else await page.waitForTimeout(500);
  await addCsp();
  const refusedBy = refusal();
  // A key that no key can look like is not even sent; the chat says so in the console.
  const code = refusedBy?.code ?? said.map((line) => /^\[assisters\] (\w+):/.exec(line)?.[1]).find(Boolean);
  const known = code !== undefined ? REFUSALS[code]?.(new URL(page.url()).origin) : undefined;
  if (known) faults.push(known);
  else if (refusedBy) {
    faults.push({
      name: 'api',
      what: `The API refused ${new URL(refusedBy.url).pathname}: ${refusedBy.code}.`,
      fix: 'The reference says what each code means: docs/api.md.',
    });
  }
  if (faults.some(({ name }) => name !== 'script-doubled')) return;
  if (!input) {
    const fix = 'Open the page in a browser and look at its console: what fails says so there.';
    faults.push({ name: 'api', what: 'The chat did not open.', fix });
    return;
  }
  works.push('the chat opens');
  const [arrival] = (await notes()).arrivals;
  if (!arrival) return;
  const [firstMs = arrival.endMs] = arrival.chunksMs;
  const isOnePiece = (arrival.chunksMs.at(-1) ?? firstMs) - firstMs < ONE_PIECE_MS;
  if (isOnePiece && firstMs > SLOW_MS) {
    faults.push({
      name: 'buffered',
      what: `The answer came in one piece after ${Math.round(firstMs)} ms: something between browser and server holds it back.`,
      fix: 'Switch buffering and compression off for /v1/ in the proxy (nginx: proxy_buffering off; gzip off;): docs/self-hosting.md.',
    });
  } else if (isOnePiece) {
    works.push(
      `an answer comes at once, after ${Math.round(firstMs)} ms: too quick to tell whether a proxy holds answers back`,
    );
  } else works.push(`an answer streams, from ${Math.round(firstMs)} to ${Math.round(arrival.endMs)} ms`);
}
