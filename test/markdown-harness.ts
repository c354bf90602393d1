import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A test page as one script, built from source. @param page default: the renderer's */
export async function bundlePage(page = 'src/widget/markdown/testing/page.ts'): Promise<string> {
  const input = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const build = await rolldown({ input });
  const { output } = await build.generate({ format: 'iife', name: 'testPage' });
  await build.close();
  return output[0].code;
}

/** Serves that page from 127.0.0.1, with a Content-Security-Policy when given. `close` ends it. */
export async function servePage(script: string, policy = ''): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (path === '/')
      response
        .writeHead(200, { 'content-type': 'text/html', ...(policy ? { 'content-security-policy': policy } : {}) })
        .end(
          '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script src="/page.js"></script></body>',
        );
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
