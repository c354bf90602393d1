/**
 * The page inside the iframe, pasted by hand or made by the script: mounts `<assisters-chat>` with the options of its own
 * URL. When the script made the iframe, the URL also names the parent's origin and a token: then the chat is a panel that
 * opens and closes, and the page speaks with its parent over the bridge. Else it fills the iframe and is always open.
 *
 * The server writes the page and gives it, as JSON in `<script type="application/json" id="assisters-embed">`, the
 * `nonce` that proves the page was served by it to a site the key allows.
 */
import { HEADER } from '../protocol/headers.ts';
import { loadLanguage } from '../widget/i18n/strings.ts';
import type { AssistersChat } from '../widget/index.ts';
import '../widget/index.ts';
import { attributeOf, EVENTS, MOVE_EVENT, OPTIONS, type OptionName, TAG } from '../widget/names.ts';
import { type Command, linkParent, type Report } from './bridge.ts';

/** Options the page's address may not choose: the API is the one that served the page, and the chat fills it. */
const FIXED: readonly OptionName[] = [
  'apiUrl',
  'mode',
  'isolation',
  'open',
  'noLauncher',
  'position',
  'zIndex',
  // It would stand in histories and logs; the page that made the iframe tells it over the bridge.
  'userToken',
  'compat',
  // The card stands on the page around.
  'proactive',
];
/** A nonce lasts five minutes (SECURITY: it stands for the list of origins). Renewed well before. */
const RENEW_AFTER_MS = 2 * 60_000;

/** How long the page is waited for: to say what it offers, before a question goes; and to act, longer than it waits for its own tools. */
const OFFER_MS = 3_000;
const ACT_MS = 65_000;

/** The nonce in a page's source, or `null`. */
const nonceIn = (html: string): string | null =>
  /<script[^>]*id="assisters-embed"[^>]*>[^<]*"nonce":\s*"([\w.-]+)"/.exec(html)?.[1] ?? null;

/**
 * Headers of the chat's calls, with the page's nonce. A page may stand open for hours before its visitor says something,
 * so each sign of a visitor renews a nonce that has grown old, by asking for the page again.
 */
function nonceHeaders(page: string): Readonly<Record<string, string>> {
  let nonce = nonceIn(document.documentElement.outerHTML);
  let renewedAtMs = performance.now();
  const renew = async (): Promise<void> => {
    if (performance.now() - renewedAtMs < RENEW_AFTER_MS) return;
    renewedAtMs = performance.now();
    try {
      nonce = nonceIn(await (await fetch(page)).text()) ?? nonce;
    } catch {
      // Offline: the next sign tries again.
      renewedAtMs = Number.NEGATIVE_INFINITY;
    }
  };
  for (const sign of ['pointerdown', 'focusin', 'keydown']) addEventListener(sign, renew, { passive: true });
  return {
    get [HEADER.embedNonce]() {
      return nonce ?? '';
    },
  };
}

function mount(address: URL, isPanel: boolean): AssistersChat {
  const chat: AssistersChat = document.createElement(TAG);
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    const value = address.searchParams.get(attributeOf(name));
    if (value !== null && !FIXED.includes(name)) chat.setAttribute(attributeOf(name), value);
  }
  // The page's own `lang` is the server's; the visitor's is what the parent says, else the browser's.
  if (!chat.hasAttribute('locale')) chat.setAttribute('locale', navigator.language);
  document.documentElement.lang = chat.getAttribute('locale')!;
  if (isPanel) chat.setAttribute('no-launcher', '');
  else chat.setAttribute('mode', 'fullpage');
  chat.setAttribute('api-url', new URL('v1', address).href);
  chat.headers = nonceHeaders(address.href);
  document.body.appendChild(chat);
  return chat;
}

type Answer = Extract<Command, { readonly type: 'offer' | 'acted' }>;

function obey(chat: AssistersChat, command: Exclude<Command, Answer>): void {
  switch (command.type) {
    case 'send':
    case 'setInput':
      chat[command.type](command.text);
      break;
    case 'identify':
      chat.identify(command.text);
      break;
    case 'update':
      chat.update(command.options);
      break;
    case 'setContext':
      chat.setContext(command.context);
      break;
    case 'theme':
      chat.setHostTheme(command.theme);
      break;
    case 'open':
      chat.open();
      break;
    case 'reveal':
      chat.open = true as never;
      break;
    default:
      chat[command.type]();
  }
}

/** Joins the chat to the page that made the iframe. Ends with `shutdown`. */
function speak(chat: AssistersChat, origin: string, token: string): void {
  const owner = new AbortController();
  let obeying = false;
  /** Asked of the page, by number; the answer to what was not asked is none. */
  const asked = new Map<number, (answer: Answer) => void>();
  let last = 0;
  /** `null`: no answer in that time. */
  function ask(question: (id: number) => Report, patienceMs: number): Promise<Answer | null> {
    last += 1;
    const id = last;
    return new Promise<Answer | null>((resolve) => {
      asked.set(id, resolve);
      setTimeout(resolve, patienceMs, null);
      link.send(question(id));
    }).finally(() => asked.delete(id));
  }
  const link = linkParent({
    window,
    parent: window.parent,
    origin,
    token,
    signal: owner.signal,
    heard(command) {
      if (command.type === 'offer' || command.type === 'acted') {
        asked.get(command.id)?.(command);
        return;
      }
      obeying = true;
      obey(chat, command);
      obeying = false;
      if (command.type === 'update') void tellNames();
      if (command.type === 'shutdown') owner.abort();
    },
  });
  /** The launcher stands on the page around, which has no words of ours. */
  const tellNames = async (): Promise<void> => {
    const { openChat: open, closeChat: close } = (await loadLanguage(chat.locale ?? '')).strings;
    link.send({ type: 'names', open, close });
  };
  chat.page = {
    async offered() {
      const answer = await ask((id) => ({ type: 'offers', id }), OFFER_MS);
      return answer?.type === 'offer' ? answer.tools : [];
    },
    async run({ name, arguments: given }) {
      const answer = await ask((id) => ({ type: 'act', id, name, arguments: given }), ACT_MS);
      return answer?.type === 'acted' ? answer.result : { error: 'The page did not answer in time.' };
    },
  };
  for (const name of Object.values(EVENTS)) {
    chat.addEventListener(
      name,
      (event) => {
        const { detail } = event as CustomEvent<{ readonly count?: unknown } | null>;
        link.send({ type: 'event', name, detail });
        // Not an echo of the parent's own command: opened and closed quickly, the two would chase each other.
        if (name === EVENTS.close && !obeying) link.send({ type: 'close' });
        if (name === EVENTS.unread && typeof detail?.count === 'number')
          link.send({ type: 'unread', count: detail.count });
        link.send({ type: 'state', state: { ...chat.getState() } });
      },
      { signal: owner.signal },
    );
  }
  chat.addEventListener(MOVE_EVENT, () => link.send({ type: 'move' }), { signal: owner.signal });
  link.send({ type: 'ready' });
  void tellNames();
}

const address = new URL(location.href);
const origin = address.searchParams.get('parent');
const token = address.searchParams.get('token');
const isPanel = origin !== null && token !== null && window.parent !== window;
const chat = mount(address, isPanel);
if (isPanel) speak(chat, origin, token);
