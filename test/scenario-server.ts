import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** One connection of a scenario (`test/scenarios/*.json`). */
export interface Exchange {
  readonly request: {
    readonly method: string;
    /** With the query, whose order does not matter. */
    readonly path: string;
    /** Of these, this value. */
    readonly headers?: Readonly<Record<string, string>>;
    /** Exactly this JSON. */
    readonly body?: unknown;
    /** Exactly these parts of a form. */
    readonly multipart?: Readonly<Record<string, unknown>>;
  };
  readonly response?: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** How the line ends. Default `complete`. */
  readonly ending?: 'complete' | 'close' | 'reset' | 'silence';
  /** The bearer credential that is expected. */
  readonly token?: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A server on 127.0.0.1 that plays exchanges byte for byte, one a connection. */
export async function scenarioServer(exchanges: readonly Exchange[]) {
  const left = [...exchanges];
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let silences = 0;
  const waiting: (() => void)[] = [];
  let leave = () => {};
  /** Resolves once the client has closed a line that had fallen silent. */
  const closed = new Promise<void>((resolve) => {
    leave = resolve;
  });

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    let data = '';
    socket.on('data', (bytes) => {
      data += bytes.toString('latin1');
      const headEnd = data.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const [first, ...fields] = data.slice(0, headEnd).split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => {
          const colon = field.indexOf(':');
          return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
        }),
      );
      if (data.length - headEnd - 4 < Number(headers['content-length'] ?? 0)) return;
      const body = Buffer.from(data.slice(headEnd + 4), 'latin1');
      data = '';
      const [method, path] = first!.split(' ');
      seen.push({ method: method!, path: path!, headers, body });
      const exchange = left.shift();
      if (exchange === undefined) return void socket.destroy();
      const { response, ending = 'complete' } = exchange;
      if (ending === 'silence') socket.once('close', leave);
      if (response !== undefined) socket.write(responseBytes(response, ending));
      // A client in this process has read what loopback holds after a whole turn of the event loop.
      turns(3, () => {
        if (ending === 'reset') socket.resetAndDestroy();
        else if (ending !== 'silence') socket.end();
        else {
          silences += 1;
          for (const wake of waiting.splice(0)) wake();
        }
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    closed,
    /** Resolves at the next silence that nobody has taken yet. Never, once the signal has aborted. */
    silence: async (signal: AbortSignal): Promise<void> => {
      while (silences === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      if (signal.aborted) return new Promise(() => {});
      silences -= 1;
      return undefined;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The response as bytes; only a complete one ends at the length it says. */
function responseBytes(
  { status = 200, headers = {}, body = '' }: NonNullable<Exchange['response']>,
  ending: string,
): Buffer {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const all = {
    'Content-Type': 'application/json',
    Connection: 'close',
    ...headers,
    'Content-Length': payload.length + (ending === 'complete' ? 0 : 1000),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), payload]);
}

function turns(count: number, then: () => void): void {
  if (count === 0) then();
  else setImmediate(() => turns(count - 1, then));
}
