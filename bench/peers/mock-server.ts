import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { deltasOf, type HistoryMessage } from '../texts.ts';

/** What the next answer is and how fast it comes; `null` deltas a second means as fast as the line takes them. */
export interface Scenario {
  readonly text: string;
  readonly deltasPerSecond: number | null;
  readonly history: readonly HistoryMessage[];
}

/** One request to a contestant's backend. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  /** The request's JSON, `null` when it is none. */
  readonly body: unknown;
  readonly scenario: Scenario;
  readonly json: (value: unknown, status?: number) => void;
  /** Streams the scenario's text in 12-character deltas, each framed by `frame`. */
  readonly stream: (framing: Framing) => Promise<void>;
}

/** How a wire writes an answer: what comes first, each delta, what comes last. `at` is the position after the delta. */
export interface Framing {
  readonly contentType: string;
  readonly head?: string;
  readonly frame: (delta: string, at: number) => string;
  readonly tail?: string;
}

/** What a contestant puts on the server: a page, its files, and its backend. */
export interface Site {
  /** HTML of the page. Anything it loads must be in `files`. */
  readonly page: (scenario: Scenario, origin: string) => string;
  /** URL path → file on disk. */
  readonly files: ReadonlyMap<string, string>;
  /** Answers a backend request; `false` when the path is not one of its own. */
  readonly backend: (exchange: Exchange) => boolean | Promise<boolean>;
}

export interface MockServer {
  readonly origin: string;
  /** Puts a contestant's site up in place of the one before. */
  readonly show: (site: Site, scenario: Scenario) => void;
  /** Files the page has loaded since `show`, with their brotli-11 sizes in bytes. */
  readonly loaded: () => readonly { readonly path: string; readonly brotliBytes: number }[];
  /** Requests nothing answered since `show`: a hole in the mock, shown in the report. */
  readonly unanswered: () => readonly string[];
  /** Resolves when the streamed answer is written out. */
  readonly streamed: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

const brotliSizes = new Map<string, number>();
function brotliBytesOf(file: string): number {
  const known = brotliSizes.get(file);
  if (known !== undefined) return known;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const size = brotliCompressSync(readFileSync(file), { params }).length;
  brotliSizes.set(file, size);
  return size;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

/** Writes the framed deltas, honouring back-pressure; at a rate, catches up with the clock every 10 ms. */
async function writeDeltas(response: ServerResponse, scenario: Scenario, framing: Framing): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const drained = () => Promise.race([gone, new Promise<void>((resolve) => response.once('drain', resolve))]);
  response.writeHead(200, { 'Content-Type': framing.contentType, 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  if (framing.head) response.write(framing.head);
  const started = performance.now();
  let at = 0;
  let sent = 0;
  for (const delta of deltasOf(scenario.text)) {
    if (scenario.deltasPerSecond !== null) {
      const due = started + (sent / scenario.deltasPerSecond) * 1000;
      while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    }
    if (response.destroyed) return;
    at += delta.length;
    sent += 1;
    if (!response.write(framing.frame(delta, at))) await drained();
  }
  response.end(framing.tail ?? '');
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Starts the one server of the benchmark, on 127.0.0.1 and a free port. */
export async function startMockServer(): Promise<MockServer> {
  let site: Site | null = null;
  let scenario: Scenario = { text: '', deltasPerSecond: null, history: [] };
  let loaded = new Set<string>();
  let unanswered: string[] = [];
  let streamed = deferred();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const body = await readBody(request);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    if (url.pathname === '/page') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      return void response.end(site!.page(scenario, origin));
    }
    const file = site!.files.get(url.pathname);
    if (file !== undefined) {
      loaded.add(file);
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
      return void response.end(readFileSync(file));
    }
    const answered = await site!.backend({
      method: request.method ?? 'GET',
      url,
      body,
      scenario,
      json: (value, status = 200) => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(value));
      },
      stream: async (framing) => {
        await writeDeltas(response, scenario, framing);
        streamed.resolve();
      },
    });
    if (answered) return;
    if (url.pathname !== '/favicon.ico') unanswered.push(`${request.method} ${url.pathname}`);
    response.writeHead(404).end();
  }

  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    show(nextSite, nextScenario) {
      site = nextSite;
      scenario = nextScenario;
      loaded = new Set();
      unanswered = [];
      streamed = deferred();
    },
    loaded: () => [...loaded].map((path) => ({ path, brotliBytes: brotliBytesOf(path) })),
    unanswered: () => [...new Set(unanswered)],
    streamed: () => streamed.promise,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
