import { type AnswerState, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import type { Attachment, Message, WidgetConfig } from '../../protocol/resources.ts';

/** Why something failed, as data; `parts/error.ts` turns it into words. `retryAtMs`: unix time, before which a retry is refused. */
export interface ChatError {
  readonly code: string;
  readonly retryAtMs: number | null;
}

/** A visitor's message. `queued`: waits for the connection. `key` is stable for the row's life and is the idempotency key. */
export interface QuestionRow {
  readonly role: 'user';
  readonly key: string;
  readonly content: string;
  readonly status: 'sending' | 'queued' | 'sent';
  /** The server's; `null` until it has told. Absent like `null`. */
  readonly id?: string | null;
  /** The question it takes the place of. */
  readonly replaces?: string | undefined;
  readonly files?: readonly Attachment[];
}

/** An answer. `answer.messageId` is `null` until the server opened the turn. */
export interface AnswerRow {
  readonly role: 'assistant';
  readonly key: string;
  readonly answer: AnswerState;
  readonly feedback: 'up' | 'down' | null;
  readonly error: ChatError | null;
}

/** A line of the widget itself between turns. */
export interface NoticeRow {
  readonly role: 'notice';
  readonly key: string;
  readonly notice: 'gone' | 'ended';
}

export type Row = QuestionRow | AnswerRow | NoticeRow;

/** A page of the panel in place of the conversation: the visitor's conversations, or what is kept about them. */
export type Sheet = 'threads' | 'data';

/**
 * All the widget knows. The answer being written is kept apart from the settled rows, so that a delta costs the same
 * in a long conversation as in a short one.
 */
export interface ChatState {
  readonly open: boolean;
  readonly wide: boolean;
  readonly menu: boolean;
  /** What lies over the conversation. */
  readonly sheet: Sheet | null;
  /** Config and history: `idle` before the first open. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  readonly config: WidgetConfig | null;
  /** Why `phase` is `failed`. */
  readonly error: ChatError | null;
  readonly conversationId: string | null;
  /** Settled rows, oldest first. */
  readonly rows: readonly Row[];
  /** The answer being written, after all rows. */
  readonly live: AnswerRow | null;
  /** Questions asked while the line is down, after `live`; they follow one another when it is back. */
  readonly waiting: readonly QuestionRow[];
  /** Messages on the server before the first row. */
  readonly before: number;
  readonly loadingOlder: boolean;
  readonly stopping: boolean;
  /** The line is down and is being tried again. */
  readonly offline: boolean;
  readonly draft: string;
  /** The open source card: row key and index into its sources. */
  readonly source: { readonly key: string; readonly index: number } | null;
  /** What is being written in a row: why an answer was not helpful, or a question anew. */
  readonly form: { readonly key: string; readonly kind: 'feedback' | 'edit' } | null;
  /** Row whose answer was copied last, or could not be: for the tick on its button, or the word below it. */
  readonly copied: { readonly key: string; readonly refused: boolean } | null;
  /** Answers that ended while the panel was closed. */
  readonly unread: number;
  /** Unix ms, moved on only while a countdown shows. */
  readonly nowMs: number;
}

export const INITIAL_STATE: ChatState = Object.freeze({
  open: false,
  wide: false,
  menu: false,
  sheet: null,
  phase: 'idle',
  config: null,
  error: null,
  conversationId: null,
  rows: Object.freeze([]),
  live: null,
  waiting: Object.freeze([]),
  before: 0,
  loadingOlder: false,
  stopping: false,
  offline: false,
  draft: '',
  source: null,
  form: null,
  copied: null,
  unread: 0,
  nowMs: 0,
});

/** A row for a message that came from the server. */
export function rowOf(message: Message): QuestionRow | AnswerRow {
  if (message.role === 'user') {
    // The key it was sent under, so that a question which arrived unheard is known again.
    const { client_id: key } = message.metadata;
    return {
      role: 'user',
      key: typeof key === 'string' ? key : message.id,
      content: message.content,
      status: 'sent',
      id: message.id,
      files: message.attachments ?? [],
    };
  }
  return {
    role: 'assistant',
    key: message.id,
    answer: {
      ...WAITING_ANSWER,
      status: message.status,
      messageId: message.id,
      content: message.content,
      position: message.content.length,
      sources: message.sources,
      outcome: message.outcome,
      usage: message.usage,
      truncated: message.truncated,
      error: message.error,
      followUps: message.follow_ups,
      toolCalls: message.tool_calls.filter(({ result }) => result === null),
    },
    feedback: message.feedback?.rating ?? null,
    error: message.error && { code: message.error.code, retryAtMs: null },
  };
}

/** The visitor's latest question: what an answer under way answers. */
export function lastQuestion(rows: readonly Row[]): QuestionRow | null {
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index]!;
    if (row.role === 'user') return row;
  }
  return null;
}
