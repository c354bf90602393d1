import type { Outcome, Source, ToolCall, Usage } from './resources.ts';

/**
 * What an answer's event stream says, one JSON object per `data:` field, in this order: one `start`, any number of
 * `delta`, one `sources`, then `end` or `error`. Unknown types and fields are ignored by readers. Where the model asks
 * something of the page, `tool_call` events stand before an `end` whose status is `awaiting_tool`; the answer goes on
 * in the stream that the results are answered with.
 *
 * The SSE `id:` is the position in the answer: UTF-16 code units of `content` sent up to and including the event.
 * A reader that lost the line asks for `?after=<last id>` and gets the rest of the stored text, then the live end.
 */
export type StreamEvent = StartEvent | DeltaEvent | SourcesEvent | ToolCallEvent | EndEvent | StreamErrorEvent;

/** `offset`: the position the following deltas continue from; a reader cuts what it holds to that length. */
export interface StartEvent {
  readonly type: 'start';
  readonly message_id: string;
  readonly offset?: number;
  /** The visitor's message this answers (ours); absent on a resumed stream of an older server. */
  readonly user_message_id?: string;
}
export interface DeltaEvent {
  readonly type: 'delta';
  readonly content: string;
}
export interface SourcesEvent {
  readonly type: 'sources';
  readonly sources: readonly Source[];
  readonly outcome: Outcome;
}
export interface EndEvent {
  readonly type: 'end';
  readonly usage: Usage;
  /** Absent means `complete`. */
  readonly status?: 'complete' | 'stopped' | 'awaiting_tool';
  readonly truncated?: boolean;
  /** Questions to go on with; absent means none. */
  readonly follow_ups?: readonly string[];
}
/** The model asks something of the page. Answer with `POST …/messages/{mid}/tool-results`. */
export interface ToolCallEvent {
  readonly type: 'tool_call';
  readonly id: string;
  readonly name: string;
  readonly arguments: ToolCall['arguments'];
}
export interface StreamErrorEvent {
  readonly type: 'error';
  readonly error: { readonly code: string; readonly message: string; readonly details?: Record<string, unknown> };
}

/**
 * Reads one `data:` payload. Gives `null` for anything that is not an event this version knows: malformed JSON, an
 * unknown `type`, a delta without text, the `[DONE]` some proxies append. Never throws and never quotes the payload.
 */
export function readStreamEvent(data: string): StreamEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const event = value as Record<string, unknown>;
  switch (event.type) {
    case 'start':
      return typeof event.message_id === 'string' ? (event as unknown as StartEvent) : null;
    case 'delta':
      return typeof event.content === 'string' && event.content !== '' ? (event as unknown as DeltaEvent) : null;
    case 'sources':
      return Array.isArray(event.sources) ? readSources(event as unknown as SourcesEvent) : null;
    case 'tool_call':
      return typeof event.id === 'string' && typeof event.name === 'string' && isObject(event.arguments)
        ? { type: 'tool_call', id: event.id, name: event.name, arguments: event.arguments }
        : null;
    case 'end':
      return event as unknown as EndEvent;
    case 'error':
      return readStreamError(event.error);
    default:
      return null;
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readSources(event: SourcesEvent): SourcesEvent {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    type: 'sources',
    outcome: event.outcome === 'not_found' ? 'not_found' : 'answered',
    sources: event.sources.map((source) => ({
      title: text(source?.title),
      url: text(source?.url),
      relevance: typeof source?.relevance === 'number' ? source.relevance : 0,
      quote: text(source?.quote),
      heading: text(source?.heading),
      document_id: text(source?.document_id),
    })),
  };
}

function readStreamError(error: unknown): StreamErrorEvent {
  const { code, message, details } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const body = {
    code: typeof code === 'string' ? code : 'internal_error',
    message: typeof message === 'string' ? message : 'The answer failed.',
  };
  return {
    type: 'error',
    error: typeof details === 'object' && details !== null ? { ...body, details: { ...details } } : body,
  };
}
