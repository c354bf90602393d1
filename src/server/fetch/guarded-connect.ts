import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { FetchError } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';
import { type AllowedHosts, isAllowedHost } from './target.ts';

/** Gives all addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** The system's resolver, hosts file included. */
export const systemResolve: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * A connector for undici that resolves a host once, refuses it if any of its answers is not public, and connects to the
 * address it checked, never to the name. TLS still proves the name. `open` makes the socket; tests watch it.
 */
export function guardedConnector(options: {
  readonly allowed: AllowedHosts;
  readonly resolve?: Resolve;
  readonly open?: buildConnector.connector;
}): buildConnector.connector {
  const { allowed, resolve = systemResolve } = options;
  const open = options.open ?? buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  return (target, callback) => {
    const hostname = target.hostname.replace(/^\[|\]$/g, '');
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    const trusted = isAllowedHost(hostname, port, allowed);
    const blocked = () => new FetchError('blocked_address', 'The address is not on the public internet.');
    const addresses = isIP(hostname) === 0 ? resolve(hostname) : Promise.resolve([hostname]);
    addresses.then(
      (found) => {
        const [address] = found;
        if (address === undefined || (!trusted && !found.every(isPublicAddress))) {
          callback(address === undefined ? new Error('The host name has no address.') : blocked(), null);
          return;
        }
        const servername = isIP(hostname) === 0 ? hostname : undefined;
        open({ ...target, hostname: address, ...(servername !== undefined && { servername }) }, (...result) => {
          const [error, socket] = result;
          // What the kernel connected to, in case something between here and there chose another.
          if (!error && socket && !trusted && !isPublicAddress(socket.remoteAddress ?? '')) {
            socket.destroy();
            callback(blocked(), null);
          } else callback(...result);
        });
      },
      (error: unknown) =>
        callback(error instanceof Error ? error : new Error('The host name could not be resolved.'), null),
    );
  };
}
