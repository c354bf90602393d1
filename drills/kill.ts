import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation, Message, Page } from '../src/protocol/resources.ts';
import type { Cluster } from '../test/postgres-cluster.ts';
import { seededRandom } from '../test/random.ts';
import { DrillServer } from './server.ts';

/** Every so many kills of the server, its database is killed with it. */
const DATABASE_TOO = 10;
/** An answer whose server died ends within 10 s on a shared database. */
const SETTLED_MS = 20_000;

/** What became of a run of {@link killDrill}. */
export interface KillReport {
  readonly kills: number;
  readonly writers: number;
  /** Questions whose answer was heard whole, and questions that were sent in all (repeats of one not counted). */
  readonly acknowledged: number;
  readonly sent: number;
  /** Questions that had no whole answer even after the last start, asked again under their key. */
  readonly unanswered: number;
  /** Acknowledged turns that are not in the store, or say something else there. */
  readonly lost: number;
  /** Questions that are stored more than once. */
  readonly duplicated: number;
  /** Questions without an answer's row, answers without a question, answers still `streaming` after the start. */
  readonly halves: number;
  /** How often PostgreSQL was killed too. */
  readonly databaseKills: number;
  /** Slowest start until `/readyz`, ms. */
  readonly slowestStartMs: number;
}

/** What the parent knows: what was asked under which key, and what the server has said of it. */
interface Asked {
  readonly conversationId: string;
  readonly content: string;
  readonly key: string;
  answer: { readonly id: string; readonly content: string } | null;
}

/**
 * Kills the server again and again (SIGKILL, at a seeded moment) while writers ask, and looks after each start whether it
 * still holds what it acknowledged. The writers keep the oracle: a question is acknowledged once its whole answer was
 * heard; one whose line broke is asked again under the same key, as a client does.
 *
 * @param options.cluster the PostgreSQL to use instead of SQLite; every tenth kill ends it too, as a power cut would
 * A kill leaves the kernel's cache as it is, so what was written and not synced survives it: switching fsync off changes
 * nothing here, and only a power cut would show it. `forgetful` brings about what a power cut then leaves.
 *
 * @param options.forgetful for the negative control, on SQLite: with each kill the disk forgets what was written since the
 * last clean stop, as one does at a power cut that was never told to sync
 * @param options.invent for the negative control: what the oracle is told to expect although nobody acknowledged it
 */
export async function killDrill(options: {
  readonly kills: number;
  readonly writers?: number;
  readonly seed?: number;
  readonly cluster?: Pick<Cluster, 'url' | 'start' | 'kill'>;
  readonly forgetful?: boolean;
  readonly invent?: number;
  /** Hears how far it is, in words. */
  readonly onProgress?: (done: string) => void;
}): Promise<KillReport> {
  const { kills, writers = 20, seed = 1, cluster, forgetful = false, invent = 0 } = options;
  const random = seededRandom(seed);
  const server = await DrillServer.start(cluster ? { ASSISTERS_DATABASE_URL: cluster.url() } : {});
  const asked: Asked[] = [];
  let over = false;
  let slowestStartMs = 0;
  let databaseKills = 0;
  try {
    const begin = async () =>
      (await server.api<Conversation>('POST', '/conversations', { assistant_id: server.assistantId })).id;
    const later: Asked[] = [];
    const begun = await Promise.all(Array.from({ length: writers }, begin));
    if (forgetful) {
      // What was there before the writers began is kept: a clean stop empties the log into the database.
      await server.stop();
      await server.up();
    }
    const writing = begun.map(async (first, writer) => {
      let conversationId = first;
      for (let n = 0; !over; n += 1) {
        const turn: Asked = {
          conversationId,
          content: `${QUESTIONS[n % QUESTIONS.length]} (${writer}.${n})`,
          key: `${seed}-${writer}-${n}`,
          answer: null,
        };
        asked.push(turn);
        for (;;) {
          const said = await say(server, turn);
          if (said === 'heard') break;
          if (said === 'busy' || cluster || over) {
            // On a shared database a dead server's answer ends after 10 s: until then, something else is asked.
            later.push(turn);
            while (!over) {
              const next = await begin().catch(() => null);
              if (next !== null) {
                conversationId = next;
                break;
              }
              await sleep(20);
            }
            break;
          }
          await sleep(20);
        }
      }
    });
    for (let n = 0; n < kills; n += 1) {
      if (forgetful) while (!asked.some(({ answer }) => answer !== null)) await sleep(10);
      await sleep(30 + random() * 400);
      await server.kill();
      if (forgetful) forget(server.dataDir);
      if (cluster && n % DATABASE_TOO === DATABASE_TOO - 1) {
        databaseKills += 1;
        cluster.kill();
        cluster.start();
      }
      slowestStartMs = Math.max(slowestStartMs, await server.up());
      options.onProgress?.(`${n + 1} of ${kills} kills`);
    }
    over = true;
    await Promise.all(writing);
    // Whoever asked gets an answer in the end, under the key of the first time.
    const deadline = Date.now() + SETTLED_MS;
    for (const turn of later) {
      while ((await say(server, turn)) !== 'heard' && Date.now() < deadline) await sleep(200);
    }
    for (let n = 0; n < invent; n += 1) {
      asked.push({ ...asked[0]!, content: `never asked ${n}`, answer: { id: `msg_none${n}`, content: '' } });
    }
    const found = await compare(server, asked);
    return { kills, writers, databaseKills, slowestStartMs: Math.round(slowestStartMs), ...found };
  } finally {
    over = true;
    await server.dispose();
  }
}

/** Takes away SQLite's write-ahead log, which holds what was written since it was last emptied. */
function forget(dataDir: string): void {
  for (const name of readdirSync(dataDir)) if (/-(wal|shm)$/.test(name)) rmSync(join(dataDir, name));
}

const QUESTIONS = ['How do I embed the widget?', 'Which models can I use?', 'How do I revoke a key?'];

/** Asks once: whether the whole answer was heard, the line broke, or another answer stands in the way. */
async function say(server: DrillServer, turn: Asked): Promise<'heard' | 'broken' | 'busy'> {
  try {
    const answer = await server.request('POST', `/conversations/${turn.conversationId}/messages`, {
      body: { content: turn.content },
      headers: { 'Idempotency-Key': turn.key },
    });
    const body = (await answer.json()) as Message;
    if (answer.status === 409) return 'busy';
    if (answer.status !== 200) return 'broken';
    turn.answer = { id: body.id, content: body.content };
    return 'heard';
  } catch {
    // The line broke: whether it was stored is not known, so it is asked again under the same key.
    return 'broken';
  }
}

async function compare(server: DrillServer, asked: readonly Asked[]) {
  let lost = 0;
  let duplicated = 0;
  let halves = 0;
  const acknowledged = asked.filter(({ answer }) => answer !== null);
  const unanswered = asked.length - acknowledged.length;
  for (const conversationId of new Set(asked.map((turn) => turn.conversationId))) {
    const stored = await settled(server, conversationId);
    const questions = stored.filter(({ role }) => role === 'user');
    const counts = new Map<string, number>();
    for (const { content } of questions) counts.set(content, (counts.get(content) ?? 0) + 1);
    duplicated += [...counts.values()].filter((count) => count > 1).length;
    halves += stored.filter(
      ({ role, status }, n) => role !== (n % 2 === 0 ? 'user' : 'assistant') || status === 'streaming',
    ).length;
    if (stored.length % 2 === 1) halves += 1;
    const byId = new Map(stored.map((message) => [message.id, message]));
    for (const { conversationId: place, content, answer } of acknowledged) {
      if (place !== conversationId) continue;
      const found = byId.get(answer!.id);
      if (!counts.has(content) || found?.content !== answer!.content || found.status !== 'complete') lost += 1;
    }
  }
  return { acknowledged: acknowledged.length, sent: asked.length, unanswered, lost, duplicated, halves };
}

/** What a conversation holds once nothing in it says any more that it is being written; else as it is after a while. */
async function settled(server: DrillServer, conversationId: string): Promise<Message[]> {
  const deadline = Date.now() + SETTLED_MS;
  for (;;) {
    const stored = await messagesOf(server, conversationId);
    if (Date.now() > deadline || !stored.some(({ status }) => status === 'streaming')) return stored;
    await sleep(200);
  }
}

async function messagesOf(server: DrillServer, conversationId: string): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const path = `/conversations/${conversationId}/messages?limit=100&offset=${all.length}`;
    const { messages, has_more } = await server.api<Page<'messages', Message>>('GET', path);
    all.push(...messages);
    if (!has_more) return all;
  }
}
