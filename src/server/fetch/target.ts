import { isIP } from 'node:net';
import { FetchError } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';

const MAX_URL_CHARS = 8_192;
const DEFAULT_PORTS = new Set(['', '80', '443']);

/** Hosts that may be reached although they are private: `host` (any port) or `host:port`, lower case. */
export type AllowedHosts = ReadonlySet<string>;

/** Whether the server's owner has allowed this host by name. */
export function isAllowedHost(hostname: string, port: string, allowed: AllowedHosts): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return allowed.has(host) || allowed.has(`${host}:${port}`) || allowed.has(`[${host}]:${port}`);
}

/**
 * Reads the address of something to fetch, once: what is checked here is what is connected to.
 *
 * @throws FetchError `invalid_url`: not absolute http(s), has a user name, a port other than 80 and 443, or is too long ·
 *   `blocked_address`: names a non-public address
 */
export function readTarget(text: string, allowed: AllowedHosts): URL {
  const refuse = (why: string) => new FetchError('invalid_url', `The address cannot be fetched: ${why}.`);
  if (text.length > MAX_URL_CHARS) throw refuse(`it is longer than ${MAX_URL_CHARS} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0020\u007f]/.test(text)) throw refuse('it holds white space or control characters');
  // The URL parser would mend `http:example.com` and `http:\\host`; other readers of the same text see another host.
  if (!/^https?:\/\/[^/\\]/i.test(text)) throw refuse('it must begin with http:// or https://');
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse('it is not a valid URL');
  }
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or password');
  url.hash = '';
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (isAllowedHost(url.hostname, port, allowed)) return url;
  // The private address first: who means a server on this machine learns nothing from a word about its port.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const advice = `If the server may reach it, list it: ASSISTERS_ALLOW_PRIVATE_HOSTS=${url.hostname}:${port}`;
  if (isIP(host) !== 0 && !isPublicAddress(host))
    throw new FetchError('blocked_address', 'The address is not on the public internet.', { advice });
  if (!DEFAULT_PORTS.has(url.port))
    throw new FetchError('invalid_url', 'The address cannot be fetched: only the ports 80 and 443 are allowed.', {
      advice,
    });
  return url;
}

/** Hosts from the setting `ASSISTERS_ALLOW_PRIVATE_HOSTS`: separated by commas or spaces. */
export function allowedHosts(setting: string): AllowedHosts {
  return new Set(
    setting
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((host) => host !== ''),
  );
}
