/**
 * A word from one process to the others that share the store. `follow`: somebody here reads an answer that is written
 * elsewhere; say when it grows. `grew`: there is more of it, or its end. `stop`: end it.
 */
export interface Signal {
  readonly type: 'follow' | 'grew' | 'stop';
  readonly messageId: string;
}

/**
 * Carries signals. At most once and in no promised order: who waits for one also looks at the store now and then, so a
 * lost signal costs time and nothing else.
 */
export interface Signals {
  /** Tells the other processes; this one does not hear it. Never fails. */
  send(signal: Signal): void;
  /** Gives the way to stop hearing. */
  hear(listener: (signal: Signal) => void): () => void;
}

/** Where there is one process, nobody hears. */
export const NO_SIGNALS: Signals = { send: () => {}, hear: () => () => {} };
