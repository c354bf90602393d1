import type { Outcome, Source, ToolCall, Usage } from './resources.ts';
import type { StreamEvent } from './stream-events.ts';

/**
 * An answer as a reader has it so far. Folded from stream events by `applyStreamEvent`; the same fold serves the SDK
 * and the widget's store, so both agree on what a stream means.
 *
 * `waiting` → (first event) `streaming` → `complete` | `stopped` | `awaiting_tool` | `failed`. `closeAnswer` turns an answer whose line
 * closed without an end into `interrupted`. `refetch`: events are missing; the whole message must be fetched anew.
 */
export interface AnswerState {
  readonly status:
    | 'waiting'
    | 'streaming'
    | 'complete'
    | 'stopped'
    | 'awaiting_tool'
    | 'failed'
    | 'interrupted'
    | 'refetch';
  readonly messageId: string | null;
  readonly userMessageId: string | null;
  readonly content: string;
  /** Last event id seen, or `null` when the stream carries no ids. Where a resume continues. */
  readonly position: number | null;
  readonly sources: readonly Source[];
  readonly outcome: Outcome | null;
  readonly usage: Usage | null;
  readonly truncated: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Questions to go on with. */
  readonly followUps: readonly string[];
  /** What the model asks of the page and has no result yet. */
  readonly toolCalls: readonly ToolCall[];
}

export const WAITING_ANSWER: AnswerState = /* @__PURE__ */ Object.freeze({
  status: 'waiting',
  messageId: null,
  userMessageId: null,
  content: '',
  position: null,
  sources: /* @__PURE__ */ Object.freeze([]),
  outcome: null,
  usage: null,
  truncated: false,
  error: null,
  followUps: /* @__PURE__ */ Object.freeze([]),
  toolCalls: /* @__PURE__ */ Object.freeze([]),
});

/** True once nothing more can arrive. */
export function isSettled(state: AnswerState): boolean {
  return state.status !== 'waiting' && state.status !== 'streaming';
}

/**
 * Folds one event into the answer. Pure. Events after the end are ignored, a repeated delta (id at or below the last)
 * is dropped, and a gap in the ids gives `refetch` rather than a text with a hole.
 *
 * @param id the event's SSE id (`''` or non-numeric: the stream carries no positions, nothing is checked)
 */
export function applyStreamEvent(state: AnswerState, event: StreamEvent, id: string): AnswerState {
  if (isSettled(state)) return state;
  const position = /^\d{1,15}$/.test(id) ? Number(id) : null;
  switch (event.type) {
    case 'start': {
      const offset = event.offset ?? (state.messageId === null ? 0 : state.content.length);
      return {
        ...state,
        status: offset > state.content.length ? 'refetch' : 'streaming',
        messageId: event.message_id,
        userMessageId: event.user_message_id ?? state.userMessageId,
        content: state.content.slice(0, offset),
        position: position ?? state.position,
        toolCalls: [],
      };
    }
    case 'delta': {
      if (position !== null && state.position !== null) {
        if (position <= state.position) return state;
        if (position !== state.position + event.content.length) return { ...state, status: 'refetch' };
      }
      return {
        ...state,
        status: 'streaming',
        content: state.content + event.content,
        position: position ?? state.position,
      };
    }
    case 'sources':
      return { ...state, sources: event.sources, outcome: event.outcome };
    case 'tool_call': {
      const { id, name, arguments: given } = event;
      return { ...state, toolCalls: [...state.toolCalls, { id, name, arguments: given, result: null }] };
    }
    case 'end':
      return {
        ...state,
        status: event.status === 'stopped' || event.status === 'awaiting_tool' ? event.status : 'complete',
        followUps: event.follow_ups ?? [],
        usage: event.usage ?? null,
        truncated: event.truncated === true,
      };
    case 'error':
      return { ...state, status: 'failed', error: { code: event.error.code, message: event.error.message } };
  }
}

/** The line closed: an answer that had not ended is `interrupted`. */
export function closeAnswer(state: AnswerState): AnswerState {
  return isSettled(state) ? state : { ...state, status: 'interrupted' };
}
