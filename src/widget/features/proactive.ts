/**
 * A message the chat offers by itself, by rules of the site: a small card beside the launcher. It takes no focus, is read
 * out politely, and is gone for good once it was answered: a visitor's “no”, or a chat that was opened.
 *
 * Rules come from the page (`window.assistersSettings.proactive`, or the option as JSON), which needs no request, or with
 * `proactive="server"` from the assistant's `widget.proactive`: one request with the page's key once the page is idle, which
 * the site has asked for by that word. Loaded only where the option is set.
 */
import type { ProactiveRule, WidgetConfig } from '../../protocol/resources.ts';
import type { EVENTS, SETTINGS } from '../names.ts';
import type { Call, Host } from './host.ts';

/** Names of the table, which a part that comes later does not carry. */
const EVENT: typeof EVENTS.proactive = 'assisters:proactive';
const OPENED: typeof EVENTS.open = 'assisters:open';
const MESSAGE: typeof EVENTS.message = 'assisters:message';
const NO_RULES: readonly ProactiveRule[] = [];
/** As many as an assistant may have. */
const MOST_RULES = 8;
const MOST_CHARS = 500;
/** A page that never is idle is asked about after this long. */
const IDLE_WITHIN_MS = 5_000;

/** `strings.close` of each language (a test compares): the card may stand before any words are loaded. */
export const CLOSE: Readonly<Record<string, string>> = {
  ar: 'إغلاق',
  cs: 'Zavřít',
  da: 'Luk',
  de: 'Schließen',
  el: 'Κλείσιμο',
  es: 'Cerrar',
  fa: 'بستن',
  fi: 'Sulje',
  fr: 'Fermer',
  he: 'סגירה',
  hi: 'बंद करें',
  hu: 'Bezárás',
  id: 'Tutup',
  it: 'Chiudi',
  ja: '閉じる',
  ko: '닫기',
  nb: 'Lukk',
  nl: 'Sluiten',
  pl: 'Zamknij',
  pt: 'Fechar',
  ro: 'Închide',
  ru: 'Закрыть',
  sv: 'Stäng',
  th: 'ปิด',
  tr: 'Kapat',
  uk: 'Закрити',
  ur: 'بند کریں',
  vi: 'Đóng',
  'zh-Hans': '关闭',
  'zh-Hant': '關閉',
};

const css = String.raw;
const CSS_TEXT = css`
  .proactive {
    --ground: var(--assisters-surface, #fff);
    --ink: var(--assisters-text, #14201e);
    --edge: var(--assisters-line, #dfe5e4);
    --faint: #566461;
    all: initial;
    position: fixed;
    right: max(var(--assisters-offset-x, 20px), env(safe-area-inset-right));
    bottom: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) + var(--assisters-launcher-size, 56px) + 12px + var(--_lift, 0px));
    z-index: var(--assisters-z-index, 2147483647);
    box-sizing: border-box;
    display: flex;
    align-items: start;
    width: max-content;
    max-width: min(300px, 100vw - 40px);
    padding: 4px;
    border: 1px solid var(--edge);
    border-radius: min(var(--assisters-radius, 16px), 16px);
    color: var(--ink);
    background: var(--ground);
    box-shadow: 0 1px 2px rgb(0 0 0 / .1), 0 8px 24px rgb(0 0 0 / .16);
    font: 15px/1.4 var(--_card-font, system-ui), sans-serif;
    animation: proactive .2s ease-out;
  }
  .proactive.dark {
    --ground: var(--assisters-surface, #141a1b);
    --ink: var(--assisters-text, #e8eeed);
    --edge: var(--assisters-line, #303a3b);
    --faint: #9fadaa;
  }
  :host([position$="left"]) .proactive {
    right: auto;
    left: max(var(--assisters-offset-x, 20px), env(safe-area-inset-left));
  }
  :host([position^="top"]) .proactive {
    bottom: auto;
    top: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-top)) + var(--assisters-launcher-size, 56px) + 12px + var(--_lift, 0px));
  }
  .proactive button {
    all: unset;
    box-sizing: border-box;
    border-radius: 11px;
    cursor: pointer;
  }
  .proactive button:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
  .proactive .words { flex: 1; min-width: 0; padding: 8px; overflow-wrap: anywhere; }
  .proactive .words span {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 5;
    text-wrap: pretty;
  }
  .proactive .no {
    flex: none;
    display: grid;
    place-items: center;
    width: 32px;
    height: 32px;
    color: var(--assisters-text-muted, var(--faint));
  }
  .proactive .no svg { width: 14px; height: 14px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; }
  .proactive [role="status"] {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @media (hover: hover) { .proactive button:hover { background: rgb(128 128 128 / .14); } }
  @media (max-width: 480px) {
    .proactive { --assisters-launcher-size: 48px; max-width: min(240px, 100vw - 40px); font-size: 14px; }
    .proactive .words span { -webkit-line-clamp: 3; }
    .proactive .no { width: 40px; height: 40px; }
  }
  @media (forced-colors: active) {
    .proactive { border-color: CanvasText; }
    .proactive button:hover { outline: 2px solid Highlight; outline-offset: -2px; }
  }
  @media (prefers-reduced-motion: reduce) { .proactive { animation: none; } }
  @media print { .proactive { display: none; } }
  @keyframes proactive { from { opacity: 0; transform: translateY(6px); } }
`;

/** What the page is like at this moment. */
export interface Moment {
  readonly path: string;
  readonly seconds: number;
  /** 0–100; a page that does not scroll has been seen whole. */
  readonly scrollPercent: number;
  /** The pointer has left the page at its top. */
  readonly exiting: boolean;
}

/** Whether a path is the one of the rule; `*` stands for any text. */
export function isPath(pattern: string, path: string): boolean {
  // No expression is made of it: many stars would make one that takes forever.
  const [first = '', ...rest] = pattern.split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop();
  if (last === undefined) return path.length === at;
  for (const piece of rest) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

/** The first rule all of whose conditions hold; one without any holds at once. */
export function firstRule(rules: readonly ProactiveRule[], now: Moment): ProactiveRule | undefined {
  return rules.find(
    ({ path, after_seconds, scroll_percent, on_exit }) =>
      (path === undefined || isPath(path, now.path)) &&
      (after_seconds === undefined || now.seconds >= after_seconds) &&
      (scroll_percent === undefined || now.scrollPercent >= scroll_percent) &&
      (!on_exit || now.exiting),
  );
}

const isNumber = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0);

/** The rules among what a page gave; what is none is left out, with a word in the console. */
export function readRules(given: unknown): readonly ProactiveRule[] {
  let list: unknown = given;
  if (typeof given === 'string') {
    try {
      list = JSON.parse(given);
    } catch {
      list = null;
    }
  }
  const found = Array.isArray(list) ? (list as Partial<ProactiveRule>[]) : null;
  const rules = (found ?? []).filter(
    (rule): rule is ProactiveRule =>
      typeof rule?.id === 'string' &&
      /^[\w-]{1,64}$/.test(rule.id) &&
      typeof rule.message === 'string' &&
      rule.message.trim() !== '' &&
      isNumber(rule.after_seconds) &&
      isNumber(rule.scroll_percent) &&
      (rule.path === undefined || typeof rule.path === 'string'),
  );
  if (!found || rules.length < found.length)
    console.error(
      '[assisters] proactive takes "off", "server" or a list of {id, message} with any of after_seconds, scroll_percent, path, on_exit.',
    );
  return rules.slice(0, MOST_RULES);
}

/** What stands on the host, for the element to go on with what the pasted script's copy of this file began. */
const STATE = Symbol.for('assisters.proactive');
interface State {
  /** What is shown, with its end. */
  card: { readonly node: HTMLElement; readonly id: string; readonly ends: AbortController } | null;
  /** A message was shown, or the chat was opened: on this page there is no further one. */
  over: boolean;
  /** The server's rules: asked for once. */
  rules: Promise<readonly ProactiveRule[]> | null;
  styled: boolean;
}
type Remembering = Host & { [STATE]?: State };

/** An option, of the element by its property, of the pasted script's host by its attribute. */
function read(host: Host, name: string): string | undefined {
  const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return ((host as unknown as Record<string, unknown>)[name] ?? host.getAttribute(attribute) ?? undefined) as
    | string
    | undefined;
}

/** The key of the visitor's session, as the table of names makes it (a test compares). */
export const sessionKey = (publishableKey: string, assistantId = ''): string =>
  `assisters:${publishableKey.slice(-16)}:${assistantId}`;

/** Names of rules that were answered; `*`: the visitor has talked with the assistant, and needs no invitation. */
function remember(host: Host) {
  const session = sessionKey(read(host, 'publishableKey') ?? '', read(host, 'assistantId'));
  const key = `${session}:proactive`;
  const answered = new Set<string>();
  const stored = (name: string): string | null => {
    try {
      return localStorage.getItem(name);
    } catch {
      // Storage is blocked; naming it throws.
      return null;
    }
  };
  // In an iframe of ours the agreement is kept out of sight: then there is none.
  const allowed = () => read(host, 'consent') !== 'required' || stored(`${session}:consent`) === '1';
  const known = () => new Set([...answered, ...(stored(key) ?? '').split('\n').filter(Boolean)]);
  return {
    allowed,
    has: (id: string): boolean => known().has(id) || known().has('*') || stored(session) !== null,
    add(id: string): void {
      answered.add(id);
      if (!allowed()) return;
      try {
        localStorage.setItem(key, [...known()].slice(-50).join('\n'));
      } catch {
        // Full or blocked: it holds for this page.
      }
    },
  };
}

async function askServer(host: Host): Promise<readonly ProactiveRule[]> {
  const { requestIdleCallback: whenIdle } = window as { requestIdleCallback?: typeof requestIdleCallback };
  await new Promise<void>((resolve) => {
    if (whenIdle) whenIdle(() => resolve(), { timeout: IDLE_WITHIN_MS });
    else setTimeout(resolve, 200);
  });
  const api = read(host, 'apiUrl') ?? (host.constructor as { defaultApiUrl?: string }).defaultApiUrl ?? '';
  const assistant = read(host, 'assistantId');
  const query = assistant ? `?assistant_id=${encodeURIComponent(assistant)}` : '';
  const answer = await fetch(`${api.replace(/\/$/, '')}/widget/config${query}`, {
    headers: { Authorization: `Bearer ${read(host, 'publishableKey')}` },
    credentials: 'omit',
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return readRules(((await answer.json()) as WidgetConfig).widget.proactive ?? NO_RULES);
}

/** The rules that hold for this host; none without the option, and none of the server's before an agreement it waits for. */
async function rulesOf(host: Host, state: State, allowed: () => boolean): Promise<readonly ProactiveRule[]> {
  const option: unknown = read(host, 'proactive') ?? 'off';
  if (option === 'off' || option === '') return NO_RULES;
  if (option === 'server') {
    if (!allowed()) return NO_RULES;
    state.rules ??= askServer(host).catch((error: unknown) => {
      console.warn('[assisters] The rules of proactive messages could not be had.', error);
      return NO_RULES;
    });
    return state.rules;
  }
  // A list among the settings cannot stand in the attribute that the pasted script made of it.
  const settings = (window as { [name in typeof SETTINGS]?: { readonly proactive?: unknown } }).assistersSettings;
  return readRules(typeof option === 'string' && option.startsWith('[object') ? settings?.proactive : option);
}

/** The word for closing in the visitor's language, as far as it is known here. */
function closeWord(host: Host): string {
  const locale = read(host, 'locale') ?? (host.closest<HTMLElement>('[lang]')?.lang || navigator.language);
  const [language = ''] = locale.toLowerCase().split(/[-_]/);
  if (language === 'zh') return CLOSE[/hant|tw|hk|mo/i.test(locale) ? 'zh-Hant' : 'zh-Hans']!;
  return CLOSE[{ no: 'nb', nn: 'nb', iw: 'he' }[language] ?? language] ?? 'Close';
}

/** Draws the card behind the launcher, which is where Tab goes on from there. */
function draw(host: Host, button: HTMLElement, message: string, accept: () => void, dismiss: () => void): HTMLElement {
  const { ownerDocument: document } = host;
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, className: string) => {
    const node = document.createElement(name);
    node.className = className;
    return node;
  };
  const card = make('div', 'proactive');
  card.setAttribute('part', 'proactive');
  card.dir = 'auto';
  const words = make('button', 'words');
  words.type = 'button';
  words.setAttribute('aria-description', button.getAttribute('aria-label') ?? '');
  const text = make('span', '');
  text.textContent = message;
  words.append(text);
  words.addEventListener('click', accept);
  const no = make('button', 'no');
  no.type = 'button';
  no.setAttribute('aria-label', closeWord(host));
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 14 14');
  svg.setAttribute('aria-hidden', 'true');
  const cross = document.createElementNS(svg.namespaceURI!, 'path');
  cross.setAttribute('d', 'M2 2l10 10M12 2L2 12');
  svg.append(cross);
  no.append(svg);
  no.addEventListener('click', dismiss);
  const said = make('div', '');
  said.setAttribute('role', 'status');
  card.append(words, no, said);
  card.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    dismiss();
  });
  const font = getComputedStyle(document.body).fontFamily;
  // What browsers use where a page names no font.
  if (!/^["']?(times|serif)/i.test(font)) card.style.setProperty('--_card-font', font);
  // After the launcher; what is put into a region that stands already is what gets read out.
  button.after(card);
  setTimeout(() => {
    said.textContent = message;
  }, 100);
  // Whoever reads the page through meets the words once.
  setTimeout(() => {
    said.textContent = '';
  }, 10_000);
  return card;
}

/** Dark while the launcher, which the pasted script colours, or the element is. Ends with the signal. */
function followTheme(root: ShadowRoot, card: HTMLElement, signal: AbortSignal): void {
  const look = () => card.classList.toggle('dark', root.querySelector('.launcher.dark, .root.dark') !== null);
  const observer = new MutationObserver(look);
  look();
  observer.observe(root, { subtree: true, attributeFilter: ['class'] });
  signal.addEventListener('abort', () => observer.disconnect());
}

/** Watches the page and shows the first message whose rule holds. Ends with the signal. */
export function proactive(host: Host, call: Call, signal: AbortSignal): void {
  const root = host.shadowRoot;
  const button = root?.querySelector<HTMLButtonElement>('.launcher');
  // It stands beside the launcher; the chat inside an iframe of ours has none.
  if (!root || !button || host.hasAttribute('no-launcher') || (host as { noLauncher?: boolean }).noLauncher) return;
  (host as Remembering)[STATE] ??= { card: null, over: false, rules: null, styled: false };
  const state = (host as Remembering)[STATE]!;
  const memory = remember(host);
  const tell = (id: string, action: 'shown' | 'dismissed' | 'accepted') =>
    host.dispatchEvent(new CustomEvent(EVENT, { detail: { id, action }, bubbles: true, composed: true }));
  const takeAway = (): string | null => {
    const { card } = state;
    if (!card) return null;
    state.card = null;
    const inside = card.node.contains(root.activeElement);
    card.node.remove();
    card.ends.abort();
    memory.add(card.id);
    if (inside) button.focus({ preventScroll: true });
    return card.id;
  };

  const opened = () => {
    state.over = true;
    takeAway();
  };
  if (button.getAttribute('aria-expanded') === 'true') opened();

  let rules: readonly ProactiveRule[] = NO_RULES;
  const look = (exiting = false): void => {
    if (state.over || signal.aborted) return;
    const { scrollHeight } = document.documentElement;
    const room = scrollHeight - innerHeight;
    const rule = firstRule(
      rules.filter(({ id }) => !memory.has(id)),
      {
        path: location.pathname,
        seconds: performance.now() / 1_000,
        scrollPercent: room > 0 ? Math.min(100, (scrollY / room) * 100) : 100,
        exiting,
      },
    );
    if (rule) show(rule);
  };
  const show = ({ id, message }: ProactiveRule): void => {
    state.over = true;
    if (!state.styled) {
      const style = new CSSStyleSheet();
      style.replaceSync(CSS_TEXT);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, style];
      state.styled = true;
    }
    const node = draw(
      host,
      button,
      message.slice(0, MOST_CHARS),
      () => {
        takeAway();
        call('update', [{ greeting: message }]);
        call('open', []);
        tell(id, 'accepted');
      },
      () => {
        takeAway();
        tell(id, 'dismissed');
      },
    );
    const ends = new AbortController();
    followTheme(root, node, ends.signal);
    state.card = { node, id, ends };
    tell(id, 'shown');
  };

  host.addEventListener(OPENED, opened, { signal });
  host.addEventListener(MESSAGE, () => memory.add('*'), { signal });
  if ('getState' in host) {
    // Until then the pasted script's host has the card; shutdown takes that host away.
    signal.addEventListener('abort', () => {
      state.card?.node.remove();
      state.card?.ends.abort();
      state.card = null;
    });
  }

  void rulesOf(host, state, memory.allowed).then((found) => {
    rules = found;
    if (signal.aborted || found.length === 0) return;
    const timers = found.map(({ after_seconds: after = 0 }) =>
      setTimeout(() => look(), Math.max(0, after * 1_000 - performance.now() + 10)),
    );
    signal.addEventListener('abort', () => {
      for (const timer of timers) clearTimeout(timer);
    });
    let asked = false;
    addEventListener(
      'scroll',
      () => {
        if (asked) return;
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          look();
        });
      },
      { passive: true, signal },
    );
    // The pointer goes over the page's upper edge, to the tabs or the address.
    document.addEventListener('mouseout', (event) => event.relatedTarget === null && event.clientY <= 0 && look(true), {
      signal,
    });
    // Pages that change their path without a load.
    (window as { navigation?: EventTarget }).navigation?.addEventListener('navigatesuccess', () => look(), { signal });
    addEventListener('popstate', () => look(), { signal });
  });
}
