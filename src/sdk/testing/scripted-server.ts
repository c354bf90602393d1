import { encodeStreamEvent } from '../../protocol/sse-encode.ts';
import type { StreamEvent } from '../../protocol/stream-events.ts';
import { type Request as ApiRequest, createRequest, type RequestConfig } from '../core/request.ts';

/** What a scripted fetch saw of one request. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One scripted answer: a response, or an error the network throws. */
export type Step = Response | Error | ((request: Request) => Response | Promise<Response>);

/** A fetch that gives the steps one after another and notes what it was asked. Beyond the last step it throws. */
export function scripted(...steps: Step[]) {
  const seen: Seen[] = [];
  const slept: number[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const text = await request.clone().text();
    const { pathname, search } = new URL(request.url);
    seen.push({
      method: request.method,
      path: pathname + search,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    });
    const step = steps.shift();
    if (step === undefined) throw new Error('The script is over.');
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(request) : step;
  };
  return { seen, slept, fetch, left: () => steps.length };
}

/** The watchdogs' sleeps never end by themselves; a retry's pause is noted and over at once. */
export function instantSleep(slept: number[] = []) {
  return (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms >= 45_000) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    slept.push(ms);
    return Promise.resolve();
  };
}

/** A request function over a script, with a key, a fixed random number and no real waiting. */
export function scriptedRequest(script: ReturnType<typeof scripted>, config: Partial<RequestConfig> = {}): ApiRequest {
  return createRequest({
    baseURL: 'https://api.test/v1',
    credential: () => 'sk_test_1',
    fetch: script.fetch,
    random: () => 0.5,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    sleep: instantSleep(script.slept),
    ...config,
  });
}

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json', ...headers } });

export const failure = (status: number, code: string, headers: Record<string, string> = {}) =>
  json({ error: { code, message: `It is ${code}.` } }, status, headers);

/** Wire text of an answer, one string per event, with positions. */
export function wire(pieces: readonly string[], { id = 'msg_1', offset = 0, end = true } = {}): string[] {
  let position = offset;
  const lines = [encodeStreamEvent({ type: 'start', message_id: id, offset, user_message_id: 'msg_0' }, position)];
  for (const content of pieces) {
    position += content.length;
    lines.push(encodeStreamEvent({ type: 'delta', content }, position));
  }
  if (!end) return lines;
  const last: StreamEvent[] = [
    { type: 'sources', outcome: 'answered', sources: [] },
    { type: 'end', usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
  ];
  return [...lines, ...last.map((event) => encodeStreamEvent(event, position))];
}

/** An event stream that sends `parts` and then closes, breaks, or stays silent until it is cancelled. */
export function eventStream(
  parts: readonly string[],
  { ending = 'close', type = 'text/event-stream', onCancel = () => {} }: EventStreamOptions = {},
): Response {
  const left = parts.map((part) => new TextEncoder().encode(part));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = left.shift();
      if (part !== undefined) controller.enqueue(part);
      else if (ending === 'close') controller.close();
      else if (ending === 'break') controller.error(new TypeError('terminated'));
      else return new Promise<void>(() => {});
      return undefined;
    },
    cancel: onCancel,
  });
  return new Response(body, { headers: { 'Content-Type': type } });
}
export interface EventStreamOptions {
  readonly ending?: 'close' | 'break' | 'silence';
  readonly type?: string;
  readonly onCancel?: () => void;
}
