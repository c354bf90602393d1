import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type {
  Conversation,
  Message,
  Outcome,
  Source,
  VisitorSession,
  WidgetConfig,
} from '../../src/protocol/resources.ts';
import type { StreamEvent } from '../../src/protocol/stream-events.ts';
import { type Door, type DoorCase, textAt } from './doors.ts';

const WEB = fileURLToPath(new URL('../../dist/web/', import.meta.url));
const TIME = '2026-11-23T12:00:00.000Z';
const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

/** A page with `script`, the built files below `/web/`, and for each case an API of its own whose every word is hostile. */
export interface HostileServer {
  readonly url: string;
  /** Cases by number; `/api/<number>/v1` speaks with the words of that one. */
  readonly cases: DoorCase[];
  /** Requests for anything else: a relative address that a text made the page load. */
  readonly strays: string[];
  close(): Promise<void>;
}

/** @param policy Content-Security-Policy of the page; default none, since a policy would hide what a text tries */
export async function startHostileServer(script: string, policy = ''): Promise<HostileServer> {
  const cases: DoorCase[] = [];
  const strays: string[] = [];
  // By case, not by number: the list is filled anew for each corpus.
  const apis = new WeakMap<DoorCase, HostileApi>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
    const send = (type: string, body: string | Buffer) =>
      void response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (pathname === '/page.js') return send('text/javascript', script);
    if (pathname === '/' && request.url === '/') {
      if (policy) response.setHeader('content-security-policy', policy);
      return send('text/html', '<!doctype html><meta charset="utf-8"><body><script src="/page.js"></script></body>');
    }
    if (pathname === '/cases') {
      const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
      return send('application/json', JSON.stringify(cases.slice(from, to)));
    }
    const file = /^\/web\/((?:assets\/)?[\w.-]+\.js)$/.exec(pathname)?.[1];
    if (file) return send('text/javascript', readFileSync(WEB + file));
    const api = /^\/api\/(\d+)(\/broken)?\/v1(\/.*)$/.exec(pathname);
    const found = api && cases[Number(api[1])];
    if (!api || !found) {
      strays.push(request.url ?? '');
      return void response.writeHead(404).end();
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    if (!apis.has(found)) apis.set(found, new HostileApi(found));
    await apis.get(found)!.answer(`${request.method} ${api[3]}`, body, response, api[2] !== undefined);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    cases,
    strays,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An API that speaks the wire and fills it with the texts of one case. Turns: answered, failed half-way, refused, nothing found. */
class HostileApi {
  readonly #case: DoorCase;
  readonly #messages: Message[] = [];
  #turns = 0;

  constructor(given: DoorCase) {
    this.#case = given;
  }

  #at = (door: Door): string => textAt(this.#case, door);

  async answer(route: string, body: string, response: ServerResponse, broken: boolean): Promise<void> {
    const send = (value: unknown, status = 200) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const refuse = (door: Door) =>
      send({ error: { code: this.#at(door), message: this.#at(door), details: { field: this.#at(door) } } }, 400);
    if (route === 'GET /widget/config') return broken ? refuse('configError') : send(this.#config());
    if (route === 'POST /visitor-sessions')
      return send({
        token: 'vt_hostile',
        visitor_id: 'vis_1',
        user_id: null,
        assistant_id: 'ast_1',
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      } satisfies VisitorSession);
    if (route === 'POST /conversations') return send(this.#conversation());
    if (/^GET \/conversations\/[^/]+\/messages$/.test(route))
      return send({ messages: this.#messages, total: this.#messages.length, has_more: false });
    if (/^POST .*\/(?:stream|retry)$/.test(route)) {
      this.#turns += 1;
      if (this.#turns === 3) return refuse('refusal');
      return this.#stream(response, body, this.#turns === 2 ? 'failed' : this.#turns === 4 ? 'not_found' : 'answered');
    }
    send({});
  }

  #config(): WidgetConfig {
    // An https picture is what an owner asks for, and is loaded.
    const avatar = /^https:/.test(this.#at('avatar')) ? `x${this.#at('avatar')}` : this.#at('avatar');
    return {
      assistant: { id: 'ast_1', name: this.#at('name'), description: this.#at('description') },
      widget: {
        greeting: this.#at('greeting'),
        subtitle: this.#at('subtitle'),
        prompts: [this.#at('prompt')],
        placeholder: this.#at('placeholder'),
        accent: this.#at('accent'),
        avatar_url: avatar,
        contact_url: this.#at('contact'),
      },
      document_count: 3,
      retention_days: null,
      identity: 'off',
      tools: false,
      attachments: { enabled: false, max_bytes: 0, types: [] },
    };
  }

  #conversation(): Conversation {
    return {
      id: 'conv_1',
      assistant_id: 'ast_1',
      user_id: null,
      title: null,
      metadata: {},
      messages: [],
      created_at: TIME,
      last_message_at: null,
      ended_at: null,
    };
  }

  #sources(): Source[] {
    const source = {
      title: this.#at('sourceTitle'),
      url: this.#at('sourceUrl'),
      relevance: 0.9,
      quote: this.#at('sourceQuote'),
      heading: this.#at('sourceHeading'),
      document_id: 'doc_1',
    };
    // Two of a title show their headings, the third its title.
    return [source, source, { ...source, title: `${source.title} `, url: `https://${source.url}` }];
  }

  async #stream(response: ServerResponse, body: string, end: Outcome | 'failed'): Promise<void> {
    const fails = end === 'failed';
    const outcome = fails ? null : end;
    const sources = end === 'answered' ? this.#sources() : [];
    const text = `${this.#at('answer')} [1]`;
    const { content } = (body ? JSON.parse(body) : {}) as { content?: string };
    const ended = {
      conversation_id: 'conv_1',
      timestamp: TIME,
      metadata: {},
      usage: null,
      feedback: null,
      follow_ups: [],
      tool_calls: [],
      attachments: [],
    };
    const at = this.#messages.length;
    this.#messages.push({
      ...ended,
      id: `msg_${at}`,
      role: 'user',
      content: content ?? this.#at('question'),
      status: 'complete',
      sources: [],
      outcome: null,
      error: null,
      truncated: false,
    });
    const error = { code: this.#at('answerError'), message: this.#at('answerError') };
    this.#messages.push({
      ...ended,
      id: `msg_${at + 1}`,
      role: 'assistant',
      content: text,
      status: fails ? 'failed' : 'complete',
      sources,
      outcome,
      error: fails ? error : null,
      truncated: false,
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let position = 0;
    const tell = (event: StreamEvent) => response.write(`id: ${position}\ndata: ${JSON.stringify(event)}\n\n`);
    tell({ type: 'start', message_id: `msg_${at + 1}` });
    const step = Math.max(1, Math.ceil(text.length / 4));
    while (position < text.length) {
      const piece = text.slice(position, position + step);
      position += piece.length;
      tell({ type: 'delta', content: piece });
      await sleep(10);
    }
    if (outcome === null) tell({ type: 'error', error });
    else {
      tell({ type: 'sources', sources, outcome });
      tell({ type: 'end', usage: USAGE });
    }
    response.end();
  }
}
