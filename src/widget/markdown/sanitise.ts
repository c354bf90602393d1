import { ALLOWED_ATTR, ALLOWED_TAGS, ALLOWED_URI_REGEXP } from './allow-list.ts';
import type { createPurifier } from './dompurify.ts';
import { nativeSanitiser } from './native-sanitiser.ts';
import { quiet } from './quiet.ts';

/**
 * HTML in, a fragment of allow-listed elements out. The string is parsed in an inert document, so nothing loads and
 * nothing runs; the fragment belongs to that document until it is inserted. Throws when it cannot: show plain text then.
 */
export type Sanitise = (html: string) => DocumentFragment;

let chosen: Sanitise | null | undefined;

/** Whether there is one: the browser's own, or the one given to `takeSanitiser`. */
export function hasSanitiser(): boolean {
  if (chosen === undefined) chosen = nativeSanitiser();
  return chosen !== null;
}

/** Takes DOMPurify (`createPurifier` of its chunk) for everything from now on. */
export function takeSanitiser(create: typeof createPurifier): void {
  chosen = create(ALLOWED_TAGS, ALLOWED_ATTR, ALLOWED_URI_REGEXP);
}

export const sanitise: Sanitise = (html) => {
  if (!hasSanitiser()) throw new Error('DOMPurify has not been loaded.');
  return chosen!(quiet(html));
};
