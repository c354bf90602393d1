import { isHostile } from './guard.ts';
import { blocks } from './parser/blocks.ts';
import { inline as inlineHtml } from './parser/inline.ts';
import type { Links } from './parser/links.ts';

/** How a piece of markdown is to be read. */
export interface Reading {
  /** Inline only: the piece goes on inside a paragraph. */
  readonly inline?: boolean;
  /** The list this piece belongs to is loose (its items are paragraphs), whatever the piece alone says. */
  readonly loose?: boolean;
}

/**
 * Markdown (CommonMark and GFM) to HTML that is **not yet safe**: only `sanitise` may take it.
 *
 * @param links reference definitions of the message so far; those of this piece are added
 * @returns null where the text is such that parsing would take too long: show it as plain text
 */
export function toHtml(markdown: string, links: Links, { inline, loose }: Reading = {}): string | null {
  if (isHostile(markdown)) return null;
  return inline ? inlineHtml(markdown, links) : blocks(markdown, links, loose);
}
