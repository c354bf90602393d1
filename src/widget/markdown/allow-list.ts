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
