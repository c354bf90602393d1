import { type AnswerState, closeAnswer, isSettled, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import type { Attachment, WidgetConfig } from '../../protocol/resources.ts';
import type { HistoryPage } from '../transport/transport.ts';
import {
  type AnswerRow,
  type ChatError,
  type ChatState,
  INITIAL_STATE,
  lastQuestion,
  type Row,
  rowOf,
} from './state.ts';

/** Everything that can happen to the state. Effects dispatch these; views never do. */
export type Action =
  | { readonly type: 'opened' | 'closed' | 'seen' | 'stopping' | 'line-closed' | 'stopped' }
  /** `draft`: what was being typed is the same visitor's, and stays. */
  | { readonly type: 'forgotten'; readonly draft: boolean }
  | { readonly type: 'loading' | 'loading-older' | 'older-failed' | 'feedback-failed' }
  | { readonly type: 'loaded'; readonly config: WidgetConfig }
  | { readonly type: 'load-failed'; readonly error: ChatError }
  | { readonly type: 'restored'; readonly conversationId: string; readonly page: HistoryPage }
  /** The history in place of all that is shown. */
  | { readonly type: 'reloaded'; readonly conversationId: string; readonly page: HistoryPage }
  /** Another conversation of the visitor; its history follows. */
  | { readonly type: 'switched'; readonly conversationId: string }
  | { readonly type: 'sheet'; readonly sheet: ChatState['sheet'] }
  | { readonly type: 'older'; readonly page: HistoryPage; readonly last: boolean }
  | { readonly type: 'notice'; readonly notice: 'gone' | 'ended'; readonly key: string }
  | {
      readonly type: 'asked';
      readonly key: string;
      readonly answerKey: string;
      readonly content: string;
      /** The question it is asked in place of, by the server's id: that and all after it go. */
      readonly replaces?: string | undefined;
      readonly files?: readonly Attachment[];
    }
  /** A question that is to be asked after the one that waits for the line. */
  | {
      readonly type: 'waits';
      readonly key: string;
      readonly content: string;
      readonly replaces?: string | undefined;
      readonly files?: readonly Attachment[];
    }
  /** The page's tools have answered: the last answer goes on. */
  | { readonly type: 'resumed' }
  | { readonly type: 'form'; readonly form: ChatState['form'] }
  | { readonly type: 'unwaits'; readonly key: string }
  | { readonly type: 'retried'; readonly answerKey: string }
  | { readonly type: 'queued' }
  | { readonly type: 'started'; readonly conversationId: string }
  /** The answer as its stream has it now. */
  | { readonly type: 'answer'; readonly answer: AnswerState }
  | { readonly type: 'failed'; readonly error: ChatError }
  | { readonly type: 'offline'; readonly offline: boolean }
  | { readonly type: 'draft'; readonly value: string }
  | { readonly type: 'menu' | 'wide'; readonly on: boolean }
  | { readonly type: 'source'; readonly source: ChatState['source'] }
  | { readonly type: 'copied'; readonly copied: ChatState['copied'] }
  | { readonly type: 'rated'; readonly key: string; readonly rating: 'up' | 'down' | null }
  | { readonly type: 'tick'; readonly nowMs: number };

/**
 * The next state. Pure; gives the same object back when nothing changed, so that a repeated event costs no rendering.
 */
export function reduce(state: ChatState, action: Action): ChatState {
  switch (action.type) {
    case 'opened':
      return { ...state, open: true, unread: 0 };
    case 'closed':
      return { ...state, open: false, menu: false };
    case 'seen':
      return state.unread === 0 ? state : { ...state, unread: 0 };
    case 'loading':
      return { ...state, phase: 'loading', error: null };
    case 'loaded':
      return { ...state, phase: 'ready', config: action.config, error: null };
    case 'load-failed':
      return { ...state, phase: 'failed', error: action.error };
    case 'restored':
      return restore(state, action.conversationId, action.page);
    case 'reloaded':
      return restore({ ...state, rows: [], live: null }, action.conversationId, action.page);
    case 'loading-older':
      return { ...state, loadingOlder: true };
    case 'older-failed':
      return { ...state, loadingOlder: false };
    case 'older':
      return {
        ...state,
        rows: [...action.page.messages.map(rowOf), ...state.rows],
        before: action.page.offset,
        loadingOlder: !action.last,
      };
    case 'notice':
      return notice(state, { role: 'notice', key: action.key, notice: action.notice });
    case 'asked': {
      const { key, content, replaces, files } = action;
      const waited = state.waiting.some((row) => row.key === key);
      return {
        ...state,
        rows: [
          ...without(before(state.rows, [{ key: '', replaces }]), key),
          {
            role: 'user',
            key,
            content,
            status: waited ? 'queued' : 'sending',
            replaces,
            ...(files && { files }),
          },
        ],
        waiting: without(state.waiting, key),
        live: waiting(action.answerKey),
        // What was typed since is for the next one.
        draft: waited ? state.draft : '',
        form: replaces ? null : state.form,
        source: null,
      };
    }
    case 'waits': {
      const { key, content, replaces, files } = action;
      if ([...state.rows, ...state.waiting].some((row) => row.key === key)) return state;
      return {
        ...state,
        waiting: [
          ...state.waiting,
          { role: 'user', key, content, status: 'queued', replaces, ...(files && { files }) },
        ],
      };
    }
    case 'resumed': {
      const last = state.rows.at(-1);
      if (state.live || last?.role !== 'assistant' || last.answer.status !== 'awaiting_tool') return state;
      const answer: AnswerState = { ...last.answer, status: 'waiting', toolCalls: [] };
      return { ...state, rows: state.rows.slice(0, -1), live: { ...last, answer } };
    }
    case 'form':
      return { ...state, form: action.form };
    case 'unwaits':
      return { ...state, waiting: without(state.waiting, action.key) };
    case 'retried':
      return retry(state, action.answerKey);
    case 'queued':
      return { ...state, offline: true, rows: mapLastQuestion(state.rows, 'queued') };
    case 'started':
      return { ...state, conversationId: action.conversationId };
    case 'answer':
      return progress(state, action.answer);
    case 'line-closed':
      return settle(state, (live) => ({ ...live, answer: closeAnswer(live.answer) }));
    case 'stopped':
      return settle(state, (live) => ({ ...live, answer: { ...live.answer, status: 'stopped' } }));
    case 'failed':
      return settle(state, (live) => ({
        ...live,
        answer: { ...live.answer, status: 'failed' },
        error: action.error,
      }));
    case 'stopping':
      return { ...state, stopping: true };
    case 'offline':
      return state.offline === action.offline ? state : { ...state, offline: action.offline };
    case 'draft':
      return state.draft === action.value ? state : { ...state, draft: action.value };
    case 'menu':
      return { ...state, menu: action.on };
    case 'wide':
      return { ...state, wide: action.on, menu: false };
    case 'source':
      return { ...state, source: action.source };
    case 'copied':
      return { ...state, copied: action.copied };
    case 'rated':
      return {
        ...state,
        rows: state.rows.map((row) =>
          row.key === action.key && row.role === 'assistant' ? { ...row, feedback: action.rating } : row,
        ),
      };
    case 'tick':
      return { ...state, nowMs: action.nowMs };
    case 'forgotten':
      return { ...blank(state), draft: action.draft ? state.draft : '' };
    case 'switched':
      return { ...blank(state), draft: state.draft, phase: 'loading', conversationId: action.conversationId };
    case 'sheet':
      return { ...state, sheet: action.sheet, menu: false };
    default:
      return state;
  }
}

function without<Kept extends Row>(rows: readonly Kept[], key: string): readonly Kept[] {
  return rows.some((row) => row.key === key) ? rows.filter((row) => row.key !== key) : rows;
}

/** Without a conversation, as the panel stands. */
function blank({ open, wide, config }: ChatState): ChatState {
  return { ...INITIAL_STATE, open, wide, config, phase: config ? 'ready' : 'idle' };
}

/** The rows until one that is among the newer ones, or that one of them takes the place of. */
function before(
  rows: readonly Row[],
  newer: readonly { readonly key: string; readonly replaces?: string | undefined }[],
): Row[] {
  const at = rows.findIndex((row) =>
    newer.some(({ key, replaces }) => row.key === key || (replaces && row.role === 'user' && row.id === replaces)),
  );
  return rows.slice(0, at < 0 ? rows.length : at);
}

function waiting(key: string): AnswerRow {
  return { role: 'assistant', key, answer: WAITING_ANSWER, feedback: null, error: null };
}

/** Puts the stored conversation before what was asked while it loaded. */
function restore(state: ChatState, conversationId: string, page: HistoryPage): ChatState {
  // From a question on that is here already, or asked anew, what is here is newer.
  const rows = before(page.messages.map(rowOf), state.rows);
  const last = rows.at(-1);
  const writing = last?.role === 'assistant' && last.answer.status === 'streaming';
  const live = writing && state.live === null ? last : state.live;
  if (writing) rows.pop();
  const waiting = state.waiting.filter(({ key }) => !rows.some((row) => row.key === key));
  return { ...state, conversationId, before: page.offset, rows: [...rows, ...state.rows], waiting, live };
}

/** The conversation is over for this visitor. A question on its way belongs to the new one, so the line goes above it. */
function notice(state: ChatState, row: Row): ChatState {
  const at = state.live === null ? state.rows.length : state.rows.indexOf(lastQuestion(state.rows)!);
  return { ...state, conversationId: null, rows: [...state.rows.slice(0, at), row, ...state.rows.slice(at)] };
}

function progress(state: ChatState, answer: AnswerState): ChatState {
  const { live } = state;
  // A line that is cut is not the answer's end; whether it is tried again is the effect's decision.
  if (live === null || answer.status === 'waiting' || answer.status === 'interrupted') return state;
  if (answer === live.answer && !state.offline) return state;
  const rows = arrived(state.rows, answer.userMessageId);
  const error = answer.error && { code: answer.error.code, retryAtMs: null };
  const next = { ...state, rows, offline: false, live: { ...live, answer, error } };
  return isSettled(answer) && answer.status !== 'refetch' ? settle(next, (row) => row) : next;
}

/** Moves the live answer to the settled rows. */
function settle(state: ChatState, change: (live: AnswerRow) => AnswerRow): ChatState {
  if (state.live === null) return state;
  const row = change(state.live);
  const rows = isAsking(state.rows) ? mapLastQuestion(state.rows, 'sent') : state.rows;
  // Stopped before the first word: there is nothing to show, and nothing to try again.
  const empty = row.answer.status === 'stopped' && row.answer.messageId === null;
  return {
    ...state,
    rows: empty ? rows : [...rows, row],
    live: null,
    stopping: false,
    offline: false,
    unread: state.open || empty ? state.unread : state.unread + 1,
  };
}

function retry(state: ChatState, answerKey: string): ChatState {
  const last = state.rows.at(-1);
  if (state.live !== null || last?.role !== 'assistant') return state;
  const { messageId } = last.answer;
  return {
    ...state,
    rows: state.rows.slice(0, -1),
    live: { ...waiting(answerKey), answer: { ...WAITING_ANSWER, messageId } },
    source: null,
  };
}

/** The question is on the server, under this id. */
function arrived(rows: readonly Row[], id: string | null): readonly Row[] {
  const question = lastQuestion(rows);
  if (!question || (question.status === 'sent' && (id === null || question.id === id))) return rows;
  return rows.map((row) => (row === question ? { ...question, status: 'sent', ...(id !== null && { id }) } : row));
}

function isAsking(rows: readonly Row[]): boolean {
  return (lastQuestion(rows)?.status ?? 'sent') !== 'sent';
}

function mapLastQuestion(rows: readonly Row[], status: 'sent' | 'queued'): readonly Row[] {
  const question = lastQuestion(rows);
  return rows.map((row) => (row === question ? { ...question, status } : row));
}
