import { isIP } from 'node:net';
import type { AppContext } from './types.ts';

/**
 * The caller's address for limits, IPv6 cut to its /64 (one household), or `null` for a caller on this machine and for
 * an in-process call: those are not limited by address.
 *
 * `X-Forwarded-For` counts only as far as `trustedHops` proxies of ours appended to it: with 1, its last entry.
 * A loopback peer that sends the header while none is trusted is an unconfigured proxy; its visitors share one limit.
 */
export function clientIp(c: AppContext, trustedHops: number): string | null {
  const peer = peerOf(c);
  const forwarded = c.req.header('X-Forwarded-For');
  if (trustedHops > 0 && forwarded !== undefined) return group(clientAddress(c, trustedHops));
  if (peer === null || (isLoopback(peer) && forwarded === undefined)) return null;
  return group(peer);
}

/** The caller's address as it is, by the same rules; `null` for an in-process call and where it cannot be told. */
export function clientAddress(c: AppContext, trustedHops: number): string | null {
  const peer = peerOf(c);
  const forwarded = c.req.header('X-Forwarded-For');
  if (trustedHops === 0 || forwarded === undefined) return peer;
  const hops = forwarded.split(',').map((hop) => plain(hop.trim()));
  return hops.at(-trustedHops) ?? hops[0] ?? peer;
}

function peerOf(c: AppContext): string | null {
  return plain(c.env?.incoming?.socket.remoteAddress ?? null);
}

/** The address without an IPv4-in-IPv6 prefix; `null` when it is not an address. */
function plain(address: string | null): string | null {
  const text = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  return isIP(text) ? text : null;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function group(address: string | null): string {
  if (address === null) return 'unknown';
  if (isIP(address) === 4) return address;
  // Written out in full, so that every notation of one network gives the same text.
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const full = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${full
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}
