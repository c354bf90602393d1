import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { chromiumLaunch } from '../scripts/find-browser.ts';
import { ROOT } from '../scripts/published.ts';
import { appServer } from '../test/app-server.ts';

/** What the tests of the examples share: the real server, the examples with a reader's values, and a browser. */
export type Server = Awaited<ReturnType<typeof appServer>>;

/** The real server, at the time that browsers have. Its own clock stands still in the past. */
export async function exampleServer(): Promise<Server> {
  const server = await appServer();
  server.tick(Date.now() - server.deps.clock());
  return server;
}

/** Address of its API. */
export const apiOf = (server: Server) => `http://127.0.0.1:${server.port}/v1`;

/** An example as it is in the repository. */
export const exampleText = (path: string) => readFileSync(join(ROOT, 'examples', path), 'utf8');

/** An example with the reader's own key, assistant and address put in. */
export const filled = (text: string, server: Server, publishableKey = server.pk.credential) =>
  text
    .replaceAll('sk_live_…', server.sk.credential)
    .replaceAll('pk_live_…', publishableKey)
    .replaceAll('ast_…', server.assistant.id)
    .replaceAll('https://chat.example.com/v1', apiOf(server));

/** A publishable key for pages of that origin. */
export async function keyFor(server: Server, origin: string): Promise<string> {
  const change = { origins: [origin], assistantIds: [server.assistant.id] };
  return (await server.addKey(server.accountId, 'publishable', change)).credential;
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** Serves files from memory by their path; `/` is a page with `<div id="root">` that loads `/main.js`. */
export async function servePages(files: Map<string, string>): Promise<{ origin: string; close(): void }> {
  const html =
    '<!doctype html><html lang="en"><title>x</title><div id="root"></div><script type="module" src="/main.js"></script>';
  const server = createServer((request, response) => {
    const path = request.url!;
    response.writeHead(path === '/' || files.has(path) ? 200 : 204, {
      'Content-Type': TYPES[extname(path)] ?? 'text/html',
    });
    response.end(path === '/' ? html : files.get(path));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A tab with what its page logged, and what went wrong in it. */
export async function openTab(browser: Browser): Promise<{ tab: Page; heard: string[]; failed: string[] }> {
  const tab = await browser.newPage();
  const heard: string[] = [];
  const failed: string[] = [];
  tab.on('console', (message) => (message.type() === 'error' ? failed : heard).push(message.text()));
  tab.on('pageerror', (error) => failed.push(String(error)));
  return { tab, heard, failed };
}

export const launchBrowser = () => chromium.launch(chromiumLaunch());

/** Opens the chat by its launcher and asks, at that placeholder if one is given; resolves once the answer stands there. */
export async function askElement(tab: Page, question: string, placeholder?: string): Promise<void> {
  const chat = tab.locator('assisters-chat');
  await chat.getByRole('button').first().click();
  const input = placeholder === undefined ? chat.getByRole('textbox') : chat.getByPlaceholder(placeholder);
  await input.fill(question);
  await input.press('Enter');
  await chat.getByText(`You said: ${question}`).first().waitFor();
}
