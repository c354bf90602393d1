/**
 * `npm run drill:cluster`: three server processes behind nginx on one PostgreSQL, and what goes wrong with them.
 *
 *   resume     answers begun on one server are read to their end on another
 *   kill       kill -9 of a server in the middle of answers and of a webhook delivery
 *   limits     one plan's requests sent to all three at once
 *   restart    one server after the other is exchanged while visitors ask
 *
 * Prints one line of figures each and ends with 1 if a promise was not kept.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PLANS } from '../src/protocol/limits.ts';
import { makeKey } from '../src/server/auth/make-key.ts';
import { type Servers, startReceiver, startServers } from '../test/cluster.ts';
import { freePort } from '../test/free-port.ts';
import { startNginx } from '../test/nginx.ts';
import { makeCluster } from '../test/postgres-cluster.ts';
import { ROOT } from './published.ts';
import { readArguments } from './read-arguments.ts';

const SERVERS = 3;
const RESUMED = 30;
const KILLED = 20;
const VISITORS = 10;
const TAKEN_OVER_MS = 10_000;

const USAGE = `npm run drill:cluster -- [--seconds n]
  --seconds n   how long visitors ask while the servers are exchanged (default 20)`;

const { values } = readArguments(USAGE, { options: { seconds: { type: 'string', default: '20' } } });
/** What is run: the build, which `npm run drill:cluster` makes anew, or else the source. */
const built = join(ROOT, 'dist/server/cli.js');

const broken: string[] = [];
const report = (name: string, kept: boolean, figures: string) => {
  console.log(`${kept ? 'kept  ' : 'BROKEN'} ${name.padEnd(8)} ${figures}`);
  if (!kept) broken.push(name);
};
const percentile = (times: readonly number[], share: number) =>
  Math.round([...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);

/** Of a server's log, what is worth reading when the drill breaks off. */
const isFault = (line: string) => /"level":("(error|fatal)"|[56]0)/.test(line);
let running: Servers['processes'] = [];

const postgres = makeCluster({ durable: true });
const cleanups: (() => unknown)[] = [() => postgres.remove()];
try {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const servers = await startServers({
    databaseUrl: postgres.url(),
    count: SERVERS,
    publicUrl,
    ...(existsSync(built) && { program: [built] }),
  });
  cleanups.push(() => servers.close());
  running = servers.processes;
  const nginx = await startNginx(servers.urls, undefined, port);
  cleanups.push(() => nginx.stop());
  await resume(servers);
  await kill(servers);
  await limits(servers);
  await restart(servers, nginx.url, Number(values.seconds) * 1_000);
} catch (error) {
  for (const { output } of running)
    for (const line of output.err.split('\n').filter(isFault).slice(-5)) console.error(line);
  throw error;
} finally {
  for (const clean of cleanups.reverse()) await clean();
}
process.exitCode = broken.length > 0 ? 1 : 0;

async function resume(servers: Servers): Promise<void> {
  const tokens = Array.from({ length: 40 }, (_, n) => `word${n} `);
  servers.model.respond({ tokens, paceMs: 25 });
  let equal = 0;
  await Promise.all(
    Array.from({ length: RESUMED }, async (_, n) => {
      const [here, there] = [servers.client(n % SERVERS), servers.client((n + 1) % SERVERS)];
      const { id: conversationId } = await here.conversations.create({ assistantId: servers.assistantId });
      const stream = await here.messages.stream({ conversationId, content: `How ${n}?` });
      const { message_id: messageId } = await stream.start;
      for await (const _piece of stream) if (stream.state.content.length > 60) break;
      const resumed = await there.messages.resume({ conversationId, messageId, content: stream.state.content });
      const { content } = await resumed.finalMessage();
      const again = await here.messages.resume({ conversationId, messageId });
      if ((await again.finalMessage()).content === content && content === tokens.join('')) equal += 1;
    }),
  );
  report('resume', equal === RESUMED, `${equal} of ${RESUMED} answers byte-equal on another server`);
}

async function kill(servers: Servers): Promise<void> {
  const receiver = await startReceiver();
  cleanups.push(() => receiver.close());
  const until = new Promise<void>(() => {});
  servers.model.respond({ tokens: ['Half ', 'whole'], hold: { after: 1, until } });
  const hook = await servers.client(1).webhooks.create({ url: receiver.url, events: ['conversation.created'] });
  const refs = await Promise.all(
    Array.from({ length: KILLED }, async () => {
      const client = servers.client(0);
      const { id: conversationId } = await client.conversations.create({ assistantId: servers.assistantId });
      const stream = await client.messages.stream({ conversationId, content: 'How?' });
      const { message_id: messageId } = await stream.start;
      for await (const _ of stream) break;
      return { conversationId, messageId };
    }),
  );
  // As many as an endpoint is sent at once.
  await receiver.tries(4);
  const readers = await Promise.all(
    refs.map(async (ref, n) => servers.client(1 + (n % (SERVERS - 1))).messages.resume(ref)),
  );
  receiver.held = false;
  const before = receiver.came.length;
  const killedAt = performance.now();
  await servers.processes[0]!.kill();
  const ends = await Promise.all(
    readers.map(async (reader) => {
      try {
        for await (const _ of reader);
      } catch {}
      return { at: performance.now() - killedAt, state: reader.state };
    }),
  );
  await receiver.tries(before + KILLED);
  const takenOver = receiver.came[before]!.at - killedAt;
  const lastEnd = Math.max(...ends.map(({ at }) => at));
  const honest = ends.filter(({ state }) => state.error?.code === 'interrupted' && state.content === 'Half ').length;
  const events = new Set(receiver.came.map(({ id }) => id)).size;
  report(
    'kill',
    honest === KILLED && lastEnd < TAKEN_OVER_MS && takenOver < TAKEN_OVER_MS && events === KILLED,
    `${honest} of ${KILLED} answers ended as interrupted, the last after ${Math.round(lastEnd)} ms; ` +
      `its deliveries taken over after ${Math.round(takenOver)} ms; ${events} of ${KILLED} events came`,
  );
  await servers.client(1).webhooks.delete(hook.id);
  await servers.start(0);
}

async function limits(servers: Servers): Promise<void> {
  const limit = PLANS.business.requestsPerMinute;
  await servers.store.accounts.create({ id: 'acct_limits', name: 'Limits', plan: 'business', createdAt: 1 });
  const random = (size: number) => crypto.getRandomValues(Buffer.alloc(size));
  const { credential, row } = makeKey({ accountId: 'acct_limits', kind: 'secret', name: 'k' }, random, 1);
  await servers.store.keys.create(row);
  const statuses: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: 30 }, async (_, worker) => {
      for (let n = 0; n < 100; n += 1) {
        const url = servers.urls[(worker + n) % SERVERS];
        const { status } = await fetch(`${url}/v1/assistants`, { headers: { Authorization: `Bearer ${credential}` } });
        statuses.push(status);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const admitted = statuses.filter((status) => status === 200).length;
  const windows = Math.ceil(seconds / 60);
  report(
    'limits',
    Math.abs(admitted - limit * windows) <= limit * windows * 0.01,
    `${admitted} of ${statuses.length} requests admitted in ${seconds.toFixed(1)} s, plan ${limit} a minute`,
  );
}

async function restart(servers: Servers, url: string, ms: number): Promise<void> {
  servers.model.respond({ tokens: Array.from({ length: 20 }, (_, n) => `word${n} `), paceMs: 40 });
  const errors: string[] = [];
  const times: number[] = [];
  let going = true;
  const visitor = async (n: number) => {
    // As the SDK comes: it resumes broken lines and tries again what was not answered.
    const client = servers.client(url, 4);
    while (going) {
      const startedAt = performance.now();
      try {
        const { id: conversationId } = await client.conversations.create({ assistantId: servers.assistantId });
        const stream = await client.messages.stream({ conversationId, content: `How ${n}?` });
        for await (const _ of stream);
        const { status, content } = stream.state;
        if (status !== 'complete' || !content.endsWith('word19 ')) errors.push(`${status} ${content.length}`);
      } catch (error) {
        errors.push(String(error));
      }
      times.push(performance.now() - startedAt);
    }
  };
  const visitors = Array.from({ length: VISITORS }, (_, n) => visitor(n));
  const codes: (number | null)[] = [];
  const startedAt = performance.now();
  for (let place = 0; place < SERVERS; place += 1) {
    codes.push(await servers.processes[place]!.stop());
    await servers.start(place);
    await sleep(500);
  }
  await sleep(Math.max(0, ms - (performance.now() - startedAt)));
  going = false;
  await Promise.all(visitors);
  for (const error of [...new Set(errors)].slice(0, 5)) console.error(`  ${error}`);
  report(
    'restart',
    errors.length === 0 && codes.every((code) => code === 0),
    `${times.length} answers by ${VISITORS} visitors while ${SERVERS} servers were exchanged: ${errors.length} errors; ` +
      `p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms; exit codes ${codes.join(' ')}`,
  );
}
