import { describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../test/corpora.ts';
import { seededRandom } from '../../test/random.ts';
import { SseDecoder, SseTooLargeError } from './sse-decode.ts';

interface Vector {
  id: string;
  name: string;
  bytes_b64: string;
  expected: { events: unknown[]; retry: string | null; lastEventId: string };
}

function decode(chunks: Iterable<Uint8Array>) {
  const decoder = new SseDecoder();
  const events = [];
  for (const chunk of chunks) events.push(...decoder.push(chunk));
  return { events, retry: decoder.retry, lastEventId: decoder.lastEventId };
}

function* cutAt(bytes: Uint8Array, cuts: readonly number[]) {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

/** Every split index for a short case; for a long one each index near a line end and a spread of others. */
function splitIndexes(bytes: Uint8Array): number[] {
  const all = Array.from({ length: bytes.length + 1 }, (_, index) => index);
  if (bytes.length <= 4096) return all;
  return all.filter((index) => index % 997 === 0 || bytes[index] === 10 || bytes[index] === 13).slice(0, 4096);
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe.skipIf(!hasCorpora)(`sse-vectors corpus (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  const vectors = corpus<Vector>('sse-vectors');
  test.for(vectors)('$name, in every chunking', ({ id, bytes_b64, expected }) => {
    const bytes = new Uint8Array(Buffer.from(bytes_b64, 'base64'));
    expect(decode([bytes]), 'whole').toEqual(expected);
    expect(decode(cutAt(bytes, [...bytes.keys()])), 'byte by byte').toEqual(expected);
    const wanted = JSON.stringify(expected);
    for (const index of splitIndexes(bytes)) {
      const got = JSON.stringify(decode(cutAt(bytes, [index])));
      if (got !== wanted) expect(JSON.parse(got), `split at ${index}`).toEqual(expected);
    }
    for (let seed = 0; seed < 3; seed += 1) {
      const random = seededRandom(Number.parseInt(id.slice(-8), 16) + seed);
      const cuts = Array.from({ length: 8 }, () => Math.floor(random() * (bytes.length + 1))).sort((a, b) => a - b);
      expect(decode(cutAt(bytes, cuts)), `random chunking ${seed}`).toEqual(expected);
    }
  });
});

test('a line that arrives in many pieces is held once, and the work stays linear', () => {
  const decoder = new SseDecoder();
  decoder.push(bytesOf('data: '));
  const piece = bytesOf('x'.repeat(1024));
  for (let index = 0; index < 10 * 1024; index += 1) decoder.push(piece);
  const [event] = decoder.push(bytesOf('\n\n'));
  expect(event?.data.length).toBe(10 * 1024 * 1024);
});

test.for([
  ['one endless line', ['data: ', 'x'.repeat(600), 'x'.repeat(600)]],
  ['endless data lines', Array.from({ length: 100 }, () => `data: ${'x'.repeat(20)}\n`)],
  ['endless comment lines without a blank line', Array.from({ length: 100 }, () => `: ${'x'.repeat(20)}\n`)],
] as const)('an event beyond the bound ends the decoder: %s', ([, pieces]) => {
  const decoder = new SseDecoder({ maxEventChars: 1000 });
  expect(() => pieces.forEach((piece) => void decoder.push(bytesOf(piece)))).toThrow(SseTooLargeError);
});

test('the bound is per event, not per stream', () => {
  const decoder = new SseDecoder({ maxEventChars: 100 });
  for (let index = 0; index < 1000; index += 1) {
    expect(decoder.push(bytesOf(`data: ${'y'.repeat(50)}\n\n`))).toHaveLength(1);
  }
});
