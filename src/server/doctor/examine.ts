import type { Browser, Page } from 'playwright';
import { type Blocked, policyFix } from './policy-fix.ts';

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

/** A policy kept something from an address, or a Trusted Types policy (`sample`) from being made. */
interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly sample: string;
  /** The whole policy, as the page has it. */
  readonly policy: string;
}
/** How an event stream arrives, in ms from its request. */
interface Arrival {
  readonly chunksMs: readonly number[];
  /** `null` while it goes on. */
  readonly endMs: number | null;
}
interface Notes {
  readonly violations: readonly Violation[];
  readonly arrivals: readonly Arrival[];
}

/** Where our script stands in a page, also after an optimiser has put it off. */
interface Tags {
  /** Addresses of tags that run. */
  readonly running: readonly string[];
  /** Markup of tags that something has put off. */
  readonly deferred: readonly string[];
  readonly elements: number;
  /** Addresses of iframes that show the chat. */
  readonly frames: readonly string[];
  /** Where the API is said to be, if not where the script is. */
  readonly apiUrls: readonly string[];
  /** Whether the script is told to make an iframe. */
  readonly isolates: boolean;
}

/** An answer that takes this long and then comes in one piece was held back; a quicker one tells nothing. */
const SLOW_MS = 700;
const ONE_PIECE_MS = 40;

/**
 * Runs in the page before its scripts: notes what policies block, and when the pieces of event streams arrive. Function source
 * is carried into the page, so it names nothing of this file.
 */
function takeNotes(): void {
  const notes = { violations: [] as Violation[], arrivals: [] as { chunksMs: number[]; endMs: number | null }[] };
  Object.defineProperty(window, '__assistersDoctor', { value: notes });
  document.addEventListener('securitypolicyviolation', (event) => {
    // A policy that only reports keeps nothing from working.
    if (event.disposition !== 'enforce') return;
    const { effectiveDirective: directive, blockedURI: blocked, sample, originalPolicy: policy } = event;
    notes.violations.push({ directive, blocked, sample, policy });
  });
  const { fetch } = window;
  window.fetch = async (...args: Parameters<typeof fetch>) => {
    const began = performance.now();
    const response = await fetch(...args);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) return response;
    const [theirs, ours] = response.body.tee();
    void (async () => {
      const reader = ours.getReader();
      const arrival = { chunksMs: [] as number[], endMs: null as number | null };
      notes.arrivals.push(arrival);
      try {
        while (!(await reader.read()).done) arrival.chunksMs.push(performance.now() - began);
      } catch {}
      arrival.endMs = performance.now() - began;
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
  const elements = [...document.querySelectorAll('assisters-chat, assisters-frame')];
  const { assistersSettings: settings = {} } = window as { assistersSettings?: Record<string, unknown> };
  const said = (name: string, property: string) =>
    [
      settings[property],
      ...elements.map((element) => element.getAttribute(name)),
      ...[...document.scripts]
        .filter(({ src }) => ours.test(src))
        .flatMap((script) => [script.getAttribute(`data-${name}`), new URL(script.src).searchParams.get(name)]),
    ].filter((value) => typeof value === 'string');
  return {
    running,
    deferred,
    elements: elements.length,
    frames: [...document.querySelectorAll<HTMLIFrameElement>('iframe[src*="/embed?"]')].map(({ src }) => src),
    apiUrls: said('api-url', 'apiUrl'),
    isolates: said('isolation', 'isolation').includes('iframe'),
  };
}

/**
 * Runs in the page: asks for what the chat will ask for once it is there, so that its policies block all of it in one run. What
 * comes of the requests is nobody's concern. Ends when the browser has told what it blocked.
 */
async function tryPolicies({ api, frame }: { api: readonly string[]; frame: string | null }): Promise<void> {
  await Promise.all(api.map((url) => fetch(url, { mode: 'no-cors' }).catch(() => null)));
  if (frame !== null) {
    const probe = document.createElement('iframe');
    probe.hidden = true;
    const settled = new Promise((resolve) => {
      probe.addEventListener('load', resolve);
      probe.addEventListener('error', resolve);
      setTimeout(resolve, 3_000);
    });
    probe.src = frame;
    document.body.append(probe);
    await settled;
    probe.remove();
  }
  await new Promise((resolve) => setTimeout(resolve));
}

/** Trusted Types policies that the chat makes. */
const TYPES: readonly string[] = ['assisters', 'lit-html'];
/** The name of a policy that was refused; Chromium adds what followed after a bar. */
const typeOf = (sample: string): string => sample.split('|')[0]!;

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);

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
    /** Of the page and of the iframe that the chat may be in. A frame that is just going has none. */
    const notes = async (): Promise<Notes> => {
      const read = () => (window as unknown as { __assistersDoctor?: Notes }).__assistersDoctor ?? null;
      const all = await Promise.all(page.frames().map((frame) => frame.evaluate(read).catch(() => null)));
      return {
        violations: all[0]?.violations ?? [],
        arrivals: all.flatMap((one) => one?.arrivals ?? []),
      };
    };
    /** What policies of the page have kept from the chat; what else they block is the page's own affair. */
    const blockings = (): Promise<readonly Violation[]> =>
      notes().then(({ violations }) => {
        const known = new Set([...tags.running, ...tags.frames, ...tags.apiUrls].map(originOf));
        return violations.filter(({ directive, blocked, sample }) =>
          directive === 'trusted-types'
            ? TYPES.includes(typeOf(sample))
            : /^(script|connect|frame|child|default)-src/.test(directive) && known.has(originOf(blocked)),
        );
      });
    const addCsp = async () => {
      if ((await blockings()).length === 0) return;
      const [address] = [...tags.running, ...tags.frames];
      const host = address ? originOf(address) : tags.apiUrls[0];
      if (host !== undefined) {
        const api = tags.running.length > 0 && tags.apiUrls.length === 0 ? [host] : tags.apiUrls;
        await page.evaluate(tryPolicies, { api, frame: tags.isolates ? `${originOf(host)}/healthz` : null });
      }
      const hasScript = tags.running.length + tags.elements > 0;
      const byPolicy = new Map<string, Blocked[]>();
      for (const { directive, blocked, sample, policy } of await blockings()) {
        const one =
          directive === 'trusted-types'
            ? { directive, source: typeOf(sample) }
            : { directive, source: originOf(blocked) };
        byPolicy.set(policy, [...(byPolicy.get(policy) ?? []), one]);
      }
      for (const [policy, blocked] of byPolicy)
        faults.push({ name: 'csp', ...policyFix(policy, blocked, hasScript ? TYPES : []) });
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
    if (tags.running.length + tags.deferred.length + tags.elements + tags.frames.length === 0) {
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
    works.push(
      tags.running.length > 0
        ? 'the script runs'
        : tags.elements > 0
          ? 'the element is on the page'
          : 'the iframe is on the page',
    );
    await openAndAsk(page, options, faults, works, { said, refused, addCsp, notes, blockings });
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
    fix: `On the server: npx assisters keys list, or npx assisters keys create --kind publishable --assistant ast_… ${
      // Only test keys may list the developer's own machine.
      /^http:\/\/(localhost|127\.)/.test(origin) ? '--test ' : ''
    }--origin ${origin}`,
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
  readonly blockings: () => Promise<readonly Violation[]>;
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
  { said, refused, addCsp, notes, blockings }: Watch,
): Promise<void> {
  await page.evaluate(() => {
    const { Assisters } = window as { Assisters?: { open(): void } };
    if (Assisters) Assisters.open();
    else (document.querySelector('assisters-chat') as (HTMLElement & { open?(): void }) | null)?.open?.();
  });
  const refusal = () =>
    said.some((line) => line.includes('frame-ancestors'))
      ? { url: '/embed', code: 'origin_not_allowed' }
      : (refused.find(({ url }) => url.includes('/v1/')) ??
        // The iframe's page is not there for a key that is not.
        refused
          .filter(({ url, code }) => url.includes('/embed?') && code === '404')
          .map(({ url }) => ({ url, code: 'invalid_api_key' }))[0]);
  // A key that no key can look like is not even sent; the chat says so in the console.
  const told = () => said.map((line) => /^\[assisters\] (\w+):/.exec(line)?.[1]).find(Boolean);
  const isOver = async () => (refusal() ?? told()) !== undefined || (await blockings()).length > 0;
  let waiting = true;
  const over = async () => {
    while (waiting && !(await isOver())) await page.waitForTimeout(100);
    return null;
  };
  const input = await Promise.race([inputOf(page, timeoutMs), over()]);
  waiting = false;
  if (input && question !== '') {
    await input.fill(question);
    await input.press('Enter');
    const until = Date.now() + timeoutMs;
    while (Date.now() < until && !(await notes()).arrivals.some(({ endMs }) => endMs !== null) && !(await isOver()))
      await page.waitForTimeout(100);
  } else await page.waitForTimeout(500);
  await addCsp();
  const refusedBy = refusal();
  const code = refusedBy?.code ?? told();
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
  if (question === '') {
    works.push('nothing was asked, so whether answers stream was not looked at');
    return;
  }
  const { arrivals } = await notes();
  const arrival = arrivals.find(({ endMs }) => endMs !== null) ?? arrivals[0];
  const seconds = timeoutMs / 1_000;
  if (!arrival || (arrival.endMs === null && arrival.chunksMs.length === 0)) {
    faults.push({
      name: 'api',
      what: `A question was asked, and no answer began within ${seconds} s.`,
      fix: 'Look at the log of the server, which says what became of the question; a slow model may need a longer --timeout.',
    });
    return;
  }
  if (arrival.endMs === null) {
    works.push(`an answer streams, from ${Math.round(arrival.chunksMs[0]!)} ms, and had not ended after ${seconds} s`);
    return;
  }
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
