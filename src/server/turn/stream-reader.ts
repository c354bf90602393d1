import { catchUpEnd, deltaFrame, type Encoded, endEvents, HEARTBEAT, startEvents } from './frames.ts';
import type { LiveAnswer } from './live-answer.ts';

/** Where a reader's bytes go: a Node response or a web stream. */
export interface Sink {
  /** Takes the events. `false`: no more until it says it has drained (see {@link StreamReader.drained}). */
  write(events: Encoded): boolean;
  /** Ends the stream properly. */
  end(): void;
  /** Breaks the line; the reader at the other side may resume. */
  destroy(): void;
}

/** Times of one stream, milliseconds. */
export interface ReaderTiming {
  /** Sent as `retry:`. */
  readonly retryMs: number;
  /** A comment is sent after this much silence. */
  readonly heartbeatMs: number;
  /** A reader that takes nothing for this long is dropped. */
  readonly stallMs: number;
}

/**
 * Pumps one answer to one sink.
 *
 * It holds a position and nothing else. When the answer grows and the sink has room, the reader writes the delta from
 * its position: the shared frame if it stands at the frame's start, else its own slice of the text. While the sink is
 * full it writes nothing, and on `drained` it goes on from where it stands, in larger steps. It ends by itself after
 * the closing events, when the sink stays full for `stallMs`, or by `close`.
 */
export class StreamReader {
  readonly #answer: LiveAnswer;
  readonly #sink: Sink;
  readonly #timing: ReaderTiming;
  readonly #onClose: () => void;
  readonly #unsubscribe: () => void;
  #position: number;
  #full = false;
  #closed = false;
  #timer: NodeJS.Timeout;

  /** Writes the opening events at once. @param from position to continue from; beyond the text means from 0 */
  constructor(answer: LiveAnswer, sink: Sink, from: number, timing: ReaderTiming, onClose: () => void = () => {}) {
    this.#answer = answer;
    this.#sink = sink;
    this.#timing = timing;
    this.#onClose = onClose;
    this.#position = startPosition(answer, from);
    this.#timer = setTimeout(this.#silent, timing.heartbeatMs);
    this.#unsubscribe = answer.subscribe(this.#pump);
    this.#write(startEvents(answer.messageId, answer.userMessageId, this.#position, timing.retryMs));
    this.#pump();
  }

  /** The sink has room again. */
  drained(): void {
    if (this.#closed || !this.#full) return;
    this.#full = false;
    this.#rest(this.#timing.heartbeatMs);
    this.#pump();
  }

  /** The line is gone, or should go. The answer goes on without it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#onClose();
  }

  readonly #pump = (): void => {
    const answer = this.#answer;
    while (!this.#full && !this.#closed) {
      const { text } = answer;
      if (this.#position < text.length) {
        const frame =
          answer.lastFrame?.from === this.#position
            ? answer.lastFrame
            : deltaFrame(text, this.#position, catchUpEnd(text, this.#position));
        this.#position = frame.to;
        this.#write(frame);
      } else if (answer.end) {
        this.#sink.write(endEvents(answer.end, this.#position));
        this.#sink.end();
        this.close();
      } else return;
    }
  };

  #write(events: Encoded): void {
    this.#full = !this.#sink.write(events);
    if (this.#full) this.#rest(this.#timing.stallMs);
    else this.#timer.refresh();
  }

  #rest(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#silent, ms);
  }

  readonly #silent = (): void => {
    if (this.#full) {
      this.#sink.destroy();
      this.close();
    } else this.#write(HEARTBEAT);
  };
}

/** A position that cannot be continued from (beyond the text, between surrogates, of an earlier attempt) means 0. */
function startPosition({ text, rewritten }: LiveAnswer, from: number): number {
  if (from <= 0 || from > text.length || rewritten) return 0;
  const unit = text.charCodeAt(from);
  return unit >= 0xdc00 && unit <= 0xdfff ? 0 : from;
}
