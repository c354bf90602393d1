import type { StreamEvent } from './stream-events.ts';

/** Response headers that keep an event stream unbuffered and uncached on its way through proxies. */
export const SSE_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

/** A comment line: keeps the connection open, carries nothing. */
export const SSE_HEARTBEAT = ': \n\n';

/**
 * One event as wire text. The JSON is a single line by construction (`JSON.stringify` escapes every line break), so no
 * content can forge a field or an event.
 *
 * @param position goes into `id:`; see {@link StreamEvent}
 */
export function encodeStreamEvent(event: StreamEvent, position: number): string {
  return `id: ${position}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** The `retry:` field, sent once at the start of a stream. */
export function encodeRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}
