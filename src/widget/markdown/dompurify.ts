import DOMPurify, { type Config } from 'dompurify';
import type { Sanitise } from './sanitise.ts';

/**
 * The one Trusted Types policy of the widget. It signs what the inert parser of DOMPurify reads and nothing else, so it
 * passes strings through and stays private to this file: handing it out would be a way around the page's CSP.
 */
function createPolicy(): unknown {
  const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } })
    .trustedTypes;
  const pass = (text: string) => text;
  // null (rather than undefined) keeps DOMPurify from making a policy of its own name.
  return factory?.createPolicy('assisters', { createHTML: pass, createScriptURL: pass }) ?? null;
}

/**
 * The sanitiser for browsers without one of their own: a chunk that only they load. Its allow-list is passed in, so that
 * this file stands alone.
 *
 * Under Trusted Types it needs `trusted-types assisters` (plus `'allow-duplicates'` where two copies of the widget may meet
 * on a page). Throws at the first text when the policy is refused; callers then show plain text.
 */
export function createPurifier(tags: readonly string[], attributes: readonly string[], addresses: RegExp): Sanitise {
  let purify: Sanitise | undefined;
  const configure = (): Sanitise => {
    // An instance of our own: hooks and configuration of a DOMPurify the page may also use do not reach it.
    const instance = DOMPurify(window);
    instance.setConfig({
      ALLOWED_TAGS: [...tags],
      ALLOWED_ATTR: [...attributes],
      ALLOWED_URI_REGEXP: addresses,
      // Else DOMPurify judges their values by the address pattern and drops them.
      ADD_URI_SAFE_ATTR: attributes.filter((name) => name !== 'href'),
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      SANITIZE_NAMED_PROPS: true,
      RETURN_DOM_FRAGMENT: true,
      TRUSTED_TYPES_POLICY: createPolicy() as NonNullable<Config['TRUSTED_TYPES_POLICY']>,
    });
    return (html) => instance.sanitize(html) as unknown as DocumentFragment;
  };
  return (html) => {
    purify ??= configure();
    return purify(html);
  };
}
