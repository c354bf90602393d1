import { sanitise } from '../sanitise.ts';

/** Undoes what our own code adds, so that the rest can be compared with a reference's HTML. */
function undecorate(root: Element): void {
  for (const note of root.querySelectorAll('span.link-host')) note.remove();
  for (const box of root.querySelectorAll('div.table-scroll')) box.replaceWith(...box.childNodes);
  for (const block of root.querySelectorAll('div.code-block')) {
    const pre = document.createElement('pre');
    const code = document.createElement('code');
    const language = block.querySelector('.code-language')!.textContent;
    if (language) code.className = `language-${language}`;
    code.textContent = block.querySelector('code')!.textContent;
    pre.append(code);
    block.replaceWith(pre);
  }
  for (const link of root.querySelectorAll('a'))
    for (const name of ['target', 'rel', 'referrerpolicy']) link.removeAttribute(name);
}

const BLOCKS = /^(?:p|h[1-6]|ul|ol|li|blockquote|pre|table|thead|tbody|tr|th|td|hr|div|dl|dt|dd)$/;

function write(node: Node, inPre: boolean): string {
  if (node instanceof Text) return inPre ? node.data : node.data.replace(/\s+/g, ' ');
  if (!(node instanceof Element)) return '';
  const tag = node.localName;
  const attributes = [...node.attributes]
    .map(({ name, value }) => ` ${name}="${value}"`)
    .sort()
    .join('');
  let inner = [...node.childNodes].map((child) => write(child, inPre || tag === 'pre')).join('');
  if (tag === 'pre') inner = inner.replace(/\n<\/code>$/, '</code>');
  else if (BLOCKS.test(tag)) inner = inner.trim();
  const text = `<${tag}${attributes}>${inner}</${tag}>`;
  return BLOCKS.test(tag) ? `\n${text}\n` : text;
}

function normal(root: Element): string {
  return [...root.childNodes]
    .map((node) => write(node, false))
    .join('')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

/** HTML of a reference, written so that insignificant whitespace and attribute order do not matter. */
export function normalHtml(html: string): string {
  return normal(new DOMParser().parseFromString(html, 'text/html').body);
}

/** The same for the DOM of a view. */
export function normalView(target: Element): string {
  const copy = target.cloneNode(true) as Element;
  undecorate(copy);
  copy.normalize();
  return normal(copy);
}

/** A reference's HTML after what the allow-list takes away: images become their text, boxes their signs, the rest is sanitised. */
export function allowedPart(html: string): string {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  for (const image of body.querySelectorAll('img')) image.replaceWith(image.alt);
  for (const box of body.querySelectorAll<HTMLInputElement>('input[type=checkbox]'))
    box.replaceWith(box.checked ? '☑' : '☐');
  for (const code of body.querySelectorAll('pre > code[class^=language-]')) code.setAttribute('lang', code.className);
  const holder = document.createElement('div');
  holder.append(sanitise(body.innerHTML));
  for (const pre of holder.querySelectorAll('pre')) {
    // Our code blocks are always `pre > code`, and their text is all that stays.
    const code = document.createElement('code');
    const language = pre.querySelector('[lang]')?.getAttribute('lang') ?? pre.getAttribute('lang');
    if (language) code.className = language;
    code.textContent = pre.textContent;
    pre.replaceChildren(code);
    pre.removeAttribute('lang');
  }
  // An address of nothing is the host page's own.
  for (const link of holder.querySelectorAll('a[href=""]')) link.removeAttribute('href');
  holder.normalize();
  return normal(holder);
}
