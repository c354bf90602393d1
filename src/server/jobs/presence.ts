import type { Log } from '../logs.ts';
import type { Store } from '../store/store.ts';

const BEAT_MS = 1_500;
/** A process not seen for this long has died: its answers are interrupted. With a beat and a reader's look that is within 10 s. */
export const DEAD_MS = 7_000;
/** A step of the clock that could make one that lives look dead, with room for its next beat. */
const JUMP_MS = DEAD_MS / 2;

/** This process among those that share the data. */
export interface Presence {
  /** The clock they all go by, unix milliseconds. Read again at each beat, and carried on by this machine meanwhile. */
  readonly clock: () => number;
  /** Takes leave, after the answers written here have ended. */
  stop(): Promise<void>;
}

/**
 * Says now and every {@link BEAT_MS} that this process lives, and ends the answers of those that do not any more. Any
 * number of processes may do so at once; each answer is ended once.
 *
 * @param alone nobody else writes answers: whatever says `streaming` was left by an earlier run
 */
export async function startPresence(parts: {
  readonly store: Pick<Store, 'servers' | 'messages'>;
  readonly alone: boolean;
  readonly log: Pick<Log, 'warn'>;
}): Promise<Presence> {
  const { store, alone, log } = parts;
  let base = { now: 0, at: 0 };
  let allHeardAt = 0;
  const clock = () => (alone ? Date.now() : Math.round(base.now + performance.now() - base.at));

  const beat = async () => {
    const before = performance.now();
    const now = await store.servers.now();
    // The answer is about half a journey old.
    const at = (before + performance.now()) / 2;
    // The clock has jumped: those that live say so by the new time before anybody is given up for dead.
    if (base.at > 0 && Math.abs(now - base.now - (at - base.at)) > JUMP_MS) allHeardAt = at + DEAD_MS;
    base = { now, at };
    await store.servers.beat(now);
    if (at < allHeardAt) return;
    const interrupted = await store.messages.interruptLost(now, DEAD_MS);
    if (interrupted > 0) log.warn({ interrupted }, 'answers whose server had gone were marked interrupted');
  };

  if (alone) {
    const interrupted = await store.messages.interruptAll(Date.now());
    if (interrupted > 0) log.warn({ interrupted }, 'answers of the last run were marked interrupted');
    return { clock, stop: async () => {} };
  }
  await beat();
  let beating: Promise<void> | null = null;
  const timer = setInterval(() => {
    // A database that hangs must not find a queue of beats when it is back.
    beating ??= beat()
      .catch((error: unknown) => log.warn({ err: error }, 'could not say that this server lives'))
      .finally(() => {
        beating = null;
      });
  }, BEAT_MS);
  timer.unref();
  return {
    clock,
    async stop() {
      clearInterval(timer);
      await beating;
      // Rows of processes that died long ago go too; a crashed one leaves its own.
      await store.servers.leave(clock() - 60 * 60 * 1000);
    },
  };
}
