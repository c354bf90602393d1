import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Assisters } from '../src/sdk/index.ts';
import { NO_ATTACHMENTS } from '../src/server/openapi/to-wire.ts';
import type { appServer } from './app-server.ts';

/** A code block of a page. */
export interface Example {
  /** The heading above it, and which block below that heading it is. */
  readonly name: string;
  readonly code: string;
}

/** The code blocks of one language in a page, in order. */
export function examplesOf(file: string, language: string): Example[] {
  const text = readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8');
  const found: Example[] = [];
  let heading = '';
  let block: string[] | null = null;
  let open = '';
  for (const line of text.split('\n')) {
    if (block !== null && line === '```') {
      const number = found.filter(({ name }) => name.startsWith(`${heading} `)).length + 1;
      if (open === language) found.push({ name: `${heading} ${number}`, code: block.join('\n') });
      block = null;
    } else if (block !== null) block.push(line);
    else if (line.startsWith('```')) {
      open = line.slice(3);
      block = [];
    } else if (/^#+ /.test(line)) heading = line.replace(/^#+ /, '');
  }
  return found;
}

/** A site with one page, which also takes webhooks. */
export async function exampleSite() {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') return void response.writeHead(204).end();
    const body = '<!doctype html><title>Guide</title><main><h1>Guide</h1><p>We are open from nine to five.</p></main>';
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * What the example names, newly made in an account of its own, by its placeholder: `ast_…` → `ast_8Fq…`. The server's jobs
 * must run.
 */
export async function exampleObjects(
  server: Awaited<ReturnType<typeof appServer>>,
  site: string,
  code: string,
): Promise<Record<string, string>> {
  const baseURL = `http://127.0.0.1:${server.port}/v1`;
  const accountId = await server.addAccount();
  const { credential: apiKey } = await server.addKey(accountId, 'secret');
  const identity = { algorithm: 'HS256', required: false, issuer: null, jwksUrl: null, secrets: [] } as const;
  const { id: assistantId } = await server.addAssistant(accountId, {
    identity,
    attachments: { ...NO_ATTACHMENTS, enabled: true },
  });
  const client = new Assisters({ apiKey, baseURL });
  const objects: Record<string, string> = {
    'ast_…': assistantId,
    'sk_live_…': apiKey,
    'whsec_…': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'https://chat.example.com/v1': baseURL,
    'https://docs.example.com': site,
    'https://example.com/hooks': `${site}/hooks`,
  };
  const needs = (...names: string[]) => names.some((name) => code.includes(name));
  if (needs('pk_live_…', 'vt_…')) {
    const change = { origins: ['https://example.com'], assistantIds: [assistantId] };
    const key = await server.addKey(accountId, 'publishable', change);
    objects['pk_live_…'] = key.credential;
    objects['vt_…'] = (await server.addVisitor(key, 'https://example.com', assistantId)).token;
  }
  if (needs('key_…')) objects['key_…'] = (await client.apiKeys.create({ kind: 'secret', name: 'Old' })).id;
  if (needs('kb_…')) {
    const { id: knowledgeBaseId } = await client.knowledgeBases.create({ name: 'Docs' });
    objects['kb_…'] = knowledgeBaseId;
    const upload = { knowledgeBaseId, file: '# A\n\nText.', filename: 'a.md' };
    if (needs('doc_…')) objects['doc_…'] = (await client.documents.create(upload)).id;
    const follow = { knowledgeBaseId, urls: [`${site}/followed`] };
    if (needs('url_…')) objects['url_…'] = (await client.urls.create(follow))[0]!.id;
  }
  if (needs('wh_…')) {
    const url = `${site}/followed-hook`;
    objects['wh_…'] = (await client.webhooks.create({ url, events: ['feedback.submitted'] })).id;
  }
  if (needs('conv_…', 'del_…')) {
    const { id: conversationId } = await client.conversations.create({ assistantId });
    const { id: messageId } = await client.messages.create({ conversationId, content: 'Hello!' });
    Object.assign(objects, { 'conv_…': conversationId, 'msg_…': messageId });
    const file = { conversationId, file: 'It rains.', filename: 'a.txt' };
    if (needs('att_…')) objects['att_…'] = (await client.attachments.create(file)).id;
    if (needs('del_…')) {
      await client.messages.feedback({ conversationId, messageId, rating: 'up' });
      const { deliveries } = await client.webhooks.deliveries({ webhookId: objects['wh_…']! });
      objects['del_…'] = deliveries[0]!.id;
    }
  }
  if (needs('call_…')) {
    // An answer that waits for the page.
    const { id: conversationId } = await client.conversations.create({ assistantId });
    const messageId = `msg_${conversationId}`;
    const now = server.deps.clock();
    await server.store.messages.openTurn({
      scope: { accountId },
      conversationId,
      question: { id: `${messageId}_question`, content: 'Put one into my cart', metadata: {} },
      answerId: messageId,
      idempotency: null,
      tools: [{ name: 'add_to_cart', description: 'Adds an article', parameters: {} }],
      now,
    });
    const call = { id: `call_${conversationId}`, name: 'add_to_cart', arguments: {}, result: null, at: 0, round: 0 };
    const end = { sources: [], outcome: null, usage: null, error: null, truncated: false, calls: [call] };
    await server.store.messages.finish(accountId, messageId, { ...end, status: 'awaiting_tool' }, now);
    Object.assign(objects, { 'conv_…': conversationId, 'msg_…': messageId, 'call_…': call.id });
  }
  return objects;
}

/** The example with real ids and addresses. Throws when a placeholder stays. */
export function filled(code: string, objects: Readonly<Record<string, string>>): string {
  const text = Object.entries(objects).reduce((all, [name, value]) => all.replaceAll(name, value), code);
  const left = /\w+_…/.exec(text);
  if (left) throw new Error(`Nothing stands for ${left[0]} in the example:\n${code}`);
  return text;
}
