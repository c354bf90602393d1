import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A model provider for tests: a real HTTP server on 127.0.0.1 that speaks the streaming wire of OpenAI's chat
 * completions (`POST /v1/chat/completions`) and of Anthropic's messages (`POST /v1/messages`), and does what the test tells
 * it, faults included. It stands for the one thing that cannot run here: a paid service.
 */
export interface ModelServer {
  /** What `ASSISTERS_MODEL_BASE_URL` is set to; the same for Anthropic's base URL. Ends in `/v1`. */
  readonly url: string;
  /** Requests as they came, oldest first. */
  readonly requests: ModelRequest[];
  /** What the next requests are answered with, in order; the last one stays. */
  respond(...behaviours: readonly ModelBehaviour[]): void;
  close(): Promise<void>;
}

/** How one request is answered. Everything is optional: the default writes "Hello from the model." and ends. */
export interface ModelBehaviour {
  /** The text, in the pieces it is sent in. A function is given the request. */
  readonly tokens?: readonly string[] | ((request: ModelRequest) => readonly string[]);
  /** Milliseconds before each piece. */
  readonly paceMs?: number;
  /** After so many pieces, waits before the next one: a test that is "in the middle" then is, however slow the machine. */
  readonly hold?: { readonly after: number; readonly until: Promise<unknown> };
  /** Answers this status instead. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** After this many pieces: break the connection, close it without the closing events, or send nothing more. */
  readonly after?: number;
  readonly fault?: 'cut' | 'close' | 'silence' | 'garbage' | 'error';
  /** Calls of tools after the text: the model then waits for their results. */
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  /** Reports no usage. */
  readonly noUsage?: boolean;
}

export interface ModelRequest {
  readonly wire: 'openai' | 'anthropic';
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
    readonly system?: unknown;
    readonly stream?: boolean;
    readonly tools?: readonly unknown[];
  };
  /** Resolves when the connection is gone or the answer has ended; `early` when it went before the end. */
  readonly closed: Promise<'early' | 'ended'>;
}

const DEFAULT_TOKENS = ['Hello ', 'from ', 'the ', 'model.'];

/** Starts one. @param port 0 takes any free port */
export async function startModelServer(port = 0): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  let script: ModelBehaviour[] = [{}];
  const server = createServer((incoming, response) => {
    void answer(incoming, response, requests, () => (script.length > 1 ? script.shift()! : script[0]!));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    respond: (...behaviours) => {
      script = behaviours.length > 0 ? [...behaviours] : [{}];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  requests: ModelRequest[],
  next: () => ModelBehaviour,
): Promise<void> {
  const wire = incoming.url?.endsWith('/chat/completions')
    ? 'openai'
    : incoming.url?.endsWith('/messages')
      ? 'anthropic'
      : null;
  if (!wire || incoming.method !== 'POST') {
    response.writeHead(404).end();
    return;
  }
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const line = { gone: false };
  const closed = new Promise<'early' | 'ended'>((resolve) => {
    response.on('close', () => {
      line.gone = true;
      resolve(response.writableFinished ? 'ended' : 'early');
    });
  });
  const request: ModelRequest = { wire, headers: incoming.headers, body: JSON.parse(text), closed };
  requests.push(request);
  await write(response, request, next(), line);
}

async function write(
  response: ServerResponse,
  request: ModelRequest,
  behaviour: ModelBehaviour,
  line: { gone: boolean },
): Promise<void> {
  const { status = 200, headers, paceMs = 0, fault } = behaviour;
  if (status !== 200) {
    // A provider's error quotes what it was sent; ours must not pass it on.
    const message = `provider says no to key ${request.headers.authorization ?? request.headers['x-api-key']}`;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type: 'some_error', message } }));
    return;
  }
  const tokens =
    typeof behaviour.tokens === 'function' ? behaviour.tokens(request) : (behaviour.tokens ?? DEFAULT_TOKENS);
  const wire = request.wire === 'openai' ? OPENAI : ANTHROPIC;
  response.writeHead(200, { 'Content-Type': 'text/event-stream', ...headers });
  response.flushHeaders();
  for (const event of wire.open(request)) response.write(event);
  let sent = 0;
  for (const token of tokens) {
    if (fault && sent >= (behaviour.after ?? 0)) break;
    if (paceMs > 0) await sleep(paceMs);
    if (behaviour.hold?.after === sent) await Promise.race([behaviour.hold.until, request.closed]);
    if (line.gone) return;
    if (!response.write(wire.delta(token))) await drained(response);
    sent += 1;
  }
  switch (fault) {
    case 'cut':
      // What was written must be on its way before the socket is broken, or the cut would be before the first word.
      await sleep(20);
      response.destroy();
      return;
    case 'close':
      response.end();
      return;
    case 'silence':
      return;
    case 'garbage':
      response.end('data: {"choices":[{"delta":{"content":\n\nnot json at all\n\n');
      return;
    case 'error':
      response.end(wire.error());
      return;
    default:
      for (const event of wire.calls(behaviour.calls ?? [])) response.write(event);
      for (const event of wire.end(sent, behaviour.noUsage !== true, behaviour.calls !== undefined)) {
        response.write(event);
      }
      response.end();
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

interface Wire {
  open(request: ModelRequest): readonly string[];
  delta(text: string): string;
  calls(calls: NonNullable<ModelBehaviour['calls']>): readonly string[];
  end(tokens: number, usage: boolean, asks: boolean): readonly string[];
  error(): string;
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, finish: string | null, more: object = {}) =>
  data({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'test-model',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });

/** https://platform.openai.com/docs/api-reference/chat-streaming */
const OPENAI: Wire = {
  open: () => [chunk({ role: 'assistant', content: '' }, null)],
  delta: (content) => chunk({ content }, null),
  calls: (calls) =>
    calls.flatMap(({ id, name, arguments: text }, index) => [
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }, null),
      // In two pieces, as a model writes it.
      chunk({ tool_calls: [{ index, function: { arguments: text.slice(0, 5) } }] }, null),
      chunk({ tool_calls: [{ index, function: { arguments: text.slice(5) } }] }, null),
    ]),
  end: (tokens, usage, asks) => [
    chunk({}, asks ? 'tool_calls' : 'stop'),
    ...(usage
      ? [
          data({
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1,
            model: 'test-model',
            choices: [],
            usage: { prompt_tokens: 11, completion_tokens: tokens, total_tokens: 11 + tokens },
          }),
        ]
      : []),
    'data: [DONE]\n\n',
  ],
  error: () => data({ error: { message: 'upstream broke', type: 'server_error', code: 500 } }),
};

const named = (type: string, value: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;

/** https://docs.anthropic.com/en/docs/build-with-claude/streaming */
const ANTHROPIC: Wire = {
  open: ({ body }) => [
    named('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: body.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 11, output_tokens: 1 },
      },
    }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    named('ping', {}),
  ],
  delta: (text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  calls: (calls) =>
    calls.flatMap(({ id, name, arguments: text }, n) => [
      named('content_block_start', { index: n + 1, content_block: { type: 'tool_use', id, name, input: {} } }),
      named('content_block_delta', {
        index: n + 1,
        delta: { type: 'input_json_delta', partial_json: text.slice(0, 5) },
      }),
      named('content_block_delta', { index: n + 1, delta: { type: 'input_json_delta', partial_json: text.slice(5) } }),
      named('content_block_stop', { index: n + 1 }),
    ]),
  end: (tokens, _usage, asks) => [
    named('content_block_stop', { index: 0 }),
    named('message_delta', {
      delta: { stop_reason: asks ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: tokens },
    }),
    named('message_stop', {}),
  ],
  error: () => named('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
};
