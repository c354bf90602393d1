import type { AnswerState } from '../../protocol/answer-state.ts';
import { type ChatTransport, TransportError } from '../transport/transport.ts';
import type { ChatError } from './state.ts';
import type { Store } from './store.ts';

/** What a turn needs besides the store. */
export interface TurnPorts {
  readonly transport: ChatTransport;
  /** Unix milliseconds. */
  now(): number;
  /** Resolves after `ms`, sooner when the browser comes online, and at once when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Tries of a broken line, without a single event between them, before a begun answer counts as interrupted. */
const MAX_TRIES = 8;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15_000;

/**
 * Plays an answer's stream into the store until it has settled, over as many lines as that takes: a line that breaks is
 * opened again after a pause (1 s, doubling to 15 s; at once when the browser comes online) and continues where it broke.
 * A line that never opened is opened anew, which the idempotency key makes safe, for as long as it takes: the question
 * waits, and says so. After {@link MAX_TRIES} silent tries a begun answer settles as interrupted; there is no endless spinner.
 *
 * Returns quietly when the signal is aborted; the state then stays as it is, for a later resume.
 * Rejects with the server's refusal (any {@link TransportError} but a broken line); the caller decides what it means.
 */
export async function playTurn(
  store: Store,
  ports: TurnPorts,
  open: () => AsyncIterable<AnswerState>,
  resume: (messageId: string, held: string) => AsyncIterable<AnswerState>,
  signal: AbortSignal,
): Promise<void> {
  let stream = open;
  for (let tries = 0; ; ) {
    try {
      for await (const answer of stream()) {
        if (signal.aborted) return;
        tries = 0;
        store.dispatch({ type: 'answer', answer });
      }
    } catch (error) {
      if (signal.aborted || !store.state.live) return;
      if (!(error instanceof TransportError) || error.code !== 'connection') throw error;
    }
    const answer = store.state.live?.answer;
    if (signal.aborted || !answer) return;

    const { messageId } = answer;
    // With a hole in it, what is held is no beginning.
    const held = answer.status === 'refetch' ? '' : answer.content;
    if (++tries > MAX_TRIES && messageId !== null) {
      store.dispatch({ type: 'line-closed' });
      return;
    }
    store.dispatch(answer.status === 'waiting' ? { type: 'queued' } : { type: 'offline', offline: true });
    await ports.wait(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)), signal);
    if (signal.aborted) return;
    stream = messageId === null ? open : () => resume(messageId, held);
  }
}

/** Any rejection as data for the state. What is not of the wire is a fault of ours, not the visitor's. */
export function errorOf(error: unknown, nowMs: number): ChatError {
  if (!(error instanceof TransportError)) return { code: 'internal_error', retryAtMs: null };
  const seconds = error.retryAfterSeconds;
  return { code: error.code, retryAtMs: seconds === null ? null : nowMs + seconds * 1000 };
}
