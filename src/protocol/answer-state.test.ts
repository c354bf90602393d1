import { describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../test/corpora.ts';
import { applyStreamEvent, closeAnswer, WAITING_ANSWER } from './answer-state.ts';
import { SseDecoder } from './sse-decode.ts';
import { encodeStreamEvent } from './sse-encode.ts';
import { readStreamEvent, type StreamEvent } from './stream-events.ts';

interface Vector {
  name: string;
  raw: string;
  expected: { status: string; content?: string; content_length?: number; message_id?: string; error?: string };
}

function readAll(bytes: Uint8Array, chunkSize: number) {
  const decoder = new SseDecoder();
  let state = WAITING_ANSWER;
  for (let from = 0; from < bytes.length; from += chunkSize) {
    for (const { data, lastEventId } of decoder.push(bytes.subarray(from, from + chunkSize))) {
      const event = readStreamEvent(data);
      if (event) state = applyStreamEvent(state, event, lastEventId);
    }
  }
  return closeAnswer(state);
}

describe.skipIf(!hasCorpora)(`api-stream-vectors corpus (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  test.for(corpus<Vector>('api-stream-vectors'))('$name', ({ raw, expected }) => {
    const text = raw.replace(/\{\{REPEAT:([^:]*):(\d+)\}\}/g, (_, piece: string, n: string) => piece.repeat(Number(n)));
    const bytes = new TextEncoder().encode(text);
    const sizes =
      bytes.length > 20_000 ? [bytes.length, 1, 7, 1024] : [bytes.length, ...Array(64).keys()].map((n) => n + 1);
    for (const size of sizes) {
      const state = readAll(bytes, size);
      expect(state.status, `chunks of ${size}`).toBe(expected.status);
      if (expected.content !== undefined) expect(state.content).toBe(expected.content);
      if (expected.content_length !== undefined) expect(state.content).toHaveLength(expected.content_length);
      if (expected.message_id !== undefined) expect(state.messageId).toBe(expected.message_id);
      if (expected.error !== undefined) expect(state.error?.code).toBe(expected.error);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }
  });
});

describe('a resumed stream', () => {
  const start = (offset: number): StreamEvent => ({ type: 'start', message_id: 'msg_1', offset });
  const delta = (content: string): StreamEvent => ({ type: 'delta', content });
  const fold = (events: readonly (readonly [StreamEvent, number])[]) =>
    events.reduce((state, [event, id]) => applyStreamEvent(state, event, String(id)), WAITING_ANSWER);

  test('continues where the first left off', () => {
    expect(
      fold([
        [start(0), 0],
        [delta('Hello'), 5],
        [start(5), 5],
        [delta(' you'), 9],
      ]).content,
    ).toBe('Hello you');
  });
  test('drops a delta it already has', () => {
    expect(
      fold([
        [start(0), 0],
        [delta('Hello'), 5],
        [delta('Hello'), 5],
        [delta('!'), 6],
      ]).content,
    ).toBe('Hello!');
  });
  test('cuts what it holds when the answer is written again from an earlier point', () => {
    expect(
      fold([
        [start(0), 0],
        [delta('Wrong'), 5],
        [start(0), 0],
        [delta('Right'), 5],
      ]).content,
    ).toBe('Right');
  });
  test('asks for a refetch when it would start beyond what is held', () => {
    expect(
      fold([
        [start(0), 0],
        [delta('Hello'), 5],
        [start(9), 9],
      ]).status,
    ).toBe('refetch');
  });
});

test('content cannot forge an event on the wire', () => {
  const content = 'a\n\ndata: {"type":"end"}\r\n\r\nid: 99\u2028\u2029';
  const wire = new TextEncoder().encode(encodeStreamEvent({ type: 'delta', content }, content.length));
  const events = new SseDecoder().push(wire);
  expect(events).toHaveLength(1);
  expect(readStreamEvent(events[0]!.data)).toEqual({ type: 'delta', content });
});
