import type { Signals } from '../store/signals.ts';
import type { AnswerEnd, MessageRow } from '../store/store.ts';
import { deltaFrame, type Frame } from './frames.ts';
import { type LiveAnswer, storedAnswer } from './live-answer.ts';

/** The store is looked at this often although nothing was heard, milliseconds: signals may be lost, writers may die. */
const LOOK_MS = 1_000;
/** How often the writer is told again that somebody reads here. It forgets after {@link FOLLOWED_MS}. */
const FOLLOW_MS = 10_000;
/** How long a writer tells the others of an answer's growth after it was last asked to. */
export const FOLLOWED_MS = 3 * FOLLOW_MS;

/**
 * An answer that another process writes, read from the store: what is stored, then what comes. Looks when a signal says
 * that there is more, and now and then. Does nothing while nobody listens.
 */
export class RemoteAnswer implements LiveAnswer {
  readonly messageId: string;
  readonly userMessageId: string | null;
  readonly rewritten: boolean;
  text: string;
  end: AnswerEnd | null = null;
  lastFrame: Frame | null = null;

  readonly #read: () => Promise<MessageRow | null>;
  readonly #signals: Signals;
  readonly #onReaders: (some: boolean) => void;
  readonly #listeners = new Set<() => void>();
  #unhear: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #followedAt = Number.NEGATIVE_INFINITY;
  #looking = false;
  #again = false;

  /** @param parts.onReaders hears when the first listener has come, and when the last has gone or the answer has ended */
  constructor(
    row: MessageRow,
    userMessageId: string | null,
    parts: {
      readonly read: () => Promise<MessageRow | null>;
      readonly signals: Signals;
      readonly onReaders: (some: boolean) => void;
    },
  ) {
    this.messageId = row.id;
    this.userMessageId = userMessageId;
    this.rewritten = row.rewritten;
    this.text = row.content;
    this.#read = parts.read;
    this.#signals = parts.signals;
    this.#onReaders = parts.onReaders;
  }

  get readers(): number {
    return this.#listeners.size;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1 && !this.end) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  #begin(): void {
    this.#onReaders(true);
    this.#unhear = this.#signals.hear(({ type, messageId }) => {
      if (type === 'grew' && messageId === this.messageId) void this.#look();
    });
    void this.#look();
  }

  #rest(): void {
    this.#unhear();
    clearTimeout(this.#timer);
    this.#followedAt = Number.NEGATIVE_INFINITY;
    this.#onReaders(false);
  }

  async #look(): Promise<void> {
    this.#again = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#again = false;
        this.#follow();
        this.take(await this.#read());
      } while (this.#again && !this.end);
    } catch {
      // The store does not answer just now; the next look will say.
    }
    this.#looking = false;
    if (this.end || this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  #follow(): void {
    const now = performance.now();
    if (now - this.#followedAt < FOLLOW_MS) return;
    this.#followedAt = now;
    this.#signals.send({ type: 'follow', messageId: this.messageId });
  }

  /** The row as somebody has just read it. */
  take(row: MessageRow | null): void {
    if (this.end) return;
    const from = this.text.length;
    // Begun anew, or deleted: what was read here is nobody's answer any more.
    const lost = !row || row.content.length < from || row.rewritten !== this.rewritten;
    if (lost) this.end = { status: 'interrupted', ...NOTHING };
    else {
      this.text = row.content;
      this.lastFrame = from < this.text.length ? deltaFrame(this.text, from, this.text.length) : null;
      if (row.status !== 'streaming') this.end = storedAnswer(row, this.userMessageId).end;
      else if (this.text.length === from) return;
    }
    for (const listener of [...this.#listeners]) listener();
    if (this.end) {
      this.#listeners.clear();
      this.#rest();
    }
  }
}

const NOTHING = { sources: [], outcome: null, usage: null, error: null, truncated: false } as const;
