import { describe, expect, test } from 'vitest';
import { corpus } from '../../test/corpora.ts';
import { type Exchange, type SeenRequest, scenarioServer } from '../../test/scenario-server.ts';
import { type Action, corpusId, type Scenario, scenarios } from '../../test/scenarios.ts';
import { applyStreamEvent, isSettled, WAITING_ANSWER } from '../protocol/answer-state.ts';
import { SseDecoder } from '../protocol/sse-decode.ts';
import { readStreamEvent } from '../protocol/stream-events.ts';
import {
  APIError,
  Assisters,
  AssistersError,
  MessageStream,
  NotReadyError,
  verifyWebhook,
  type WebhookHeaders,
  WebhookVerificationError,
} from './index.ts';

/** The scenarios that the Python client runs too. */

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A file in one of the forms that a scenario names. */
function fileOf(form: Readonly<Record<string, string>>): unknown {
  const bytes = Buffer.from(form.bytes ?? form.stream ?? '', 'base64');
  if (form.named !== undefined) return new File([bytes], form.named);
  if (form.text !== undefined) return form.text;
  return form.stream === undefined ? bytes : new Blob([bytes]).stream();
}

/** Items by their id, a stream as its message, anything else as it is. */
async function show(value: unknown): Promise<Record<string, unknown>> {
  if (value instanceof MessageStream) return { ...(await value.finalMessage()) };
  const isList = typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
  if (!isList && !Array.isArray(value)) return { ...(value as object) };
  const ids: unknown[] = [];
  for await (const item of value as AsyncIterable<{ id?: string; url?: string }>) ids.push(item.id ?? item.url);
  return { ids };
}

type Method = (...args: readonly unknown[]) => unknown;

async function act(api: Assisters, { call, on, with: given }: Action, options: object) {
  const [resource, method] = call.split('.').map(camel);
  const noun = (api as unknown as Record<string, Record<string, Method>>)[resource!]!;
  const params =
    given &&
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        if (name === 'max_wait') return ['maxWaitMs', Number(value) * 1000];
        return [camel(name), name === 'file' ? fileOf(value as never) : value];
      }),
    );
  const args = [on, params].filter((one) => one !== undefined);
  const value = noun[method!]!(...args, options);
  return show(Symbol.asyncIterator in (value as object) ? value : await value);
}

async function perform(
  api: Assisters,
  { do: todo, options }: Scenario,
  seams: object,
  server: { readonly closed: Promise<void> },
): Promise<Record<string, unknown>> {
  const question = { conversationId: 'conv_1', content: 'hi' };
  const given = {
    ...(options?.max_retries !== undefined && { maxRetries: options.max_retries }),
    ...(options?.timeout !== undefined && { timeoutMs: options.timeout * 1000 }),
    ...(options?.idempotency_key !== undefined && { idempotencyKey: options.idempotency_key }),
  };
  let stream: MessageStream | undefined;
  try {
    if (typeof todo === 'object') return await act(api, todo, { ...seams, ...given });
    if (todo === 'list') return await show(api.assistants.list({ limit: 2 }));
    if (todo === 'first page') {
      const { assistants, total, has_more } = await api.assistants.list({ limit: 2 });
      return { ids: assistants.map(({ id }) => id), total, has_more };
    }
    if (todo === 'create') return { ...(await api.messages.create(question, given)) };
    stream = await api.messages.stream(question, { ...seams, ...given });
    if (todo === 'whole') return { ...(await stream.finalMessage()) };
    let text = '';
    let printed = '';
    for await (const { content, offset } of stream) {
      text = text.slice(0, offset) + content;
      printed += content;
      if (todo === 'stop') await stream.stop();
      if (todo === 'close') stream.abort();
      else if (todo !== 'stream') break;
    }
    if (todo !== 'stream') {
      await server.closed;
      await expect(stream.finalMessage(), 'there is no whole answer').rejects.toBeInstanceOf(AssistersError);
      return { ...stream.state, closed: true };
    }
    expect(text).toBe(stream.state.content);
    return { ...(await stream.finalMessage()), printed };
  } catch (error) {
    if (!(error instanceof AssistersError)) throw error;
    // Who asks for the whole answer afterwards is told the same.
    if (stream) await expect(stream.finalMessage()).rejects.toBe(error);
    const { content, status } = stream?.state ?? {};
    const result = { error: error.name.replace('APITimeout', 'APIConnection'), content, status };
    if (error instanceof NotReadyError) return { ...result, code: error.code };
    if (!(error instanceof APIError)) return result;
    expect(error.message).not.toContain('Sign in');
    const { code, status: httpStatus, details, requestId } = error;
    return { ...result, code, httpStatus, details, requestId };
  }
}

/** A path with its query in order. */
function ordered(path: string): string {
  const url = new URL(path, 'http://x');
  url.searchParams.sort();
  return `${url.pathname}?${url.searchParams}`;
}

async function formOf({ body, headers }: SeenRequest): Promise<Record<string, unknown>> {
  const type = headers['content-type']!;
  const form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData();
  const parts = [...form].map(async ([name, value]): Promise<[string, unknown]> => {
    if (typeof value === 'string') return [name, { json: JSON.parse(value) as unknown }];
    const bytes = Buffer.from(await value.arrayBuffer()).toString('base64');
    return [name, { filename: value.name, type: value.type, bytes }];
  });
  return Object.fromEntries(await Promise.all(parts));
}

async function expectRequest(seen: SeenRequest, { request, token = 'sk_test_1' }: Exchange) {
  expect([seen.method, ordered(seen.path)]).toEqual([request.method, ordered(request.path)]);
  expect(seen.headers).toMatchObject({ ...request.headers, authorization: `Bearer ${token}` });
  if ('body' in request) expect(JSON.parse(seen.body.toString())).toEqual(request.body);
  if (request.multipart) expect(await formOf(seen)).toEqual(request.multipart);
}

test.for(scenarios())('$id', async (scenario, { task }) => {
  task.meta.scenario = scenario.id;
  const { exchanges, result, sleeps, credentials, options } = scenario;
  const server = await scenarioServer(exchanges);
  try {
    const slept: number[] = [];
    const timeoutMs = options?.timeout && options.timeout * 1000;
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
      if (ms < 45_000 && ms !== timeoutMs) {
        slept.push(ms / 1000);
        return Promise.resolve();
      }
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      // Silence ends the wait at once, unless a way out of the silence is what the scenario is about.
      const isWayOut = scenario.do === 'close' || scenario.do === 'leave' || scenario.do === 'stop';
      return Promise.race(isWayOut ? [aborted] : [server.silence(signal), aborted]);
    };
    const seams = { sleep, random: () => 0.5, now: () => Date.parse('2026-01-01T00:00:00Z') };
    const tokens = [...(credentials ?? ['sk_test_1'])];
    const apiKey = (refused?: string) => {
      if (credentials && refused !== undefined) expect(tokens.shift()).toBe(refused);
      return tokens[0]!;
    };
    const baseURL = `http://127.0.0.1:${server.port}/v1`;
    const api = new Assisters({ apiKey, baseURL, ...seams });
    expect(await perform(api, scenario, seams, server)).toMatchObject(result);
    expect(server.seen).toHaveLength(exchanges.length);
    for (const [index, exchange] of exchanges.entries()) await expectRequest(server.seen[index]!, exchange);
    const tries = server.seen.filter(({ method, path }) => method === 'POST' && path === exchanges[0]?.request.path);
    for (const { method, headers } of server.seen)
      expect(headers['idempotency-key'] === undefined, `${method} has no key`).toBe(method !== 'POST');
    expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBeLessThanOrEqual(1);
    if (sleeps !== undefined) expect(slept).toEqual(sleeps);
  } finally {
    await server.close();
  }
});

describe('corpora', () => {
  interface SseVector {
    readonly id: string;
    readonly bytes_b64: string;
    readonly expected: unknown;
  }
  const decode = (bytes: Uint8Array, step: number) => {
    const decoder = new SseDecoder();
    const events = [];
    for (let at = 0; at < bytes.length; at += step) events.push(...decoder.push(bytes.subarray(at, at + step)));
    return { events, retry: decoder.retry, lastEventId: decoder.lastEventId };
  };
  test.for(corpus<SseVector>('sse-vectors'))('sse-vectors $id', ({ id, bytes_b64, expected }, { task }) => {
    task.meta.scenario = corpusId('sse-vectors', id);
    const bytes = new Uint8Array(Buffer.from(bytes_b64, 'base64'));
    for (const step of [bytes.length || 1, 1]) expect(decode(bytes, step)).toEqual(expected);
  });

  interface StreamVector {
    readonly id: string;
    readonly raw: string;
    readonly expected: Readonly<Record<string, unknown>>;
  }
  test.for(corpus<StreamVector>('api-stream-vectors'))(
    'api-stream-vectors $id',
    ({ id, raw, expected: { note: _, ...expected } }, { task }) => {
      task.meta.scenario = corpusId('api-stream-vectors', id);
      const text = raw.replace(/\{\{REPEAT:(.*?):(\d+)\}\}/g, (_, part: string, n: string) => part.repeat(Number(n)));
      let state = WAITING_ANSWER;
      const decoder = new SseDecoder();
      for (const { data, lastEventId } of decoder.push(new TextEncoder().encode(text))) {
        const event = readStreamEvent(data);
        if (event) state = applyStreamEvent(state, event, lastEventId);
      }
      const { messageId, content, error, outcome, sources, usage, truncated } = state;
      const status = isSettled(state) ? state.status : 'interrupted';
      const seen = { status, content, outcome, sources, usage, truncated, error: error?.code ?? null };
      const named = { ...seen, message_id: messageId, content_length: content.length, code: error?.code };
      for (const [name, value] of Object.entries(expected)) expect(named, name).toMatchObject({ [name]: value });
    },
  );

  interface SignatureVector {
    readonly id: string;
    readonly secret: string;
    readonly now: number;
    readonly headers: WebhookHeaders;
    readonly body: string;
    readonly valid: boolean;
  }
  test.for(corpus<SignatureVector>('webhook-signatures'))(
    'webhook-signatures $id',
    async ({ id, secret, now, headers, body, valid }, { task }) => {
      task.meta.scenario = corpusId('webhook-signatures', id);
      const checked = verifyWebhook(body, headers, { secret, now: () => now * 1000 });
      if (valid) await checked;
      else await expect(checked).rejects.toBeInstanceOf(WebhookVerificationError);
    },
  );
});
