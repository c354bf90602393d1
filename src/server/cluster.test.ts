import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Servers, startReceiver, startServers } from '../../test/cluster.ts';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from '../../test/postgres.ts';
import { APIError } from '../sdk/index.ts';
import { makeKey } from './auth/make-key.ts';

/** Two processes on one database: what `npm run drill:cluster` does with three behind nginx, in small. */
describe.skipIf(!hasPostgres)(
  hasPostgres ? 'two servers on one database' : POSTGRES_ABSENT,
  { timeout: 120_000 },
  () => {
    let place: Awaited<ReturnType<typeof emptySchema>>;
    let servers: Servers;
    beforeAll(async () => {
      place = await emptySchema();
      servers = await startServers({ databaseUrl: place.url, count: 2 });
    }, 120_000);
    afterAll(async () => {
      await servers?.close();
      await place?.drop();
    });

    /** A conversation in which the first server writes an answer that stops after "Half " until it is let on. */
    const begin = async () => {
      let letOn: () => void = () => {};
      const until = new Promise<void>((resolve) => {
        letOn = resolve;
      });
      servers.model.respond({ tokens: ['Half ', 'and ', 'whole.'], hold: { after: 1, until } });
      const { id: conversationId } = await servers.client(0).conversations.create({ assistantId: servers.assistantId });
      const stream = await servers.client(0).messages.stream({ conversationId, content: 'How?' });
      const { message_id: messageId } = await stream.start;
      return { stream, letOn, ref: { conversationId, messageId } };
    };

    test('an answer begun on one is read on the other, from the start and to the end', async () => {
      const { stream, letOn, ref } = await begin();
      const there = await servers.client(1).messages.resume(ref);
      for await (const _ of there) if (there.state.content === 'Half ') letOn();
      expect(await there.finalMessage()).toMatchObject({ content: 'Half and whole.', status: 'complete' });
      expect((await stream.finalMessage()).content).toBe('Half and whole.');
    });

    test('stopped on the other, it stops', async () => {
      const { stream, letOn, ref } = await begin();
      for await (const _ of stream) if (stream.state.content === 'Half ') break;
      expect(await servers.client(1).messages.stop(ref)).toMatchObject({ status: 'stopped', content: 'Half ' });
      letOn();
    });

    test('a limit counts the requests of both, and a key revoked on one is refused by the other', async () => {
      await servers.store.accounts.create({ id: 'acct_free', name: 'Free', plan: 'free', createdAt: 1 });
      const random = (size: number) => crypto.getRandomValues(Buffer.alloc(size));
      const made = makeKey({ accountId: 'acct_free', kind: 'secret', name: 'k' }, random, 1);
      await servers.store.keys.create(made.row);
      const ask = (at: number) =>
        fetch(`${servers.urls[at]}/v1/assistants`, { headers: { Authorization: `Bearer ${made.credential}` } });
      const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n % 2)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
      const left = answers.map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
      expect(new Set(left.filter((count) => count > 0)).size).toBe(19);

      const key = makeKey({ accountId: servers.accountId, kind: 'secret', name: 'k' }, random, 1);
      await servers.store.keys.create(key.row);
      const status = async (at: number) =>
        (await fetch(`${servers.urls[at]}/v1/assistants`, { headers: { Authorization: `Bearer ${key.credential}` } }))
          .status;
      expect([await status(0), await status(1)]).toEqual([200, 200]);
      await servers.client(0).apiKeys.revoke(key.row.id);
      expect([await status(0), await status(1)]).toEqual([401, 401]);
    });

    test('killed, its answers end as interrupted and its work is taken over', async () => {
      const receiver = await startReceiver();
      try {
        const hook = await servers.client(0).webhooks.create({ url: receiver.url, events: ['conversation.created'] });
        const { ref } = await begin();
        await receiver.tries(1);
        const there = await servers.client(1).messages.resume(ref);
        const read = async () => {
          for await (const _ of there) {
            if (there.state.content !== 'Half ' || !receiver.held) continue;
            receiver.held = false;
            await servers.processes[0]!.kill();
          }
        };
        const failed = await read().catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(APIError);
        expect(failed).toMatchObject({ code: 'interrupted' });
        expect(there.state.content).toBe('Half ');
        await receiver.tries(2);
        expect(new Set(receiver.came.map(({ id }) => id)).size).toBe(1);
        // The conversation goes on, where the other server answers it.
        servers.model.respond({});
        const next = await servers.client(1).messages.create({ conversationId: ref.conversationId, content: 'Again?' });
        expect(next.content).toBe('Hello from the model.');
        await servers.client(1).webhooks.delete(hook.id);
      } finally {
        await receiver.close();
        await servers.start(0);
      }
    });

    test('asked to stop, it lets its answers end and goes', async () => {
      const { stream, letOn } = await begin();
      for await (const _ of stream) if (stream.state.content === 'Half ') break;
      const stopped = servers.processes[0]!.stop();
      letOn();
      expect(await stopped).toBe(0);
      await servers.start(0);
      expect((await fetch(`${servers.urls[0]}/readyz`)).status).toBe(200);
    });
  },
);
