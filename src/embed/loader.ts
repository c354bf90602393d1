/**
 * The pasted script. Draws the launcher in plain DOM and does nothing else until the visitor shows intent (points at
 * it, focuses, touches or clicks it, or the page calls a method that needs the panel); then it imports the element from
 * the script's own origin. Stores nothing, throws nothing into the page, adds one global.
 *
 * The host node is the `<assisters-chat>` of the page-to-be: the launcher lies in its shadow root, and when the element
 * is defined the node upgrades in place and keeps the button. With `isolation="iframe"` the same node stays a plain
 * one, and a second small module fills it with an iframe.
 *
 * Written for pages that patch built-ins (Prototype, MooTools): no `bind`, no `for…in`, no JSON.
 * Ends with the page: its only observer watches the document's root, and `shutdown` disconnects that.
 */
import { isDark, readHostTheme, watchHostTheme } from '../widget/host-theme.ts';
import { LAUNCHER_CSS, mountLauncher, paintLauncher } from '../widget/launcher.ts';
import { keepClear } from '../widget/launcher-place.ts';
import {
  attributeOf,
  EVENTS,
  FLAG,
  GLOBAL,
  METHODS,
  type MethodName,
  OPTIONS,
  type OptionName,
  SETTINGS,
  storageKey,
  TAG,
} from '../widget/names.ts';

/** Hashed names of what intent loads, relative to the script. Set by the build. */
declare const __ASSISTERS_CHUNKS__: { readonly chat: string; readonly iframe: string; readonly extras: string };
// Once: the build writes the names in place of each mention.
const CHUNKS = __ASSISTERS_CHUNKS__;

type Host = HTMLElement & { [method in MethodName]?: (...args: unknown[]) => unknown };
interface Chat {
  /** Key, assistant and mode: the same script twice must not make a second chat. */
  readonly identity: string;
  /** On the page, or about to be. */
  alive(): boolean;
  call(method: MethodName, args: unknown[]): unknown;
}

/** `window.Assisters`: a function and, for each method, a property. */
interface Api {
  (...call: unknown[]): unknown;
  /** What a page's own stub has collected before the script ran. */
  q?: ArrayLike<ArrayLike<unknown>>;
  /** The chats on this page, oldest first; calls go to the oldest that is still there. */
  chats?: Chat[];
  [method: string]: unknown;
}

/** Methods that load the chat at once; the others wait for it. `reset` and `shutdown` forget even a chat nobody opened. */
const LOADING_METHODS = 'open toggle send reset shutdown'.split(' ');

/** Whether the panel stood open on the page before this one, in this tab. */
function wasOpen(publishableKey: string, assistantId?: string): boolean {
  try {
    return /^open/.test(sessionStorage.getItem(storageKey(publishableKey, assistantId)) ?? '');
  } catch {
    // Storage is blocked; naming it throws.
    return false;
  }
}

/** For important rules the inner context wins, so no page rule (`div:empty`, `:not(:defined)`, resets) reaches the host. */
const HOST_CSS =
  ':host(:not([mode=inline])){all:initial!important;display:block!important;zoom:var(--_unzoom,1)!important}:host([hidden]){display:none!important}';

const page = window as unknown as { [SETTINGS]?: Record<string, unknown>; [GLOBAL]?: Api };

/** Options by attribute name. `data-*` on the script wins over its query, that over the settings object. */
function readOptions(script: HTMLScriptElement, url: URL): Record<string, string> {
  const settings = page[SETTINGS] ?? {};
  const found: Record<string, string> = {};
  (Object.keys(OPTIONS) as OptionName[]).forEach((name) => {
    const attribute = attributeOf(name);
    const value = script.getAttribute(`data-${attribute}`) ?? url.searchParams.get(attribute) ?? settings[name];
    if (value === null || value === undefined || value === false) return;
    // A boolean is on when it is there, as in HTML; tag managers write `false` for off.
    if (OPTIONS[name] === FLAG && value === 'false') return;
    found[attribute] = value === true ? '' : String(value);
  });
  return found;
}

/** Adopts the sheet, which the element keeps; a `<style>` in browsers that cannot. */
function adopt(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    // Assigned where it does not exist, it would do nothing, quietly.
    if (!root.adoptedStyleSheets) throw new TypeError();
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = css;
    root.appendChild(style);
  }
}

/** The full event name of `message` or `assisters:message`. */
const eventOf = (name: unknown): string => (EVENTS as Record<string, string>)[name as string] ?? (name as string);

function makeChat(script: HTMLScriptElement, url: URL, attributes: Record<string, string>, identity: string): Chat {
  const framed = attributes.isolation === 'iframe';
  const floating = attributes.mode !== 'inline' && attributes.mode !== 'fullpage';
  const host: Host = document.createElement(framed ? 'assisters-frame' : TAG);
  Object.keys(attributes).forEach((name) => {
    host.setAttribute(name, attributes[name]!);
  });
  const root = host.attachShadow({ mode: 'open' });
  adopt(root, floating ? HOST_CSS + LAUNCHER_CSS : ':host{display:block}');

  let queue: [MethodName, unknown[]][] | null = [];
  let loading = false;
  let waiting = false;
  let tries = 0;

  function load(): void {
    if (loading || !queue) return;
    loading = true;
    const chunk = new URL(CHUNKS[framed ? 'iframe' : 'chat'], url).href;
    // A browser may remember a failed import by its URL, so another try has another URL.
    import(tries ? `${chunk}?${tries}` : chunk)
      .then((module: { connect?: (host: HTMLElement, script: string) => void }) => {
        if (module.connect) module.connect(host, url.href);
        else customElements.upgrade(host);
        if (!host.open) throw new Error(`<${TAG}> is already defined by another script.`);
        // An element looks for itself.
        if (!framed) watching.abort();
        const calls = queue ?? [];
        queue = null;
        calls.forEach(([method, args]) => {
          run(method, args);
        });
      })
      .catch((error: unknown) => {
        loading = false;
        tries++;
        console.error(
          `[assisters] The chat could not be loaded from ${url.origin}; the next click tries again.`,
          error,
        );
      });
  }

  function run(method: MethodName, args: unknown[]): unknown {
    const known = host[method];
    if (!known) console.error(`[assisters] This chat has no ${method}().`);
    const answer = known?.apply(host, args);
    if (method === 'shutdown') {
      observer.disconnect();
      watching.abort();
      host.parentNode?.removeChild(host);
    }
    return answer;
  }

  function call(method: MethodName, args: unknown[]): unknown {
    // The host is there from the start, so listening needs nothing loaded.
    if (method === 'on') return host.addEventListener(eventOf(args[0]), args[1] as EventListener);
    if (method === 'off') return host.removeEventListener(eventOf(args[0]), args[1] as EventListener);
    if (!queue) return run(method, args);
    queue.push([method, args]);
    if (LOADING_METHODS.indexOf(method) >= 0) load();
  }

  // Frameworks that replace the body (Turbo, Astro, pjax) leave the root's other children alone, so that is where a
  // floating host lives; those that replace the root itself are what the observer is for.
  const place = () => {
    if (!host.isConnected) document.documentElement.appendChild(host);
  };
  const observer = new MutationObserver(place);
  const watching = new AbortController();

  if (floating) {
    const { button, update } = mountLauncher(root, { label: attributes['launcher-label'] });
    for (const intent of 'pointerenter focus touchstart'.split(' '))
      button.addEventListener(intent, load, { passive: true });
    button.addEventListener('click', () => {
      if (queue) call('open', []);
    });

    const look = () => {
      update({});
      const page = readHostTheme(button);
      paintLauncher(button, {
        dark: isDark(attributes.theme, page),
        accent: /^(light|dark)$/.test(attributes.theme!) ? null : page.accent,
      });
    };
    const attach = () => {
      waiting = false;
      place();
      look();
      watchHostTheme(document, look, watching.signal);
      keepClear(button, host, watching.signal);
      observer.observe(document, { childList: true });
      observer.observe(document.documentElement, { childList: true });
    };
    // Not before the body is there: the launcher is the last stop of the tab order, not the first.
    waiting = !document.body;
    if (waiting) document.addEventListener('DOMContentLoaded', attach, { once: true });
    else attach();
  } else {
    script.after(host);
  }
  const { shortcut, movable, compat, proactive } = attributes;
  if ((shortcut ?? movable ?? compat ?? proactive) !== undefined)
    import(new URL(CHUNKS.extras, url).href)
      .then(({ startExtras }) => startExtras(host, call, watching.signal))
      .catch(console.error);
  if (!floating || attributes.open !== undefined || wasOpen(attributes['publishable-key']!, attributes['assistant-id']))
    load();
  return { identity, call, alive: () => waiting || host.isConnected };
}

/** Makes `window.Assisters` callable, in place of a page's stub, and sends what the stub collected. */
function expose(chats: Chat[]): void {
  const stub = page[GLOBAL];
  const call = (method: unknown, args: unknown[]): unknown => {
    const known = METHODS.indexOf(method as MethodName) >= 0;
    if (!known) return console.error(`[assisters] There is no method "${method}". There are: ${METHODS.join(', ')}.`);
    const chat = chats.find((one) => one.alive()) ?? chats[chats.length - 1]!;
    return chat.call(method as MethodName, args);
  };
  const api = ((method?: unknown, ...args: unknown[]) => call(method, args)) as Api;
  METHODS.forEach((method) => {
    api[method] = (...args: unknown[]) => call(method, args);
  });
  api.chats = chats;
  page[GLOBAL] = api;
  Array.prototype.slice.call(stub?.q ?? []).forEach((queued: ArrayLike<unknown>) => {
    const [method, ...args] = Array.prototype.slice.call(queued) as unknown[];
    call(method, args);
  });
}

try {
  const current = document.currentScript;
  const script = (
    current instanceof HTMLScriptElement
      ? current
      : // A module, or an `<img name="currentScript">` in its place: the last script that could have been it.
        Array.prototype.slice.call(document.querySelectorAll('script[src*="/assisters"]')).pop()
  ) as HTMLScriptElement | undefined;
  if (!script?.src) throw new Error('No address: load it with <script src>.');
  const url = new URL(script.src, location.href);
  const attributes = readOptions(script, url);
  if (!attributes['publishable-key']) throw new Error('data-publishable-key is missing on the script tag.');
  attributes['api-url'] ??= new URL('v1', url).href;
  const identity = [attributes['publishable-key'], attributes['assistant-id'], attributes.mode].join(' ');
  const chats = page[GLOBAL]?.chats ?? [];
  if (!chats.some((chat) => chat.identity === identity && chat.alive())) {
    chats.push(makeChat(script, url, attributes, identity));
    if (!page[GLOBAL]?.chats) expose(chats);
  } else console.info('[assisters] Included twice; the first stays.');
} catch (error) {
  console.error('[assisters]', error);
}
