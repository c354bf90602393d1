import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  DIMENSION,
  type EmbeddingBehaviour,
  type EmbeddingServer,
  startEmbeddingServer,
  vectorOf,
} from '../../../test/embedding-server.ts';
import { createEmbedder, EMBEDDING } from './embedder.ts';
import { measureScale } from './similarity-scale.ts';

let server: EmbeddingServer;
let pauses: number[];
beforeEach(async () => {
  server = await startEmbeddingServer();
  pauses = [];
});
afterEach(() => server.close());

const embedder = (apiKey: string | null = 'key-1') =>
  createEmbedder({ baseUrl: server.url, apiKey, model: 'm' }, async (ms) => pauses.push(ms));
const signal = new AbortController().signal;
const length = (vector: Float32Array) => Math.hypot(...vector);

describe('the embedder', () => {
  test('gives a vector of length 1 for each text, in their order', async () => {
    const texts = ['a red car', 'the sea', 'a red car'];
    const vectors = await embedder().embed(texts, { signal });
    expect(vectors.map(length)).toEqual([expect.closeTo(1, 5), expect.closeTo(1, 5), expect.closeTo(1, 5)]);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    const plain = vectorOf('the sea');
    expect(vectors[1]![plain.findIndex((x) => x !== 0)]).not.toBe(0);
    expect(server.requests).toEqual([{ model: 'm', input: texts, authorization: 'Bearer key-1' }]);
  });

  test('without a key sends none', async () => {
    await embedder(null).embed(['x'], { signal });
    expect(server.requests[0]!.authorization).toBeUndefined();
  });

  test('reads base64, and vectors that come in another order', async () => {
    const expected = await embedder().embed(['one', 'two'], { signal });
    server.respond({ base64: true });
    expect(await embedder().embed(['one', 'two'], { signal })).toEqual(expected);
    server.respond({ change: (answer) => ({ ...answer, data: [...answer.data].reverse() }) });
    expect(await embedder().embed(['one', 'two'], { signal })).toEqual(expected);
  });

  test('numbers too large to square keep their direction; zeros stay zeros', async () => {
    server.respond({
      change: (answer) => ({ ...answer, data: [{ embedding: [1e300, 0, -1e300] }, { embedding: [0, 0, 0] }] }),
    });
    const [large, none] = await embedder().embed(['one', 'two'], { signal });
    expect([...large!]).toEqual([expect.closeTo(Math.SQRT1_2, 5), 0, expect.closeTo(-Math.SQRT1_2, 5)]);
    expect([...none!]).toEqual([0, 0, 0]);
  });

  test('many texts are cut into requests of bounded size', async () => {
    const texts = Array.from({ length: EMBEDDING.batchTexts + 1 }, (_, n) => `text ${n}`);
    const long = 'x'.repeat(EMBEDDING.batchChars);
    expect(await embedder().embed([...texts, long, 'last'], { signal })).toHaveLength(texts.length + 2);
    expect(server.requests.map(({ input }) => input.length)).toEqual([EMBEDDING.batchTexts, 1, 1, 1]);
    expect(await embedder().embed([], { signal })).toEqual([]);
  });

  test('what may pass by itself is tried again, with growing pauses or as long as it says', async () => {
    server.respond({ status: 503 }, { fault: 'cut' }, { status: 429, headers: { 'Retry-After': '7' } }, {});
    expect(await embedder().embed(['x'], { signal })).toHaveLength(1);
    expect(pauses).toEqual([500, 1000, 7000]);
  });

  test.for<[string, EmbeddingBehaviour, RegExp]>([
    ['another count', { change: (answer) => ({ ...answer, data: answer.data.slice(1) }) }, /1 vectors to 2 texts/],
    ['no data', { change: () => ({}) }, /no vectors/],
    ['null', { change: () => null }, /no vectors/],
    ['NaN', { raw: '{"data":[{"index":0,"embedding":[NaN]},{"index":1,"embedding":[1]}]}' }, /JSON/],
    [
      'infinity',
      { raw: '{"data":[{"index":0,"embedding":[1e999]},{"index":1,"embedding":[1]}]}' },
      /a vector that is none/,
    ],
    ['null as a number', { raw: '{"data":[{"index":0,"embedding":[null]},{"index":1,"embedding":[1]}]}' }, /none/],
    [
      'NaN in base64',
      { raw: '{"data":[{"index":0,"embedding":"AADAfw=="},{"index":1,"embedding":"AADAfw=="}]}' },
      /none/,
    ],
    ['text as a number', { change: (a) => ({ data: a.data.map((d) => ({ ...d, embedding: ['1'] })) }) }, /none/],
    ['an empty vector', { change: (a) => ({ data: a.data.map((d) => ({ ...d, embedding: [] })) }) }, /none/],
    ['a vector without end', { dimension: EMBEDDING.maxDimension + 1 }, /none/],
    ['one text twice', { change: (a) => ({ data: a.data.map((d) => ({ ...d, index: 0 })) }) }, /not numbered/],
    [
      'a place that is not',
      { change: (a) => ({ data: a.data.map((d) => ({ ...d, index: d.index + 5 })) }) },
      /not numbered/,
    ],
    [
      'two dimensions',
      { change: (a) => ({ data: a.data.map((d, n) => ({ ...d, embedding: [1, 2, 3].slice(n) })) }) },
      /different dimensions/,
    ],
    ['no JSON', { raw: '<html>' }, /did not answer JSON/],
  ])('an answer that cannot be right fails: %s', async ([, behaviour, words]) => {
    server.respond(behaviour);
    await expect(embedder().embed(['one', 'two'], { signal })).rejects.toMatchObject({
      name: 'EmbeddingError',
      code: 'failed',
      message: expect.stringMatching(words),
    });
    expect(server.requests).toHaveLength(EMBEDDING.attempts);
  });

  test.for<[number, 'refused' | 'failed', RegExp]>([
    [400, 'refused', /answered 400/],
    [413, 'refused', /413/],
    [401, 'failed', /ASSISTERS_EMBEDDING_API_KEY/],
    [404, 'failed', /ASSISTERS_EMBEDDING_BASE_URL.*“m”/],
    [302, 'failed', /cannot be reached|302/],
  ])('status %d is not of the passing kind', async ([status, code, words]) => {
    server.respond({ status, headers: { Location: 'http://127.0.0.1:1/' } });
    const failure = await embedder()
      .embed(['secret text'], { signal, attempts: 1 })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'EmbeddingError', code, message: expect.stringMatching(words) });
    expect(String(failure)).not.toMatch(/key-1|secret text/);
    expect(server.requests).toHaveLength(1);
  });

  test('a silent service is given up after the time given; an abort ends the wait at once', async () => {
    server.respond({ fault: 'silence' });
    await expect(embedder().embed(['x'], { signal, timeoutMs: 50, attempts: 1 })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/did not answer in 0.05 s/),
    });
    const ending = new AbortController();
    const asked = embedder().embed(['x'], { signal: ending.signal });
    ending.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });
});

describe('the scale of a model', () => {
  test('says little of a far passage, much of a near one, and asks more of it in a large base', async () => {
    const scale = await measureScale(embedder(), { signal });
    expect(scale.dimension).toBe(DIMENSION);
    expect(scale.relevance(0, 100)).toBeLessThan(0.05);
    expect(scale.relevance(0.9, 100)).toBeGreaterThan(0.9);
    const middle = [10, 1_000, 100_000].map((passages) => scale.relevance(0.4, passages));
    expect(middle).toEqual([...middle].sort((a, b) => b - a));
    expect(middle[0]).toBeGreaterThan(middle[2]!);
  });

  test('does not depend on where a model has its cosines', async () => {
    // Every vector gets a part that all share: unrelated texts are then about 0.8 alike, as with some models.
    const right = await measureScale(embedder(), { signal });
    server.respond({
      change: (answer) => ({
        ...answer,
        data: answer.data.map((item) => {
          const own = item.embedding as number[];
          return { ...item, embedding: [...own, 2 * Math.hypot(...own)] };
        }),
      }),
    });
    const shifted = await measureScale(embedder(), { signal });
    const moved = (cosine: number) => (cosine + 4) / 5;
    expect(shifted.relevance(moved(0.1), 100)).toBeLessThan(0.1);
    expect(shifted.relevance(moved(0.9), 100)).toBeCloseTo(right.relevance(0.9, 100), 1);
  });

  test('a model that tells nothing apart makes nothing relevant', async () => {
    server.respond({ change: (a) => ({ data: a.data.map((item) => ({ ...item, embedding: [1, 1] })) }) });
    expect((await measureScale(embedder(), { signal })).relevance(1, 1)).toBeLessThan(0.05);
  });
});
