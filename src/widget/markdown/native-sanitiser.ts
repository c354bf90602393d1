import { ALLOWED_ATTR, ALLOWED_TAGS, ALLOWED_URI_REGEXP } from './allow-list.ts';
import type { Sanitise } from './sanitise.ts';

/** The HTML Sanitizer API (https://wicg.github.io/sanitizer-api/): Chromium from 146 on, Firefox from 148 on. */
interface SanitizerApi {
  new (config: object): object;
}
type Settable = Omit<HTMLElement, 'setHTML'> & { setHTML(html: string, options: { sanitizer: object }): void };

/** Elements whose content goes with them: it is not text for readers. The browser removes those that run in any case. */
const DROPPED =
  'annotation-xml audio body colgroup desc embed foreignobject frame frameset head html iframe math mi mn mo ms mtext noembed noframes noscript object plaintext script selectedcontent style svg template title video xmp'.split(
    ' ',
  );
/** Every name an element of the source can have, and more. */
const NAMES = /<([a-z][^\s/>]*)/gi;
/** What browsers pass over in an address before they read its scheme. */
const IGNORED = /[\0- \xa0\u1680\u180e\u2000-\u2029\u205f\u3000]/g;

/** Something of each kind that must go (but handlers and styles, see `quiet.ts`), and what must be left of it. */
const PROBE =
  '<p id=a name=b class=c data-e=f aria-g=h is=i j title=k>l<script>m</script><!--n--><svg><a>o</a></svg><template>p</template><x-q>s<img src=t></x-q><a href=javascript:u>v</a></p>';
const PROVEN = '<p title="k">ls<a>v</a></p>';

/**
 * The browser's own sanitiser with our allow-list, or `null` where there is none, or where what has that name does not do
 * what it should: pages carry shims. Elements outside the list give way to their content, as in DOMPurify. Is no Trusted
 * Types sink, so it needs no policy.
 */
export function nativeSanitiser(): Sanitise | null {
  const { Sanitizer } = globalThis as { Sanitizer?: SanitizerApi };
  if (!Sanitizer || !('setHTML' in Element.prototype)) return null;
  // Of an inert document, so that nothing loads before the decorations have judged it.
  const inert = document.implementation.createHTMLDocument('');
  const make = (unwrapped: readonly string[]) =>
    new Sanitizer({
      elements: ALLOWED_TAGS,
      attributes: ALLOWED_ATTR,
      replaceWithChildrenElements: unwrapped,
      comments: false,
      dataAttributes: false,
    });
  const sanitise: Sanitise = (html) => {
    const names = new Set(Array.from(html.matchAll(NAMES), ([, name]) => name!.toLowerCase()));
    const unwrapped = [...names].filter((name) => !ALLOWED_TAGS.includes(name) && !DROPPED.includes(name));
    const holder = inert.createElement('div') as HTMLElement as Settable;
    if (unwrapped.length === 0) usual ??= make([]);
    holder.setHTML(html, { sanitizer: unwrapped.length > 0 ? make(unwrapped) : usual! });
    for (const element of holder.querySelectorAll('[href]')) {
      if (!ALLOWED_URI_REGEXP.test(element.getAttribute('href')!.replace(IGNORED, ''))) element.removeAttribute('href');
    }
    const fragment = inert.createDocumentFragment();
    fragment.append(...holder.childNodes);
    return fragment;
  };
  let usual: object | undefined;
  try {
    const holder = inert.createElement('div');
    holder.append(sanitise(PROBE));
    return holder.innerHTML === PROVEN ? sanitise : null;
  } catch {
    return null;
  }
}
