import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import { SSE_HEADERS } from '../src/protocol/sse-encode.ts';
import { usageOf } from '../src/server/answer/tokens.ts';
import { openSqliteStore } from '../src/server/store/sqlite/open.ts';
import { makeApp } from '../src/server/testing/make-app.ts';
import { makeTurns } from '../src/server/turn/make-turns.ts';

/**
 * `tsx bench/server-stream.ts`: CPU of the server process per streamed event, ours against plain `node:http` in the
 * same run. READERS readers are sent EVENTS events of one word each. The readers run in another process, so that only
 * the server's work is counted (`process.cpuUsage`). Five ways:
 *
 * - plain node:http: a prepared buffer written to each response; the floor
 * - plain, a source each: a loop for each response, which waits, makes its event and writes it; the floor of one answer each
 * - ours, fan-out: READERS_PER_ANSWER readers of each answer; an event is stored and encoded once for all of them
 * - ours, one answer each: READERS conversations, each with its own answer, and gathering switched off (`coalesceMs: 0`), so
 *   that every word is an event of its own, on disk before it is sent. No server runs so: it shows what storing costs where
 *   nothing is saved by gathering. Words that come in one turn of the event loop share a transaction and a row
 *   (`sqlite/append-log.ts`), so on a busy machine, where they come in smaller groups, the row says more than on a quiet one
 * - ours, as shipped: the same with the server's own settings, which gather words for some 40 ms before they are stored and
 *   sent; compared per word, because both readers have read the same
 *
 * `--json` prints the rows as JSON.
 *
 * Stored means SQLite with synchronous=FULL, on disk before it is sent.
 */
const READERS = Number(process.env.READERS ?? 200);
const EVENTS = Number(process.env.EVENTS ?? 200);
/** Below the server's own cap. */
const READERS_PER_ANSWER = 25;
const PIECE = 'twelve chars';

if (process.send && process.argv[2] === 'readers') {
  // The reading process: opens the lines it is told to, counts events, says when all have ended.
  process.on('message', ({ targets }: { targets: { url: string; method: string; token: string; body: string }[] }) => {
    let open = targets.length;
    let events = 0;
    let words = 0;
    for (const { url, method, token, body } of targets) {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
      const line = request(url, { method, headers, agent: false }, (response) => {
        // What may begin a word or an event that ends in the next piece.
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const whole = (rest + text).split('\n');
          rest = whole.pop()!;
          for (const line of whole) {
            if (!line.includes('"type":"delta"')) continue;
            events += 1;
            words += line.split(PIECE).length - 1;
          }
        });
        response.on('end', () => {
          open -= 1;
          if (open === 0) process.send!({ events, words });
        });
      });
      line.end(body);
    }
  });
} else await main();

/** One way, compared with the floor it belongs to. */
export interface StreamCost {
  readonly name: string;
  /** Microseconds of processor time. */
  readonly us: number;
  readonly per: 'event' | 'word';
  readonly ratio: number;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assisters-bench-'));
  const floor = await plain(false);
  const floorEach = await plain(true);
  const one = await ours(folder, 'fan-out');
  const each = await ours(folder, 'each');
  const shipped = await ours(folder, 'shipped');
  rmSync(folder, { recursive: true });
  const row = (name: string, result: Result, base: Result, per: 'event' | 'word' = 'event'): StreamCost => {
    const us = result.us / result[`${per}s`];
    return { name, us, per, ratio: us / (base.us / base[`${per}s`]) };
  };
  const rows = [
    row('plain node:http', floor, floor),
    row('ours, fan-out', one, floor),
    row('plain, a source each', floorEach, floorEach),
    row('ours, one answer each', each, floorEach),
    row('ours, as shipped', shipped, floorEach, 'word'),
  ];
  if (process.argv.includes('--json')) return console.log(JSON.stringify(rows));
  console.log(`${READERS} readers, ${EVENTS} words each, Node ${process.version}`);
  for (const { name, us, per, ratio } of rows)
    console.log(`${name.padEnd(24)} ${us.toFixed(1).padStart(6)} us/${per}  ${ratio.toFixed(2)}x`);
}

interface Result {
  /** Processor time of all. */
  readonly us: number;
  readonly events: number;
  readonly words: number;
}
interface Target {
  readonly url: string;
  readonly method: string;
  readonly token: string;
  readonly body: string;
}

/** Runs the readers against the targets; `go` is called when all lines are open. */
async function measure(targets: readonly Target[], opened: Promise<void>, go: () => void): Promise<Result> {
  const readers = fork(fileURLToPath(import.meta.url), ['readers'], { execArgv: process.execArgv });
  const ended = new Promise<Omit<Result, 'us'>>((resolve) => readers.once('message', resolve as never));
  readers.send({ targets });
  await opened;
  const before = process.cpuUsage();
  go();
  const read = await ended;
  const { user, system } = process.cpuUsage(before);
  readers.kill();
  if (read.words !== READERS * EVENTS) throw new Error(`${read.words} words came of ${READERS * EVENTS}.`);
  // Words that were gathered into one event are one event: what readers got is what was paid for.
  return { ...read, us: user + system };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
}

async function plain(sourceEach: boolean): Promise<Result> {
  const responses: import('node:http').ServerResponse[] = [];
  const opened = gate(READERS);
  const server = createServer((_request, response) => {
    response.writeHead(200, SSE_HEADERS);
    response.flushHeaders();
    responses.push(response);
    opened.count();
  });
  const url = await listen(server);
  const target = { url, method: 'GET', token: 'x', body: '' };
  const result = await measure(Array<Target>(READERS).fill(target), opened.all, () => {
    if (sourceEach) {
      for (const response of responses) void writeAll(response);
      return;
    }
    let sent = 0;
    const timer = setInterval(() => {
      sent += 1;
      const bytes = Buffer.from(`id: ${sent * 12}\ndata: {"type":"delta","content":"${PIECE}"}\n\n`);
      for (const response of responses) response.write(bytes);
      if (sent < EVENTS) return;
      clearInterval(timer);
      for (const response of responses) response.end();
    }, 10);
  });
  server.close();
  return result;
}

/** What any server does that writes an answer of its own to each reader. */
async function writeAll(response: import('node:http').ServerResponse): Promise<void> {
  for (let sent = 1; sent <= EVENTS; sent += 1) {
    const event = JSON.stringify({ type: 'delta', content: PIECE });
    response.write(`id: ${sent * PIECE.length}\ndata: ${event}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  response.end();
}

async function ours(folder: string, way: 'fan-out' | 'each' | 'shipped'): Promise<Result> {
  const oneEach = way !== 'fan-out';
  const store = openSqliteStore({ file: join(folder, `${way}.db`) });
  const opened = gate(READERS);
  let go = () => {};
  const started = new Promise<void>((resolve) => {
    go = resolve;
  });
  const answerer = {
    async *answer() {
      await started;
      for (let n = 0; n < EVENTS; n += 1) {
        yield { type: 'text', text: PIECE } as const;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      yield { type: 'result', outcome: 'answered', usage: usageOf(1, 1) } as const;
    },
  };
  const base = await makeApp({ store, answerer });
  const turns = makeTurns({ ...base.deps, answerer }, way === 'shipped' ? {} : { limits: { coalesceMs: 0 } });
  // A server with a secret key is not counted by address.
  const app = await makeApp({ store, answerer, turns });
  const { app: hono, sk, assistant, send } = app;
  const key = sk.credential;
  const server = createAdaptorServer({
    fetch: async (incoming: Request, env: object) => {
      const answer = await hono.fetch(incoming, env);
      opened.count();
      return answer;
    },
  }) as Server;
  const url = `${await listen(server)}/v1/conversations`;
  const targets: Target[] = [];
  let first: Target | null = null;
  for (let n = 0; n < READERS; n += 1) {
    if (first && n % READERS_PER_ANSWER !== 0 && !oneEach) {
      targets.push(first);
      continue;
    }
    const made = await send('POST', '/v1/conversations', { key, body: { assistant_id: assistant.id } });
    const { id } = (await made.json()) as { id: string };
    const ask = { url: `${url}/${id}/messages/stream`, method: 'POST', token: key, body: '{"content":"?"}' };
    if (oneEach) targets.push(ask);
    else {
      await send('POST', `/v1/conversations/${id}/messages/stream`, { key, body: { content: '?' } });
      const [, message] = await store.messages.tail({ accountId: app.accountId }, id, 2);
      first = { url: `${url}/${id}/messages/${message!.id}/stream`, method: 'GET', token: key, body: '' };
      targets.push(first);
    }
  }
  const result = await measure(targets, opened.all, go);
  server.close();
  await turns.drain(0);
  await store.close();
  return result;
}

function gate(count: number): { all: Promise<void>; count: () => void } {
  let open = () => {};
  let left = count;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    all,
    count: () => {
      left -= 1;
      if (left === 0) open();
    },
  };
}
