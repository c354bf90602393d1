import { LIMITS } from './limits.ts';

/** One dispatched event. `type` is `message` unless the stream named another. */
export interface SseEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

/** A single event grew past the decoder's bound. The decoder is finished; close the stream. */
export class SseTooLargeError extends Error {
  override readonly name = 'SseTooLargeError';
  readonly maxEventChars: number;
  constructor(maxEventChars: number) {
    super(`The stream sent an event of more than ${maxEventChars} characters; the reader stopped.`);
    this.maxEventChars = maxEventChars;
  }
}

/**
 * Decodes a `text/event-stream` incrementally, exactly as the WHATWG event stream format says
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation): always UTF-8, one BOM
 * dropped, lines end in CR, LF or CRLF, an unfinished event at the end is discarded.
 *
 * Linear in the bytes pushed whatever the chunking, and bounded: at most `maxEventChars` (default
 * `LIMITS.sseEventChars`) are held for one event, then `push` throws {@link SseTooLargeError}.
 */
export class SseDecoder {
  /** Id of the last dispatched event; where a resume continues. */
  lastEventId = '';
  /** The last valid `retry:` field, its digits as sent. */
  retry: string | null = null;

  readonly #utf8 = new TextDecoder();
  readonly #maxEventChars: number;
  /** Pieces of the line that has not ended yet. A list, because joining at each push is quadratic in a long line. */
  #pieces: string[] = [];
  #data: string[] = [];
  #held = 0;
  #type = '';
  #id = '';
  /** The last push ended in CR: a LF that opens the next one belongs to it. */
  #afterCr = false;

  constructor(options: { readonly maxEventChars?: number } = {}) {
    this.#maxEventChars = options.maxEventChars ?? LIMITS.sseEventChars;
  }

  /** Feeds the next bytes and gives the events they complete, in order. */
  push(bytes: Uint8Array): SseEvent[] {
    const text = this.#utf8.decode(bytes, { stream: true });
    const events: SseEvent[] = [];
    let start = 0;
    if (this.#afterCr && text.length > 0) {
      if (text.charCodeAt(0) === 10) start = 1;
      this.#afterCr = false;
    }
    // Each index is searched again only once it is passed: with one search per line for both characters, a stream
    // without CR would be scanned to its end for every line.
    let lf = text.indexOf('\n', start);
    let cr = text.indexOf('\r', start);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      this.#line(text.slice(start, end), events);
      start = end + 1;
      if (end === cr) {
        if (start === text.length) this.#afterCr = true;
        else if (lf === start) start += 1;
        cr = text.indexOf('\r', start);
      }
      if (lf !== -1 && lf < start) lf = text.indexOf('\n', start);
    }
    if (start < text.length) {
      this.#hold(text.length - start);
      this.#pieces.push(text.slice(start));
    }
    return events;
  }

  #hold(chars: number): void {
    this.#held += chars;
    if (this.#held > this.#maxEventChars) throw new SseTooLargeError(this.#maxEventChars);
  }

  #line(tail: string, events: SseEvent[]): void {
    let line = tail;
    if (this.#pieces.length > 0) {
      this.#pieces.push(tail);
      line = this.#pieces.join('');
      this.#pieces = [];
    }
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    this.#hold(tail.length + 1);
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.retry = value;
  }

  #dispatch(events: SseEvent[]): void {
    this.lastEventId = this.#id;
    if (this.#data.length > 0) {
      events.push({ type: this.#type || 'message', data: this.#data.join('\n'), lastEventId: this.#id });
    }
    this.#data = [];
    this.#type = '';
    this.#held = 0;
  }
}
