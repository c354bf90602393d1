/**
 * All hostile corpora through the renderer in real browsers: `npm run test:corpora [-- --engine=chromium,firefox] [--corpus=md-xss] [--sanitiser=native,dompurify]`.
 *
 * Every case is rendered whole, unit by unit and in seeded chunks; the tree is checked after every update, every node is
 * clicked, hovered, focused and typed at, and every request that leaves the page is counted by the browser's driver. Ends
 * with `N passed, N failed`; a case that executed, requested, broke the allow-list or depended on its chunking fails.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, firefox } from 'playwright';
import type { MarkdownPage } from '../src/widget/markdown/testing/page.ts';
import { type HostileCase, hostileTexts } from '../src/widget/markdown/testing/suite.ts';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../test/corpora.ts';
import { bundlePage, servePage } from '../test/markdown-harness.ts';
import { chromiumLaunch } from './find-browser.ts';

declare const window: { page: MarkdownPage };

const CORPORA = ['md-xss', 'llm-exfil', 'xss-payloads', 'html-event-matrix', 'dompurify', 'naughty-strings'];
const FIREFOX = process.env.ASSISTERS_FIREFOX ?? '/usr/bin/firefox-esr';

/** Engines by name; one that is not installed is null and is said to be skipped. */
const ENGINES: Record<string, () => Promise<Browser | null>> = {
  chromium: () => chromium.launch(chromiumLaunch()),
  // Unpatched Firefox over WebDriver BiDi.
  firefox: async () =>
    existsSync(FIREFOX) ? firefox.launch({ channel: 'moz-firefox', executablePath: FIREFOX }) : null,
};

function option(name: string, fallback: readonly string[]): readonly string[] {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return given ? given.slice(name.length + 3).split(',') : fallback;
}

interface PathologicalCase {
  readonly name: string;
  readonly parts: readonly (string | { readonly repeat: string; readonly n: number })[];
}

let passed = 0;
let failed = 0;

async function hostile(browser: Browser, url: string, name: string, sanitiser: string): Promise<void> {
  const page = await browser.newPage();
  const left: string[] = [];
  await page.route('**/*', (route) => {
    const address = route.request().url();
    if (address === url || address === `${url}page.js`) return route.continue();
    left.push(address);
    return route.abort();
  });
  await page.goto(url);
  if (sanitiser === 'dompurify') await page.evaluate(() => window.page.purify());
  const cases = corpus<Record<string, unknown>>(name).flatMap((raw) => hostileTexts(name, raw));
  const bad = new Set<string>();
  const lines: string[] = [];
  let updates = 0;
  const started = Date.now();
  for (let from = 0; from < cases.length; from += 100) {
    const part: HostileCase[] = cases.slice(from, from + 100);
    const before = left.length;
    const result = await page.evaluate((given) => window.page.runHostile(given), part);
    updates += result.updates;
    const found = [
      ...result.executed.map((line) => `executed ${line}`),
      ...result.findings,
      ...result.different.map((id) => `${id} differs by chunking`),
      ...result.requests.map((address) => `requested ${address}`),
      ...left.slice(before).map((address) => `requested ${address}`),
    ];
    for (const line of found) bad.add(part.find(({ id }) => line.includes(id))?.id ?? `${from}: ${line}`);
    lines.push(...found);
  }
  await page.close();
  passed += cases.length - bad.size;
  failed += bad.size;
  const seconds = ((Date.now() - started) / 1_000).toFixed(0);
  console.log(
    `  ${name}: ${cases.length} texts, ${updates} updates, ${bad.size} failed, ${left.length} requests, ${seconds} s`,
  );
  for (const line of lines.slice(0, 10)) console.log(`    ${line.slice(0, 200)}`);
}

/** No throw, and no update longer than 200 ms, while 1 KiB deltas arrive, and whole. */
async function pathological(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  let worst = 0;
  for (const { name, parts } of corpus<PathologicalCase>('md-pathological')) {
    const markdown = parts.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.n))).join('');
    // The least of three runs: the machine is shared, the work is not.
    const runs = [];
    for (const step of [1_024, 1_024, markdown.length, markdown.length])
      runs.push(await page.evaluate(([text, by]) => window.page.longest(text, by), [markdown, step] as const));
    const least = Math.max(
      Math.min(runs[0]!.longestMs, runs[1]!.longestMs),
      Math.min(runs[2]!.longestMs, runs[3]!.longestMs),
    );
    const threw = runs.find((run) => run.threw !== '')?.threw ?? '';
    worst = Math.max(worst, least);
    const bad = threw !== '' || least > 200;
    if (bad) failed += 1;
    else passed += 1;
    if (bad || least > 50)
      console.log(
        `    ${name} (${markdown.length}): longest update ${least.toFixed(0)} ms, streaming in all ${runs[1]!.totalMs.toFixed(0)} ms ${threw}`,
      );
  }
  await page.close();
  console.log(`  md-pathological: longest update ${worst.toFixed(0)} ms`);
}

if (!hasCorpora) {
  console.log(CORPORA_ABSENT);
  process.exit(0);
}
const script = await bundlePage();
const server = await servePage(script);
for (const engine of option('engine', ['chromium'])) {
  const browser = await ENGINES[engine]?.();
  if (!browser) {
    console.log(`${engine}: not installed, skipped`);
    continue;
  }
  console.log(`${engine} ${browser.version()}`);
  // Where the browser has a sanitiser of its own, DOMPurify is tried as well.
  const probe = await browser.newPage();
  await probe.goto(server.url);
  const paths = (await probe.evaluate(() => window.page.purify())) ? ['native', 'dompurify'] : ['dompurify'];
  await probe.close();
  for (const sanitiser of paths.filter((path) => option('sanitiser', paths).includes(path))) {
    console.log(` with the ${sanitiser} sanitiser`);
    for (const name of option('corpus', CORPORA))
      if (name !== 'md-pathological') await hostile(browser, server.url, name, sanitiser);
  }
  if (option('corpus', ['md-pathological']).includes('md-pathological')) await pathological(browser, server.url);
  await browser.close();
}
await server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
