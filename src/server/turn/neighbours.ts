import type { Signals } from '../store/signals.ts';
import type { MessageRow } from '../store/store.ts';
import type { Generation } from './generation.ts';
import type { Generations } from './generations.ts';
import type { LiveAnswer } from './live-answer.ts';
import { FOLLOWED_MS, RemoteAnswer } from './remote-answer.ts';

/** An answer elsewhere that was asked to stop has ended within this time, milliseconds, or its writer is gone. */
const STOP_MS = 10_000;

/**
 * The other processes: reads and stops the answers they write, and lets them read and stop those written here. While
 * nobody elsewhere reads an answer, its growth costs no signal.
 */
export class Neighbours {
  readonly #signals: Signals;
  readonly #remote = new Map<string, RemoteAnswer>();
  readonly #followed = new Map<string, NodeJS.Timeout>();

  constructor(signals: Signals, generations: Generations) {
    this.#signals = signals;
    signals.hear(({ type, messageId }) => {
      const generation = generations.get(messageId);
      if (!generation) return;
      if (type === 'stop') void generation.cancel('stopped');
      if (type === 'follow') this.#tell(generation);
    });
  }

  /** An answer that is written elsewhere, for any number of readers. */
  answer(row: MessageRow, userMessageId: string | null, read: () => Promise<MessageRow | null>): LiveAnswer {
    const known = this.#remote.get(row.id);
    // The row is newer than what was read here last; a position beyond that must not count as beyond the answer.
    known?.take(row);
    if (known && !known.end) return known;
    const fresh: RemoteAnswer = new RemoteAnswer(row, userMessageId, {
      read,
      signals: this.#signals,
      onReaders: (some) => {
        if (some) this.#remote.set(row.id, fresh);
        else if (this.#remote.get(row.id) === fresh) this.#remote.delete(row.id);
      },
    });
    return fresh;
  }

  /** Asks the writer to end the answer; resolves when it has, or when it does not answer. */
  async stop(answer: LiveAnswer): Promise<void> {
    this.#signals.send({ type: 'stop', messageId: answer.messageId });
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const timer = setTimeout(done, STOP_MS);
      const unsubscribe = answer.subscribe(() => {
        if (answer.end) done();
      });
    });
  }

  #tell(generation: Generation): void {
    const { messageId } = generation;
    const known = this.#followed.get(messageId);
    if (known) {
      known.refresh();
      return;
    }
    const forget = () => {
      clearTimeout(timer);
      unsubscribe();
      this.#followed.delete(messageId);
    };
    const unsubscribe = generation.subscribe(() => {
      this.#signals.send({ type: 'grew', messageId });
      if (generation.end) forget();
    });
    const timer = setTimeout(forget, FOLLOWED_MS);
    timer.unref();
    this.#followed.set(messageId, timer);
    // What it has by now may be more than the reader found.
    this.#signals.send({ type: 'grew', messageId });
  }
}
