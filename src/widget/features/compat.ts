/**
 * The calls a site already makes to the widget it had before, mapped onto ours: `compat="intercom"`, `crisp`, `chatwoot`
 * or `kapa`. Calls their snippets have queued are made up for. What has no counterpart does nothing, and says so once in
 * the console. The names are those of the vendors' public documentation; docs/moving.md has the table.
 */
import type { Call, Host } from './host.ts';

type Fields = Readonly<Record<string, unknown>>;
type Page = Window & Record<string, unknown>;

/** What a shim works with. */
interface Ours {
  readonly call: Call;
  /** Listens to an event of the chat by its short name. */
  on(name: string, listener: (detail: Fields) => void): () => void;
  readonly state: () => Fields;
  /** Tells once that a call has no counterpart. */
  missing(name: string): void;
}

const isFn = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function';
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const words = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Plain values of a visitor's description, as metadata of the conversations to come. Hashes and tokens are no metadata. */
function describeVisitor(ours: Ours, fields: Fields): void {
  const kept = Object.entries(fields).filter(
    ([name, value]) => /string|number|boolean/.test(typeof value) && !/hash|token|jwt|app_id|secret/i.test(name),
  );
  if (kept.length > 0) ours.call('setContext', [{ visitor: Object.fromEntries(kept) }]);
}

/** Puts a question into the input, or asks it. */
function write(ours: Ours, text: string, ask: boolean): void {
  ours.call('open', []);
  if (text !== '') ours.call(ask ? 'send' : 'setInput', [text]);
}

/** `Intercom('show')`: one function, called with the name of a method. */
function intercom(page: Page, ours: Ours): void {
  const identify = (settings: unknown) => {
    const { intercom_user_jwt: token, hide_default_launcher: hidden, ...rest } = fieldsOf(settings);
    if (typeof token === 'string') ours.call('identify', [token]);
    if (typeof hidden === 'boolean') ours.call('update', [{ noLauncher: hidden }]);
    describeVisitor(ours, rest);
  };
  const methods: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    boot: identify,
    update: identify,
    // Theirs forgets the visitor and can be booted again; ours would be gone for good.
    shutdown: () => ours.call('reset', []),
    show: () => ours.call('open', []),
    showMessages: () => ours.call('open', []),
    showSpace: () => ours.call('open', []),
    showNewMessage: (text) => write(ours, words(text), false),
    hide: () => ours.call('close', []),
    onShow: (listener) => isFn(listener) && ours.on('open', () => listener()),
    onHide: (listener) => isFn(listener) && ours.on('close', () => listener()),
    onUnreadCountChange: (listener) => isFn(listener) && ours.on('unread', ({ count }) => listener(count)),
    ready: (listener) => isFn(listener) && listener(),
    trackEvent: (name, details) =>
      ours.call('setContext', [{ last_event: { name: words(name), ...fieldsOf(details) } }]),
  };
  const queued = fieldsOf(page.Intercom).q ?? (page.Intercom as { q?: unknown } | undefined)?.q;
  const Intercom = (name: unknown, ...args: unknown[]) => {
    const method = Object.hasOwn(methods, words(name)) ? methods[words(name)] : undefined;
    return method ? method(...args) : ours.missing(`Intercom('${String(name)}')`);
  };
  page.Intercom = Object.assign(Intercom, { booted: true });
  if (page.intercomSettings) identify(page.intercomSettings);
  replay(queued, (args) => Intercom(args[0], ...args.slice(1)));
}

/** `$crisp.push(['do', 'chat:open'])`: a list that runs what is pushed onto it. */
function crisp(page: Page, ours: Ours): void {
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
  const does: Readonly<Record<string, (args: unknown) => unknown>> = {
    'chat:open': () => ours.call('open', []),
    'chat:close': () => ours.call('close', []),
    'chat:toggle': () => ours.call('toggle', []),
    'chat:show': () => ours.call('show', []),
    'chat:hide': () => ours.call('hide', []),
    'message:send': (args) => write(ours, words((args as unknown[] | undefined)?.[1]), true),
    'session:reset': () => ours.call('reset', []),
  };
  const events: Readonly<Record<string, readonly [event: string, role?: string]>> = {
    'session:loaded': ['ready'],
    'chat:initiated': ['open'],
    'chat:opened': ['open'],
    'chat:closed': ['close'],
    'message:sent': ['message', 'user'],
    'message:received': ['message', 'assistant'],
  };
  const sets: Readonly<Record<string, (value: unknown) => unknown>> = {
    'message:text': (value) => ours.call('setInput', [words(first(value))]),
    'session:data': (value) => {
      const rows = Array.isArray(first(value)) ? (first(value) as unknown[]) : [];
      const pairs = Array.isArray(rows[0]) ? (rows as [string, unknown][]) : [(value as [string, unknown]) ?? []];
      describeVisitor(ours, Object.fromEntries(pairs));
    },
  };
  const ends = new Map<string, (() => void)[]>();
  const run = (entry: unknown): void => {
    const [verb, name, value] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const key = words(name);
    const event = Object.hasOwn(events, key) ? events[key] : undefined;
    if (verb === 'do' && Object.hasOwn(does, key)) does[key]!(value);
    else if (verb === 'on' && event && isFn(value)) {
      const [type, role] = event;
      const end = ours.on(type, (detail) => {
        const message = fieldsOf(detail.message);
        if (role === undefined) value();
        else if (message.role === role)
          value({
            type: 'text',
            from: role === 'user' ? 'user' : 'operator',
            origin: 'chat',
            content: message.content,
          });
      });
      ends.set(key, [...(ends.get(key) ?? []), end]);
    } else if (verb === 'off' && event) {
      for (const end of ends.get(key) ?? []) end();
      ends.delete(key);
    } else if (verb === 'set' && Object.hasOwn(sets, key)) sets[key]!(value);
    else if (verb === 'set' && key.startsWith('user:')) describeVisitor(ours, { [key.slice(5)]: first(value) });
    else if (verb !== 'safe' && verb !== 'config') ours.missing(`$crisp.push(['${String(verb)}', '${key}'])`);
  };
  const queued = Array.isArray(page.$crisp) ? [...(page.$crisp as unknown[])] : [];
  page.$crisp = {
    push: (...entries: unknown[]) => {
      for (const entry of entries) run(entry);
    },
    is: (name: unknown) => {
      const { open } = ours.state();
      return name === 'chat:opened' ? open === true : name === 'chat:closed' ? open !== true : name === 'chat:visible';
    },
  };
  for (const entry of queued) run(entry);
}

/** `$chatwoot.toggle('open')`: an object, announced by `chatwoot:ready` on the window. */
function chatwoot(page: Page, ours: Ours): void {
  const settings = fieldsOf(page.chatwootSettings);
  if (settings.hideMessageBubble === true) ours.call('update', [{ noLauncher: true }]);
  if (settings.position === 'left') ours.call('update', [{ position: 'bottom-left' }]);
  const methods: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    toggle: (state) => ours.call(state === 'open' || state === 'close' ? state : 'toggle', []),
    toggleBubbleVisibility: (state) => ours.call('update', [{ noLauncher: state === 'hide' }]),
    setUser: (identifier, user) => {
      const { identity_token: token } = fieldsOf(user);
      if (typeof token === 'string') ours.call('identify', [token]);
      describeVisitor(ours, { identifier, ...fieldsOf(user) });
    },
    setCustomAttributes: (attributes) => describeVisitor(ours, fieldsOf(attributes)),
    setConversationCustomAttributes: (attributes) => describeVisitor(ours, fieldsOf(attributes)),
    setLocale: (locale) => ours.call('update', [{ locale: words(locale) }]),
    setColorScheme: (theme) => ours.call('update', [{ theme: words(theme) }]),
    reset: () => ours.call('reset', []),
  };
  const tell = (name: string, detail?: unknown) => page.dispatchEvent(new CustomEvent(name, { detail }));
  ours.on('open', () => tell('chatwoot:opened'));
  ours.on('close', () => tell('chatwoot:closed'));
  ours.on('message', ({ message }) => tell('chatwoot:on-message', message));
  ours.on('error', (detail) => tell('chatwoot:error', detail));
  page.$chatwoot = new Proxy(
    {
      ...methods,
      hasLoaded: true,
      get isOpen() {
        return ours.state().open === true;
      },
    } as Fields,
    {
      get: (target, name) =>
        name in target ? target[name as string] : () => ours.missing(`$chatwoot.${String(name)}()`),
    },
  );
  page.chatwootSDK = { run: () => tell('chatwoot:ready') };
  tell('chatwoot:ready');
}

/** `Kapa.open({query})` and `Kapa('onModalOpen', listener)`: a function with functions on it. */
function kapa(page: Page, ours: Ours): void {
  const events: Readonly<Record<string, (listener: (detail: Fields) => unknown) => () => void>> = {
    onModalOpen: (listener) => ours.on('open', () => listener({ mode: 'ai' })),
    onModalClose: (listener) => ours.on('close', () => listener({ mode: 'ai' })),
    onAskAIQuerySubmit: (listener) =>
      ours.on('message', ({ message }) => {
        const { role, content } = fieldsOf(message);
        if (role === 'user') listener({ question: content });
      }),
    onAskAIAnswerCompleted: (listener) => {
      let question: unknown = null;
      return ours.on('message', ({ message }) => {
        const { role, content } = fieldsOf(message);
        if (role === 'user') question = content;
        else listener({ question, answer: content });
      });
    },
    onAskAIFeedbackSubmit: (listener) =>
      ours.on('feedback', ({ rating }) => listener({ reaction: rating === 'up' ? 'upvote' : 'downvote' })),
    onAskAISourceClick: (listener) => ours.on('sourceClick', ({ source }) => listener({ source })),
    onAskAILinkClick: (listener) => ours.on('sourceClick', ({ source }) => listener({ href: fieldsOf(source).url })),
  };
  const ends = new Map<unknown, () => void>();
  const queued = (page.Kapa as { q?: unknown } | undefined)?.q;
  const Kapa = (name: unknown, listener?: unknown, action?: unknown): unknown => {
    const method = (Kapa as unknown as Record<string, unknown>)[words(name)];
    if (isFn(method) && Object.hasOwn(Kapa, words(name))) return method(listener);
    const listen = Object.hasOwn(events, words(name)) ? events[words(name)] : undefined;
    if (!listen || !isFn(listener)) return ours.missing(`Kapa('${String(name)}')`);
    if (action === 'remove') ends.get(listener)?.();
    else ends.set(listener, listen(listener));
  };
  page.Kapa = Object.assign(Kapa, {
    open: (options?: unknown) => {
      const { query, submit } = fieldsOf(options);
      write(ours, words(query), submit === true);
    },
    close: () => ours.call('close', []),
    render: (options?: unknown) => {
      ours.call('show', []);
      const { onRender } = fieldsOf(options);
      if (isFn(onRender)) onRender();
    },
    unmount: () => ours.call('hide', []),
  });
  replay(queued, (args) => Kapa(...(args as [unknown])));
}

/** Makes up for what a snippet has queued: lists of arguments, or `arguments` objects. */
function replay(queued: unknown, run: (args: unknown[]) => unknown): void {
  if (!Array.isArray(queued)) return;
  for (const entry of queued) run(Array.from(entry as ArrayLike<unknown>));
}

/** A host's line outlives the copy of this file that the pasted script has loaded. */
const LINE = Symbol.for('assisters.compat');
interface Line {
  call: Call;
  readonly told: Set<string>;
}
type Speaking = Host & { [LINE]?: Line };

/** The vendors whose calls are understood. */
export const COMPAT: Readonly<Record<string, (page: Page, ours: Ours) => void>> = { intercom, crisp, chatwoot, kapa };

/**
 * Puts the vendor's global on the page, in place of its queue. Called again for the same host (the element takes over from
 * the script), the global stays, and speaks to the new one. Listeners are the page's and lie on the host, which ends them.
 */
export function speakAs(vendor: string, host: Host, call: Call): void {
  const shim = Object.hasOwn(COMPAT, vendor) ? COMPAT[vendor] : undefined;
  if (!shim) {
    console.error(`[assisters] compat="${vendor}" is not known. There are: ${Object.keys(COMPAT).join(', ')}.`);
    return;
  }
  const before = (host as Speaking)[LINE];
  if (before) {
    before.call = call;
    return;
  }
  const line: Line = { call, told: new Set() };
  (host as Speaking)[LINE] = line;
  shim(window as unknown as Page, {
    call: (method, args) => line.call(method, args),
    on(name, listener) {
      const heard = (event: Event) => listener(fieldsOf((event as CustomEvent).detail));
      const full = `assisters:${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      host.addEventListener(full, heard);
      return () => host.removeEventListener(full, heard);
    },
    state: () => fieldsOf(line.call('getState', [])),
    missing(name) {
      if (line.told.has(name)) return;
      line.told.add(name);
      console.info(`[assisters] ${name} has no counterpart here and does nothing.`);
    },
  });
}
