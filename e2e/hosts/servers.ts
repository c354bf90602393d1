import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostPage } from './host-pages.ts';

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}
async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A site whose pages are whatever a case puts there. */
export class Site {
  readonly origin: string;
  /** The same site under another name: another site to the browser, the same pages. */
  readonly otherOrigin: string;
  /** What pages told by themselves: a request for `/report/<name>?<text>`, by name. */
  readonly reports = new Map<string, string>();
  readonly #pages = new Map<string, HostPage & { readonly status?: number; readonly type?: string }>();
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://localhost:${port}`;
    this.otherOrigin = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<Site> {
    const server = createServer((incoming, response) => site.#answer(incoming, response));
    // Loopback only; `localhost` and `127.0.0.1` both lead here.
    const site: Site = new Site(server, await listen(server, '127.0.0.1'));
    return site;
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://site');
    if (pathname.startsWith('/report/')) this.reports.set(pathname.slice(8), decodeURIComponent(search.slice(1)));
    const page = this.#pages.get(pathname);
    if (!page) return void response.writeHead(404).end();
    response.writeHead(page.status ?? 200, {
      'Content-Type': page.type ?? 'text/html; charset=utf-8',
      ...page.headers,
    });
    response.end(page.html);
  }

  /** Puts a page there and gives its address. */
  put(path: string, page: HostPage & { readonly status?: number; readonly type?: string }): string {
    this.#pages.set(path, page);
    return this.origin + path;
  }

  close = (): Promise<void> => stop(this.#server);
}

/** A line to the assistant that can be slow or cut, in any engine. */
export class Line {
  readonly origin: string;
  /** Requests that arrived, cut ones too. */
  readonly requests: string[] = [];
  /** Breaks open requests and refuses new ones while it is set. */
  #isCut = false;
  delayMs = 0;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** @param target the assistant's origin */
  static async start(target: string): Promise<Line> {
    const server = createServer((incoming, response) => {
      line.#pass(target, incoming, response).catch(() => response.destroy());
    });
    const line: Line = new Line(server, await listen(server, '127.0.0.1'));
    return line;
  }

  cut(): void {
    this.#isCut = true;
    this.#server.closeAllConnections();
  }
  mend(): void {
    this.#isCut = false;
  }

  async #pass(target: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${incoming.method} ${incoming.url}`);
    if (this.#isCut) return void response.destroy();
    await sleep(this.delayMs);
    const outgoing = request(target + incoming.url, { method: incoming.method ?? 'GET', headers: incoming.headers });
    response.on('close', () => outgoing.destroy());
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
    const answer = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    for await (const chunk of answer) {
      if (Number.isFinite(this.bytesPerSecond)) await sleep(((chunk as Buffer).length / this.bytesPerSecond) * 1000);
      response.write(chunk);
    }
    response.end();
  }

  close = (): Promise<void> => stop(this.#server);
}
