import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { findPostgres } from '../scripts/find-postgres.ts';
import type { Conversation } from '../src/protocol/resources.ts';
import { startModelServer } from '../test/model-server.ts';
import { makeCluster } from '../test/postgres-cluster.ts';
import { killDrill } from './kill.ts';
import { DrillServer } from './server.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

describe('killed while it writes', () => {
  test('20 times: nothing acknowledged is lost, nothing is there twice, nothing is half', async () => {
    const report = await killDrill({ kills: 20 });
    expect(report).toMatchObject({ lost: 0, duplicated: 0, halves: 0, unanswered: 0 });
    expect(report.acknowledged).toBeGreaterThan(20);
  }, 240_000);

  test.skipIf(!findPostgres())(
    'and on PostgreSQL, which is killed with it',
    async () => {
      const cluster = makeCluster({ durable: true });
      cleanups.push(() => cluster.remove());
      const report = await killDrill({ kills: 10, cluster });
      expect(report).toMatchObject({ lost: 0, duplicated: 0, halves: 0, unanswered: 0, databaseKills: 1 });
      expect(report.acknowledged).toBeGreaterThan(20);
    },
    240_000,
  );

  test('the drill sees what is lost', async () => {
    expect((await killDrill({ kills: 1, writers: 2, invent: 3 })).lost).toBe(3);
  }, 60_000);

  test('and what was acknowledged and never reached the disk', async () => {
    const report = await killDrill({ kills: 1, writers: 2, forgetful: true });
    expect(report.lost).toBeGreaterThan(0);
    expect(report).toMatchObject({ duplicated: 0, unanswered: 0 });
  }, 60_000);
});

test('asked to end, it finishes what it writes, refuses no running line, and ends well', async () => {
  const model = await startModelServer();
  cleanups.push(() => model.close());
  let go = () => {};
  const until = new Promise<void>((resolve) => {
    go = resolve;
  });
  model.respond({ tokens: ['Half. ', 'Whole.'], hold: { after: 1, until } });
  const server = await DrillServer.start({ ASSISTERS_MODEL_BASE_URL: model.url });
  cleanups.push(() => server.dispose());
  const assistant = await server.api<{ id: string }>('POST', '/assistants', { name: 'A', model: 'm' });
  const { id } = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant.id });
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const one = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant.id });
      return server.request('POST', `/conversations/${one.id}/messages/stream`, { body: { content: 'Hello?' } });
    }),
  );
  const bodies = answers.map((answer) => answer.text());
  // Others ask all the while, each on a line of its own: they are served, or refused at the door, but no answer is cut off.
  // (A line the kernel had opened and nobody had taken is reset when the door is shut.)
  const outcomes = new Set<string>();
  let asking = true;
  const others = Array.from({ length: 4 }, async () => {
    while (asking) {
      const outcome = await ask(`${server.url}/v1/assistants`, server.secretKey);
      outcomes.add(outcome);
      if (outcome.startsWith('ECONN')) return;
    }
  });
  const begun = server.output.length;
  const stopping = server.stop();
  while (!server.output.slice(begun).includes('Stopping')) await sleep(5);
  // New work is refused in words, or at the door, never half done; and at once.
  const late = await server.request('POST', `/conversations/${id}/messages`, { body: { content: 'Late' } }).then(
    ({ status }) => status,
    () => 'refused',
  );
  expect([503, 'refused']).toContain(late);
  go();
  for (const text of await Promise.all(bodies)) {
    expect(text).toContain('Whole.');
    expect(text).toContain('"type":"end"');
  }
  const { code, ms } = await stopping;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  asking = false;
  await Promise.all(others);
  expect(['200', 'ECONNREFUSED', 'ECONNRESET']).toEqual(expect.arrayContaining([...outcomes]));
}, 60_000);

/** The status of an answer on a line of its own, or why there was none. */
function ask(url: string, key: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, headers: { Authorization: `Bearer ${key}` } }, (answer) => {
      answer.on('end', () => resolve(String(answer.statusCode))).on('error', () => resolve('cut'));
      answer.resume();
    });
    asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error')).end();
  });
}

test('a webhook endpoint that is down hears everything once it is up, however often the server was killed', async () => {
  const { webhookDrill } = await import('./webhooks.ts');
  const report = await webhookDrill({ kills: 5, events: 30 });
  expect(report).toMatchObject({ lost: 0, changed: 0 });
  expect(report.heard).toBeGreaterThanOrEqual(report.events);
}, 240_000);
