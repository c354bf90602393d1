import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Answerer } from '../src/server/answer/answerer.ts';
import { makeApp } from '../src/server/testing/make-app.ts';
import { seededRandom } from './random.ts';

/** Prose of a seeded length with every kind of character, in seeded pieces. */
export function prose(seed: number): string[] {
  const random = seededRandom(seed);
  const words = ['the ', 'größe ', '答案 ', '😀 ', 'answer\n\n', '`code` ', '(1) ', 'שלום ', '"quoted" ', 'id: 7\n'];
  return Array.from({ length: 4 + Math.floor(random() * 12) }, () =>
    Array.from({ length: 1 + Math.floor(random() * 12) }, () => words[Math.floor(random() * words.length)]).join(''),
  );
}

/** Answers `seed N` with {@link prose}(N), a piece every 2 ms; `endless` until it is stopped; anything else with an echo. */
const seededAnswerer: Answerer = {
  async *answer({ question, signal }) {
    const pause = () => new Promise((resolve) => setTimeout(resolve, 2));
    const seed = /^seed (\d+)$/.exec(question)?.[1];
    const pieces = seed === undefined ? [`You said: ${question}`] : prose(Number(seed));
    for (const text of pieces) {
      yield { type: 'text', text };
      await pause();
    }
    while (question === 'endless' && !signal.aborted) {
      yield { type: 'text', text: 'and so on ' };
      await pause();
    }
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    yield { type: 'result', outcome: 'answered', usage };
  },
};

/**
 * The real app with a database in memory and seeded answers, on 127.0.0.1. It may crawl sites there; what it does in
 * the background begins with `deps.jobs.start()`.
 */
export async function appServer() {
  const made = await makeApp({ answerer: seededAnswerer, env: { ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1' } });
  const server = serve({ fetch: made.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  if (!server.listening) await once(server, 'listening');
  return {
    ...made,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await made.deps.jobs.stop();
      await made.deps.turns.drain(1000);
      await made.store.close();
    },
  };
}
