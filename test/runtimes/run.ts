/**
 * Runs the packed `@assisters/sdk` in every runtime it is made for, against the real server, and prints a table:
 * `npm run build && npm run test:runtimes`. Installs the runtimes into this folder the first time.
 */

import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { chromium } from 'playwright';
import { rolldown } from 'rolldown';
import { chromiumLaunch } from '../../scripts/find-browser.ts';
import pack from '../../scripts/pack-setup.ts';
import { run, tarballOf } from '../../scripts/packed.ts';
import { ROOT } from '../../scripts/published.ts';
import { appServer, prose } from '../app-server.ts';

const HERE = join(ROOT, 'test/runtimes');
const WORK = join(ROOT, 'test-results/runtimes');
const bin = (name: string) => join(HERE, 'node_modules/.bin', name);

if (!existsSync(bin('deno'))) await run('npm', ['ci', '--no-audit', '--no-fund'], HERE);
pack();
// Files of the run beside the installed package, away from the repository's own node_modules.
rmSync(WORK, { recursive: true, force: true });
mkdirSync(join(WORK, 'node_modules/@assisters/sdk'), { recursive: true });
await run('tar', ['-xzf', tarballOf('sdk'), '--strip-components=1', '-C', 'node_modules/@assisters/sdk'], WORK);
for (const file of ['smoke.js', 'process.js', 'worker.js', 'package.json']) cpSync(join(HERE, file), join(WORK, file));

const server = await appServer();
const facts = {
  baseURL: `http://127.0.0.1:${server.port}/v1`,
  assistantId: server.assistant.id,
  seed3: prose(3).join(''),
  apiKey: server.sk.credential,
  upload: true,
};

const program = async (command: string, ...args: string[]) =>
  JSON.parse(await run(command, [...args, 'process.js'], WORK, { SMOKE: JSON.stringify(facts) })) as string[];

async function bundled(input: string): Promise<string> {
  const build = await rolldown({ cwd: WORK, input, platform: 'browser' });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return output[0].code;
}

/** In workerd, the runtime of Cloudflare's workers. */
async function workers(): Promise<string[]> {
  const { Miniflare } = (await import(join(HERE, 'node_modules/miniflare/dist/src/index.js'))) as {
    Miniflare: new (
      options: object,
    ) => {
      dispatchFetch(url: string, init: object): Promise<Response>;
      dispose(): Promise<void>;
    };
  };
  const script = await bundled('worker.js');
  const miniflare = new Miniflare({ modules: true, script, compatibilityDate: '2025-09-01' });
  try {
    const answer = await miniflare.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(facts) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return JSON.parse(text) as string[];
  } finally {
    await miniflare.dispose();
  }
}

/** On a page, with a visitor's token: secret keys are refused there, and visitors upload nothing. */
async function page(): Promise<string[]> {
  const script = `${(await bundled('smoke.js')).replace(/export \{[^}]*\};?\s*$/, '')}\nglobalThis.smoke = smoke;`;
  const site = createServer((request, response) => {
    const isScript = request.url === '/smoke.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><title>x</title><script type="module" src="/smoke.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const pk = await server.addKey(server.accountId, 'publishable', {
    origins: [origin],
    assistantIds: [server.assistant.id],
  });
  const { token } = await server.addVisitor(pk, origin);
  const browser = await chromium.launch(chromiumLaunch());
  try {
    const tab = await browser.newPage();
    await tab.goto(origin);
    await tab.waitForFunction('globalThis.smoke');
    const visitor = JSON.stringify({ ...facts, apiKey: token, upload: false });
    return (await tab.evaluate(`smoke(${visitor})`)) as string[];
  } finally {
    await browser.close();
    site.close();
  }
}

const RUNTIMES: Readonly<Record<string, () => Promise<string[]>>> = {
  [`Node ${process.version}`]: () => program(process.execPath),
  'Node 22': () => program('npx', '-y', 'node@22'),
  'Node 24': () => program('npx', '-y', 'node@24'),
  Deno: () => program(bin('deno'), 'run', '--quiet', '--allow-net', '--allow-env', '--node-modules-dir=manual'),
  Bun: () => program(bin('bun'), 'run'),
  workerd: workers,
  Chromium: page,
};

let failures = 0;
for (const [name, smoke] of Object.entries(RUNTIMES)) {
  const started = performance.now();
  try {
    const done = await smoke();
    console.log(`${name.padEnd(16)} ok ${done.join(', ')} (${Math.round(performance.now() - started)} ms)`);
  } catch (error) {
    failures += 1;
    console.log(`${name.padEnd(16)} FAILED ${(error as Error).message}`);
  }
}
await server.close();
console.log(`${Object.keys(RUNTIMES).length - failures} passed, ${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
