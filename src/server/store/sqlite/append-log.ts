import type Database from 'libsql';
import { storable } from '../sql/storable.ts';

/** Text to be added to a `streaming` answer that is `at` UTF-16 code units long. */
export interface Append {
  readonly accountId: string;
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly now: number;
}

/** What of an answer is in the log and not yet in its message. */
interface Tail {
  readonly accountId: string;
  /** Length of what is in the message. */
  readonly from: number;
  readonly text: string;
  readonly now: number;
}

/**
 * So many appends at once are logged; fewer are written into their messages. A message is a page of 4 KiB on its way to
 * disk, however few words it grows by; the log is some bytes more for each.
 */
const LOGGED_FROM = 8;
/** Beyond this, UTF-16 code units, the text goes into the messages and the log begins anew. */
const LOG_CHARS = 1024 * 1024;

/**
 * Text of answers on its way to disk: appends that come together are one row of the table `appends`, written and flushed
 * once for all of them. What is in the log is as durable as what is in its message; it goes there when the answer ends,
 * when it is to be read (`settle`), or when the log is full. A log that a crash left is replayed at the next start: a piece
 * says where it belongs, so replaying is adding what is missing.
 *
 * Only answers that are `streaming` have text here, and only the server writes: the command line, which may have the file
 * open too, neither writes nor reads answers. All methods are synchronous, so nothing comes between `begin` and `commit`;
 * call them when no other transaction is open.
 */
export class AppendLog {
  readonly #database: Database.Database;
  readonly #tails = new Map<string, Tail>();
  /** Code units in the log. */
  #logged = 0;
  /** Counts how often text has gone from the log into messages. */
  #settled = 0;
  readonly #lengthOf: Database.Statement<unknown[]>;
  readonly #gone: Database.Statement<unknown[]>;
  readonly #put: Database.Statement<unknown[]>;
  readonly #log: Database.Statement<unknown[]>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#lengthOf = database.prepare(
      "select account_id, content_length from messages where id = ? and status = 'streaming'",
    );
    this.#gone = database.prepare(
      `select value as id from json_each(?)
       where not exists (select 1 from messages where id = value and status = 'streaming')`,
    );
    this.#put = database.prepare(
      `update messages set content = content || ?, content_length = ?, updated_at = ?
       where id = ? and status = 'streaming' and content_length = ?`,
    );
    this.#log = database.prepare('insert into appends (pieces) values (?)');
  }

  /** Whether all text is in its messages. */
  get isEmpty(): boolean {
    return this.#tails.size === 0;
  }

  /** Whether some of the answer's text is in the log only. */
  has(id: string): boolean {
    return this.#tails.has(id);
  }

  /** Changes whenever text has gone from the log into messages. */
  get settled(): number {
    return this.#settled;
  }

  /**
   * Writes all of them, on disk when it returns. Gives for each whether it was taken: not where the message is not a
   * streaming answer of that length.
   *
   * @throws what the driver throws; then none of them was written
   */
  write(appends: readonly Append[]): boolean[] {
    return this.#transaction(() => {
      const known = appends.map(({ id }) => id).filter((id) => this.#tails.has(id));
      const gone = new Set(known.length > 0 ? this.#gone.all([JSON.stringify(known)]).map((row) => idOf(row)) : []);
      const staged = new Map<string, Tail>();
      const pieces: (readonly [string, number, string])[] = [];
      let chars = 0;
      const taken = appends.map(({ accountId, id, at, text, now }) => {
        const tail = gone.has(id) ? null : (staged.get(id) ?? this.#tails.get(id) ?? this.#read(id));
        if (tail?.accountId !== accountId || at !== tail.from + tail.text.length) return false;
        const piece = storable(text);
        staged.set(id, { accountId, from: tail.from, text: tail.text + piece, now });
        pieces.push([id, at, piece]);
        chars += piece.length;
        return true;
      });
      let after: () => void;
      if (appends.length >= LOGGED_FROM && this.#logged + chars <= LOG_CHARS) {
        this.#log.run([JSON.stringify(pieces)]);
        after = () => {
          this.#logged += chars;
          for (const [id, tail] of staged) this.#tails.set(id, tail);
        };
      } else {
        const put = this.#putAll(appends.length >= LOGGED_FROM ? new Map([...this.#tails, ...staged]) : staged);
        after = put.after;
        for (const [n, { id }] of appends.entries()) if (put.refused.has(id)) taken[n] = false;
      }
      return [
        taken,
        () => {
          after();
          for (const id of gone) this.#tails.delete(id);
        },
      ];
    });
  }

  /** Puts what is in the log into the messages: that of one answer, or everything. */
  settle(id?: string): void {
    if (this.#tails.size === 0) return;
    const tail = id === undefined ? undefined : this.#tails.get(id);
    if (id !== undefined && !tail) return;
    this.#transaction(() => [undefined, this.#putAll(tail ? new Map([[id!, tail]]) : new Map(this.#tails)).after]);
  }

  /** Puts into the messages what the log of a process that died holds. Call it before anything is written. */
  replay(): void {
    this.#transaction(() => {
      const rows = this.#database.prepare('select pieces from appends order by seq').all([]) as { pieces: string }[];
      const now = Date.now();
      for (const { pieces } of rows) {
        for (const [id, at, text] of JSON.parse(pieces) as [string, number, string][])
          this.#put.run([text, at + text.length, now, id, at]);
      }
      if (rows.length > 0) this.#empty();
      return [undefined, () => {}];
    });
  }

  /** Gives what to note once it is committed, and whose text went nowhere: they have ended, or are gone. */
  #putAll(tails: ReadonlyMap<string, Tail>): { readonly after: () => void; readonly refused: ReadonlySet<string> } {
    const left = [...this.#tails.keys()].some((id) => !tails.has(id));
    const empties = !left && this.#logged > 0;
    // First, so that on a full disk its room serves the messages.
    if (empties) this.#empty();
    const refused = new Set<string>();
    for (const [id, { from, text, now }] of tails) {
      if (this.#put.run([text, from + text.length, now, id, from]).changes === 0) refused.add(id);
    }
    const after = () => {
      for (const id of tails.keys()) this.#tails.delete(id);
      if (empties) this.#logged = 0;
      this.#settled += 1;
    };
    return { after, refused };
  }

  #empty(): void {
    this.#database.exec('delete from appends');
  }

  #read(id: string): Tail | null {
    const row = this.#lengthOf.get([id]) as { account_id: string; content_length: number } | undefined;
    return row ? { accountId: row.account_id, from: row.content_length, text: '', now: 0 } : null;
  }

  /** What `work` gives is returned, and done, once it is on disk. */
  #transaction<Result>(work: () => [Result, () => void]): Result {
    const database = this.#database;
    try {
      database.exec('begin immediate');
      const [result, after] = work();
      database.exec('commit');
      after();
      return result;
    } catch (error) {
      if (database.inTransaction) database.exec('rollback');
      throw error;
    }
  }
}

const idOf = (row: unknown) => (row as { readonly id: string }).id;
