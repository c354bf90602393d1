import { type AnswerState, applyStreamEvent, closeAnswer, WAITING_ANSWER } from '../../../protocol/answer-state.ts';
import { SseDecoder } from '../../../protocol/sse-decode.ts';
import { readStreamEvent, type StreamEvent } from '../../../protocol/stream-events.ts';

/** A reader of an answer's event stream for tests: folds what arrives as the SDK does, and keeps the events. */
export class StreamCollector {
  readonly events: { readonly event: StreamEvent; readonly id: string }[] = [];
  state: AnswerState;
  raw = '';
  readonly #decoder = new SseDecoder();

  constructor(from: AnswerState = WAITING_ANSWER) {
    this.state = from;
  }

  push(bytes: Uint8Array): void {
    this.raw += new TextDecoder().decode(bytes);
    for (const { data, lastEventId } of this.#decoder.push(bytes)) {
      const event = readStreamEvent(data);
      if (!event) continue;
      this.events.push({ event, id: lastEventId });
      this.state = applyStreamEvent(this.state, event, lastEventId);
    }
  }

  /** Reads until the stream ends, or until `until` says so; then the stream is cancelled. */
  async read(stream: ReadableStream<Uint8Array>, until: (state: AnswerState) => boolean = () => false): Promise<this> {
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        this.state = closeAnswer(this.state);
        return this;
      }
      this.push(value);
      if (until(this.state)) {
        await reader.cancel();
        return this;
      }
    }
  }

  get types(): string[] {
    return this.events.map(({ event }) => event.type);
  }
}
