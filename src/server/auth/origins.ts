import { getDomain } from 'tldts';

/**
 * Origins of a publishable key. A rule is an exact origin (`https://example.com`, `https://example.com:8443`,
 * `capacitor://localhost`), every subdomain of a registrable domain (`https://*.example.com`, which does not hold the
 * apex), or, on a test key, any port of this machine (`http://localhost:*`).
 */
const ANY_PORT = ['http://localhost:*', 'http://127.0.0.1:*', 'http://[::1]:*'];

/** Schemes that name no web origin, or one that any page can take. */
const NEVER = ['javascript', 'data', 'file', 'blob', 'about', 'filesystem', 'view-source', 'ws', 'wss', 'ftp'];

export type RuleCheck = { readonly ok: true; readonly rule: string } | { readonly ok: false; readonly reason: string };

/**
 * Reads a rule as a person wrote it and gives it as it is stored: lower case, punycode, without a default port.
 *
 * @param options.test whether the key is a test key
 */
export function checkOriginRule(text: string, options: { readonly test: boolean }): RuleCheck {
  const rule = text.trim().toLowerCase();
  if (rule === 'null')
    return refuse('"null" is sent by any sandboxed page and every local file, so it cannot be listed.');
  if (rule === '*' || /^https?:\/\/\*$/.test(rule))
    return refuse('A key for every site is not possible; list the sites.');
  if (ANY_PORT.includes(rule)) {
    return options.test ? { ok: true, rule } : refuse(`${rule} is possible on test keys (pk_test_…) only.`);
  }
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#@\\\s]+)\/?$/.exec(rule);
  if (!parts) return refuse('Expected scheme, host and optional port, such as https://example.com, and no path.');
  const [, scheme, authority] = parts as unknown as [string, string, string];
  if (NEVER.includes(scheme)) return refuse(`${scheme}: is not the origin of a web page.`);
  if (scheme !== 'https' && scheme !== 'http') {
    if (!/^[a-z0-9._-]+(:\d{1,5})?$/.test(authority)) return refuse('Expected a plain host name after the scheme.');
    return { ok: true, rule: `${scheme}://${authority}` };
  }

  const wildcard = authority.startsWith('*.');
  const host = wildcard ? authority.slice(2) : authority;
  if (host.includes('*')) return refuse('A star may only stand for all subdomains: https://*.example.com.');
  const url = parseUrl(`${scheme}://${host}`);
  if (!url || url.hostname === '' || url.hostname.endsWith('.')) return refuse(`${host} is not a host name.`);
  if (!wildcard) return { ok: true, rule: url.origin };
  if (scheme !== 'https') return refuse('Subdomains can only be opened over https.');
  // Below a public suffix (co.uk, github.io) the subdomains belong to strangers.
  if (getDomain(url.hostname, { allowPrivateDomains: true }) === null) {
    return refuse(
      `Everybody can have a name below ${url.hostname}; list your own, such as https://my.${url.hostname}.`,
    );
  }
  return { ok: true, rule: `https://*.${url.host}` };
}

/** Whether an `Origin` header is one of a key's. Only what a browser would send matches: no path, ASCII, never `null`. */
export function originAllowed(origin: string, rules: readonly string[]): boolean {
  const sent = origin.toLowerCase();
  if (!/^[a-z][a-z0-9+.-]*:\/\/[\x21-\x7e]+$/.test(sent) || /[/?#@\\*]/.test(sent.slice(sent.indexOf('://') + 3))) {
    return false;
  }
  return rules.some((rule) => {
    if (rule.startsWith('https://*.')) return isSubdomain(sent, rule.slice('https://*'.length));
    if (ANY_PORT.includes(rule)) {
      const base = rule.slice(0, -':*'.length);
      return sent === base || (sent.startsWith(`${base}:`) && /^\d{1,5}$/.test(sent.slice(base.length + 1)));
    }
    return sent === rule;
  });
}

/** The rules as sources of the CSP directive `frame-ancestors`. CSP cannot name IPv6 hosts, so those are left out. */
export function frameAncestors(rules: readonly string[]): string {
  const sources = rules.filter((rule) => !rule.includes('['));
  return sources.length > 0 ? sources.join(' ') : "'none'";
}

/** `suffix` is `.example.com` or `.example.com:8443`. */
function isSubdomain(sent: string, suffix: string): boolean {
  if (!sent.startsWith('https://') || !sent.endsWith(suffix)) return false;
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(sent.slice('https://'.length, -suffix.length));
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function refuse(reason: string): RuleCheck {
  return { ok: false, reason };
}
