import { connect } from 'node:net';
import { createGuardedFetch, type GuardedFetch } from '../fetch/guarded-fetch.ts';
import type { AllowedHosts } from '../fetch/target.ts';

/**
 * A guarded fetch that believes it is on the internet: names get the addresses of `dns` (a list of lists answers
 * successive look-ups, `*` any name), sockets are recorded by address and end at a local server, or fail.
 *
 * @param port of the local server; `null` lets every connection fail
 * @param options.allowedHosts hosts that may be private; default none
 */
export function watchedFetch(
  dns: Record<string, unknown>,
  port: number | null,
  options: { readonly totalMs?: number; readonly allowedHosts?: AllowedHosts } = {},
): { readonly fetch: GuardedFetch; readonly opened: string[] } {
  const opened: string[] = [];
  const turns = new Map<string, number>();
  const fetch = createGuardedFetch({
    allowedHosts: new Set(),
    userAgent: 'test',
    ...options,
    resolve: async (name) => {
      const answers = (dns[name] ?? dns['*'] ?? ['127.0.0.1']) as string[] | string[][];
      if (!Array.isArray(answers[0])) return answers as string[];
      const turn = turns.get(name) ?? 0;
      turns.set(name, turn + 1);
      return (answers as string[][])[Math.min(turn, answers.length - 1)]!;
    },
    open: ({ hostname }, callback) => {
      opened.push(hostname);
      if (port === null) {
        callback(new Error('recorded, not connected'), null);
        return;
      }
      const socket = connect(port, '127.0.0.1', () => {
        Object.defineProperty(socket, 'remoteAddress', { value: hostname });
        callback(null, socket as never);
      });
      socket.on('error', () => {});
    },
  });
  return { fetch, opened };
}
