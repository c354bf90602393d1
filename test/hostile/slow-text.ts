/** The longest update of a text, milliseconds, and what was thrown, if anything. */
export interface SlowText {
  readonly id: string;
  readonly length: number;
  readonly longestMs: number;
  readonly threw: string;
}

/** What no update of an answer may take. */
export const LONGEST_MS = 200;
