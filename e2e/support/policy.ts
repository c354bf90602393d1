/**
 * The policy of every page here: nothing but the assistant's own host, no `unsafe-*`, no `style-src` at all, Trusted
 * Types enforced.
 */
export function strictPolicy(host: string, more = ''): string {
  return [
    "default-src 'none'",
    `script-src ${host}`,
    `connect-src ${host}`,
    "require-trusted-types-for 'script'",
    'trusted-types assisters lit-html',
    ...(more ? [more] : []),
  ].join('; ');
}
