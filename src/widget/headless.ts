/**
 * `@assisters/chat/headless`: the chat without our interface, for those who draw their own. The same store and the same
 * transport as the element's, without Lit, markdown and sanitiser. Touches no `window` when it is imported.
 */
import type { MessageStatus, Outcome, Source, WidgetConfig } from '../protocol/resources.ts';
import { HOSTED_BASE_URL } from '../protocol/routes.ts';
import { waitOrOnline } from './environment.ts';
import { storageKey } from './names.ts';
import { type ChatMemory, createMemory } from './storage.ts';
import { Chat } from './store/chat.ts';
import { type ChatError, type ChatState, INITIAL_STATE, type QuestionRow, type Row } from './store/state.ts';
import { createHttpTransport } from './transport/http-transport.ts';
import type { ChatTransport } from './transport/transport.ts';

export type { Source } from '../protocol/resources.ts';
export type { ChatError } from './store/state.ts';
export type { ChatTransport } from './transport/transport.ts';

export interface HeadlessOptions {
  /** `pk_live_…` or `pk_test_…` */
  readonly publishableKey: string;
  /** Needed when the key opens more than one. */
  readonly assistantId?: string | undefined;
  /** Base URL of the API, with its version. Default: the hosted service. */
  readonly apiUrl?: string | undefined;
  /** Sent with every call of the API. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Another way to reach an assistant than HTTP. */
  readonly transport?: ChatTransport | undefined;
}

/** One message of the conversation. The same object as long as nothing about it changes. */
export interface HeadlessMessage {
  /** Stable for the message's life: for lists and for `rate`. */
  readonly key: string;
  /** The server's id; `null` for a question, and until the answer has begun. */
  readonly id: string | null;
  readonly role: 'user' | 'assistant';
  /** Of an answer: markdown that a model wrote. Sanitise what you make of it. */
  readonly content: string;
  /** Of a question: `sending`, `queued` (no connection) or `sent`. Of an answer: the wire's, `waiting` before its first word. */
  readonly status: QuestionRow['status'] | MessageStatus | 'waiting' | 'refetch';
  /** What the answer cites: `sources[n - 1]` is what `[n]` means. */
  readonly sources: readonly Source[];
  /** Of an answer: `answered`, `not_found` … */
  readonly outcome: Outcome | null;
  /** How the visitor rated the answer. */
  readonly feedback: 'up' | 'down' | null;
  /** Why the answer, or sending the question, failed. */
  readonly error: ChatError | null;
}

/** The chat as it stands. Replaced, never changed. */
export interface HeadlessView {
  /** Oldest first, the answer being written last. */
  readonly messages: readonly HeadlessMessage[];
  /**
   * `idle` before `start`; `loading` config and history; `ready` for a question; `submitted` until the answer's first
   * word; `streaming`; `error` when the start or the last answer failed.
   */
  readonly status: 'idle' | 'loading' | 'ready' | 'submitted' | 'streaming' | 'error';
  /** Why the start or the last answer failed. */
  readonly error: ChatError | null;
  /** Of the latest answer. */
  readonly sources: readonly Source[];
  /** The line is down and is being tried again. */
  readonly offline: boolean;
  /** `null` until the first question. */
  readonly conversationId: string | null;
  /** There are messages before the first one here: `loadOlder` brings them. */
  readonly hasOlder: boolean;
  /** What the server says about the assistant, once it is loaded. */
  readonly config: WidgetConfig | null;
}

/** One visitor's chat. The methods may be taken off the object. */
export interface HeadlessChat {
  getView(): HeadlessView;
  /** Calls the listener after every change, until the function it gives is called. */
  subscribe(listener: () => void): () => void;
  /** Loads config and the stored conversation, and goes on with an answer under way. No request is made before. */
  start(): void;
  /** Closes the line without stopping the answer; `start` opens it again. */
  pause(): void;
  /** Asks. Nothing happens for an empty text, one over 4 000 characters, or while an answer is being written. */
  send(content: string): void;
  /** Ends the answer that is being written. */
  stop(): void;
  /** Writes the last answer again, in its place. */
  regenerate(): void;
  /** Forgets the conversation and begins anew; the visitor stays known. */
  reset(): void;
  /** Rates an answer, by its message's key; a later rating replaces it. */
  rate(key: string, rating: 'up' | 'down'): void;
  /** Loads the messages before the first one here. */
  loadOlder(): void;
  /** Tries again what `start` could not load. */
  reload(): void;
}

/** The view before anything was loaded; also what a server renders. */
export const EMPTY_VIEW: HeadlessView = viewOf(INITIAL_STATE, new WeakMap());

/**
 * One visitor's chat without an interface.
 *
 * ```ts
 * const chat = createChat({ publishableKey: 'pk_live_…', apiUrl: 'https://chat.example.com/v1' });
 * chat.subscribe(() => draw(chat.getView().messages));
 * chat.start();
 * chat.send('Where do you ship to?');
 * ```
 */
export function createChat(options: HeadlessOptions): HeadlessChat {
  const { publishableKey, assistantId, apiUrl = HOSTED_BASE_URL, headers, transport } = options;
  // How the element's panel stands in this tab is not ours to say.
  const memory: ChatMemory = {
    ...createMemory(storageKey(publishableKey, assistantId)),
    panel: () => null,
    savePanel: () => {},
  };
  const listeners = new Set<() => void>();
  const made = new WeakMap<Row, HeadlessMessage>();
  let page: AbortController | null = null;
  let of: ChatState = INITIAL_STATE;
  let view = EMPTY_VIEW;
  const chat = new Chat({
    transport: transport ?? createHttpTransport({ publishableKey, assistantId, apiUrl, headers, memory }),
    memory,
    now: () => Date.now(),
    wait: waitOrOnline,
    newId: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36)).join(''),
    emit: () => true,
    copy: async () => {},
    follow: () => {},
    // A tab's line ends with its component; the conversation is shared through the memory.
    join: async () => null,
    outbox: async () => null,
    tools: async () => [],
    files: () => null,
    known: () => false,
    allowed: () => true,
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
  });
  const watch = () => {
    page = new AbortController();
    const { signal } = page;
    // A page in the back/forward cache may keep no line open.
    addEventListener('pagehide', () => chat.pause(), { signal });
    addEventListener('pageshow', ({ persisted }) => persisted && chat.wake(), { signal });
  };
  return {
    getView() {
      if (chat.state !== of) view = viewOf(chat.state, made);
      of = chat.state;
      return view;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      if (!page) watch();
      chat.open();
      chat.wake();
    },
    pause() {
      page?.abort();
      page = null;
      chat.pause();
    },
    send: (content) => chat.request({ type: 'send', content }),
    stop: () => chat.request({ type: 'stop' }),
    regenerate: () => chat.request({ type: 'retry' }),
    reset: () => chat.request({ type: 'reset' }),
    rate: (key, rating) => chat.request({ type: 'rate', key, rating }),
    loadOlder: () => chat.request({ type: 'older' }),
    reload: () => chat.request({ type: 'reload' }),
  };
}

function viewOf(state: ChatState, made: WeakMap<Row, HeadlessMessage>): HeadlessView {
  const { rows, live, waiting, phase, config, conversationId, offline, before } = state;
  const messages = [...rows, ...(live ? [live] : []), ...waiting].flatMap((row) => messageOf(row, made));
  const answer = messages.filter(({ role }) => role === 'assistant').at(-1);
  const last = messages.at(-1);
  const error = state.error ?? (live === null && last === answer ? (last?.error ?? null) : null);
  return {
    messages,
    status: statusOf(),
    error,
    sources: answer?.sources ?? [],
    offline,
    conversationId,
    hasOlder: before > 0,
    config,
  };

  function statusOf(): HeadlessView['status'] {
    if (live) return live.answer.content === '' ? 'submitted' : 'streaming';
    if (error) return 'error';
    return phase === 'failed' ? 'error' : phase;
  }
}

function messageOf(row: Row, made: WeakMap<Row, HeadlessMessage>): HeadlessMessage[] {
  if (row.role === 'notice') return [];
  const known = made.get(row);
  if (known) return [known];
  const { key, role } = row;
  const bare = { key, role, sources: [], outcome: null, feedback: null, error: null };
  const message: HeadlessMessage =
    row.role === 'user'
      ? { ...bare, id: null, content: row.content, status: row.status }
      : {
          ...bare,
          id: row.answer.messageId,
          content: row.answer.content,
          status: row.answer.status,
          sources: row.answer.sources,
          outcome: row.answer.outcome,
          feedback: row.feedback,
          error: row.error,
        };
  made.set(row, message);
  return [message];
}
