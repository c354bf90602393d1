import { AssistersError } from './errors.ts';
import type { RequestOptions } from './request.ts';
import { type Sleep, sleep } from './retry.ts';

/** What is read in the background: a document, a followed address. */
interface Pending {
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface WaitOptions extends RequestOptions {
  /** Test seam. */
  readonly sleep?: Sleep;
}

/** How waiting is done, of every `waitUntilReady`. */
export interface WaitParams<Item> {
  /** Pauses in total; then {@link NotReadyError}. Default 300 000. */
  readonly maxWaitMs?: number | undefined;
  /** Hears of each state that was seen. */
  readonly onProgress?: ((item: Item) => void) | undefined;
}

/**
 * It failed, or was not ready in time. `code` is why it failed (`unsupported_file`, …), or `not_ready_in_time`; `last` is
 * the document or address as it was seen last.
 */
export class NotReadyError extends AssistersError {
  override readonly name = 'NotReadyError';
  readonly code: string;
  readonly last: Pending;

  constructor(message: string, code: string, last: Pending) {
    super(message);
    this.code = code;
    this.last = last;
  }
}

/** Pauses between the questions, milliseconds: the first, doubled each time up to the most. */
const PAUSE = { first: 250, most: 5000 } as const;

/**
 * Asks until `status` is `ready`.
 *
 * @throws {NotReadyError} it failed, or `maxWaitMs` are over; what `ask` throws goes through, when the signal aborts
 *   `APIUserAbortError`
 */
export async function waitUntilReady<Item extends Pending>(
  ask: () => Promise<Item>,
  { maxWaitMs = 300_000, onProgress }: WaitParams<Item>,
  { signal = new AbortController().signal, sleep: wait = sleep }: WaitOptions = {},
): Promise<Item> {
  let pause: number = PAUSE.first;
  for (let left = maxWaitMs; ; left -= pause, pause = Math.min(PAUSE.most, pause * 2)) {
    const item = await ask();
    onProgress?.(item);
    if (item.status === 'ready') return item;
    if (item.status === 'failed') {
      const { code, message } = item.error ?? { code: 'failed', message: 'It failed.' };
      throw new NotReadyError(message, code, item);
    }
    if (pause > left) throw new NotReadyError(`It is ${item.status} after ${maxWaitMs} ms.`, 'not_ready_in_time', item);
    await wait(pause, signal);
  }
}
