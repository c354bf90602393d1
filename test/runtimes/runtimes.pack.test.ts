import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunch } from '../../scripts/find-browser.ts';
import { run, tarballOf } from '../../scripts/packed.ts';
import { ROOT } from '../../scripts/published.ts';
import { appServer, prose } from '../app-server.ts';
import { type Fault, type FaultProxy, faultProxy } from '../fault-proxy.ts';

/**
 * The packed `@assisters/sdk` in every runtime it is made for, against the real server. Deno, Bun and workerd are installed
 * into this folder by `npm run test:runtimes` and in CI; else they are skipped where they are not. The command also runs it
 * in newer versions of Node.
 */
const HERE = join(ROOT, 'test/runtimes');
const WORK = join(ROOT, 'test-results/runtimes');
const bin = (name: string) => join(HERE, 'node_modules/.bin', name);
const all = process.env.ASSISTERS_ALL_RUNTIMES === '1';
const installs = all || Boolean(process.env.CI);
const absent = !installs && !existsSync(bin('deno'));
const why = absent ? ' (skipped: npm run test:runtimes installs it)' : '';

/** What happens to the stream in the smoke run: refused, cut, refused, cut again; the fifth request is let through. */
const refused = { reply: 'HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' };
const FAULTS: readonly Fault[] = [
  refused,
  { at: 'after start', how: 'FIN' },
  refused,
  { at: 'before end', how: 'RST' },
];

let server: Awaited<ReturnType<typeof appServer>>;
let proxy: FaultProxy;
beforeAll(async () => {
  if (installs && !existsSync(bin('deno'))) await run('npm', ['ci', '--no-audit', '--no-fund'], HERE);
  // Files of the run beside the installed package, away from the repository's own node_modules.
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(join(WORK, 'node_modules/@assisters/sdk'), { recursive: true });
  await run('tar', ['-xzf', tarballOf('sdk'), '--strip-components=1', '-C', 'node_modules/@assisters/sdk'], WORK);
  for (const file of ['smoke.js', 'process.js', 'worker.js', 'package.json'])
    cpSync(join(HERE, file), join(WORK, file));
  server = await appServer();
  proxy = await faultProxy(server.port, (line) => /^(GET|POST) \S*\/stream[? ]/.test(line));
}, 300_000);
afterAll(async () => {
  await proxy.close();
  await server.close();
});

const facts = () => ({
  baseURL: `http://127.0.0.1:${server.port}/v1`,
  faultsURL: `http://127.0.0.1:${proxy.port}/v1`,
  assistantId: server.assistant.id,
  seed3: prose(3).join(''),
  apiKey: server.sk.credential,
  upload: true,
});

/** Runs it and looks at what was done, and that all faults were met. */
async function check(smoke: () => Promise<string[]>, expected = [...DONE, 'upload']): Promise<void> {
  const before = proxy.played();
  proxy.plan(...FAULTS);
  expect(await smoke()).toEqual(expected);
  expect(proxy.played() - before).toBe(FAULTS.length);
}
const DONE = ['create', 'stream', 'faults', 'resume', 'webhook', 'forged webhook', 'error'];

const program = async (command: string, ...args: string[]) =>
  JSON.parse(await run(command, [...args, 'process.js'], WORK, { SMOKE: JSON.stringify(facts()) })) as string[];

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
    const answer = await miniflare.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(facts()) });
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
    const visitor = JSON.stringify({ ...facts(), apiKey: token, upload: false });
    return (await tab.evaluate(`smoke(${visitor})`)) as string[];
  } finally {
    await browser.close();
    site.close();
  }
}

describe('@assisters/sdk creates, streams, resumes, tries again, verifies webhooks and uploads in', () => {
  test(`Node ${process.version}`, () => check(() => program(process.execPath)));

  test.skipIf(!all).each(['22', '24'])(`Node %s${all ? '' : ' (skipped: in npm run test:runtimes)'}`, (major) =>
    check(() => program('npx', '-y', `node@${major}`)),
  );

  test.skipIf(absent)(`Deno${why}`, () =>
    check(() => program(bin('deno'), 'run', '--quiet', '--allow-net', '--allow-env', '--node-modules-dir=manual')),
  );

  test.skipIf(absent)(`Bun${why}`, () => check(() => program(bin('bun'), 'run')));

  test.skipIf(absent)(`workerd, the runtime of Cloudflare’s workers${why}`, () => check(workers));

  test('Chromium', () => check(page, DONE));
});
