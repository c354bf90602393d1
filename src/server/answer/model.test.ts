import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../../test/model-server.ts';
import type { Passage } from '../retrieve/retriever.ts';
import { type AnswerPart, type AnswerRequest, ModelError } from './answerer.ts';
import { chooseByModel, type ModelSettings } from './choose.ts';
import { ExtractiveAnswerer } from './extractive.ts';

let server: ModelServer;
let settings: ModelSettings;
beforeAll(async () => {
  server = await startModelServer();
  settings = {
    openaiCompatible: { baseUrl: server.url, apiKey: 'key-of-openai' },
    anthropic: { apiKey: 'key-of-anthropic', baseUrl: server.url },
  };
});
afterAll(() => server.close());
afterEach(() => {
  server.requests.length = 0;
  server.respond();
});

const passage = (n: number, text: string): Passage => ({
  chunkId: `chunk_${n}`,
  documentId: `doc_${n}`,
  title: `Page ${n}`,
  heading: 'Section',
  text,
  url: `https://docs.example/${n}`,
  relevance: 0.9,
});
const PASSAGES = [passage(1, 'Paste the iframe.'), passage(2, 'Allow the origin.'), passage(3, 'Third.')];

function request(model: string, more: Partial<AnswerRequest> = {}): AnswerRequest {
  return {
    assistant: { name: 'Docs', model, systemPrompt: 'Be kind.', config: { temperature: 0.2, max_tokens: 300 } },
    history: [],
    question: 'How do I embed it?',
    passages: PASSAGES,
    signal: new AbortController().signal,
    ...more,
  };
}
async function collect(answer: AsyncIterable<AnswerPart>) {
  const parts: AnswerPart[] = [];
  let text = '';
  for await (const part of answer) {
    parts.push(part);
    if (part.type === 'text') text += part.text;
  }
  return { parts, text, sources: parts.flatMap((part) => (part.type === 'source' ? [part.source] : [])) };
}
const failure = async (answer: AsyncIterable<AnswerPart>): Promise<ModelError> => {
  const error = await collect(answer).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
};
const choose = (over: Partial<ModelSettings> = {}) => chooseByModel(new ExtractiveAnswerer(), { ...settings, ...over });

describe.each([
  ['openai', 'gpt-test'],
  ['anthropic', 'claude-sonnet-4-5'],
] as const)('a model over the %s wire', (wire, model) => {
  test('is given the passages as numbered data and its citations are renumbered', async () => {
    server.respond({ tokens: ['Allow it [', '2] and', ' paste [1].', ' Also [9].'] });
    const { text, sources, parts } = await collect(choose().answer(request(model)));
    expect(text).toBe('Allow it [1] and paste [2]. Also .');
    expect(sources.map(({ document_id }) => document_id)).toEqual(['doc_2', 'doc_1']);
    expect(sources[0]).toMatchObject({ quote: 'Allow the origin.', url: 'https://docs.example/2', relevance: 0.9 });
    expect(parts.at(-1)).toEqual({
      type: 'result',
      outcome: 'answered',
      usage: { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 },
    });
    const [sent] = server.requests;
    expect(sent!.wire).toBe(wire);
    expect(sent!.body.model).toBe(model);
    const body = JSON.stringify(sent!.body);
    expect(body).toContain('Be kind.');
    expect(body).toMatch(/<source-[0-9a-f]{16} n=\\"3\\"/);
    expect(body).toContain('"temperature":0.2');
    expect(sent!.headers[wire === 'openai' ? 'authorization' : 'x-api-key']).toContain(`key-of-${wire}`);
  });

  test('whose request is aborted has its connection closed', async () => {
    server.respond({ tokens: Array(1_000).fill('word '), paceMs: 5 });
    const controller = new AbortController();
    const stream = choose()
      .answer(request(model, { signal: controller.signal }))
      [Symbol.asyncIterator]();
    expect((await stream.next()).value).toEqual({ type: 'text', text: 'word ' });
    controller.abort(new Error('stop'));
    await expect(
      (async () => {
        while (!(await stream.next()).done);
      })(),
    ).rejects.toThrow();
    expect(await server.requests[0]!.closed).toBe('early');
  });

  test.for([
    [401, 'model_error', /credentials.*_API_KEY/],
    [404, 'model_error', /does not know the model/],
    [429, 'model_error', /limiting requests/],
    [500, 'model_error', /failed \(500\)/],
  ] as const)('that answers %i fails in our words', async ([status, code, words]) => {
    server.respond({ status, headers: { 'retry-after': '30' } });
    const error = await failure(choose().answer(request(model)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('key-of');
    expect(error.message).not.toContain('provider says no');
    expect(server.requests).toHaveLength(status === 429 || status === 500 ? 2 : 1);
  });

  test('that fails once before the first word is asked once more', async () => {
    server.respond({ status: 503 }, { tokens: ['Fine.'] });
    expect((await collect(choose().answer(request(model)))).text).toBe('Fine.');
  });

  test.for(['cut', 'close', 'garbage', 'error'] as const)('that ends mid-answer by %s fails, once', async (fault) => {
    server.respond({ tokens: ['Half ', 'of ', 'it'], after: 2, fault });
    const error = await failure(choose().answer(request(model)));
    expect(error.code).toBe('model_error');
    expect(server.requests).toHaveLength(1);
  });

  test('that says nothing is an error, not an empty answer', async () => {
    server.respond({ tokens: [] });
    expect((await failure(choose().answer(request(model)))).message).toMatch(/empty answer/);
  });

  test('that writes very much is passed on as it comes', async () => {
    server.respond({ tokens: Array(200).fill('x'.repeat(5_000)) });
    expect((await collect(choose().answer(request(model)))).text).toHaveLength(1_000_000);
  });
});

test('usage is estimated where the provider reports none', async () => {
  server.respond({ tokens: ['12345678'], noUsage: true });
  const { parts } = await collect(choose().answer(request('gpt-test')));
  const result = parts.at(-1);
  expect(result).toMatchObject({ type: 'result', usage: { completion_tokens: 2 } });
  expect(result?.type === 'result' && result.usage.prompt_tokens).toBeGreaterThan(20);
});

test('nobody listening at the address is a failure in our words', async () => {
  const openaiCompatible = { baseUrl: 'http://127.0.0.1:9/v1', apiKey: null };
  const error = await failure(choose({ openaiCompatible }).answer(request('gpt-test')));
  expect(error.message).toMatch(/could not be made/);
});

describe('the choice of an answerer', () => {
  test('without a provider names the variable to set', () => {
    const none = choose({ openaiCompatible: null, anthropic: null });
    expect(() => none.answer(request('gpt-test'))).toThrow(/ASSISTERS_MODEL_BASE_URL/);
    expect(() => none.answer(request('claude-test'))).toThrow(/ANTHROPIC_API_KEY/);
  });
  test('sends Claude through the gateway when Anthropic has no key', async () => {
    await collect(choose({ anthropic: null }).answer(request('anthropic/claude-test')));
    expect(server.requests[0]).toMatchObject({ wire: 'openai', body: { model: 'anthropic/claude-test' } });
  });
  test('strips the prefix for Anthropic itself', async () => {
    await collect(choose().answer(request('anthropic/claude-test')));
    expect(server.requests[0]).toMatchObject({ wire: 'anthropic', body: { model: 'claude-test' } });
  });
});
