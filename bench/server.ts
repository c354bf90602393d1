/**
 * `npm run bench:server`: what the built server costs, in one table. The parts one after another, each with a server of its
 * own: the cost of a streamed event against plain node:http (`bench/server-stream.ts`), start and rest, 10,000 lines that
 * wait, the time to the first token over the model's own, messages a second on both engines, and what happens beyond the
 * limits. Each line has its goal, the figure, its share of the goal, and whether it holds; the exit code is 1 when one does
 * not. Then come the rows of the capacity table in `docs/self-hosting.md`. `--write`
 * puts them there. `npm run bench:server -- start,lines` runs some of the parts; all take under six minutes.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DrillServer } from '../drills/server.ts';
import { findPostgres, POSTGRES_ABSENT } from '../scripts/find-postgres.ts';
import { readArguments, refuse } from '../scripts/read-arguments.ts';
import type { Assistant, Conversation } from '../src/protocol/resources.ts';
import { startModelServer } from '../test/model-server.ts';
import { makeCluster } from '../test/postgres-cluster.ts';
import type { StreamCost } from './server-stream.ts';

const DOCS = fileURLToPath(new URL('../docs/self-hosting.md', import.meta.url));
const LINES = Number(process.env.LINES ?? 10_000);
/** Below the server's cap for one answer. */
const LINES_PER_ANSWER = 25;
const TURNS = 200;
const WRITERS = 32;
const WRITE_MS = 8_000;

interface Row {
  readonly what: string;
  readonly figure: string;
  /** What it must not exceed, in `unit`; none: for information. */
  readonly goal?: { readonly most: number; readonly is: number; readonly unit: string };
  /** How the capacity table names it. */
  readonly capacity?: string;
}
const rows: Row[] = [];
const row = (what: string, figure: string, more: Omit<Row, 'what' | 'figure'> = {}) => {
  rows.push({ what, figure, ...more });
  console.error(`${what}: ${figure}`);
};
const holds = ({ goal }: Row) => !goal || goal.is <= goal.most;
const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  async events() {
    const file = fileURLToPath(new URL('./server-stream.ts', import.meta.url));
    const out = execFileSync(process.execPath, ['--import', 'tsx', file, '--json'], { encoding: 'utf8' });
    const capacity: Readonly<Record<string, string>> = {
      'ours, fan-out': 'an event of an answer, stored and sent to each of its readers',
      'ours, as shipped': 'a word of an answer with one reader, stored and sent',
    };
    for (const { name, us, per, ratio } of JSON.parse(out) as StreamCost[]) {
      row(`a streamed ${per}, ${name}`, `${us.toFixed(1)} µs of processor time, ${ratio.toFixed(2)}x plain node:http`, {
        ...(name.startsWith('ours') && { goal: { most: 2, is: ratio, unit: 'x' } }),
        ...(capacity[name] && { capacity: capacity[name] }),
      });
    }
  },

  async start() {
    const server = await DrillServer.start();
    try {
      const times: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        await server.stop();
        times.push(await server.up());
      }
      const readyMs = percentile(times, 0.5);
      row('start to ready, median of 5', `${Math.round(readyMs)} ms`, {
        goal: { most: 1_000, is: readyMs, unit: 'ms' },
        capacity: 'from start to ready',
      });
      await sleep(5_000);
      const restMB = (residentMiB(server.pid) * 1024 * 1024) / 1e6;
      row('resident memory at rest', `${Math.round(restMB)} MB`, {
        goal: { most: 120, is: restMB, unit: 'MB' },
        capacity: 'memory at rest',
      });
    } finally {
      await server.dispose();
    }
  },

  async lines() {
    const model = await startModelServer();
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    model.respond({ tokens: ['Half. ', 'Whole.'], hold: { after: 1, until } });
    const server = await DrillServer.start({ ASSISTERS_MODEL_BASE_URL: model.url });
    const sockets: Socket[] = [];
    try {
      const { assistant, ask } = await asker(server);
      const answers: string[] = [];
      for (let n = 0; n < LINES / LINES_PER_ANSWER; n += 1) answers.push(await follow(server, assistant, ask));
      await sleep(3_000);
      const before = residentMiB(server.pid);
      const port = Number(new URL(server.url).port);
      let waiting = 0;
      for (let n = 0; n < LINES; n += 1) {
        const path = answers[n % answers.length]!;
        sockets.push(await line(port, path, server.secretKey, () => (waiting += 1)));
      }
      while (waiting < LINES) await sleep(50);
      await sleep(3_000);
      const each = ((residentMiB(server.pid) - before) * 1024) / LINES;
      const lines = LINES.toLocaleString('en');
      row(`${lines} lines that wait, each`, `${each.toFixed(1)} KiB`, {
        goal: { most: 32, is: each, unit: 'KiB' },
        capacity: `a line that waits for an answer's next words, of ${lines} on one process`,
      });
      const began = performance.now();
      await (await server.request('GET', '/assistants?limit=1')).text();
      row('… and another request meanwhile', `${Math.round(performance.now() - began)} ms`);
      const ended = Promise.all(sockets.map((socket) => socket.closed || new Promise((r) => socket.once('close', r))));
      const from = performance.now();
      go();
      await ended;
      row('… all told the end', `${Math.round(performance.now() - from)} ms`);
    } finally {
      for (const socket of sockets) socket.destroy();
      go();
      await server.dispose();
      await model.close();
    }
  },

  async firstToken() {
    const model = await startModelServer();
    const server = await DrillServer.start({ ASSISTERS_MODEL_BASE_URL: model.url });
    try {
      const { assistant } = await asker(server);
      const over: number[] = [];
      const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
      for (let n = 0; n < TURNS; n += 1) {
        const own = await firstBytes(`${model.url}/chat/completions`, 'x', body, '"content"');
        const { id } = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant });
        const url = `${server.url}/v1/conversations/${id}/messages/stream`;
        over.push((await firstBytes(url, server.secretKey, '{"content":"Hi"}', '"delta"')) - own);
      }
      const overMs = percentile(over, 0.5);
      row('first token over the model, p50', `${overMs.toFixed(1)} ms`, {
        goal: { most: 10, is: overMs, unit: 'ms' },
        capacity: 'from the question to the first word, beyond the model’s own time (median)',
      });
      row('first token over the model, p95', `${percentile(over, 0.95).toFixed(1)} ms`);
    } finally {
      await server.dispose();
      await model.close();
    }
  },

  async messages() {
    await write('SQLite', {});
    if (!findPostgres()) return void console.error(`${POSTGRES_ABSENT}.`);
    const cluster = makeCluster({ durable: true });
    try {
      await write('PostgreSQL', { ASSISTERS_DATABASE_URL: cluster.url() });
    } finally {
      cluster.remove();
    }
  },

  async beyond() {
    const model = await startModelServer();
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    model.respond({ tokens: ['Half. ', 'Whole.'], hold: { after: 1, until } });
    const server = await DrillServer.start({ ASSISTERS_MODEL_BASE_URL: model.url });
    try {
      const { assistant, ask } = await asker(server);
      const statuses = new Map<number, number>();
      let heads = 0;
      const answers = Array.from({ length: 1_200 }, async () => {
        const { id } = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant });
        const answer = await ask(id);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        heads += 1;
        return answer.text();
      });
      while (heads < answers.length) await sleep(20);
      go();
      const whole = (await Promise.all(answers)).filter((text) => text.includes('"type":"end"')).length;
      const told = [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
      const alive = (await fetch(`${server.url}/readyz`)).ok;
      row(
        '1,200 answers at once',
        `${told}; ${whole} whole; ${alive ? 'ready' : 'NOT READY'}`,
        // What was begun is written to its end, what was not is refused, and the server stands.
        {
          goal: {
            most: 0,
            is: Number(!alive) + answers.length - whole - (statuses.get(503) ?? 0) - (statuses.get(429) ?? 0),
            unit: 'lost',
          },
        },
      );
      row('written at once', `${whole.toLocaleString('en')}; the next are refused with 503 and \`Retry-After\``, {
        capacity: 'answers written at once',
      });
    } finally {
      go();
      await server.dispose();
      await model.close();
    }
  },
};

/** A server's assistant that a model answers for, and a way to ask it. */
async function asker(server: DrillServer) {
  const { id } = await server.api<Assistant>('POST', '/assistants', { name: 'Bench', model: 'm' });
  const ask = (conversation: string) =>
    server.request('POST', `/conversations/${conversation}/messages/stream`, { body: { content: 'Hello?' } });
  return { assistant: id, ask };
}

/** Begins an answer, reads its first words and goes. Gives the path that follows it. */
async function follow(server: DrillServer, assistant: string, ask: (id: string) => Promise<Response>): Promise<string> {
  const { id } = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant });
  const answer = await ask(id);
  let text = '';
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream() as never) as unknown as string[]) {
    text += piece;
    if (text.includes('Half')) break;
  }
  return `/v1/conversations/${id}/messages/${/msg_\w+/.exec(text)![0]}/stream`;
}

/** Opens a line and calls once when the stored words have come over it. */
function line(port: number, path: string, key: string, onWords: () => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`);
      resolve(socket);
    });
    let heard = false;
    socket.on('error', reject).on('data', (bytes: Buffer) => {
      if (heard || !bytes.includes('Half')) return;
      heard = true;
      onWords();
    });
  });
}

/** Milliseconds from the request to the first bytes that hold the text. */
async function firstBytes(url: string, key: string, body: string, text: string): Promise<number> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const began = performance.now();
  const answer = await fetch(url, { method: 'POST', headers, body });
  let ms: number | null = null;
  for await (const piece of answer.body!) {
    if (ms === null && Buffer.from(piece).includes(text)) ms = performance.now() - began;
  }
  if (ms === null) throw new Error(`No ${text} in the answer of ${url}`);
  return ms;
}

/** Turns over HTTP, each a question and an answer that are stored before they are acknowledged. */
async function write(engine: string, env: Record<string, string>): Promise<void> {
  const model = await startModelServer();
  const server = await DrillServer.start({ ASSISTERS_MODEL_BASE_URL: model.url, ...env });
  try {
    const { assistant: assistantId } = await asker(server);
    let stored = 0;
    const times: number[] = [];
    const end = performance.now() + WRITE_MS;
    await Promise.all(
      Array.from({ length: WRITERS }, async () => {
        const { id } = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistantId });
        while (performance.now() < end) {
          const began = performance.now();
          await server.api('POST', `/conversations/${id}/messages`, { content: 'How do I embed the widget?' });
          times.push(performance.now() - began);
          stored += 2;
        }
      }),
    );
    const perSecond = Math.round((stored / WRITE_MS) * 1000);
    const figure = `${perSecond}/s, turn p50 ${Math.round(percentile(times, 0.5))} ms`;
    row(`messages stored over HTTP, ${engine}`, figure, { capacity: `messages stored over HTTP, ${engine}` });
  } finally {
    await server.dispose();
    await model.close();
  }
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

const USAGE = `npm run bench:server -- [parts, separated by commas] [--write]
  parts     of ${Object.keys(PARTS).join(', ')} (default all, under six minutes)
  --write   puts the capacity table into docs/self-hosting.md`;

const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const wanted = positionals[0]?.split(',') ?? Object.keys(PARTS);
if (values.write && positionals[0]) refuse('Some of the parts are not the whole table: leave out --write.', USAGE);
for (const name of wanted) {
  const part = PARTS[name];
  if (!part) refuse(`There is no part ${name}.`, USAGE);
  await part();
}
const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${new Date().toISOString().slice(0, 10)}`;
console.log(`${machine}\n`);
console.log(
  table(
    ['what', 'goal', 'figure', 'of the goal', ''],
    rows.map((entry) => {
      const { what, figure, goal } = entry;
      if (!goal) return [what, '', figure, '', ''];
      const share = goal.most > 0 ? (goal.is / goal.most).toFixed(2) : '';
      return [what, `<= ${goal.most.toLocaleString('en')} ${goal.unit}`, figure, share, holds(entry) ? 'ok' : 'missed'];
    }),
  ),
);
const capacity = `${table(
  ['what', 'measured'],
  rows.flatMap(({ capacity: name, figure }) => (name ? [[name, figure]] : [])),
)}\n\n(${machine})`;
console.log(`\nThe capacity table of docs/self-hosting.md:\n\n${capacity}`);
if (values.write) {
  const text = readFileSync(DOCS, 'utf8');
  const [before, , after] = text.split(/(?<=<!-- capacity:begin -->\n)([\s\S]*)(?=<!-- capacity:end -->)/);
  if (after === undefined) throw new Error(`${DOCS} has no place for the capacity table.`);
  writeFileSync(DOCS, `${before}\n${capacity}\n\n${after}`);
}
process.exitCode = rows.every(holds) ? 0 : 1;

function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)].join('\n');
}
