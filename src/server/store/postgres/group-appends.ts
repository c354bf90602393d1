import type pg from 'pg';
import type { MessageStore } from '../store.ts';

interface Waiting {
  readonly accountId: string;
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly now: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const APPEND = `
update messages m
set content = m.content || a.text, content_length = a.at + a.length, updated_at = a.now
from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
  as a (id, account_id, at, text, length, now)
where m.id = a.id and m.account_id = a.account_id and m.status = 'streaming' and m.content_length = a.at
returning m.id`;

/** Statements under way at once. While they are, what comes waits and shares the next. */
const WIDTH = 2;
/** Appends in one statement. */
const GROUP = 500;

/**
 * `messages.append` for many answers that are written at once: appends that wait at the same moment are one statement,
 * so one journey and one flush to disk serve them all. Each still resolves only when it is on disk, and each fails alone.
 */
export function groupAppends(pool: pg.Pool): MessageStore['append'] {
  let waiting: Waiting[] = [];
  let running = 0;
  let scheduled = false;
  const busy = new Set<string>();

  const take = (): Waiting[] => {
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    for (const append of waiting) {
      // One statement changes a row once, and two appends to one answer keep their order.
      if (group.length < GROUP && !busy.has(append.id)) {
        busy.add(append.id);
        group.push(append);
      } else left.push(append);
    }
    waiting = left;
    return group;
  };

  const flush = (): void => {
    while (running < WIDTH) {
      const group = take();
      if (group.length === 0) return;
      running += 1;
      write(pool, group).then(() => {
        running -= 1;
        for (const { id } of group) busy.delete(id);
        flush();
      });
    }
  };

  return (accountId, id, at, text, now) =>
    new Promise((resolve, reject) => {
      waiting.push({ accountId, id, at, text, now, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      // After the present turn of the event loop: timers that are due together bring their appends together.
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    });
}

/** Never rejects: each append hears for itself. */
async function write(pool: pg.Pool, group: readonly Waiting[]): Promise<void> {
  const column = <Value>(of: (append: Waiting) => Value) => group.map(of);
  try {
    const { rows } = await pool.query<{ id: string }>({ name: 'append', text: APPEND }, [
      column(({ id }) => id),
      column(({ accountId }) => accountId),
      column(({ at }) => at),
      column(({ text }) => text),
      column(({ text }) => text.length),
      column(({ now }) => now),
    ]);
    const changed = new Set(rows.map(({ id }) => id));
    for (const { id, at, resolve, reject } of group) {
      if (changed.has(id)) resolve();
      else
        reject(new Error(`Message ${id} is not a streaming answer of length ${at}: it ended, or has another writer.`));
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
