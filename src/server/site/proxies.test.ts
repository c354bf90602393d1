import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { afterEach, describe, expect, test } from 'vitest';
import { findNginx, NGINX_ABSENT, type Nginx, startNginx } from '../../../test/nginx.ts';
import { Assisters } from '../../sdk/index.ts';
import type { Answerer } from '../answer/answerer.ts';
import { makeApp } from '../testing/make-app.ts';

const hasNginx = findNginx() !== null;

/** `deploy/nginx.conf` in the real nginx, before the real server. */
describe.skipIf(!hasNginx)(hasNginx ? 'the nginx recipe' : NGINX_ABSENT, () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  /** A server whose answer stops after its first words until it is let on, and an nginx before it. */
  const setUp = async (edit?: (recipe: string) => string) => {
    let letOn: () => void = () => {};
    const on = new Promise<void>((resolve) => {
      letOn = resolve;
    });
    const answerer: Answerer = {
      async *answer() {
        yield { type: 'text', text: 'First words, ' };
        await on;
        yield { type: 'text', text: 'last words.' };
        const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
        yield { type: 'result', outcome: 'answered', usage };
      },
    };
    const app = await makeApp({ answerer });
    const server = serve({ fetch: app.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    if (!server.listening) await once(server, 'listening');
    cleanups.push(async () => {
      server.closeAllConnections();
      server.close();
      await app.deps.turns.drain(0);
      await app.store.close();
    });
    const direct = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const nginx: Nginx = await startNginx([direct], edit);
    cleanups.push(() => nginx.stop());
    const client = (url: string) => new Assisters({ apiKey: app.sk.credential, baseURL: `${url}/v1`, maxRetries: 0 });
    const { id: conversationId } = await client(nginx.url).conversations.create({ assistantId: app.assistant.id });
    return { ...app, letOn, direct: client(direct), proxied: client(nginx.url), conversationId };
  };

  test('passes each piece on as it comes', async () => {
    const { proxied, conversationId, letOn } = await setUp();
    const stream = await proxied.messages.stream({ conversationId, content: 'How?' });
    const seen: string[] = [];
    for await (const { content } of stream) {
      seen.push(content);
      letOn();
    }
    expect(seen).toEqual(['First words, ', 'last words.']);
  });

  test('that collects and compresses would hold them back: what the recipe is for', async () => {
    const { proxied, direct, conversationId, letOn } = await setUp((recipe) =>
      recipe.replace(
        'proxy_buffering off;',
        'proxy_buffering on; proxy_ignore_headers X-Accel-Buffering; gzip on; gzip_proxied any; gzip_types text/event-stream;',
      ),
    );
    let seen = '';
    const reading = proxied.messages.stream({ conversationId, content: 'How?' }).then(async (stream) => {
      for await (const { content } of stream) seen += content;
    });
    const stored = async () => {
      for await (const { role, content } of direct.messages.list({ conversationId }))
        if (role === 'assistant') return content;
      return '';
    };
    while ((await stored()) !== 'First words, ') await sleep(10);
    await sleep(300);
    expect(seen).toBe('');
    letOn();
    await reading;
    expect(seen).toBe('First words, last words.');
  });
});
