import type { Kysely } from 'kysely';
import type { Tables } from '../sql/tables.ts';
import type { MessageRow, MessageStore } from '../store.ts';
import type { Append, AppendLog } from './append-log.ts';

interface Waiting extends Append {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The message store with `append` for many answers that are written at once: appends that wait at the same moment share
 * one transaction, so one flush to disk serves them all. Each still resolves only when it is on disk, and each fails alone.
 * The other methods see what was appended, wherever it is ({@link AppendLog}).
 *
 * It is the server's hottest path: 200 answers at once cost 191 µs of CPU an event with a transaction each
 * (`bench/server-stream.ts`).
 */
export function groupAppends(db: Kysely<Tables>, log: AppendLog, messages: MessageStore): MessageStore {
  let waiting: Waiting[] = [];

  /** Asked for while others may be inside a transaction. */
  const alone = (work: () => void) => db.connection().execute(async () => work());

  const flush = () =>
    alone(() => {
      // What has come until the turn is ours goes along.
      const group = waiting;
      waiting = [];
      write(log, group);
    });

  const settle = async (id?: string) => {
    if (id === undefined || log.has(id)) await alone(() => log.settle(id));
  };

  /** Reads, and reads again where an answer that is being written may have had text in the log. */
  const whole = async <Read>(
    read: () => Promise<Read>,
    rowsOf: (read: Read) => readonly MessageRow[],
  ): Promise<Read> => {
    const { settled } = log;
    const first = await read();
    const written = rowsOf(first).filter(({ status }) => status === 'streaming');
    if (!written.some(({ id }) => log.settled !== settled || log.has(id))) return first;
    for (const { id } of written) await settle(id);
    return read();
  };

  return {
    ...messages,
    append: (accountId, id, at, text, now) =>
      new Promise((resolve, reject) => {
        waiting.push({ accountId, id, at, text, now, resolve, reject });
        if (waiting.length > 1) return;
        // After the present turn of the event loop: timers that are due together bring their appends together.
        setImmediate(() => {
          flush().catch((error: unknown) => {
            for (const { reject: refuse } of waiting.splice(0)) refuse(error);
          });
        });
      }),
    get: (scope, conversationId, id) =>
      whole(
        () => messages.get(scope, conversationId, id),
        (row) => (row ? [row] : []),
      ),
    list: (scope, conversationId, window) =>
      whole(
        () => messages.list(scope, conversationId, window),
        ({ rows }) => rows,
      ),
    tail: (scope, conversationId, limit, before) =>
      whole(
        () => messages.tail(scope, conversationId, limit, before),
        (rows) => rows,
      ),
    finish: async (accountId, id, end, now) => {
      await settle(id);
      await messages.finish(accountId, id, end, now);
    },
    // The same message begins anew: no piece of the attempt before may be left to replay.
    reopen: async (scope, conversationId, id, now) => {
      await settle();
      return messages.reopen(scope, conversationId, id, now);
    },
    setFeedback: async (scope, conversationId, id, feedback, now) => {
      await settle(id);
      return messages.setFeedback(scope, conversationId, id, feedback, now);
    },
    interruptAll: async (now) => {
      await settle();
      await alone(() => log.replay());
      return messages.interruptAll(now);
    },
    interruptLost: async (now, seenMs) => {
      await settle();
      return messages.interruptLost(now, seenMs);
    },
  };
}

function write(log: AppendLog, group: readonly Waiting[]): void {
  let taken: readonly boolean[];
  try {
    taken = log.write(group);
  } catch (error) {
    for (const { reject } of group) reject(error);
    return;
  }
  group.forEach(({ id, at, resolve, reject }, n) => {
    if (taken[n]) resolve();
    else reject(new Error(`Message ${id} is not a streaming answer of length ${at}: it ended, or has another writer.`));
  });
}
