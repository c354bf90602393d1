import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Conversation } from '../src/protocol/resources.ts';
import type { Webhook } from '../src/protocol/webhooks.ts';
import { freePort } from '../test/free-port.ts';
import { seededRandom } from '../test/random.ts';
import { DrillServer } from './server.ts';

/** What became of a run of {@link webhookDrill}. */
export interface WebhookReport {
  readonly kills: number;
  /** Changes the server acknowledged, each of which makes one event. */
  readonly events: number;
  /** Events the endpoint took, repeats counted. */
  readonly heard: number;
  /** Acknowledged changes the endpoint never heard of. */
  readonly lost: number;
  /** Changes that were heard of under more than one id. */
  readonly changed: number;
  readonly repeats: number;
}

/**
 * Makes changes while the endpoint is down or fails and the server is killed again and again; then the endpoint comes up.
 * Every acknowledged change must have been heard of at least once, and always under the same id.
 */
export async function webhookDrill(options: {
  readonly kills: number;
  readonly events: number;
  readonly seed?: number;
  /** Hears how far it is, in words. */
  readonly onProgress?: (done: string) => void;
}): Promise<WebhookReport> {
  const { kills, events, seed = 1 } = options;
  const random = seededRandom(seed);
  const port = await freePort();
  const heard: { readonly id: string; readonly about: string }[] = [];
  let endpoint: Server | null = null;
  /** Up, it takes some and fails some, and breaks off some after it took them. */
  const up = (failing: number) =>
    new Promise<void>((resolve) => {
      endpoint = createServer(async (request, response) => {
        let text = '';
        for await (const piece of request.setEncoding('utf8')) text += piece;
        const luck = random();
        if (luck < failing / 2) return void response.writeHead(500).end();
        const { data } = JSON.parse(text) as { data: { id: string } };
        heard.push({ id: String(request.headers['webhook-id']), about: data.id });
        if (luck < failing) response.destroy();
        else response.end();
      }).listen(port, '127.0.0.1', () => resolve());
    });
  const down = async () => {
    endpoint?.closeAllConnections();
    await new Promise((resolve) => (endpoint ? endpoint.close(resolve) : resolve(null)));
    endpoint = null;
  };
  const server = await DrillServer.start({ ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
  try {
    const made = new Set<string>();
    const hook = await server.api<Webhook>('POST', '/webhooks', {
      url: `http://127.0.0.1:${port}/`,
      events: ['conversation.created'],
    });
    const change = async () => {
      const body = { assistant_id: server.assistantId };
      const answer = await server.request('POST', '/conversations', { body }).catch(() => null);
      if (answer?.status === 201) made.add(((await answer.json()) as Conversation).id);
    };
    for (let n = 0; n < kills; n += 1) {
      if (n % 3 === 1) await up(0.6);
      const changes = Array.from({ length: Math.ceil(events / kills) }, async () => {
        await sleep(random() * 300);
        await change();
      });
      await sleep(50 + random() * 250);
      await server.kill();
      await Promise.all(changes);
      await down();
      await server.up();
      options.onProgress?.(`${n + 1} of ${kills} kills`);
    }
    while (made.size < events) await change();
    await up(0);
    // By hand, so that the drill does not wait for the schedule's hours; the schedule itself has tests of its own.
    const deadline = Date.now() + 120_000;
    const missing = () => [...made].filter((id) => !heard.some(({ about }) => about === id));
    while (missing().length > 0 && Date.now() < deadline) {
      const { deliveries } = await server.api<{ deliveries: { id: string; request_body: string }[] }>(
        'GET',
        `/webhooks/${hook.id}/deliveries?limit=100&status=pending`,
      );
      for (const { id } of deliveries) await server.request('POST', `/webhooks/${hook.id}/deliveries/${id}/redeliver`);
      await sleep(300);
    }
    const ids = new Map<string, Set<string>>();
    for (const { id, about } of heard) ids.set(about, (ids.get(about) ?? new Set()).add(id));
    return {
      kills,
      events: made.size,
      heard: heard.length,
      lost: missing().length,
      changed: [...ids.values()].filter((set) => set.size > 1).length,
      repeats: heard.length - new Set(heard.map(({ id }) => id)).size,
    };
  } finally {
    await down();
    await server.dispose();
  }
}
