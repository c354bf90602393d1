import { afterEach, describe, expect, test } from 'vitest';
import { ALLOWED_ATTR, ALLOWED_TAGS, ALLOWED_URI_REGEXP } from './allow-list.ts';
import { createPurifier } from './dompurify.ts';
import { nativeSanitiser } from './native-sanitiser.ts';
import type { Sanitise } from './sanitise.ts';
import { corpusInPage } from './testing/corpus.ts';

const host = globalThis as { Sanitizer?: unknown };
const { Sanitizer } = host;
const { setHTML } = Element.prototype as { setHTML?: unknown };
const native = nativeSanitiser();
const purify = createPurifier(ALLOWED_TAGS, ALLOWED_ATTR, ALLOWED_URI_REGEXP);

afterEach(() => {
  Object.assign(host, { Sanitizer });
  Object.assign(Element.prototype, { setHTML });
});

function html(sanitise: Sanitise, source: string): string {
  const holder = document.createElement('div');
  holder.append(sanitise(source));
  return holder.innerHTML;
}

/** What DOMPurify cannot take off: it leaves the attribute empty, and the decorations remove it. */
const withoutIs = (source: string) => source.replaceAll(' is=""', '');

describe.skipIf(!native)("the browser's own sanitiser", () => {
  test.each([
    ['elements give way to their text', '<div>a <span>b</span> <x-y>c</x-y> List<string></div>'],
    [
      'what runs goes with its content',
      'a<script>b</script><style>c</style><iframe>d</iframe><svg><text>e</text></svg>',
    ],
    ['comments and templates go', 'a<!-- b --><template><b>c</b></template>'],
    ['attributes outside the list go', '<p id=a name=b class=c style=d data-e=f aria-g=h onclick=i title=j>k</p>'],
    [
      'addresses of other schemes go',
      '<a href="javascript:a">b</a><a href="data:c">d</a><a href="/e">f</a><a href="?g">h</a>',
    ],
    ['addresses hidden by white space go', '<a href=" java\tscript:a">b</a><a href="\u00a0vbscript:c">d</a>'],
    ['good addresses stay', '<a href="https://a.test/?b#c">d</a><a href="MAILTO:e@f.test">g</a><a href="tel:+1">h</a>'],
    [
      'tables stay whole',
      '<table><thead><tr><th align="right">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>',
    ],
    ['forms give way', '<form action="/x"><input name=q><button>a</button><select><option>b</option></select></form>'],
  ])('%s, as with DOMPurify', (_, source) => {
    expect(html(native!, source)).toBe(withoutIs(html(purify, source)));
  });

  test('is nowhere laxer than DOMPurify over the corpora', async () => {
    const laxer: string[] = [];
    let compared = 0;
    for (const name of ['xss-payloads', 'dompurify', 'md-xss', 'html-event-matrix']) {
      for (const raw of await corpusInPage<Record<string, unknown>>(name)) {
        const source = raw.markdown ?? raw.payload ?? raw.value;
        if (typeof source !== 'string' || source.length > 5_000) continue;
        compared += 1;
        const holder = document.createElement('div');
        holder.append(native!(source));
        for (const element of holder.querySelectorAll('*')) {
          if (!ALLOWED_TAGS.includes(element.localName)) laxer.push(`${raw.id}: <${element.localName}>`);
          for (const { name: attribute, value } of element.attributes) {
            if (!ALLOWED_ATTR.includes(attribute)) laxer.push(`${raw.id}: ${attribute}`);
            if (attribute === 'href' && !/^(https?:|mailto:|tel:)/i.test(value.replace(/[\s\0- ]/g, '')))
              laxer.push(`${raw.id}: ${value}`);
          }
        }
      }
    }
    if ((await corpusInPage('dompurify')).length > 0) expect(compared).toBeGreaterThan(500);
    expect(laxer).toEqual([]);
  });

  test('what loads does not, not even before it is judged', async () => {
    const address = `/never-${Math.random()}`;
    native!(`<img src="${address}"><video poster="${address}"></video><link rel=stylesheet href="${address}">`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(asked.filter((name) => name.includes(address))).toEqual([]);
  });

  test('a shim that lets things through is not trusted', () => {
    Object.assign(Element.prototype, {
      setHTML(this: Element, source: string) {
        this.innerHTML = source;
      },
    });
    expect(nativeSanitiser()).toBeNull();
  });

  test('a browser without it says so', () => {
    Object.assign(host, { Sanitizer: undefined });
    expect(nativeSanitiser()).toBeNull();
  });
});
