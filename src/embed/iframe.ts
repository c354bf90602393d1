/**
 * `data-isolation="iframe"`, the page's side: what the script loads on intent in place of the element. Makes the iframe
 * in the host's shadow root, gives the host the methods of the element, and forwards both ways over the bridge.
 */
import type { PageSide, RegisteredTool } from '../widget/features.ts';
import { readHostTheme, watchHostTheme } from '../widget/host-theme.ts';
import { holdLauncher } from '../widget/launcher-handle.ts';
import { attributeOf, EVENTS, type MethodName, MOVE_EVENT, storageKey } from '../widget/names.ts';
import { topLayer } from '../widget/top-layer.ts';
import { type Command, linkFrame, readCommand } from './bridge.ts';

/** The panel's box: the launcher's corner, LOOK's measures, the whole screen on phones. */
const css = String.raw;
const CSS = css`
  iframe {
    all: initial;
    position: fixed;
    right: max(var(--assisters-offset-x, 20px), env(safe-area-inset-right));
    bottom: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) + 68px + var(--_lift, 0px));
    z-index: var(--assisters-z-index, 2147483647);
    width: min(var(--width, 400px), 100vw - 40px);
    height: min(680px, 100vh - 112px);
    height: min(680px, 100dvh - 92px - max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) - var(--_lift, 0px));
    border: 0;
    border-radius: 16px;
    background: transparent;
    box-shadow: 0 0 0 1px rgb(128 128 128 / .2), 0 12px 40px rgb(0 0 0 / .22);
    color-scheme: normal;
    transition: opacity .16s ease-out, transform .16s ease-out;
  }
  iframe[inert] {
    visibility: hidden;
    opacity: 0;
    transform: translateY(8px);
    transition: none;
  }
  :host([position$="left"]) iframe {
    right: auto;
    left: max(var(--assisters-offset-x, 20px), env(safe-area-inset-left));
  }
  :host([position^="top"]) iframe {
    top: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-top)) + 68px + var(--_lift, 0px));
    bottom: auto;
  }
  :host([mode="inline"]) { height: 100%; }
  :host([mode="inline"]) iframe {
    position: static;
    display: block;
    width: 100%;
    height: 100%;
    min-height: 480px;
    border-radius: 0;
    box-shadow: none;
  }
  @media (max-width: 480px) {
    iframe, :host([position]) iframe {
      inset: 0;
      width: 100%;
      height: 100vh;
      height: 100dvh;
      border-radius: 0;
    }
    .launcher[aria-expanded="true"] { display: none; }
  }
  :host([mode="fullpage"]) iframe {
    inset: 0;
    width: 100%;
    height: 100dvh;
    border-radius: 0;
  }
  @media (prefers-reduced-motion: reduce) { iframe { transition: none; } }
  @media print { iframe { display: none; } }
`;

/** Methods that work across the iframe's border. What `registerTool` is given stays on this side, and acts here. */
type Methods = { [method in Exclude<MethodName, 'on' | 'off'>]: (...args: unknown[]) => unknown };

/**
 * Fills `host` (made by the script, with the options as attributes, a shadow root and, when floating, the launcher in
 * it) with an iframe of `/embed` beside `script`, and gives it the element's methods. The iframe ends with `shutdown()`.
 */
export function connect(host: HTMLElement & Partial<Methods>, script: string): void {
  const root = host.shadowRoot!;
  const document = host.ownerDocument;
  const window = document.defaultView!;
  const button = root.querySelector<HTMLButtonElement>('.launcher');
  const floating = button !== null;
  const launcher = button && holdLauncher(button);
  const owner = new AbortController();
  const token = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');

  const url = new URL('embed', script);
  if (/^[sr]k_/.test(host.getAttribute('publishable-key')!)) {
    // Addresses are written into logs: a secret key gets into none.
    host.setAttribute('publishable-key', '');
    void import('../widget/features/setup-fault.ts').then(({ tellFault }) => tellFault('secret_key_in_browser'));
  }
  // The token of a visitor must not stand in an address.
  for (const name of host.getAttributeNames())
    if (!['api-url', 'open', 'isolation', 'mode', 'user-token', 'proactive'].includes(name))
      url.searchParams.set(name, host.getAttribute(name)!);
  const language = host.closest<HTMLElement>('[lang]')?.lang;
  if (language && !host.hasAttribute('locale')) url.searchParams.set('locale', language);
  url.searchParams.set('parent', window.location.origin);
  url.searchParams.set('token', token);

  const frame = document.createElement('iframe');
  frame.title = host.getAttribute('frame-title') ?? 'Chat';
  frame.setAttribute('part', 'panel');
  frame.allow = 'clipboard-write; microphone';
  frame.referrerPolicy = 'strict-origin';
  frame.src = url.href;

  let open = !floating;
  let unread = 0;
  let used = false;
  let state: Readonly<Record<string, unknown>> = {};

  /** Until the chat has said them in its language. */
  let names = { open: 'Open chat', close: 'Close chat' };
  const label = (): string =>
    (open ? names.close : (host.getAttribute('launcher-label') ?? names.open)) + (unread ? `, ${unread}` : '');
  const show = (wanted: boolean, focus = true): void => {
    if (!floating || wanted === open) return;
    open = wanted;
    if (open) unread = 0;
    frame.toggleAttribute('inert', !open);
    if (open) topLayer(frame);
    launcher?.update({
      open,
      label: label(),
      unread,
    });
    if (open && focus) frame.focus();
    // Focus inside the iframe would be lost with it.
    else if (!open && root.activeElement === frame) launcher?.button.focus();
    holdBack();
    link.send({ type: !open ? 'close' : focus ? 'open' : 'reveal' });
    remember();
    emit(open ? EVENTS.open : EVENTS.close, {});
  };
  // A phone's Back closes the panel that takes its screen.
  let letBackGo: (() => void) | null = null;
  const holdBack = (): void => {
    letBackGo?.();
    letBackGo = null;
    if (!open || !window.matchMedia('(max-width: 480px)').matches) return;
    import('../widget/features/back.ts').then(
      ({ closeOnBack }) => {
        if (open) letBackGo ??= closeOnBack(() => show(false));
      },
      () => {},
    );
  };
  // As the element does: a page that is loaded again shows the conversation again, once there is one.
  const key = storageKey(host.getAttribute('publishable-key') ?? '', host.getAttribute('assistant-id') ?? '');
  const stood = ((): string | null => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  })();
  used = stood !== null;
  const remember = (): void => {
    if (!used) return;
    try {
      sessionStorage.setItem(key, open ? 'open' : 'shut');
    } catch {}
  };
  const emit = (name: string, detail: unknown): void => {
    host.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  };

  const link = linkFrame({
    window,
    frame: () => frame.contentWindow,
    origin: url.origin,
    token,
    signal: owner.signal,
    heard(report) {
      switch (report.type) {
        case 'ready':
          // Its own memory may have opened it; which way it stands is decided here.
          if (!open) link.send({ type: 'close' });
          return emit(EVENTS.ready, {});
        case 'close':
          return show(false);
        case 'move':
          host.dispatchEvent(new Event(MOVE_EVENT));
          return;
        case 'names':
          names = report;
          return launcher?.update({ label: label() });
        case 'resize':
          return frame.style.setProperty('--width', `${report.width}px`);
        case 'state':
          state = report.state;
          return;
        case 'unread':
          unread = open ? 0 : report.count;
          return launcher?.update({ unread, label: label() });
        case 'offers':
          return answer(async (page) => ({ type: 'offer', id: report.id, tools: await page.offered() }));
        case 'act':
          return answer(async (page) => ({ type: 'acted', id: report.id, result: await page.run(report) }));
        case 'event':
          if (report.name === EVENTS.message && !used) {
            used = true;
            remember();
          }
          // The panel's own opening and closing are ours to tell.
          if (report.name !== EVENTS.open && report.name !== EVENTS.close) emit(report.name, report.detail);
      }
    },
  });

  const tools = new Map<string, RegisteredTool>();
  let side: Promise<PageSide> | null = null;
  /** What the chat asks of this page. Without an answer it goes on without the page. */
  const answer = (act: (page: PageSide) => Promise<Command>): void => {
    side ??= import('../widget/features/page-tools.ts').then(({ pageSide }) =>
      pageSide(tools, (after) =>
        host.addEventListener(EVENTS.responseEnd, after, { once: true, signal: owner.signal }),
      ),
    );
    side.then(act).then(
      (command) => {
        // Read as the other side reads it: what a page's function gives may be no plain data, which a port does not take.
        const plain = readCommand(command);
        if (plain) link.send(plain);
      },
      (error: unknown) => {
        side = null;
        console.warn('[assisters] A part of the chat could not be loaded: tools.', error);
      },
    );
  };

  const place = (): void => {
    const layer = host.getAttribute('z-index');
    if (layer) host.style.setProperty('--assisters-z-index', layer);
    launcher?.update({ label: label() });
  };
  const call = (method: string, args: readonly unknown[]) =>
    (methods as Record<string, Methods['open']>)[method]?.(...args);
  // The script has brought them where they were asked for from the start.
  let extras = host.hasAttribute('shortcut') || host.hasAttribute('movable');
  const bringExtras = (): void => {
    if (extras || !(host.hasAttribute('shortcut') || host.hasAttribute('movable'))) return;
    extras = true;
    void import('../widget/features/extras.ts').then(({ startExtras }) => startExtras(host, call, owner.signal));
  };
  const offer = (): void => {
    void import('../widget/features/extras.ts').then(({ startProactive }) => startProactive(host, call, owner.signal));
  };
  const text = (type: 'send' | 'setInput' | 'identify') => (value: unknown) => {
    if (typeof value !== 'string')
      return console.error(`[assisters] ${type}() takes a string with data-isolation="iframe".`);
    link.send({ type, text: value });
  };
  const methods: Methods = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!open),
    show() {
      host.removeAttribute('hidden');
      if (launcher) topLayer(launcher.button);
    },
    hide: () => host.setAttribute('hidden', ''),
    send: (value) => {
      show(true);
      text('send')(value);
    },
    setInput: text('setInput'),
    identify: (user) => text('identify')((user as { readonly token?: unknown } | null)?.token ?? user ?? ''),
    setContext: (context) => link.send({ type: 'setContext', context } as Command),
    update: (options) => {
      const command = readCommand({ type: 'update', options });
      if (command?.type !== 'update') return console.error('[assisters] update() takes options by their names.');
      // Launcher and box are out here.
      for (const [name, value] of Object.entries(command.options)) {
        if (value === false) host.removeAttribute(attributeOf(name));
        else host.setAttribute(attributeOf(name), value === true ? '' : value);
      }
      place();
      bringExtras();
      if (command.options.proactive) offer();
      link.send(command);
    },
    reset: () => link.send({ type: 'reset' }),
    registerTool(tool) {
      const { name, handler } = (tool ?? {}) as Partial<RegisteredTool>;
      if (!/^[\w-]{1,64}$/.test(name ?? '') || typeof handler !== 'function')
        return console.error(
          '[assisters] registerTool() takes {name, description, schema, handler}; name: A-Z a-z 0-9 _ -.',
        );
      tools.set(name!, tool as RegisteredTool);
    },
    getState: () => ({ ...state, open, unread }),
    shutdown: () => {
      link.send({ type: 'shutdown' });
      letBackGo?.();
      owner.abort();
      frame.parentNode?.removeChild(frame);
    },
  };
  Object.assign(host, methods);
  const userToken = host.getAttribute('user-token');
  if (userToken) methods.identify(userToken);
  // The iframe cannot see the page it lies on.
  const look = () => link.send({ type: 'theme', theme: readHostTheme(frame) });
  watchHostTheme(document, look, owner.signal);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets.push(sheet);
  if (floating) frame.setAttribute('inert', '');
  launcher?.button.addEventListener('click', () => show(!open), { signal: owner.signal });
  root.appendChild(frame);
  if (launcher) topLayer(launcher.button);
  place();
  look();
  // Nobody has asked for the focus.
  if (host.hasAttribute('open') || stood === 'open') show(true, false);
}
