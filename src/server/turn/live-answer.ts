import type { AnswerEnd, MessageRow } from '../store/store.ts';
import type { Frame } from './frames.ts';

/**
 * An answer as its readers see it: the durable text, how it ended, and a way to hear of changes. A running generation
 * is one; a stored message that has ended is one that never changes. Readers hold only a position in `text`, so a slow
 * one costs no buffer.
 */
export interface LiveAnswer {
  readonly messageId: string;
  readonly userMessageId: string | null;
  /** What is stored so far. Only grows. */
  readonly text: string;
  /** `null` while it is being written. */
  readonly end: AnswerEnd | null;
  /** The last delta, encoded once for every reader that stands at its start. */
  readonly lastFrame: Frame | null;
  /** The text replaces an earlier attempt's: a position from before means nothing, readers start at 0. */
  readonly rewritten: boolean;
  /** How many listen. */
  readonly readers: number;
  /** Calls `listener` after each change of `text` or `end`. Gives the function that ends it. */
  subscribe(listener: () => void): () => void;
}

/** A stored answer that has ended, as something to read from. */
export function storedAnswer(row: MessageRow, userMessageId: string | null): LiveAnswer {
  const { status, sources, outcome, usage, error, truncated, followUps, tools } = row;
  return {
    messageId: row.id,
    userMessageId,
    text: row.content,
    end: {
      status: status === 'streaming' ? 'interrupted' : status,
      sources,
      outcome,
      usage,
      error,
      truncated,
      followUps,
      ...(tools && { calls: tools.calls }),
    },
    lastFrame: null,
    rewritten: row.rewritten,
    readers: 0,
    subscribe: () => () => {},
  };
}
