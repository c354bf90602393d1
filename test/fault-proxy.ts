import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Where the bytes of an answer's stream are cut, and how. */
export interface Cut {
  readonly at:
    | 'before headers'
    | 'after headers'
    | 'after start'
    | 'inside a delta'
    | 'between deltas'
    | 'before end'
    | 'after end'
    /** This many bytes into the response. */
    | number;
  readonly how: 'RST' | 'FIN' | 'silence';
}

/** An HTTP response that the proxy gives instead of asking the server (`whole`), or after letting the server act. */
export interface Reply {
  readonly reply: string;
  /** The server gets the request all the same; its answer is thrown away. */
  readonly forward?: boolean;
}

export type Fault = Cut | Reply | null;

export interface FaultProxy {
  readonly port: number;
  /** Request lines as they arrived, in order. */
  readonly requests: readonly { readonly line: string; readonly head: string }[];
  /** Faults for the next requests whose path ends the way a stream's does; then none. */
  plan(...faults: Fault[]): void;
  /** Drops the faults that have not come to play. */
  forget(): void;
  /** How many faults were played. */
  readonly played: () => number;
  /** Resolves at the next silence that nobody has taken yet. Never, once the signal has aborted. */
  silence(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * A TCP proxy on 127.0.0.1 between a client and a real server, which cuts an answer's stream at a named place by a reset
 * (RST), a close (FIN) or silence. It reads the server's bytes as they pass and changes none before the cut.
 *
 * @param isTarget requests the plan is for; others pass
 */
export async function faultProxy(
  upstreamPort: number,
  isTarget: (line: string) => boolean = (line) => /\/stream[? ]/.test(line),
): Promise<FaultProxy> {
  const plan: Fault[] = [];
  const requests: { line: string; head: string }[] = [];
  const sockets = new Set<Socket>();
  let played = 0;
  let silences = 0;
  let waiting: (() => void)[] = [];

  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    let fault: Fault = null;
    let seen = Buffer.alloc(0);
    let passed = 0;
    let dead = false;

    client.on('data', (bytes) => {
      if (dead) return;
      const text = bytes.toString('latin1');
      if (/^(GET|POST|PATCH|DELETE) /.test(text)) {
        const line = text.slice(0, text.indexOf('\r\n'));
        requests.push({ line, head: text.slice(0, text.indexOf('\r\n\r\n')) });
        fault = isTarget(line) ? (plan.shift() ?? null) : null;
        seen = Buffer.alloc(0);
        passed = 0;
        if (fault && 'reply' in fault) {
          dead = true;
          played += 1;
          const reply = Buffer.from(fault.reply, 'latin1');
          if (!fault.forward) {
            client.end(reply);
            upstream.destroy();
            return;
          }
          // The server's first byte shows that it has taken the request.
          upstream.once('data', () => client.end(reply));
        }
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (dead) return;
      if (fault === null) return void client.write(bytes);
      seen = Buffer.concat([seen, bytes]);
      const cut = cutIndex(seen, (fault as Cut).at);
      const upTo = cut === null ? holdBack(seen, fault as Cut) : cut;
      if (upTo > passed) client.write(seen.subarray(passed, upTo));
      passed = Math.max(passed, upTo);
      if (cut === null) return;
      dead = true;
      played += 1;
      const { how } = fault as Cut;
      // What passed before must arrive first: a reset may overtake it otherwise, which is another fault than the named
      // one. A client in this process has read what loopback holds after a whole turn of the event loop.
      turns(3, () => {
        if (how === 'RST') client.resetAndDestroy();
        else if (how === 'FIN') client.end();
        else {
          silences += 1;
          for (const wake of waiting.splice(0)) wake();
        }
      });
      if (how !== 'silence') upstream.destroy();
    });
    upstream.on('end', () => {
      if (!dead) client.end();
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => {
      if (!dead) client.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    requests,
    plan: (...faults) => void plan.push(...faults),
    forget: () => void plan.splice(0),
    played: () => played,
    silence: async (signal) => {
      while (silences === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      if (signal.aborted) return new Promise(() => {});
      silences -= 1;
      return undefined;
    },
    close: async () => {
      waiting = [];
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function turns(count: number, then: () => void): void {
  if (count === 0) then();
  else setImmediate(() => turns(count - 1, then));
}

/** Index of the first byte that must not pass, or `null` while it has not come yet. */
function cutIndex(bytes: Buffer, at: Cut['at']): number | null {
  const text = bytes.toString('latin1');
  if (typeof at === 'number') return bytes.length > at ? at : null;
  if (at === 'before headers') return 0;
  const headers = after(text, '\r\n\r\n', 0);
  if (headers === null || at === 'after headers') return headers;
  const start = event(text, 'start', headers);
  if (start === null || at === 'after start') return start?.to ?? null;
  if (at === 'before end') return event(text, 'end', start.to)?.from ?? null;
  if (at === 'after end') return event(text, 'end', start.to)?.to ?? null;
  const first = event(text, 'delta', start.to);
  if (first === null || at === 'between deltas') return first?.to ?? null;
  const second = event(text, 'delta', first.to);
  return second && Math.floor((second.from + second.to) / 2);
}

/** Bytes that may pass already: all but an end that is coming in and must not. */
function holdBack(bytes: Buffer, { at }: Cut): number {
  if (at !== 'before end') return bytes.length;
  const open = bytes.lastIndexOf('id: ');
  return open === -1 || bytes.indexOf('\n\n', open) !== -1 ? bytes.length : open;
}

function after(text: string, mark: string, from: number): number | null {
  const index = text.indexOf(mark, from);
  return index === -1 ? null : index + mark.length;
}

function event(text: string, type: string, from: number): { from: number; to: number } | null {
  const index = text.indexOf(`"type":"${type}"`, from);
  if (index === -1) return null;
  const to = after(text, '\n\n', index);
  return to === null ? null : { from: Math.max(from, text.lastIndexOf('id: ', index)), to };
}
