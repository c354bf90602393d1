import { ALLOWED_TAGS } from '../allow-list.ts';

/** Attributes content may keep, and those our own code adds, by element. Anything else is a finding. */
const OURS: Record<string, readonly string[]> = {
  a: ['target', 'rel', 'referrerpolicy'],
  button: ['type', 'class', 'value', 'aria-label', 'aria-pressed'],
  div: ['class', 'tabindex'],
  span: ['class'],
  p: ['class'],
  pre: ['tabindex', 'dir', 'class'],
  img: ['alt', 'loading', 'referrerpolicy', 'src'],
};
const CONTENT = ['href', 'title', 'start', 'align', 'dir', 'lang'];
const CLASSES = new Set([
  'button.citation',
  'button.code-wrap',
  'button.code-copy',
  'div.code-block',
  'div.code-header',
  'div.table-scroll',
  'span.code-language',
  'span.link-host',
  'p.plain',
  'pre.wrapped',
  'pre.',
]);
const ADDRESS = /^(?:https?:|mailto:|tel:)/i;

/** What in the tree breaks the promise, as readable lines; none is what every test wants. Independent of DOMPurify. */
export function findings(root: Element, imageOrigins: readonly string[] = []): string[] {
  const found: string[] = [];
  for (const element of root.querySelectorAll('*')) {
    const tag = element.localName;
    const ours = tag === 'img' ? imageOrigins.length > 0 : ['div', 'span', 'button'].includes(tag);
    // A citation and the point behind it, which are parted at no line's end.
    const kept = tag === 'nobr' && element.matches(':has(> sup > .citation)');
    if (!ours && !kept && !ALLOWED_TAGS.includes(tag)) found.push(`<${tag}>`);
    if (element.namespaceURI !== 'http://www.w3.org/1999/xhtml') found.push(`<${tag}> in ${element.namespaceURI}`);
    if (element.shadowRoot) found.push(`<${tag}> with a shadow root`);
    for (const { name, value } of element.attributes) {
      if (!CONTENT.includes(name) && !OURS[tag]?.includes(name)) found.push(`<${tag} ${name}>`);
      if (name === 'class' && !CLASSES.has(`${tag}.${value}`)) found.push(`<${tag} class="${value}">`);
      if (name === 'href' && !ADDRESS.test(value.trim())) found.push(`<${tag} href="${value}">`);
      if (name === 'src' && !imageOrigins.includes(new URL(value, location.href).origin)) found.push(`<${tag} src>`);
    }
    if (['div', 'span', 'button'].includes(tag) && !element.hasAttribute('class')) found.push(`<${tag}> without class`);
    if (tag === 'a' && element.hasAttribute('href') && (element as HTMLAnchorElement).target !== '_blank')
      found.push('<a> without target');
  }
  return found;
}

const TRAPS = ['alert', 'confirm', 'prompt', 'print', 'open', 'fetch', 'eval', 'xss', 'pwned', 'javascript'];

/** Watches for anything that runs. `ran` grows; `stop` puts everything back. @param spare names that are used for real */
export function trapExecution(spare: readonly string[] = []): { readonly ran: string[]; stop(): void } {
  const ran: string[] = [];
  const names = TRAPS.filter((name) => !spare.includes(name));
  const host = window as unknown as Record<string, unknown>;
  const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(host, name)] as const);
  for (const name of names) {
    Object.defineProperty(host, name, {
      configurable: true,
      writable: true,
      value: (...args: unknown[]) => void ran.push(`${name}(${String(args[0]).slice(0, 60)})`),
    });
  }
  const failed = (event: ErrorEvent | PromiseRejectionEvent) =>
    ran.push(`error: ${'message' in event ? event.message : String(event.reason)}`);
  window.addEventListener('error', failed);
  window.addEventListener('unhandledrejection', failed);
  return {
    ran,
    stop() {
      window.removeEventListener('error', failed);
      window.removeEventListener('unhandledrejection', failed);
      for (const [name, descriptor] of kept) {
        if (descriptor) Object.defineProperty(host, name, descriptor);
        else delete host[name];
      }
    },
  };
}

const POKES: readonly (() => Event)[] = [
  ...['click', 'dblclick', 'mousedown', 'mouseover', 'mouseenter', 'mousemove', 'mouseout'].map(
    (type) => () => new MouseEvent(type, { bubbles: true, cancelable: true }),
  ),
  ...['pointerover', 'pointerdown', 'pointerup'].map((type) => () => new PointerEvent(type, { bubbles: true })),
  ...['focus', 'focusin', 'blur'].map((type) => () => new FocusEvent(type, { bubbles: true })),
  ...['keydown', 'keyup'].map((type) => () => new KeyboardEvent(type, { key: 'Enter', bubbles: true })),
  ...['animationend', 'transitionend', 'load', 'error', 'toggle', 'scroll', 'wheel', 'input', 'beforetoggle'].map(
    // As the browser sends them: to the element alone.
    (type) => () => new Event(type),
  ),
];

/** Does to every node what a visitor could. Navigation is held back. */
export function poke(root: Element): void {
  const hold = (event: Event) => event.preventDefault();
  // At the root of its own tree: these events do not leave a shadow root.
  const tree = root.getRootNode();
  tree.addEventListener('click', hold, { capture: true });
  for (const element of [root, ...root.querySelectorAll<HTMLElement>('*')]) {
    for (const make of POKES) element.dispatchEvent(make());
    // Only what can take it: each call lays the page out.
    if (element instanceof HTMLElement && (element.tabIndex >= 0 || element.isContentEditable)) element.focus();
  }
  tree.removeEventListener('click', hold, { capture: true });
}
