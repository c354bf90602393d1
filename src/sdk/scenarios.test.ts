import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Exchange, scenarioServer } from '../../test/scenario-server.ts';
import { APIError, Assisters, AssistersError, type MessageStream } from './index.ts';

/** The scenarios that the Python client runs too. */

interface Scenario {
  readonly name: string;
  readonly do: 'stream' | 'create' | 'list';
  readonly exchanges: readonly Exchange[];
  readonly result: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly sleeps?: readonly number[];
  readonly credentials?: readonly string[];
}

const file = new URL('../../test/scenarios/client.json', import.meta.url);
const { scenarios } = JSON.parse(readFileSync(file, 'utf8')) as { scenarios: Scenario[] };

async function perform(api: Assisters, todo: Scenario['do'], seams: object): Promise<Record<string, unknown>> {
  const question = { conversationId: 'conv_1', content: 'hi' };
  let stream: MessageStream | undefined;
  try {
    if (todo === 'list') {
      const ids: string[] = [];
      for await (const { id } of api.assistants.list({ limit: 2 })) ids.push(id);
      return { ids };
    }
    if (todo === 'create') return { ...(await api.messages.create(question)) };
    stream = await api.messages.stream(question, seams);
    let text = '';
    let printed = '';
    for await (const { content, offset } of stream) {
      text = text.slice(0, offset) + content;
      printed += content;
    }
    expect(text).toBe(stream.state.content);
    return { ...(await stream.finalMessage()), printed };
  } catch (error) {
    if (!(error instanceof AssistersError)) throw error;
    const { content, status } = stream?.state ?? {};
    const result = { error: error.name.replace('APITimeout', 'APIConnection'), content, status };
    if (!(error instanceof APIError)) return result;
    expect(error.message).not.toContain('Sign in');
    const { code, status: httpStatus, details, requestId } = error;
    return { ...result, code, httpStatus, details, requestId };
  }
}

test.for(scenarios)('$name', async ({ do: todo, exchanges, result, sleeps, credentials }) => {
  const server = await scenarioServer(exchanges);
  try {
    const slept: number[] = [];
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
      if (ms < 45_000) {
        slept.push(ms / 1000);
        return Promise.resolve();
      }
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return Promise.race([server.silence(signal), aborted]);
    };
    const seams = { sleep, random: () => 0.5, now: () => Date.parse('2026-01-01T00:00:00Z') };
    const tokens = [...(credentials ?? ['sk_test_1'])];
    const apiKey = (refused?: string) => {
      if (refused !== undefined) expect(tokens.shift()).toBe(refused);
      return tokens[0]!;
    };
    const api = new Assisters({ apiKey, baseURL: `http://127.0.0.1:${server.port}/v1`, ...seams });
    expect(await perform(api, todo, seams)).toMatchObject(result);
    expect(server.seen.map(({ method, path }) => ({ method, path }))).toEqual(exchanges.map(({ request }) => request));
    const posts = server.seen.filter(({ method }) => method === 'POST');
    expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBeLessThanOrEqual(1);
    if (sleeps !== undefined) expect(slept).toEqual(sleeps);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(
      exchanges.map(({ token = 'sk_test_1' }) => `Bearer ${token}`),
    );
  } finally {
    await server.close();
  }
});
