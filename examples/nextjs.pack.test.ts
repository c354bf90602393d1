import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, tarballOf } from '../scripts/packed.ts';
import { ROOT } from '../scripts/published.ts';
import { apiOf, askElement, exampleServer, keyFor, launchBrowser, openTab } from './support.ts';

/** Next.js alone is 300 MB to install, so this runs in CI and by `npm run test:nextjs`. */
const asked = Boolean(process.env.CI) || process.env.ASSISTERS_NEXTJS === '1';
const why = asked ? '' : ' (skipped: run it with npm run test:nextjs)';

/** A port that is free now: the address of the pages is in the key, before they are built. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test.skipIf(!asked)(
  `the Next.js app is built, rendered on the server, and answers${why}`,
  async () => {
    const server = await exampleServer();
    const cwd = mkdtempSync(join(tmpdir(), 'assisters-nextjs-'));
    const browser = await launchBrowser();
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const env = {
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_PUBLIC_ASSISTERS_KEY: await keyFor(server, origin),
      NEXT_PUBLIC_ASSISTERS_URL: apiOf(server),
    };
    let next: ReturnType<typeof spawn> | undefined;
    try {
      cpSync(join(ROOT, 'examples/nextjs'), cwd, {
        recursive: true,
        filter: (path) => !/node_modules|\.next$/.test(path),
      });
      const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
      await run('npm', ['ci', ...quiet], cwd);
      await run('npm', ['install', '--no-save', ...quiet, tarballOf('chat'), tarballOf('react')], cwd);
      await run('npm', ['run', 'build'], cwd, env);
      const program = join(cwd, 'node_modules/next/dist/bin/next');
      next = spawn(process.execPath, [program, 'start', '-H', '127.0.0.1', '-p', String(port)], {
        cwd,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise<void>((resolve, reject) => {
        next!.stdout!.setEncoding('utf8').on('data', (text: string) => text.includes('Ready') && resolve());
        next!.once('exit', (code) => reject(new Error(`next start ended with ${code}`)));
      });

      const html = await (await fetch(origin)).text();
      expect(html).toContain(`<assisters-chat publishable-key="${env.NEXT_PUBLIC_ASSISTERS_KEY}"`);
      const { tab, failed } = await openTab(browser);
      await tab.goto(origin);
      await askElement(tab, 'Hello!');
      // Going to another page of the app keeps the layout, the panel and the conversation.
      await tab.getByRole('link', { name: 'About us' }).click();
      await tab.getByRole('heading', { name: 'About us', exact: true }).waitFor();
      expect(await tab.locator('assisters-chat').getByText('You said: Hello!').first().isVisible()).toBe(true);
      // And a page that is loaded anew has it again.
      await tab.reload();
      await tab.locator('assisters-chat').getByText('You said: Hello!').first().waitFor();
      expect(failed).toEqual([]);
    } finally {
      next?.kill();
      await browser.close();
      await server.close();
      rmSync(cwd, { recursive: true, force: true });
    }
  },
  600_000,
);
