import pg from 'pg';
import type { Signal, Signals } from '../signals.ts';

const CHANNEL = 'assisters_signals';
/** Pause before the listening connection is opened again, milliseconds. */
const RECONNECT_MS = 500;
/** Signals that are sent within this time share a statement. */
const GATHER_MS = 5;
/** A payload holds 8,000 bytes; a signal takes about 60. */
const PER_PAYLOAD = 100;

/** Signals by NOTIFY and LISTEN. */
export interface PostgresSignals extends Signals {
  close(): Promise<void>;
}

/**
 * Opens signals between the processes on a database. The listening connection is one of its own, opened again when it
 * breaks; what is sent meanwhile is not heard.
 *
 * @param self this process, which does not hear itself
 */
export async function openSignals(options: {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly self: string;
  readonly onError: (error: Error) => void;
}): Promise<PostgresSignals> {
  const { url, pool, self, onError } = options;
  const listeners = new Set<(signal: Signal) => void>();
  let client: pg.Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const listen = async () => {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true, application_name: 'assisters-signals' });
    const lost = (error: Error) => {
      // One that breaks while it is being opened says so by `listen`.
      if (client !== fresh) return;
      client = null;
      void fresh.end().catch(() => {});
      if (closed) return;
      onError(error);
      again();
    };
    fresh.on('error', lost);
    fresh.on('notification', ({ payload }) => {
      const { from, signals } = JSON.parse(payload!) as { from: string; signals: readonly Signal[] };
      if (from === self) return;
      for (const signal of signals) for (const listener of [...listeners]) listener(signal);
    });
    await fresh.connect();
    await fresh.query(`listen ${CHANNEL}`);
    client = fresh;
    if (closed) await fresh.end();
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      listen().catch((error: Error) => {
        onError(error);
        again();
      });
    }, RECONNECT_MS);
    timer.unref();
  };
  await listen();

  let waiting: Signal[] = [];
  const flush = () => {
    for (let signals = waiting.splice(0, PER_PAYLOAD); signals.length > 0; signals = waiting.splice(0, PER_PAYLOAD)) {
      // A signal is not data: its commit need not wait for the disk.
      pool
        .query(`select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', $1)`, [
          JSON.stringify({ from: self, signals }),
        ])
        .catch((error: Error) => {
          if (!closed) onError(error);
        });
    }
  };

  return {
    send(signal) {
      if (closed) return;
      const known = waiting.some(({ type, messageId }) => type === signal.type && messageId === signal.messageId);
      if (known) return;
      waiting.push(signal);
      if (waiting.length === 1) setTimeout(flush, GATHER_MS);
    },
    hear(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      waiting = [];
      clearTimeout(timer);
      await client?.end();
    },
  };
}
