/**
 * One conversation in all tabs. The tab that asked holds a lock and writes the answer from its one line; the others show
 * the same, from what it tells them. When it goes away in the middle, the lock passes to another, which goes on.
 *
 * What crosses is the store's own actions: a pure reducer gives the same state from them everywhere. Loaded with the
 * first question, or when a conversation is stored; a browser without BroadcastChannel or locks has tabs of their own.
 */
import type { AnswerState } from '../../protocol/answer-state.ts';
import type { Action } from '../store/reduce.ts';
import type { ChatState } from '../store/state.ts';

/** What a tab's chat does for its link. */
export interface TabPorts {
  state(): ChatState;
  /** Another tab's action. */
  apply(action: Action): void;
  /** The tab that wrote the answer is gone; the line is ours to open. */
  takeOver(): void;
  /** The conversation has gone on without this tab, or is another one. */
  reload(conversationId: string): void;
}

/** Actions that are about the conversation; the rest is about one tab's panel. */
const SHARED: readonly Action['type'][] = [
  'asked',
  'waits',
  'resumed',
  'retried',
  'started',
  'queued',
  'failed',
  'stopped',
  'line-closed',
  'notice',
  'forgotten',
  'switched',
  'draft',
];
/** Those that a tab heeds in the middle of its own turn, too. */
const ALWAYS: readonly Action['type'][] = ['waits', 'forgotten', 'switched'];
/** Between two tellings of an answer under way, ms. */
const TELL_MS = 100;
/** From the end of a tab's turn, or of the tab, until its last words must have been heard, ms. */
const GRACE_MS = 2_000;

type Message =
  | { readonly type: 'action'; readonly action: Action }
  /** `content` holds what comes after the first `from` characters. */
  | { readonly type: 'answer'; readonly answer: AnswerState; readonly from: number }
  | { readonly type: 'rated'; readonly messageId: string; readonly rating: 'up' | 'down' | null }
  | { readonly type: 'seen' }
  | Standing;

/** How a tab stands. `hello`: it has come, or has lost the thread, and asks the others the same. */
interface Standing {
  readonly type: 'hello' | 'here';
  readonly conversationId: string | null;
  readonly count: number;
}

/** Messages of the conversation, on the server and here. */
const countOf = ({ before, rows, live }: ChatState): number =>
  before + rows.filter(({ role }) => role !== 'notice').length + (live ? 1 : 0);

export class Tabs {
  readonly #name: string;
  readonly #ports: TabPorts;
  readonly #channel: BroadcastChannel;
  readonly #life = new AbortController();
  /** Somebody has been heard: there is somebody to tell. */
  #heard = false;
  /** Characters of the answer that the others have. */
  #told = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Waits for the lock of the tab that writes. */
  #waiting = false;
  #applying = false;
  #owns = false;

  private constructor(name: string, ports: TabPorts) {
    this.#name = name;
    this.#ports = ports;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    this.greet();
  }

  /** Joins the other tabs under a name of the conversation's storage. `null`: this browser cannot. */
  static join(name: string, ports: TabPorts): Tabs | null {
    if (typeof BroadcastChannel !== 'function' || !navigator.locks) return null;
    try {
      return new Tabs(name, ports);
    } catch {
      // Opaque origins: sandboxed frames.
      return null;
    }
  }

  /** Asks how things stand: when this tab has come, or has come back. */
  greet(): void {
    this.#stand('hello');
  }

  #stand(type: 'hello' | 'here'): void {
    const state = this.#ports.state();
    this.#say({ type, conversationId: state.conversationId, count: countOf(state) });
  }

  /** An action of this tab. */
  said(action: Action): void {
    if (this.#applying) return;
    if (action.type === 'answer') this.#tell(action.answer);
    else if (action.type === 'rated') this.#rated(action);
    else if (action.type === 'opened') this.#say({ type: 'seen' });
    else if (SHARED.includes(action.type)) {
      this.#flush();
      this.#told = 0;
      this.#say({ type: 'action', action });
    }
  }

  /** Holds the lock while this tab writes an answer; ends with the signal. */
  own(signal: AbortSignal): void {
    this.#owns = true;
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        this.#owns = false;
        this.#flush();
        resolve();
      });
    });
    if (this.#inherited) this.#inherited = ended;
    else void navigator.locks.request(this.#name, () => ended).catch(() => {});
  }

  /** Whether another tab writes the answer; then this one waits to take over. */
  async elsewhere(): Promise<boolean> {
    const { held = [] } = await navigator.locks.query();
    const taken = !this.#owns && held.some(({ name }) => name === this.#name);
    if (taken) this.#await();
    return taken;
  }

  close(): void {
    this.#flush();
    this.#life.abort();
    this.#channel.close();
  }

  #say(message: Message): void {
    if (!this.#life.signal.aborted) this.#channel.postMessage(message);
  }

  #tell(answer: AnswerState): void {
    // With nobody there, a long answer is not copied ten times a second.
    if (!this.#heard) return;
    this.#latest = answer;
    if (answer.status === 'streaming' || answer.status === 'waiting')
      this.#timer ??= setTimeout(() => this.#flush(), TELL_MS);
    else this.#flush();
  }
  #latest: AnswerState | null = null;

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const answer = this.#latest;
    this.#latest = null;
    if (!answer) return;
    const from = answer.content.length >= this.#told ? this.#told : 0;
    this.#told = answer.content.length;
    this.#say({ type: 'answer', answer: { ...answer, content: answer.content.slice(from) }, from });
  }

  #rated({ key, rating }: Extract<Action, { type: 'rated' }>): void {
    const row = this.#ports.state().rows.find((one) => one.key === key);
    const messageId = row?.role === 'assistant' && row.answer.messageId;
    if (messageId) this.#say({ type: 'rated', messageId, rating });
  }

  #hear(message: Message): void {
    this.#heard = true;
    const state = this.#ports.state();
    switch (message.type) {
      case 'action':
        this.#heardAction(message.action);
        break;
      case 'answer':
        this.#heardAnswer(message.answer, message.from);
        break;
      case 'rated': {
        const row = state.rows.find((one) => one.role === 'assistant' && one.answer.messageId === message.messageId);
        if (row) this.#apply({ type: 'rated', key: row.key, rating: message.rating });
        break;
      }
      case 'seen':
        this.#apply({ type: 'seen' });
        break;
      default:
        this.#heardOf(message, state);
    }
  }

  #heardOf({ type, conversationId, count }: Standing, state: ChatState): void {
    const newer = conversationId !== state.conversationId || count > countOf(state);
    if (conversationId && newer && !this.#owns) this.#ports.reload(conversationId);
    if (type === 'here') return;
    this.#stand('here');
    this.#told = 0;
    if (this.#owns && state.live) this.#tell(state.live.answer);
  }

  #heardAnswer(answer: AnswerState, from: number): void {
    const { live } = this.#ports.state();
    if (this.#owns || !live) return;
    const held = live.answer.content;
    if (held.length < from) {
      this.greet();
      return;
    }
    this.#apply({ type: 'answer', answer: { ...answer, content: held.slice(0, from) + answer.content } });
    this.#await();
  }

  #heardAction(action: Action): void {
    // Both asked in the same moment: each goes on with its own, and the server keeps the order.
    if (this.#owns && !ALWAYS.includes(action.type)) return;
    this.#apply(action);
    if (action.type === 'asked' || action.type === 'retried') this.#await();
  }

  #apply(action: Action): void {
    this.#applying = true;
    this.#ports.apply(action);
    this.#applying = false;
  }

  /** Waits for the end of the writing tab's turn. If the answer has not ended with it, that tab is gone. */
  #await(): void {
    if (this.#waiting || this.#owns) return;
    this.#waiting = true;
    const { signal } = this.#life;
    const inherit = async () => {
      this.#waiting = false;
      // What it said last may still be on its way, on a busy machine for long.
      for (let waited = 0; waited < GRACE_MS; waited += TELL_MS) {
        if (signal.aborted || this.#owns || !this.#ports.state().live) return;
        await new Promise((resolve) => setTimeout(resolve, TELL_MS));
      }
      if (signal.aborted || this.#owns || !this.#ports.state().live) return;
      // The lock stays with this tab until the turn it begins has ended.
      this.#inherited = Promise.resolve();
      this.#ports.takeOver();
      await this.#inherited;
      this.#inherited = null;
    };
    navigator.locks.request(this.#name, { signal }, inherit).catch(() => {});
  }
  /** The turn for which the lock of a tab that went away is held. */
  #inherited: Promise<void> | null = null;
}
