import { encodeRetry, encodeStreamEvent, SSE_HEARTBEAT } from '../../protocol/sse-encode.ts';
import type { AnswerEnd } from '../store/store.ts';

/** Events, encoded. Shared by readers, never written to. */
export interface Encoded {
  /** The events. */
  readonly bytes: Uint8Array;
  /** The same within one chunk of HTTP/1.1's chunked coding (RFC 9112, 7.1). */
  readonly chunk: Uint8Array;
}

/** A delta on the wire: the text from `from` to `to` (UTF-16 code units). */
export interface Frame extends Encoded {
  readonly from: number;
  readonly to: number;
}

/**
 * Longest delta a reader that is behind is sent at once, UTF-16 code units: small enough that a slow line is given
 * little at a time, large enough that a replay of the longest answer is eight events.
 */
export const CATCH_UP_CHARS = 8 * 1024;

export const HEARTBEAT: Encoded = encode(SSE_HEARTBEAT);

/** One buffer for both: the events are a view of what lies within the chunk. */
function encode(events: string): Encoded {
  const length = Buffer.byteLength(events);
  const head = `${length.toString(16)}\r\n`;
  const chunk = Buffer.from(`${head}${events}\r\n`);
  return { chunk, bytes: chunk.subarray(head.length, head.length + length) };
}

/** The delta of `text` from `from` to `to`. */
export function deltaFrame(text: string, from: number, to: number): Frame {
  const { bytes, chunk } = encode(encodeStreamEvent({ type: 'delta', content: text.slice(from, to) }, to));
  return { from, to, bytes, chunk };
}

/** Where a delta from `from` ends: at most {@link CATCH_UP_CHARS} on, never between the halves of a surrogate pair. */
export function catchUpEnd(text: string, from: number): number {
  const to = Math.min(text.length, from + CATCH_UP_CHARS);
  return to < text.length && isHighSurrogate(text.charCodeAt(to - 1)) ? to - 1 : to;
}

export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** What opens a stream: the reconnection time and `start`, which says where the deltas continue from. */
export function startEvents(messageId: string, userMessageId: string | null, offset: number, retryMs: number): Encoded {
  const start = { type: 'start', message_id: messageId, offset } as const;
  const event = userMessageId === null ? start : { ...start, user_message_id: userMessageId };
  return encode(encodeRetry(retryMs) + encodeStreamEvent(event, offset));
}

/** What closes it: `sources`, what is asked of the page, and `end`; or `error` when the answer failed or was interrupted. */
export function endEvents(end: AnswerEnd, position: number): Encoded {
  if (end.status === 'failed' || end.status === 'interrupted') {
    return encode(encodeStreamEvent({ type: 'error', error: endError(end) }, position));
  }
  const { sources, outcome, usage, status, truncated, followUps = [], calls = [] } = end;
  const waiting = status === 'awaiting_tool' ? calls.filter(({ result }) => result === null) : [];
  return encode(
    encodeStreamEvent({ type: 'sources', sources, outcome: outcome ?? 'answered' }, position) +
      waiting
        .map(({ id, name, arguments: given }) =>
          encodeStreamEvent({ type: 'tool_call', id, name, arguments: given }, position),
        )
        .join('') +
      encodeStreamEvent(
        {
          type: 'end',
          usage: usage ?? { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
          status,
          ...(truncated ? { truncated } : {}),
          ...(followUps.length > 0 ? { follow_ups: followUps } : {}),
        },
        position,
      ),
  );
}

/** Why an answer has no proper end, in the words of the error table. */
export function endError(end: Pick<AnswerEnd, 'status' | 'error'>): {
  readonly code: string;
  readonly message: string;
} {
  if (end.status === 'interrupted') {
    return { code: 'interrupted', message: 'The server stopped while writing this answer. Try again.' };
  }
  return end.error ?? { code: 'internal_error', message: 'The answer failed.' };
}
