import type { AnswerState } from '../../protocol/answer-state.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Attachment, Feedback, Metadata, PageTool, Source } from '../../protocol/resources.ts';
import type { ChatEventMap } from '../event-details.ts';
import type { Attachments } from '../features/attachments.ts';
import type { Outbox } from '../features/outbox.ts';
import type { TabPorts, Tabs } from '../features/tabs.ts';
import { EVENTS, type EventName } from '../names.ts';
import type { ChatMemory } from '../storage.ts';
import { type ChatTransport, TransportError } from '../transport/transport.ts';
import { Outgoing } from './outgoing.ts';
import type { Action } from './reduce.ts';
import type { NewToolResult, Request } from './requests.ts';
import { type AnswerRow, type ChatState, lastQuestion } from './state.ts';
import { createStore, type Store } from './store.ts';
import { errorOf, playTurn, type TurnPorts } from './turn.ts';

/** The edges of a chat: everything that touches the world is passed in. */
export interface ChatPorts extends TurnPorts {
  readonly memory: ChatMemory;
  newId(): string;
  /** A DOM event for the page. `false`: the page prevented the default. */
  emit<Name extends EventName>(name: Name, detail: ChatEventMap[Name]['detail']): boolean;
  /** Rejects where the browser refuses. */
  copy(text: string): Promise<void>;
  /** The visitor follows a source, and the page does not object. `event` is the click on its number or its link. */
  follow(source: Source, event: Event): void;
  /** Joins the visitor's other tabs; `null` where the browser cannot. */
  join(ports: TabPorts): Promise<Tabs | null>;
  /** What the page offers a model that can use it. */
  tools(): Promise<readonly PageTool[]>;
  /** What the visitor attaches; `null`: nothing is taken. */
  files(): Attachments | null;
  /** Where questions wait; `null` where they cannot. Asked for at the first question, or when one may have been left. */
  outbox(): Promise<Outbox | null>;
  /** Called on every state change. */
  changed(): void;
  /** The visitor has said who they are. */
  known(): boolean;
  /** Nothing may be stored or sent before; `allow` says when it has become so. */
  allowed(): boolean;
}

type OpenLine = (signal: AbortSignal) => ReturnType<ChatTransport['send']>;

/** Until config and history are asked for again after a broken line; sooner when the browser comes online. */
const RELOAD_MS = 15_000;
/** Codes that mean the stored conversation cannot be continued; a new one can. */
const CONVERSATION_LOST: readonly string[] = ['not_found', 'conversation_ended'];
/** How long it shows that an answer was copied, or could not be. */
const COPIED_MS = 4_000;

/**
 * One visitor's chat: turns requests into effects and effects into actions. Knows no element.
 *
 * Life: made idle; `open` loads the config and, when a conversation is stored, its history; requests follow; `pause`
 * closes the line (page hidden into the back/forward cache, element removed) and `wake` opens it again where it stopped;
 * `dispose` ends everything. No request and no storage before `open`.
 */
export class Chat {
  readonly #ports: ChatPorts;
  readonly #store: Store;
  readonly #outgoing: Outgoing;
  /** Ends with `dispose` or `reset`: everything the conversation waits for. */
  #life = new AbortController();
  /** Ends with a turn: its line. */
  #turn: AbortController | null = null;
  #metadata: Metadata = {};
  /** The load under way: a question asked meanwhile belongs to the conversation it may restore. */
  #loading: Promise<void> | null = null;
  /** The stored conversation, if any, is in the state. */
  #restored = false;
  #tabs: Tabs | null = null;
  #joining: Promise<void> | null = null;
  /** Older messages are on the way. */
  #paging: Promise<void> | null = null;

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    this.#store = createStore(ports.changed, (action) => this.#tabs?.said(action));
    this.#outgoing = new Outgoing({
      store: this.#store,
      outbox: () => ports.outbox(),
      conversation: () => this.#conversation(),
      play: (key, content) => this.#play(key, content),
      catchUp: () => {
        const conversationId = this.#conversation();
        if (conversationId) void this.#catchUp(conversationId);
      },
    });
  }

  get state(): ChatState {
    return this.#store.state;
  }

  /** Opens the panel; loads what is needed the first time. */
  open(): void {
    if (this.state.open) return;
    if (this.state.unread > 0) this.#ports.emit(EVENTS.unread, { count: 0 });
    this.#store.dispatch({ type: 'opened' });
    const wide = this.#ports.memory.panel()?.wide === true;
    if (wide !== this.state.wide) this.#store.dispatch({ type: 'wide', on: wide });
    this.#remember();
    this.#ports.emit(EVENTS.open, {});
    this.allow();
  }

  /** Loads what an open panel needs, once that is allowed. */
  allow(): void {
    if (this.state.open && this.state.phase === 'idle' && this.#ports.allowed()) this.#reload();
  }

  close(): void {
    if (!this.state.open) return;
    this.#store.dispatch({ type: 'closed' });
    this.#remember();
    this.#ports.emit(EVENTS.close, {});
  }

  /** Joins the visitor's other tabs. Called by itself once there is a conversation, or when another tab has begun one. */
  join(): Promise<void> {
    if (!this.#ports.allowed()) return Promise.resolve();
    if (this.#joining) return this.#joining;
    const joining = this.#ports
      .join({
        state: () => this.state,
        apply: (action) => this.#apply(action),
        takeOver: () => this.#continue(),
        reload: (conversationId) => void this.#catchUp(conversationId),
      })
      .then(
        (tabs) => {
          // Parted meanwhile: they are another visitor's.
          if (this.#joining !== joining) tabs?.close();
          else this.#tabs = tabs;
          if (this.#turn) this.#tabs?.own(this.#turn.signal);
        },
        () => {
          // Its chunk could not be loaded: tabs of their own, until the next try.
          if (this.#joining === joining) this.#joining = null;
        },
      );
    this.#joining = joining;
    return joining;
  }

  /** Merged into the metadata of conversations started from now on. */
  setContext(metadata: Metadata): void {
    this.#metadata = { ...this.#metadata, ...metadata };
  }

  /** Any other call of the API as the visitor; ends with `dispose`. */
  readonly api: ChatTransport['api'] = (...call) => this.#ports.transport.api(...call);

  request(request: Request): void {
    const { dispatch } = this.#store;
    switch (request.type) {
      case 'send':
        this.#send(request.content);
        break;
      case 'retry':
        this.#retry();
        break;
      case 'stop':
        void this.#stop();
        break;
      case 'older':
        void this.#older(false);
        break;
      case 'whole':
        void this.whole();
        break;
      case 'reload':
        this.#reload();
        break;
      case 'close':
        this.close();
        break;
      case 'reset':
        this.reset();
        break;
      case 'end':
        void this.#end();
        break;
      case 'draft':
        dispatch({ type: 'draft', value: request.value });
        break;
      case 'menu':
        dispatch({ type: 'menu', on: request.on });
        break;
      case 'wide':
        dispatch({ type: 'wide', on: request.on });
        this.#remember();
        break;
      case 'sheet':
        dispatch({ type: 'sheet', sheet: request.sheet });
        break;
      case 'switch':
        this.#saveConversation(request.conversationId);
        this.#switch(request.conversationId);
        break;
      case 'source': {
        const { key, index } = request;
        dispatch({ type: 'source', source: index === null ? null : { key, index } });
        break;
      }
      case 'visit': {
        const source = this.#answer(request.key)?.answer.sources[request.index];
        if (!source) break;
        if (this.#ports.emit(EVENTS.sourceClick, { source })) this.#ports.follow(source, request.event);
        else request.event.preventDefault();
        break;
      }
      case 'copy':
        void this.#copy(request.key);
        break;
      case 'rate':
        void this.#rate(request.key, request);
        break;
      case 'form':
        dispatch({ type: 'form', form: request.form });
        break;
      case 'edit':
        this.#edit(request.key, request.content.trim());
        break;
      case 'tool-results':
        this.#giveResults(request.key, request.results);
        break;
    }
  }

  /** Forgets the conversation and starts anew; the visitor stays known. */
  reset(): void {
    this.#abandon();
    this.#saveConversation(null);
    if (this.state.waiting.length > 0 || this.state.live) this.#outgoing.clear();
    this.#forget(true);
    this.allow();
  }

  /** Forgets the visitor too, here and in the other tabs: whoever comes next sees nothing of them. */
  leave(): void {
    this.#abandon();
    if (this.#ports.memory.panel() || this.state.conversationId) this.#outgoing.clear();
    this.#forget(false);
    this.#ports.memory.forget();
    this.#part();
    this.allow();
  }

  /** The visitor is somebody known from here on: what was said while unknown is theirs, and their own is loaded. */
  identified(): void {
    this.#part();
    if (this.state.conversationId) void this.join();
    else if (this.state.phase !== 'idle') {
      this.#restored = false;
      this.#reload();
    }
  }

  /** The session in the storage was changed by another tab. */
  stored(): void {
    // Gone, and with it the visitor: this tab may be one that the others cannot reach.
    if (this.state.conversationId && !this.#ports.memory.session() && !this.#ports.memory.unknown()) {
      this.#forget(false);
      this.allow();
    } else void this.join();
  }

  /** Leaves the other tabs: they are another visitor's. */
  #part(): void {
    this.#tabs?.close();
    this.#tabs = null;
    this.#joining = null;
  }

  /** Nobody will read the answer under way; the server need not write it. */
  #abandon(): void {
    const { live, conversationId } = this.state;
    if (!live?.answer.messageId || !conversationId) return;
    this.#ports.transport.stop(conversationId, live.answer.messageId, new AbortController().signal).catch(() => {});
  }

  #forget(draft: boolean): void {
    this.#endLife();
    this.#store.dispatch({ type: 'forgotten', draft });
  }

  #endLife(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#turn = null;
  }

  /** An answer under way in the conversation that is left goes on, on the server. */
  #switch(conversationId: string): void {
    this.#endLife();
    this.#restored = false;
    this.#store.dispatch({ type: 'switched', conversationId });
    this.#reload();
  }

  /** Closes the line without stopping the answer. */
  pause(): void {
    this.#turn?.abort();
    this.#turn = null;
  }

  /** Opens the line of an unfinished answer again, unless another tab holds one. */
  wake(): void {
    this.#tabs?.greet();
    if (this.#turn || !this.state.live) return;
    if (this.#tabs) void this.#tabs.elsewhere().then((elsewhere) => elsewhere || this.#continue());
    else this.#continue();
  }

  #continue(): void {
    const { live, conversationId } = this.state;
    if (this.#turn || !live) return;
    const question = lastQuestion(this.state.rows);
    if (live.answer.messageId === null) {
      if (question) void this.#play(question.key, question.content);
    } else if (conversationId) void this.#follow(conversationId, live.answer.messageId);
  }

  /** Ends everything. Nothing is written or requested after this. */
  dispose(): void {
    this.#life.abort();
    this.pause();
    this.#tabs?.close();
  }

  /** What another tab did. */
  #apply(action: Action): void {
    if (action.type === 'forgotten') this.#forget(action.draft);
    else if (action.type === 'switched') this.#switch(action.conversationId);
    else this.#store.dispatch(action);
    // Its conversation is the visitor's now.
    if (action.type === 'started') this.#remember();
  }

  /** Another tab has gone on while this one was away. */
  async #catchUp(conversationId: string): Promise<void> {
    const { signal } = this.#life;
    const page = await this.#history(conversationId).catch(() => 'gone' as const);
    if (page === 'gone' || signal.aborted || this.#turn) return;
    this.#store.dispatch({ type: 'reloaded', conversationId, page });
    this.wake();
  }

  #answer(key: string): AnswerRow | null {
    const { rows, live } = this.state;
    if (live?.key === key) return live;
    const row = rows.find((candidate) => candidate.key === key);
    return row?.role === 'assistant' ? row : null;
  }

  #remember(): void {
    const { open, wide, conversationId } = this.state;
    // Before first use (a question sent, or a conversation that is stored already) nothing is written.
    if (conversationId || this.state.live) this.#ports.memory.savePanel({ open, wide });
  }

  #saveConversation(conversationId: string | null): void {
    const session = this.#ports.memory.session();
    if (session) this.#ports.memory.saveSession({ ...session, conversationId });
  }

  #report(error: unknown): void {
    const { code } = errorOf(error, 0);
    this.#ports.emit(EVENTS.error, { code, message: error instanceof Error ? error.message : String(error) });
  }

  #reload(): void {
    this.#loading = this.#load();
  }

  async #load(): Promise<void> {
    const { dispatch } = this.#store;
    const { transport, now } = this.#ports;
    const { signal } = this.#life;
    dispatch({ type: 'loading' });
    try {
      // Both at once: a returning visitor waits for one round trip, not two.
      const stored = this.#conversation();
      const history = stored !== null && !this.#restored ? this.#history(stored) : null;
      // When both fail, the first failure is told.
      history?.catch(() => {});
      const config = await transport.config(signal);
      const page = await history;
      if (signal.aborted) return;
      this.#restored = true;
      if (page === 'gone') {
        dispatch({ type: 'notice', notice: 'gone', key: this.#ports.newId() });
        this.#saveConversation(null);
      } else if (page && stored !== null) {
        dispatch({ type: 'restored', conversationId: stored, page });
        this.#remember();
        await this.join();
        if (signal.aborted) return;
      }
      const asked = this.state.live !== null && this.#turn !== null;
      dispatch({ type: 'loaded', config });
      if (!asked) this.wake();
      this.#restoreOutgoing();
    } catch (error) {
      if (signal.aborted) return;
      const failure = errorOf(error, now());
      dispatch({ type: 'load-failed', error: failure });
      this.#report(error);
      void this.#countDown(failure.retryAtMs);
      if (failure.code !== 'connection') return;
      this.#restoreOutgoing();
      void this.#reloadLater(signal);
    }
  }

  async #reloadLater(signal: AbortSignal): Promise<void> {
    await this.#ports.wait(RELOAD_MS, signal);
    if (!signal.aborted && this.state.phase === 'failed') this.#reload();
  }

  /** The conversation that is shown, or that is stored and has not been loaded. */
  #conversation(): string | null {
    const { memory, known } = this.#ports;
    if (this.state.conversationId !== null || this.#restored) return this.state.conversationId;
    return (memory.session() ?? (known() ? memory.unknown() : null))?.conversationId ?? null;
  }

  /** A question is marked as waiting once it is kept: what is marked is not lost by a reload. */
  async #wait(kept: Promise<void>, key: string, content: string, files: readonly Attachment[]): Promise<void> {
    const { signal } = this.#life;
    await kept;
    if (signal.aborted) return;
    this.#store.dispatch({ type: 'waits', key, content, files });
    // The line may be back meanwhile, and the turn that it waited for over.
    await this.#outgoing.next();
  }

  #restoreOutgoing(): void {
    // Where nothing was ever asked, nothing waits, and no database is made.
    const { memory } = this.#ports;
    if (memory.session() || memory.panel()) void this.#outgoing.restore(this.#life.signal);
  }

  async #history(conversationId: string) {
    const { signal } = this.#life;
    try {
      return await this.#ports.transport.history(conversationId, null, signal);
    } catch (error) {
      const code = error instanceof TransportError ? error.code : '';
      if (code === 'not_found' || code === 'token_expired' || code === 'invalid_token') return 'gone' as const;
      throw error;
    }
  }

  /** Loads every earlier message, so that what reaches only what is on the page (find, select, print) reaches them all. */
  async whole(): Promise<void> {
    await this.#paging;
    await this.#older(true);
  }

  /** One page of older messages, or (`all`) every one. */
  #older(all: boolean): Promise<void> {
    this.#paging ??= this.#page(all).finally(() => {
      this.#paging = null;
    });
    return this.#paging;
  }

  async #page(all: boolean): Promise<void> {
    const { conversationId } = this.state;
    if (!conversationId || this.state.before === 0) return;
    const { signal } = this.#life;
    const { dispatch } = this.#store;
    dispatch({ type: 'loading-older' });
    try {
      do {
        const page = await this.#ports.transport.history(conversationId, this.state.before, signal);
        if (signal.aborted) return;
        dispatch({ type: 'older', page, last: !all || page.offset === 0 });
      } while (all && this.state.before > 0);
    } catch {
      if (!signal.aborted) dispatch({ type: 'older-failed' });
    }
  }

  #send(text: string): void {
    const content = text.trim();
    const { live, offline } = this.state;
    const mayWait = offline && live?.answer.messageId === null;
    if (content === '' || content.length > LIMITS.messageChars || (live && !mayWait)) return;
    if (!this.#ports.allowed()) {
      this.#store.dispatch({ type: 'draft', value: text });
      return;
    }
    const held = this.#ports.files();
    if (held?.busy) return;
    const files = held?.take() ?? [];
    const key = this.#ports.newId();
    const kept = this.#outgoing.keep(key, content, files);
    this.#ports.emit(EVENTS.message, { message: { role: 'user', content } });
    if (live) {
      this.#store.dispatch({ type: 'draft', value: '' });
      void this.#wait(kept, key, content, files);
      return;
    }
    this.#store.dispatch({ type: 'asked', key, answerKey: this.#ports.newId(), content, files });
    this.#remember();
    void this.#play(key, content);
  }

  /** Asks a question anew in its place. Only one that the server has can be replaced. */
  #edit(key: string, content: string): void {
    const row = this.state.rows.find((one) => one.key === key);
    if (row?.role !== 'user' || !row.id || this.state.live) return;
    if (content === '' || content.length > LIMITS.messageChars) return;
    const { newId } = this.#ports;
    const next = newId();
    const files = row.files ?? [];
    void this.#outgoing.keep(next, content, files, row.id);
    this.#store.dispatch({ type: 'asked', key: next, answerKey: newId(), content, replaces: row.id, files });
    this.#ports.emit(EVENTS.message, { message: { role: 'user', content } });
    void this.#play(next, content);
  }

  /** The answer goes on with what the page's tools gave. */
  #giveResults(key: string, results: readonly NewToolResult[]): void {
    const { conversationId, rows } = this.state;
    const row = rows.at(-1);
    if (row?.key !== key || row.role !== 'assistant' || conversationId === null) return;
    const { messageId, content } = row.answer;
    if (messageId === null) return;
    this.#store.dispatch({ type: 'resumed' });
    const { transport } = this.#ports;
    // Given again after a broken line, they give the same answer, where a resume would find it still waiting.
    const give = (signal: AbortSignal) => transport.toolResults(conversationId, messageId, results, content, signal);
    void this.#run(give, conversationId, give);
  }

  #retry(): void {
    const { conversationId, rows } = this.state;
    this.#store.dispatch({ type: 'retried', answerKey: this.#ports.newId() });
    const { live } = this.state;
    if (!live) return;
    const question = lastQuestion(rows);
    const { messageId } = live.answer;
    if (messageId !== null && conversationId !== null) {
      const { transport } = this.#ports;
      void this.#run((signal) => transport.retry(conversationId, messageId, signal), conversationId);
    } else if (question) void this.#play(question.key, question.content);
  }

  /** Sends a question, in the stored conversation or a new one. */
  async #play(key: string, content: string, again = false): Promise<void> {
    const { transport, memory } = this.#ports;
    const begun = this.#begin();
    try {
      await this.#loading;
      if (begun.signal.aborted) return;
      let conversationId = this.state.conversationId;
      if (conversationId === null) {
        conversationId = (again ? null : this.#conversation()) ?? (await this.#start(begun, again ? `${key}-2` : key));
        if (conversationId === null) return;
        this.#store.dispatch({ type: 'started', conversationId });
        const session = memory.session();
        if (session) memory.saveSession({ ...session, conversationId });
      }
      this.#remember();
      void this.join();
      const id = conversationId;
      // A conversation that was lost is another one on the second try, and so needs another key.
      const idempotencyKey = again ? `${key}-2` : key;
      const tools = await this.#ports.tools();
      if (begun.signal.aborted) return;
      const row = this.state.rows.find((one) => one.key === key);
      const replaces = row?.role === 'user' && !again ? row.replaces : undefined;
      const more = {
        metadata: { client_id: key },
        ...(tools.length > 0 && { tools }),
        ...(replaces !== undefined && { replaces }),
        // Those of a conversation that was lost are lost with it.
        ...(row?.role === 'user' && !again && row.files?.length && { attachments: row.files.map(({ id }) => id) }),
      };
      await this.#stream(begun, (signal) => transport.send(id, content, idempotencyKey, signal, more), id);
      if (!begun.signal.aborted) this.#outgoing.done(key);
    } catch (error) {
      if (begun.signal.aborted) return;
      const code = error instanceof TransportError ? error.code : '';
      if (!again && CONVERSATION_LOST.includes(code) && this.state.conversationId !== null) {
        const notice = code === 'not_found' ? 'gone' : 'ended';
        this.#store.dispatch({ type: 'notice', notice, key: this.#ports.newId() });
        return this.#play(key, content, true);
      }
      // It failed before the visitor's eyes, who may try again.
      this.#outgoing.done(key);
      this.#fail(error);
    } finally {
      this.#finish(begun);
    }
  }

  /** The conversation that the next question goes to. Begins one where there is none, once. */
  begin(): Promise<string> {
    const known = this.state.conversationId ?? this.#conversation();
    if (known) return Promise.resolve(known);
    this.#beginning ??= this.#beginNow().finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }
  #beginning: Promise<string> | null = null;

  async #beginNow(): Promise<string> {
    const { signal } = this.#life;
    const { transport, newId } = this.#ports;
    const conversationId = await transport.start(this.#metadata, signal, `${newId()}-conversation`);
    signal.throwIfAborted();
    this.#store.dispatch({ type: 'started', conversationId });
    this.#saveConversation(conversationId);
    this.#remember();
    return conversationId;
  }

  /** Opens a conversation, as often as the line breaks. `null`: aborted. */
  async #start(turn: AbortController, key: string): Promise<string | null> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#ports.transport.start(this.#metadata, turn.signal, `${key}-conversation`);
      } catch (error) {
        if (turn.signal.aborted) return null;
        if (!(error instanceof TransportError) || error.code !== 'connection') throw error;
        this.#store.dispatch({ type: 'queued' });
        await this.#ports.wait(Math.min(15_000, 1_000 * 2 ** tries), turn.signal);
        if (turn.signal.aborted) return null;
      }
    }
  }

  #follow(conversationId: string, messageId: string): Promise<void> {
    const held = this.state.live?.answer.content ?? '';
    const { transport } = this.#ports;
    return this.#run((signal) => transport.resume(conversationId, messageId, held, signal), conversationId);
  }

  async #run(open: OpenLine, conversationId: string, again?: OpenLine): Promise<void> {
    const begun = this.#begin();
    try {
      await this.#stream(begun, open, conversationId, again);
    } catch (error) {
      if (!begun.signal.aborted) this.#fail(error);
    } finally {
      this.#finish(begun);
    }
  }

  async #stream(turn: AbortController, open: OpenLine, conversationId: string, again?: OpenLine): Promise<void> {
    const { signal } = turn;
    const { transport, emit } = this.#ports;
    emit(EVENTS.responseStart, {});
    await playTurn(
      this.#store,
      this.#ports,
      () => open(signal),
      (messageId, held) => again?.(signal) ?? transport.resume(conversationId, messageId, held, signal),
      signal,
    );
    const row = this.state.rows.at(-1);
    if (signal.aborted || row?.role !== 'assistant') return;
    this.#settled(row.answer);
  }

  #settled(answer: AnswerState): void {
    const { emit } = this.#ports;
    const { content, status, sources, outcome, messageId } = answer;
    emit(EVENTS.responseEnd, { status });
    emit(EVENTS.message, { message: { id: messageId, role: 'assistant', content, status, sources, outcome } });
    if (answer.error) emit(EVENTS.error, { ...answer.error });
    if (this.state.unread > 0) emit(EVENTS.unread, { count: this.state.unread });
  }

  #fail(error: unknown): void {
    const failure = errorOf(error, this.#ports.now());
    this.#store.dispatch({ type: 'failed', error: failure });
    this.#ports.emit(EVENTS.responseEnd, { status: 'failed' });
    this.#report(error);
    void this.#countDown(failure.retryAtMs);
  }

  /** Moves the state's clock on once a second until then. */
  async #countDown(untilMs: number | null): Promise<void> {
    const { now, wait } = this.#ports;
    const { signal } = this.#life;
    while (untilMs !== null && !signal.aborted) {
      this.#store.dispatch({ type: 'tick', nowMs: now() });
      if (now() >= untilMs) return;
      await wait(1_000, signal);
    }
  }

  #begin(): AbortController {
    this.pause();
    const turn = new AbortController();
    const end = () => turn.abort();
    this.#life.signal.addEventListener('abort', end, { signal: turn.signal });
    this.#turn = turn;
    this.#tabs?.own(turn.signal);
    return turn;
  }

  #finish(turn: AbortController): void {
    const ours = this.#turn === turn;
    if (ours) this.#turn = null;
    turn.abort();
    if (ours) void this.#outgoing.next();
  }

  async #stop(): Promise<void> {
    const { live, conversationId } = this.state;
    if (!live || this.state.stopping) return;
    this.#store.dispatch({ type: 'stopping' });
    const { messageId } = live.answer;
    if (messageId !== null && conversationId !== null) {
      try {
        // The stream's own `end` settles the answer, with the text the server kept.
        return await this.#ports.transport.stop(conversationId, messageId, this.#life.signal);
      } catch {}
    }
    if (this.state.live?.key !== live.key) return;
    this.pause();
    const question = lastQuestion(this.state.rows);
    if (messageId === null && question) this.#outgoing.done(question.key);
    this.#store.dispatch({ type: 'stopped' });
    this.#ports.emit(EVENTS.responseEnd, { status: 'stopped' });
    void this.#outgoing.next();
  }

  async #end(): Promise<void> {
    const { conversationId } = this.state;
    if (this.state.live) await this.#stop();
    this.pause();
    this.#store.dispatch({ type: 'stopped' });
    this.#store.dispatch({ type: 'menu', on: false });
    if (conversationId === null) return;
    this.#store.dispatch({ type: 'notice', notice: 'ended', key: this.#ports.newId() });
    this.#saveConversation(null);
    await this.#ports.transport.end(conversationId, this.#life.signal).catch(() => {});
  }

  async #copy(key: string): Promise<void> {
    const row = this.#answer(key);
    if (!row) return;
    const { signal } = this.#life;
    const refused = await this.#ports.copy(row.answer.content).then(
      () => false,
      () => true,
    );
    const copied = { key, refused };
    this.#store.dispatch({ type: 'copied', copied });
    await this.#ports.wait(COPIED_MS, signal);
    if (!signal.aborted && this.state.copied === copied) this.#store.dispatch({ type: 'copied', copied: null });
  }

  /** Shown at once, taken back when the server does not take it. */
  async #rate(key: string, { rating, reason, comment }: Feedback): Promise<void> {
    const { conversationId } = this.state;
    const row = this.#answer(key);
    const messageId = row?.answer.messageId;
    const more = reason !== undefined || comment !== undefined;
    if (!row || !messageId || !conversationId || (row.feedback === rating && !more)) return;
    this.#store.dispatch({ type: 'rated', key, rating });
    // Why not is asked at once; the rating counts without an answer to that.
    if (!more) this.#store.dispatch({ type: 'form', form: rating === 'down' ? { key, kind: 'feedback' } : null });
    const feedback: Feedback = { rating, ...(reason && { reason }), ...(comment && { comment }) };
    try {
      await this.#ports.transport.feedback(conversationId, messageId, feedback, this.#life.signal);
      this.#ports.emit(EVENTS.feedback, { message_id: messageId, ...feedback });
    } catch (error) {
      this.#store.dispatch({ type: 'rated', key, rating: row.feedback });
      this.#report(error);
    }
  }
}
