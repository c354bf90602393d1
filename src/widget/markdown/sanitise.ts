import DOMPurify, { type Config, type DOMPurify as Purifier } from 'dompurify';

/**
 * What content may consist of: text, lists, tables and code. Nothing that loads, submits, overlays, names or embeds.
 * `div` and `span` are left out on purpose: without class and style they say nothing, and their text is kept.
 */
export const ALLOWED_TAGS: readonly string[] =
  'a b blockquote br caption code dd del dfn dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small strong sub sup table tbody td tfoot th thead tr u ul var'.split(
    ' ',
  );

/** Attributes content may carry. `class`, `id`, `name`, `style`, `data-*` and `aria-*` are not among them. */
export const ALLOWED_ATTR: readonly string[] = ['href', 'title', 'start', 'align', 'dir', 'lang'];

/** Where a link may lead. Relative addresses are refused: they would be the host page's own. */
export const ALLOWED_URI_REGEXP = /^(https?:|mailto:|tel:)/i;

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

let purifier: Purifier | undefined;

function configure(): Purifier {
  // An instance of our own: hooks and configuration of a DOMPurify the page may also use do not reach it.
  const instance = DOMPurify(window);
  const config: Config = {
    ALLOWED_TAGS: [...ALLOWED_TAGS],
    ALLOWED_ATTR: [...ALLOWED_ATTR],
    ALLOWED_URI_REGEXP,
    // Else DOMPurify judges their values by the address pattern and drops them.
    ADD_URI_SAFE_ATTR: ['start', 'align', 'dir', 'lang'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    SANITIZE_NAMED_PROPS: true,
    RETURN_DOM_FRAGMENT: true,
    TRUSTED_TYPES_POLICY: createPolicy() as NonNullable<Config['TRUSTED_TYPES_POLICY']>,
  };
  instance.setConfig(config);
  return instance;
}

/**
 * HTML in, a fragment of allow-listed elements out. The string is parsed in an inert document, so nothing loads and
 * nothing runs; the fragment belongs to that document until it is inserted.
 *
 * Under Trusted Types it needs `trusted-types assisters lit-html` (plus `'allow-duplicates'` where two copies of the
 * widget may meet on a page). Throws when the policy is refused; callers then show plain text.
 */
export function sanitise(html: string): DocumentFragment {
  purifier ??= configure();
  return purifier.sanitize(html) as unknown as DocumentFragment;
}
