import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CATCH_UP_CHARS, deltaFrame, type Encoded } from './frames.ts';
import type { LiveAnswer } from './live-answer.ts';
import { type Sink, StreamReader } from './stream-reader.ts';
import { StreamCollector } from './testing/collect.ts';

const TIMING = { retryMs: 2_000, heartbeatMs: 15_000, stallMs: 45_000 };
const END = {
  status: 'complete',
  sources: [],
  outcome: 'answered',
  usage: null,
  error: null,
  truncated: false,
} as const;

/** An answer the test grows. */
class GrowingAnswer implements LiveAnswer {
  readonly messageId = 'msg_1';
  readonly userMessageId = null;
  readonly rewritten = false;
  text = '';
  end: LiveAnswer['end'] = null;
  lastFrame: LiveAnswer['lastFrame'] = null;
  readonly #listeners = new Set<() => void>();
  get readers() {
    return this.#listeners.size;
  }
  subscribe(listener: () => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  grow(piece: string) {
    const from = this.text.length;
    this.text += piece;
    this.lastFrame = deltaFrame(this.text, from, this.text.length);
    for (const listener of [...this.#listeners]) listener();
  }
  finish() {
    this.end = END;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** A sink that is full when the test says so. */
class TestSink implements Sink {
  readonly collector = new StreamCollector();
  readonly writes: Uint8Array[] = [];
  full = false;
  ended = false;
  destroyed = false;
  write({ bytes }: Encoded) {
    this.writes.push(bytes);
    this.collector.push(bytes);
    return !this.full;
  }
  end() {
    this.ended = true;
  }
  destroy() {
    this.destroyed = true;
  }
}

let answer: GrowingAnswer;
let sink: TestSink;
beforeEach(() => {
  vi.useFakeTimers();
  answer = new GrowingAnswer();
  sink = new TestSink();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a reader of a stream', () => {
  test('is sent the one encoding that all readers share', () => {
    const other = new TestSink();
    new StreamReader(answer, sink, 0, TIMING);
    new StreamReader(answer, other, 0, TIMING);
    answer.grow('Hello');
    expect(sink.writes.at(-1)).toBe(answer.lastFrame!.bytes);
    expect(other.writes.at(-1)).toBe(answer.lastFrame!.bytes);
  });

  test('that is full is written nothing, then all it missed in large steps', () => {
    const reader = new StreamReader(answer, sink, 0, TIMING);
    sink.full = true;
    answer.grow('a');
    const before = sink.writes.length;
    for (let n = 0; n < 1_000; n += 1) answer.grow('0123456789abcdefghi😀');
    answer.finish();
    expect(sink.writes).toHaveLength(before);
    sink.full = false;
    reader.drained();
    expect(sink.collector.state).toMatchObject({ status: 'complete' });
    expect(sink.collector.state.content === answer.text).toBe(true);
    expect(sink.writes.length - before).toBeLessThanOrEqual(Math.ceil(answer.text.length / CATCH_UP_CHARS) + 1);
    for (const { event } of sink.collector.events) {
      if (event.type === 'delta') expect(event.content).not.toMatch(/\p{Surrogate}/u);
    }
    expect(sink.ended).toBe(true);
    expect(answer.readers).toBe(0);
  });

  test('that stays full is dropped, one that drains in time is not', () => {
    const reader = new StreamReader(answer, sink, 0, TIMING);
    sink.full = true;
    answer.grow('a');
    vi.advanceTimersByTime(TIMING.stallMs - 1);
    sink.full = false;
    reader.drained();
    expect(sink.destroyed).toBe(false);
    sink.full = true;
    answer.grow('b');
    vi.advanceTimersByTime(TIMING.stallMs);
    expect(sink.destroyed).toBe(true);
    expect(answer.readers).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('hears a comment after each silence, and none while there is text', () => {
    new StreamReader(answer, sink, 0, TIMING);
    const beats = () => sink.collector.raw.split(': \n\n').length - 1;
    for (let n = 0; n < 10; n += 1) {
      vi.advanceTimersByTime(TIMING.heartbeatMs - 1);
      answer.grow('x');
    }
    expect(beats()).toBe(0);
    vi.advanceTimersByTime(3 * TIMING.heartbeatMs);
    expect(beats()).toBe(3);
  });

  test('leaves nothing behind when the line closes', () => {
    let closed = 0;
    const reader = new StreamReader(answer, sink, 0, TIMING, () => {
      closed += 1;
    });
    reader.close();
    reader.close();
    const before = sink.writes.length;
    answer.grow('x');
    reader.drained();
    vi.advanceTimersByTime(10 * TIMING.stallMs);
    expect([sink.writes.length, closed, answer.readers, vi.getTimerCount()]).toEqual([before, 1, 0, 0]);
  });
});
