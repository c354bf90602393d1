import { BlockList, isIP } from 'node:net';

/**
 * Addresses that may use a secret or restricted key: one (`192.0.2.7`, `2001:db8::1`) or a network (`10.0.0.0/8`).
 * Gives the rule as it is stored, or `null` when it is neither.
 */
export function checkAddressRule(text: string): string | null {
  const parts = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text.trim());
  if (!parts) return null;
  const [, address, prefix] = parts as unknown as [string, string, string | undefined];
  const family = isIP(address);
  if (family === 0 || (prefix !== undefined && Number(prefix) > (family === 4 ? 32 : 128))) return null;
  return address.toLowerCase() + (prefix === undefined ? '' : `/${Number(prefix)}`);
}

/** Whether an address is one of a key's. No address, no: what cannot be told is refused. */
export function addressAllowed(address: string | null, rules: readonly string[]): boolean {
  const family = isIP(address ?? '');
  if (address === null || family === 0) return false;
  const list = new BlockList();
  for (const rule of rules) {
    const [base, prefix] = rule.split('/') as [string, string | undefined];
    const kind = isIP(base) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(base, kind);
    else list.addSubnet(base, Number(prefix), kind);
  }
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
