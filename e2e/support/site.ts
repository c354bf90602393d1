import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of somebody's site; `csp: null` is a page without a policy. */
export interface SitePage {
  readonly body: string;
  readonly head?: string;
  readonly csp: string | null;
  /** Default: `en`. */
  readonly lang?: string | undefined;
}

/**
 * A site of its own, on another origin than the server: pages are whatever a test puts there. Nothing is cached, so that
 * a reload is one.
 */
export class Site {
  readonly origin: string;
  readonly #pages = new Map<string, SitePage>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    // `localhost` and not `127.0.0.1`, where the assistant is: another host, not only another port.
    this.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<Site> {
    const server = createServer((request, response) => {
      if (request.url === '/favicon.ico') {
        response.writeHead(204).end();
        return;
      }
      const page = site.#pages.get(new URL(request.url ?? '/', 'http://site').pathname);
      if (!page) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Cache-Control': 'no-cache',
        ...(page.csp === null ? {} : { 'Content-Security-Policy': page.csp }),
      });
      response.end(
        `<!doctype html><html lang="${page.lang ?? 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
          `<title>A site</title>${page.head ?? ''}</head><body>${page.body}</body></html>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const site = new Site(server);
    return site;
  }

  /** Puts a page there and gives its address. */
  put(path: string, page: SitePage): string {
    this.#pages.set(path, page);
    return this.origin + path;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
