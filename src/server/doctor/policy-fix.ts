/** What a policy kept from the page: the directive that the browser names, and the source that it lacks. */
export interface Blocked {
  /** As the browser names it, e.g. `script-src-elem`, also where the policy has only `default-src`. */
  readonly directive: string;
  /** An origin; for `trusted-types` the name of a policy. */
  readonly source: string;
}

/** Where a browser looks for a directive that the policy does not have (CSP 3, section 6.8.3). */
const FALLBACKS: Readonly<Record<string, readonly string[]>> = {
  'script-src-elem': ['script-src-elem', 'script-src', 'default-src'],
  'script-src': ['script-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
  'frame-src': ['frame-src', 'child-src', 'default-src'],
  'child-src': ['child-src', 'default-src'],
  'trusted-types': ['trusted-types'],
};

/** Directives by name, as the browser reads them: the first of a name counts. */
function parse(policy: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const part of policy.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    if (name !== '' && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), sources);
  }
  return found;
}

/**
 * What one policy blocks of the chat, and the whole directives to write in it: what it allows already, also by `default-src`, and
 * what is missing. Written alone, `script-src <chat>` would no longer allow what `default-src` allowed.
 *
 * @param types Trusted Types policies that the chat makes, for a policy that lists those it allows
 */
export function policyFix(
  policy: string,
  blocked: readonly Blocked[],
  types: readonly string[] = [],
): { readonly what: string; readonly fix: string } {
  const has = parse(policy);
  const wanted = new Map<string, string[]>();
  let needsNonce = false;
  const listed = has.get('trusted-types');
  const unlisted = listed === undefined || listed.includes('*') ? [] : types.filter((name) => !listed.includes(name));
  for (const { directive, source } of [
    ...blocked.filter(({ directive }) => directive !== 'trusted-types'),
    ...unlisted.map((source) => ({ directive: 'trusted-types', source })),
  ]) {
    const chain = FALLBACKS[directive] ?? [directive, 'default-src'];
    const from = chain.find((name) => has.has(name)) ?? directive;
    const allowed = has.get(from) ?? [];
    // Where the policy has only `default-src`, the usual name is written: `script-src`, not `script-src-elem`.
    const name = from === 'default-src' ? directive.replace(/-(elem|attr)$/, '') : from;
    if (name.startsWith('script-src') && allowed.includes("'strict-dynamic'")) {
      needsNonce = true;
      continue;
    }
    // A nonce is new with each page, so that of this one is not to be pasted.
    const kept = allowed.filter((one) => one !== "'none'").map((one) => one.replace(/^'nonce-.*'$/, "'nonce-…'"));
    const sources = wanted.get(name) ?? kept;
    wanted.set(name, sources.includes(source) ? sources : [...sources, source]);
  }
  const names = [...(needsNonce ? ['script-src'] : []), ...wanted.keys()].join(', ');
  const sources = [...new Set(blocked.map(({ source }) => source))].join(', ');
  const lines = [...wanted].map(([name, list]) => `${name} ${list.join(' ')}`).join('; ');
  const fixes = [
    ...(needsNonce
      ? [
          "Give the script tag the nonce of the page's other scripts (nonce=\"…\"): beside 'strict-dynamic' hosts do not count.",
        ]
      : []),
    ...(lines ? [`Write this in it, in place of what it has under the same names: ${lines}`] : []),
  ];
  return {
    what: `The page's Content-Security-Policy blocks ${sources} (${names}).`,
    fix: fixes.join('\n  '),
  };
}
