import { html, nothing } from 'lit/html.js';
import type { Metadata, PageTool, Source } from '../protocol/resources.ts';
import { HOSTED_BASE_URL } from '../protocol/routes.ts';
import { DrawnElement } from './drawn-element.ts';
import { readSurroundings, type Surroundings, waitOrOnline, watchPage } from './environment.ts';
import type { Attachments } from './features/attachments.ts';
import type { Outbox } from './features/outbox.ts';
import type { Voice } from './features/voice.ts';
import { Features, KIT, type PageSide, type RegisteredTool } from './features.ts';
import { type HostTheme, watchHostTheme } from './host-theme.ts';
import type { StringOverrides, Words } from './i18n/en.ts';
import { directionOf, ENGLISH, format, type Language, loadLanguage } from './i18n/strings.ts';
import { subjectOf } from './identity.ts';
import { holdLauncher, type Launcher } from './launcher-handle.ts';
import { keepClear } from './launcher-place.ts';
import { LiveRegion, spoken } from './live-region.ts';
import {
  attributeOf,
  EVENTS,
  type EventName,
  FLAG,
  MOVE_EVENT,
  OPTIONS,
  type OptionName,
  type Options,
  SETTINGS,
  storageKey,
} from './names.ts';
import { allowCommand, FINAL } from './parts/error.ts';
import { Log } from './parts/log.ts';
import { panel } from './parts/panel.ts';
import { relevanceWord } from './parts/sources.ts';
import type { View } from './parts/view.ts';
import { LogScroll } from './scroll.ts';
import { settingsOf } from './settings.ts';
import { isThisPage, sourceUrl, withTextFragment } from './source-link.ts';
import { speak } from './speak.ts';
import { createMemory } from './storage.ts';
import { Chat } from './store/chat.ts';
import type { Request } from './store/requests.ts';
import { type ChatState, INITIAL_STATE } from './store/state.ts';
import { cssRgb } from './styles/accent.ts';
import { addStyles } from './styles/add-styles.ts';
import { paint } from './styles/paint.ts';
import { STYLES } from './styles/styles.ts';
import { POPOVER, topLayer } from './top-layer.ts';
import { createHttpTransport } from './transport/http-transport.ts';
import type { ChatTransport } from './transport/transport.ts';

/** What `getState()` gives: plain data, a copy. */
export interface ChatSnapshot {
  readonly open: boolean;
  /** Config and history have been loaded. */
  readonly ready: boolean;
  /** An answer is being written. */
  readonly responding: boolean;
  readonly conversationId: string | null;
  readonly unread: number;
  readonly messages: readonly {
    readonly id: string | null;
    readonly role: 'user' | 'assistant';
    readonly content: string;
    readonly status: string;
  }[];
}

/** What a property may be set to besides the options. */
interface Extras {
  strings: StringOverrides;
  transport: ChatTransport | null;
  headers: Readonly<Record<string, string>>;
  page: PageSide;
}

const EXTRA_NAMES = ['strings', 'transport', 'headers', 'page'] as const satisfies readonly (keyof Extras)[];

const OPTION_NAMES = (Object.keys(OPTIONS) as OptionName[]).filter((name) => name !== 'open');
const EXTRAS: readonly string[] = ['shortcut', 'movable', 'compat', 'proactive'] satisfies OptionName[];
/** How long the panel is held back for the words of its language; then it opens in English, and changes when they come. */
const LANGUAGE_WAIT_MS = 3_000;
/** Where the focus is moved to. */
const FOCUS = {
  input: '.composer textarea',
  edit: '.edit textarea',
  card: '.card',
  sheet: '.sheet h3',
  menu: '.menu > button',
} as const;

/**
 * A chat that answers a site's visitors from the site's own documents.
 *
 * Every option works as attribute and as property; a property wins over an attribute, an attribute over
 * `window.assistersSettings`, and that over what the server says about the assistant. The one exception is `open`: as
 * attribute (or when assigned) it opens the panel; read as a property it is the method.
 *
 * Nothing is stored, and no request is made before the visitor points at the launcher or the chat is opened. A
 * conversation survives reloads and page changes once a question has been asked. The element may be moved, removed and
 * put back: an answer under way goes on.
 *
 * `custom-elements.json`, `llms.txt` and the tables of the guides are made from what follows (`npm run generate`).
 *
 * @tag assisters-chat
 * @attr {`pk_live_…` or `pk_test_…`} publishable-key - required; opens visitor sessions and nothing else
 * @attr {`ast_…`} assistant-id - which assistant answers; needed when the key opens more than one
 * @attr {URL} api-url - base URL of the API, with its version; default: where the script came from, else the hosted service
 * @attr {light|dark|auto} theme - default `auto`: takes light or dark, accent and radius from the page, and follows it live
 * @attr {bottom-right|bottom-left|top-right|top-left} position - corner of launcher and panel; default `bottom-right`
 * @attr {floating|inline|fullpage} mode - default `floating`; `inline` fills the element's box, `fullpage` the window
 * @attr {shadow|iframe} isolation - of the script tag only: `iframe` keeps the chat from the page's scripts; default `shadow`
 * @attr placeholder - words in the empty input
 * @attr greeting - first words of an empty conversation
 * @attr open - opens the panel, without taking the focus
 * @attr {language tag} locale - language and direction of the interface; default: the page's `lang`, then the browser's language
 * @attr {number} z-index - for browsers without a top layer
 * @attr no-launcher - draws no launcher: open the panel from your own button
 * @attr launcher-label - accessible name of the launcher while the panel is closed
 * @attr {JWT} user-token - says who the visitor is, signed by your server: their conversations on every device
 * @attr {required} consent - `required`: nothing is stored and no request goes to the API before the visitor agrees
 * @attr consent-text - what the visitor agrees to, with `consent="required"`; default: general words in their language
 * @attr {`https:` URL} privacy-url - where the site says what it does with personal data; linked where consent is asked and beside the visitor's data
 * @attr {a key with modifiers, like `Alt+/`} shortcut - opens the chat from anywhere on the page, and closes it from within; default: none
 * @attr movable - visitors may move the launcher, by dragging, arrow keys or the menu; it is remembered in their browser
 * @attr {intercom|crisp|chatwoot|kapa} compat - understands the calls a site already makes to that widget
 * @attr {`off`, `server` or JSON} proactive - messages that offer themselves: by rules of the page, or with `server` by the assistant's; default `off`
 * @attr sound - a quiet sound when an answer has ended behind a closed panel or on a hidden page; in one tab, and visitors can switch it off in the menu
 *
 * @prop strings - words of the interface that replace the language's own
 * @prop headers - sent with every call of the API; read at each call
 * @prop transport - another way to reach an assistant than HTTP; set before the chat is opened
 *
 * @fires assisters:ready - the element works
 * @fires assisters:open - the panel opened
 * @fires assisters:close - the panel closed
 * @fires assisters:message - a message of either side is complete; `detail: {message}`
 * @fires assisters:response-start - an answer begins
 * @fires assisters:response-end - an answer ended; `detail: {status}`
 * @fires assisters:source-click - a source is about to be opened, or shown on this page; `detail: {source}`; `preventDefault()` keeps it from that
 * @fires assisters:feedback - the visitor rated an answer, or said why; `detail: {message_id, rating, reason, comment}`
 * @fires assisters:unread - the number of answers that ended behind a closed panel changed; `detail: {count}`
 * @fires assisters:consent - the visitor was asked and agreed or declined; `detail: {granted}`
 * @fires assisters:proactive - a message that offers itself was shown, dismissed or accepted; `detail: {id, action}`
 * @fires assisters:error - something failed; `detail: {code, message}`
 *
 * @slot welcome - in place of avatar, greeting and sentence of an empty conversation
 * @slot footer - below the input: a word on how answers are made, a link
 *
 * @csspart launcher - the button in the corner
 * @csspart panel - the window of the chat
 * @csspart header - its top, with name and menu
 * @csspart messages - what scrolls
 * @csspart message - one message of either side
 * @csspart composer - the box around input and buttons
 * @csspart input - the text field
 * @csspart send - the button that sends, or stops an answer
 * @csspart source - the chip of a source below an answer
 * @csspart proactive - the card of a message that offers itself
 *
 * @cssproperty --assisters-accent - launcher, the visitor's messages, send button
 * @cssproperty [--assisters-on-accent=computed] - what is written on the accent
 * @cssproperty --assisters-surface - the panel
 * @cssproperty --assisters-surface-raised - cards, code, hovered rows
 * @cssproperty --assisters-text - text
 * @cssproperty --assisters-text-muted - lesser text
 * @cssproperty --assisters-line - lines between things
 * @cssproperty --assisters-control - lines around controls
 * @cssproperty --assisters-danger - errors
 * @cssproperty [--assisters-focus=the accent] - focus rings
 * @cssproperty [--assisters-radius=16px] - corners of the panel; those inside it follow; with `theme="auto"` the page's buttons decide
 * @cssproperty [--assisters-launcher-size=56px] - width and height of the launcher; 48px on phones
 * @cssproperty [--assisters-offset-x=20px] - from the side of the window
 * @cssproperty [--assisters-offset-y=20px] - from its bottom or top
 * @cssproperty [--assisters-z-index=2147483647] - for browsers without a top layer
 */
export class AssistersChat extends DrawnElement {
  static readonly observedAttributes = ['open', ...OPTION_NAMES.map(attributeOf)];
  protected readonly css = STYLES;

  declare publishableKey: string | undefined;
  declare assistantId: string | undefined;
  declare apiUrl: string | undefined;
  declare theme: string | undefined;
  declare position: string | undefined;
  declare placeholder: string | undefined;
  declare greeting: string | undefined;
  declare mode: string | undefined;
  declare isolation: string | undefined;
  declare locale: string | undefined;
  declare zIndex: string | undefined;
  declare noLauncher: boolean | undefined;
  declare launcherLabel: string | undefined;
  declare userToken: string | undefined;
  declare consent: string | undefined;
  declare consentText: string | undefined;
  declare privacyUrl: string | undefined;
  declare shortcut: string | undefined;
  declare movable: boolean | undefined;
  declare compat: string | undefined;
  declare proactive: string | undefined;
  declare sound: boolean | undefined;
  /** Words of the interface that replace the language's own; those of `window.assistersSettings.strings` come after them. */
  declare strings: StringOverrides | undefined;
  /** Another way to reach an assistant than HTTP, e.g. the scripted one in tests. Set before the chat is opened. */
  declare transport: ChatTransport | undefined;
  /** Sent with every call of the API; read at each call. Set before the chat is opened. */
  declare headers: Readonly<Record<string, string>> | undefined;
  /** @internal Of the iframe's page: what the page around it can do. */
  declare page: PageSide | undefined;
  /** Where the API is when no option says so. The module our server serves sets the address of that server. */
  static defaultApiUrl = HOSTED_BASE_URL;
  /** Draws the launcher, with its sheet, where the pasted script has not. Set by the entries of this room. */
  static drawLauncher: (root: ShadowRoot) => HTMLButtonElement | Promise<HTMLButtonElement>;

  static {
    for (const name of [...OPTION_NAMES, ...EXTRA_NAMES] as (OptionName | keyof Extras)[]) {
      Object.defineProperty(AssistersChat.prototype, name, {
        configurable: true,
        enumerable: true,
        get(this: AssistersChat) {
          return this.#option(name);
        },
        set(this: AssistersChat, value: unknown) {
          // React takes a property back by setting it to null, and sets a boolean that is on to ''.
          const on = value === '' && (OPTIONS as Readonly<Record<string, number>>)[name] === FLAG;
          this.#properties[name] = (on || (value ?? undefined)) as never;
          this.#optionChanged(name);
        },
      });
    }
  }

  // Without a prototype: pages put names like `headers` on `Object.prototype`.
  readonly #properties: Options & Partial<Extras> = Object.create(null);
  #chat: Chat | null = null;
  #launcher: Launcher | null = null;
  #log: Log | null = null;
  #scroll: LogScroll | null = null;
  #live: LiveRegion | null = null;
  #language: Language = ENGLISH;
  /** The locale whose words were asked for last. */
  #languageOf = '';
  /** The first words are on the way, and the panel waits for them. */
  #wordless = false;
  /** The visitor has come near: from here on requests may be made. */
  #wanted = false;
  #surroundings: Surroundings | null = null;
  #settings: View['settings'] | null = null;
  #words: Words = ENGLISH.strings;
  /** What settings and words were made of; they stay the same objects while it does, so that rows are not drawn again. */
  #madeOf: readonly unknown[] = [];
  /** The state that was drawn last. */
  #drawn: ChatState = INITIAL_STATE;
  #painted = '';
  #focus: keyof typeof FOCUS | null = null;
  #page = new AbortController();
  /** What the page around the iframe looks like; `null` where the element can look itself. */
  #hostTheme: HostTheme | null = null;
  /** Ends with `shutdown`: nothing works after it. */
  #over = false;

  constructor() {
    super();
    for (const name of [...OPTION_NAMES, ...EXTRA_NAMES, 'open']) {
      // Set by the page before the element was defined; such a property hides the accessor it was meant for.
      const given = Object.getOwnPropertyDescriptor(this, name);
      if (!given || !Reflect.deleteProperty(this, name)) continue;
      (this as unknown as Record<string, unknown>)[name] = given.value;
    }
  }

  // --- options ---

  #option<Name extends OptionName | keyof Extras>(name: Name): (Options & Partial<Extras>)[Name] {
    const property = this.#properties[name];
    if (property !== undefined || !(name in OPTIONS)) return property;
    const attribute = this.getAttribute(attributeOf(name));
    const settings = (window as { [SETTINGS]?: Options })[SETTINGS];
    const isBoolean = OPTIONS[name as OptionName] === FLAG;
    const value = attribute === null ? settings?.[name as OptionName] : isBoolean ? attribute !== 'false' : attribute;
    return value as (Options & Partial<Extras>)[Name];
  }

  get #floating(): boolean {
    const { mode } = this;
    return mode !== 'inline' && mode !== 'fullpage';
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    if (name === 'open' && this.isConnected) this.open = value !== null && value !== 'false';
    else this.#optionChanged(name);
  }

  /** The surroundings are read with these two in mind; reading costs a style computation, so only for them. */
  #optionChanged(name: string): void {
    if (EXTRAS.includes(name)) this.#bringExtras();
    if (this.#surroundings && (name === 'theme' || name === 'locale')) this.#look();
    else this.requestUpdate();
    if (attributeOf(name) !== 'user-token') return;
    this.#identified = undefined;
    if (this.isConnected) this.#identityChanged();
  }

  // --- life ---

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#over) return;
    this.#page.abort();
    this.#page = new AbortController();
    const { signal } = this.#page;
    watchPage(
      {
        blocked: (directive, url) => {
          const api = this.apiUrl ? new URL(this.apiUrl, location.href).origin : '';
          if (directive !== 'connect-src' || !api || !url.startsWith(api)) return;
          console.error(`[assisters] Content-Security-Policy: add ${api} to connect-src.`);
        },
        viewportChanged: (heightPx, topPx) => {
          const style = this.#root?.style;
          style?.setProperty('--_view-height', `${heightPx}px`);
          style?.setProperty('--_view-top', `${topPx}px`);
        },
        stored: (key) => {
          if (key === storageKey(this.publishableKey ?? '', this.assistantId)) this.#chat?.stored();
        },
        hidden: () => this.#chat?.pause(),
        shown: () => this.#chat?.wake(),
      },
      signal,
    );
    watchHostTheme(document, () => this.#look(), signal);
    this.#identityChanged();
    if (this.#floating) this.#mountLauncher(signal);
    this.#look();
    this.#bringExtras();
    const opened = this.hasAttribute('open') && this.getAttribute('open') !== 'false';
    // In a microtask: an element that the page wrote is upgraded in the middle of its module, before the module has said
    // where the API is.
    queueMicrotask(() => {
      if (!this.isConnected) return;
      // Where no launcher was there to look from.
      if (!this.#floating) this.#look();
      if (!this.#floating || opened || this.#memory().panel()?.open) this.#open(false);
    });
    this.#chat?.wake();
    if (!this.hasUpdated) this.#emit(EVENTS.ready, {});
  }

  disconnectedCallback(): void {
    const { signal } = this.#page;
    // A move is a removal and an insertion: only what stays away is put to rest.
    setTimeout(() => {
      if (this.isConnected || signal.aborted) return;
      this.#page.abort();
      this.#chat?.pause();
    });
  }

  #mountLauncher(signal: AbortSignal): void {
    const drawn = this.renderRoot.querySelector<HTMLButtonElement>('.launcher');
    // Where the pasted script has drawn one, intent is what loaded this element.
    if (drawn) this.#wanted = true;
    const button = drawn ?? AssistersChat.drawLauncher(this.renderRoot);
    if (!(button instanceof Promise)) this.#holdLauncher(button, signal);
    else
      void button.then((late) => {
        if (!signal.aborted) this.#holdLauncher(late, signal);
        this.#bringExtras();
        this.#look();
      });
  }

  #holdLauncher(button: HTMLButtonElement, signal: AbortSignal): void {
    this.#launcher = holdLauncher(button);
    const wanted = () => {
      if (!this.#wanted) this.requestUpdate();
      this.#wanted = true;
    };
    for (const intent of ['pointerenter', 'focus', 'touchstart'])
      button.addEventListener(intent, wanted, { passive: true, signal });
    button.addEventListener('click', () => this.toggle(), { signal });
    topLayer(button);
    keepClear(button, this, signal);
  }

  /** Starts what the options ask for beyond the chat, anew when they change. */
  #bringExtras(): void {
    if (!this.isConnected || this.#over) return;
    this.#extras.abort();
    this.#extras = new AbortController();
    if (!EXTRAS.some((name) => this[name as OptionName])) return;
    const signal = AbortSignal.any([this.#extras.signal, this.#page.signal]);
    const call = (method: string, args: readonly unknown[]) =>
      (this as unknown as Record<string, ((...args: readonly unknown[]) => unknown) | undefined>)[method]?.(...args);
    import('./features/extras.ts').then(
      ({ startExtras }) => signal.aborted || startExtras(this, call, signal),
      (error: unknown) => console.warn('[assisters] shortcut, movable, compat, proactive: not there.', error),
    );
  }
  #extras = new AbortController();

  /** A phone's Back closes the panel that takes its screen. */
  #holdBack(open: boolean): void {
    this.#letBackGo?.();
    this.#letBackGo = null;
    // An iframe is as narrow as a phone on every screen; there the page that made it sees to this.
    const small = parent === window && isPhone();
    if (!open || !this.#floating || !small) return;
    import('./features/back.ts').then(
      ({ closeOnBack }) => {
        if (this.#chat?.state.open) this.#letBackGo ??= closeOnBack(() => this.close());
      },
      () => {},
    );
  }
  #letBackGo: (() => void) | null = null;

  #look(): void {
    this.#surroundings = readSurroundings(this, this.theme, this.#hostTheme);
    this.requestUpdate();
  }

  /** Asks for the words of the language in force, beside config and history. */
  #learn(): void {
    const locale = this.locale ?? this.#surroundings!.locale;
    if (locale === this.#languageOf) return;
    const first = this.#languageOf === '';
    this.#languageOf = locale;
    const found = loadLanguage(locale);
    if (!(found instanceof Promise)) {
      this.#language = found;
      return;
    }
    this.#wordless = first && !this.#log;
    const show = () => {
      this.#wordless = false;
      this.requestUpdate();
    };
    const timer = setTimeout(show, LANGUAGE_WAIT_MS);
    void found.then((language) => {
      clearTimeout(timer);
      if (locale === this.#languageOf) this.#language = language;
      show();
    });
  }

  #memory() {
    this.#stored ??= createMemory(storageKey(this.publishableKey ?? '', this.assistantId), () => this.#subject);
    return this.#stored;
  }
  #stored: ReturnType<typeof createMemory> | null = null;

  #ensure(): Chat {
    this.#chat ??= new Chat({
      transport: this.transport ?? this.#http(),
      memory: this.#memory(),
      now: () => Date.now(),
      wait: waitOrOnline,
      newId: () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36)).join(''),
      emit: (name, detail) => this.#emit(name, detail),
      copy: this.#copy,
      follow: (source, event) => void this.#follow(source, event),
      join: async (ports) => (await import('./features/tabs.ts')).Tabs.join(this.#shared, ports),
      outbox: () => this.#outbox(),
      tools: () => this.#offered(),
      files: () => this.#view().files,
      known: () => this.#subject !== null,
      allowed: () => !this.#gated,
      changed: () => this.requestUpdate(),
    });
    return this.#chat;
  }

  /** What the tabs of one visitor share is named by; another person's on this computer is another's. */
  get #shared(): string {
    return [storageKey(this.publishableKey ?? '', this.assistantId), this.#subject ?? ''].join();
  }

  async #outbox(): Promise<Outbox | null> {
    const name = this.#shared;
    try {
      const { Outbox } = await import('./features/outbox.ts');
      const held = this.#outboxes.get(name) ?? new Outbox(name);
      this.#outboxes.set(name, held);
      return held;
    } catch {
      // Its file could not be loaded: questions live as long as the page.
      return null;
    }
  }
  /** With a model that can use no tools, nothing is offered. */
  async #offered(): Promise<readonly PageTool[]> {
    if (!this.#chat?.state.config?.tools) return [];
    const tools = await this.#features.load('tools').catch(() => null);
    return tools?.offered() ?? [];
  }
  readonly #tools = new Map<string, RegisteredTool>();
  readonly #outboxes = new Map<string, Outbox>();

  #http(): ChatTransport {
    const { publishableKey = '', assistantId, apiUrl = AssistersChat.defaultApiUrl, headers } = this;
    const identity = () => this.#token;
    const memory = this.#memory();
    return createHttpTransport({ publishableKey, assistantId, apiUrl, headers, identity, pageAround, memory });
  }

  // --- who the visitor is, and what they have agreed to ---

  /** What `identify` was given last; `null`: the visitor was forgotten, whatever the attribute still says. */
  #identified: string | null | undefined;
  /** Whose conversation is shown; `null`: an unknown visitor's. */
  #subject: string | null = null;

  get #token(): string | undefined {
    return (this.#identified === undefined ? this.userToken : this.#identified) || undefined;
  }

  #identityChanged(): void {
    const subject = this.#token === undefined ? null : subjectOf(this.#token);
    if (subject === this.#subject) return;
    const left = this.#subject !== null;
    if (left) this.#forget();
    const { live, waiting } = this.#chat?.state ?? INITIAL_STATE;
    // What an unknown visitor could not send yet is sent as the known one; nobody else must find it.
    const unsent = live || waiting.length > 0 ? this.#outbox() : null;
    this.#subject = subject;
    void unsent?.then((outbox) => outbox?.clear());
    if (!left) this.#chat?.identified();
  }

  #forget(): void {
    this.#voice?.end();
    if (this.#chat) this.#chat.leave();
    else this.#memory().forget();
  }

  get #gated(): boolean {
    return this.consent === 'required' && !this.#memory().consented();
  }

  readonly #features = new Features(
    {
      kit: KIT,
      api: (...call) => this.#ensure().api(...call),
      ask: (request) => this.#ask(request),
      changed: () => this.requestUpdate(),
      say: (text) => this.#live?.say(text),
      option: (name) => this[name],
      conversation: () => this.#ensure().begin(),
      root: () => this.renderRoot,
      tools: this.#tools,
      page: () => this.page,
      afterAnswer: (act) => this.addEventListener(EVENTS.responseEnd, act, { once: true }),
      isKnown: () => this.#token !== undefined || this.#memory().session() !== null,
      leave: () => {
        this.#forget();
        this.#memory().saveConsent(false);
      },
      consent: (granted) => {
        if (granted) this.#memory().saveConsent(true);
        this.#emit(EVENTS.consent, { granted });
        if (!granted) return this.close();
        this.#chat?.allow();
        this.#focus = 'input';
        this.requestUpdate();
      },
    },
    (css) => addStyles(this.renderRoot, css),
  );

  #emit(name: EventName, detail: Readonly<Record<string, unknown>>): boolean {
    const { code } = detail as { readonly code?: string };
    if (name === EVENTS.error && FINAL.includes(code!))
      import('./features/setup-fault.ts').then(
        ({ tellFault }) =>
          tellFault(code!, { ...detail, assistantId: this.assistantId, allow: allowCommand(location.origin) }),
        () => {},
      );
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  // --- methods ---

  /** Opens the panel and moves the focus into it. Assigned a boolean, it opens or closes without moving the focus. */
  get open(): () => void {
    return () => this.#open(true);
  }
  set open(open: boolean | (() => void)) {
    if (!this.isConnected) this.toggleAttribute('open', open !== false);
    else if (open === false) this.close();
    else this.#open(false);
  }

  #open(focus: boolean): void {
    if (this.#over) return;
    this.hidden = false;
    this.#ensure().open();
    // Without a line it could not be loaded any more.
    if (!this.#gated) void this.#outbox();
    if (!focus) return;
    this.#focus = this.#gated ? 'sheet' : 'input';
    // At once, not with the next frame: phones show their keyboard only from within the visitor's own tap.
    this.requestUpdate();
    this.drawNow();
  }

  /** Closes the panel; the focus goes back to the launcher if it was inside. An answer under way goes on. */
  close(): void {
    if (!this.#floating) return;
    const inside = this.shadowRoot?.activeElement?.closest('.panel');
    this.#chat?.close();
    this.#voice?.end();
    // A phone's panel hides the launcher until it is closed, and what is hidden takes no focus.
    this.#launcher?.update({ open: false });
    if (inside) this.#launcher?.button.focus();
  }

  /** Opens a closed panel, closes an open one. */
  toggle(): void {
    if (this.#chat?.state.open) this.close();
    else this.#open(true);
  }

  /** Shows the launcher again after `hide`. */
  show(): void {
    this.hidden = false;
    if (this.#launcher) topLayer(this.#launcher.button);
  }

  /** Hides launcher and panel. */
  hide(): void {
    this.close();
    this.hidden = true;
  }

  /** Asks a question, as if the visitor had typed it; opens the panel. Does nothing while an answer is being written. */
  send(content: string): void {
    this.#open(false);
    this.#ask({ type: 'send', content });
  }

  /** Puts text into the input, for the visitor to go on with. */
  setInput(value: string): void {
    this.#ask({ type: 'draft', value });
  }

  /** Adds to the metadata of conversations started from now on. */
  setContext(metadata: Metadata): void {
    this.#ensure().setContext(metadata);
  }

  /** @internal Of the iframe's page, which cannot look at the page around it. */
  setHostTheme(theme: HostTheme): void {
    this.#hostTheme = theme;
    this.#look();
  }

  /** Offers the model something the page can do: `{name, description, schema, handler}`. The visitor is asked each time. */
  registerTool(tool: RegisteredTool): void {
    if (!/^[\w-]{1,64}$/.test(tool?.name) || typeof tool.handler !== 'function')
      console.error('[assisters] registerTool() takes {name, description, schema, handler}; name: A-Z a-z 0-9 _ -.');
    else this.#tools.set(tool.name, tool);
  }

  /** Sets options by property name; those that are not named stay. */
  update(options: Options): void {
    const known = Object.entries(options).filter(([name]) => name in OPTIONS);
    for (const [name, value] of known) (this as unknown as Record<string, unknown>)[name] = value;
    this.#look();
  }

  /** Says who the visitor is, by a token your server signed: `{token}`. `null`: nobody any more; forgets the one before. */
  identify(user: { readonly token: string } | string | null): void {
    const token = typeof user === 'object' ? user?.token : user;
    if (token && subjectOf(token) === null)
      console.error('[assisters] identify() takes {token}: a JWT with a `sub`, signed by your server.');
    this.#identified = token || null;
    this.#identityChanged();
  }

  /** Forgets visitor and conversation, on the page, in its storage and in other tabs: the next question is a stranger's first. */
  reset(): void {
    this.#identified = null;
    this.#forget();
    this.#subject = null;
  }

  /** Ends the chat for good: forgets the visitor, removes panel and launcher, releases everything. */
  shutdown(): void {
    this.reset();
    this.#chat?.dispose();
    this.#chat = null;
    this.#over = true;
    this.#page.abort();
    this.#letBackGo?.();
    this.#log?.dispose();
    const button = this.#launcher?.button;
    button?.parentNode?.removeChild(button);
    this.requestUpdate();
  }

  /** Listens to an event by its short (`message`) or full name. */
  on(name: keyof typeof EVENTS | EventName, listener: EventListener): void {
    this.addEventListener(eventOf(name), listener);
  }

  /** Takes a listener away that `on` added. */
  off(name: keyof typeof EVENTS | EventName, listener: EventListener): void {
    this.removeEventListener(eventOf(name), listener);
  }

  /** What is going on, as plain data. */
  getState(): ChatSnapshot {
    const { open, phase, live, conversationId, unread, rows, waiting } = this.#chat?.state ?? INITIAL_STATE;
    const messages = [...rows, ...(live ? [live] : []), ...waiting].flatMap((row): ChatSnapshot['messages'] => {
      if (row.role === 'notice') return [];
      if (row.role === 'user') return [{ id: null, role: row.role, content: row.content, status: row.status }];
      const { messageId: id, content, status } = row.answer;
      return [{ id, role: row.role, content, status }];
    });
    return { open, ready: phase === 'ready', responding: live !== null, conversationId, unread, messages };
  }

  // --- drawing ---

  get #root(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.root');
  }

  #ask = (request: Request): void => {
    if (request.type === 'send' || request.type === 'retry') this.#scroll?.toEnd();
    if (request.type === 'reset' || request.type === 'end' || request.type === 'switch') this.#focus = 'input';
    if (request.type === 'form') this.#focus = request.form ? 'edit' : 'input';
    if (request.type === 'edit') this.#focus = 'input';
    if (request.type === 'sheet') this.#focus = request.sheet ? 'sheet' : 'menu';
    if (request.type === 'close') this.close();
    else if (request.type === 'print') void this.#print();
    else if (request.type === 'move') this.dispatchEvent(new Event(MOVE_EVENT));
    else this.#ensure().request(request);
  };

  #view(): View {
    const state = this.#chat?.state ?? INITIAL_STATE;
    const settings = (window as { [SETTINGS]?: Partial<Extras> })[SETTINGS]?.strings;
    const { words } = this.#features;
    const madeOf = [state.config, this.greeting, this.placeholder, this.#language, this.strings, settings, words];
    if (!this.#settings || madeOf.some((part, index) => part !== this.#madeOf[index])) {
      this.#madeOf = madeOf;
      this.#words = { ...words, ...this.#language.strings, ...settings, ...this.strings };
      this.#settings = settingsOf(state.config, this, this.#words);
    }
    return {
      state,
      strings: this.#words,
      language: this.#language.tag,
      settings: this.#settings,
      ask: this.#ask,
      gated: this.#gated,
      files: state.config?.attachments?.enabled ? (this.#features.get('attachments') as Attachments | null) : null,
      sound: state.open && this.sound ? this.#features.get('sound') : null,
      inRow: (feature, row) => this.#features.get(feature)?.draw(this.#view(), row) ?? nothing,
      voice: this.#speech(),
      version: this.#features.version,
      sheet: null,
      origin: location.origin,
      floating: this.#floating,
      movable: this.#floating && this.movable === true,
    };
  }

  #voice: Voice | null = null;

  #speech(): View['voice'] {
    const voice = this.#voice;
    const load = async () => {
      this.#voice ??= await this.#features.load('voice');
      return this.#voice;
    };
    const failed = () => {};
    const hears = 'SpeechRecognition' in window || 'webkitSpeechRecognition' in window;
    return {
      listening: voice?.listening === true,
      reading: voice?.reading ?? null,
      told: voice?.draw(),
      dictate: hears
        ? () => {
            const draft = () => this.#chat?.state.draft ?? '';
            load().then((loaded) => loaded.dictate(this.#view().strings, this.#language.tag, draft), failed);
          }
        : null,
      read:
        'speechSynthesis' in window
          ? ({ key, answer }) => {
              load().then((loaded) => loaded.read(key, spoken(answer.content), this.#language.tag), failed);
            }
          : null,
    };
  }

  #withSheet(view: View): View {
    const name = view.state.sheet ?? (view.gated && view.state.open ? 'consent' : null);
    const { threads, yourData: data, consentTitle: consent } = view.strings;
    const inside = this.#features.sheet(name, view);
    return name === null ? view : { ...view, sheet: { title: { threads, data, consent }[name], inside } };
  }

  protected render() {
    if (this.#over) return nothing;
    if (this.#wanted || this.#chat?.state.open) this.#learn();
    const view = this.#withSheet(this.#view());
    const { mode = 'floating', position = '', locale, zIndex } = this;
    const language = this.#language;
    const { dark, direction, font } = this.#surroundings!;
    const classes = ['root', mode, dark && 'dark', view.state.wide && view.floating && 'wide'];
    if (position.endsWith('left')) classes.push('left');
    if (position.startsWith('top')) classes.push('top');
    if (this.noLauncher) classes.push('bare');
    // The host's own attributes carry what the sheets of host and launcher look at.
    if (mode !== (this.getAttribute('mode') ?? 'floating')) this.setAttribute('mode', mode);
    if (position !== (this.getAttribute('position') ?? '')) this.setAttribute('position', position);
    const root = this.#root;
    root?.style.setProperty('--_font', font || 'system-ui, sans-serif');
    // On the host, where the launcher sees it too.
    if (zIndex) this.style.setProperty('--assisters-z-index', zIndex);
    return html`<div
      class=${classes.filter(Boolean).join(' ')}
      dir=${locale ? directionOf(locale) : language.strings === ENGLISH.strings ? direction : directionOf(language.tag)}
      lang=${locale ?? language.tag}
    >
      ${(view.state.open && !this.#wordless) || this.#log ? panel(view, this.#marks()) : nothing}
      <div class="live" aria-live="polite"></div>
    </div>`;
  }

  #marks() {
    return {
      away: this.#scroll?.atEnd === false,
      popover: POPOVER && this.#floating,
      toEnd: () => {
        this.#scroll?.toEnd();
        this.#input?.focus({ preventScroll: true });
      },
      keydown: (event: KeyboardEvent) => {
        if (event.key === 'Escape' && this.#floating && !event.defaultPrevented) {
          event.stopPropagation();
          // What was opened last closes first: the card of a source, then the panel.
          const card = this.#chat?.state.source;
          if (card) this.#ask({ type: 'source', key: card.key, index: null });
          else if (this.#chat?.state.sheet) this.#ask({ type: 'sheet', sheet: null });
          else this.close();
        } else if (reachesAll(event)) void this.#reachAll(event);
        else this.#log?.steer(event);
      },
    };
  }

  /** Find, find again and select reach what is on the page: so all of the conversation comes there. */
  async #reachAll(event: KeyboardEvent): Promise<void> {
    const all = event.key === 'a';
    if (all && event.composedPath()[0] === this.#input) return;
    if (all) event.preventDefault();
    await this.#chat!.whole();
    this.drawNow();
    const rows = all && this.renderRoot.querySelector('.rows');
    if (rows) getSelection()?.selectAllChildren(rows);
  }

  async #print(): Promise<void> {
    const [{ printTranscript }] = await Promise.all([import('./features/print.ts'), this.#chat!.whole()]);
    this.drawNow();
    const root = this.#root;
    // Taken off the page meanwhile.
    if (!root || !this.#log) return;
    const { settings, strings, language } = this.#view();
    const title = format(strings.panelLabel, { name: settings.name });
    printTranscript({ title, language, direction: root.dir, ...this.#log.transcript() }, this.renderRoot);
  }

  get #input(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('.composer textarea');
  }

  protected updated(): void {
    const root = this.#root;
    if (!root) return;
    const view = this.#view();
    const { state, strings } = view;
    const { open, unread } = state;
    this.#paint(root, view);
    if (this.#launcher) {
      this.#launcher.button.hidden = this.noLauncher === true;
      this.#launcher.update({
        open,
        unread,
        // The badge is for the eye alone.
        label: (open ? strings.closeChat : (this.launcherLabel ?? strings.openChat)) + (unread ? `, ${unread}` : ''),
      });
    }
    const panelElement = root.querySelector<HTMLElement>('.panel');
    if (panelElement) {
      if (!this.#log) this.#mountLog(panelElement);
      const log = this.#log!;
      const first = state.before < this.#drawn.before && panelElement.querySelector('.message');
      if (first) this.#scroll!.keep(first, () => log.update(view));
      else log.update(view);
      if (open && view.floating) topLayer(panelElement);
      const input = this.#input!;
      if (input.value !== state.draft) input.value = state.draft;
      this.#live ??= new LiveRegion(root.querySelector<HTMLElement>('.live')!);
      speak(this.#live, this.#drawn, view);
    }
    if (open !== this.#drawn.open) this.#holdBack(open);
    this.#drawn = state;
    if (this.#focus && !this.#wordless) this.#moveFocus(root, view);
  }

  #mountLog(panelElement: HTMLElement): void {
    const find = (selector: string) => panelElement.querySelector<HTMLElement>(selector)!;
    this.#log = new Log(
      find('.rows'),
      (key, index, event) => {
        const source = this.#log!.cited(event.target as HTMLElement);
        // A finger has not seen what the number stands for.
        const blind = (event as PointerEvent).pointerType === 'touch';
        if (!blind && source && sourceUrl(source)) this.#ask({ type: 'visit', key, index, event });
        else this.#openCard(key, index);
      },
      this.#copy,
    );
    for (const sign of ['pointerover', 'focusin']) panelElement.addEventListener(sign, this.#peek);
    // Whoever writes will read.
    panelElement.addEventListener('input', () => void this.#log!.prepare(), { once: true });
    this.#scroll = new LogScroll(
      find('.scroller'),
      find('.rows'),
      find('.older'),
      () => this.requestUpdate(),
      () => this.#ask({ type: 'older' }),
    );
  }

  /** Says what came of it; rejects where the browser refuses. */
  readonly #copy = async (text: string): Promise<void> => {
    try {
      // Pages without a secure context have no clipboard.
      await navigator.clipboard.writeText(text);
    } catch (error) {
      this.#live!.say(this.#words.copyFailed);
      throw error;
    }
    this.#live!.say(this.#words.copied);
  };

  #openCard(key: string, index: number): void {
    this.#focus = 'card';
    this.#ask({ type: 'source', key, index });
  }

  /** Brings the cards of citations when the first number is pointed at or focused. */
  #peek = ({ target, currentTarget }: Event): void => {
    const mark = (target as Element).closest<HTMLElement>('.citation');
    const panelElement = currentTarget as HTMLElement;
    if (!mark || this.#peeking) return;
    this.#peeking = true;
    import('./features/citation-card.ts').then(
      ({ watchCitations, CITATION_CARD_CSS }) => {
        for (const sign of ['pointerover', 'focusin']) panelElement.removeEventListener(sign, this.#peek);
        addStyles(this.renderRoot, CITATION_CARD_CSS, true);
        watchCitations(panelElement, (on) => this.#described(on), mark);
      },
      () => {
        this.#peeking = false;
      },
    );
  };
  #peeking = false;

  #described(mark: HTMLElement) {
    const source = this.#log!.cited(mark);
    if (!source) return null;
    const { title, heading, quote, relevance } = source;
    const note = [relevanceWord(relevance, this.#words), sourceUrl(source)?.host].filter(Boolean).join(' · ');
    return { title, heading, quote, note };
  }

  /** Shows a source's passage on this page where it stands here; opens the page it is on where it does not. */
  async #follow(source: Source, event: Event): Promise<void> {
    const url = sourceUrl(source);
    if (!url) return;
    const { ctrlKey, metaKey, shiftKey, target } = event as MouseEvent;
    const link = (target as Element).closest('a');
    if (isThisPage(url, location) && !(ctrlKey || metaKey || shiftKey)) {
      event.preventDefault();
      const shown = await import('./features/page-highlight.ts').then(
        ({ showPassage }) => showPassage(source.quote),
        () => false,
      );
      if (shown) {
        this.#live?.say(this.#words.shownSource);
        // A phone's panel lies over the whole page.
        if (isPhone()) this.close();
        return;
      }
    } else if (link) return;
    open(withTextFragment(url, source.quote), '_blank', 'noopener,noreferrer');
  }

  #paint(root: HTMLElement, { settings }: View): void {
    const { dark, page } = this.#surroundings!;
    const key = JSON.stringify([dark, settings.accent, page?.accent, page?.radius]);
    if (key === this.#painted) return;
    this.#painted = key;
    root.style.setProperty('--_host-accent', page?.accent ? cssRgb(page.accent) : '');
    // Panels are larger than buttons, and rounder.
    root.style.setProperty(
      '--_host-radius',
      typeof page?.radius === 'number' ? `${Math.min(16, page.radius * 2)}px` : '',
    );
    if (settings.accent) root.style.setProperty('--_server-accent', settings.accent);
    paint(root, this.#launcher?.button ?? null);
  }

  #moveFocus(root: HTMLElement, { state }: View): void {
    const target = root.querySelector<HTMLElement>(FOCUS[this.#focus!]);
    // Its part may still be on the way.
    if (!target && this.#focus === 'edit') return;
    this.#focus = null;
    if (!state.open || !target) return;
    target.focus({ preventScroll: true });
    if (target !== this.#input) target.scrollIntoView({ block: 'nearest' });
  }
}

const eventOf = (name: string): string => (EVENTS as Record<string, string>)[name] ?? name;

/** The browser's own keys for finding, finding again and selecting all. */
function reachesAll({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'F3' || ((ctrlKey || metaKey) && 'fga'.includes(key));
}

/** The panel lies over the whole page. Some pages take `matchMedia` away. */
const isPhone = (): boolean => globalThis.matchMedia?.('(max-width: 480px)').matches === true;

/** Where the chat is: without query and fragment, which may be private. In an iframe, as much as the browser tells of the page. */
function pageAround(): { url: string; title: string } {
  const url = parent === window ? location.href : document.referrer;
  return { url: url.replace(/[?#].*/, ''), title: document.title };
}
