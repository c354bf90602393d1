/**
 * Every public name of the widget, once. Nothing else spells an attribute, an event or a method; types, manifest and
 * docs are derived from here. Imports nothing: the pasted script carries this file.
 */

export const TAG = 'assisters-chat';
/** The one global the page gets: `window.Assisters`. */
export const GLOBAL = 'Assisters';
/** Options as an object, read once when the script runs: `window.assistersSettings`. */
export const SETTINGS = 'assistersSettings';

/** Kinds of options: words, or something that is there or not. Numbers, as the pasted script carries them. */
const TEXT = 0;
export const FLAG = 1;

/**
 * Options by property name. The same name works, kebab-cased, as attribute, as `data-*` on the script and in the query
 * of the script's `src`; as it stands, in the settings object. Precedence: property > attribute > settings > server.
 */
export const OPTIONS = {
  publishableKey: TEXT,
  assistantId: TEXT,
  /** Base URL of the API. Default: the origin the script came from. */
  apiUrl: TEXT,
  theme: TEXT,
  position: TEXT,
  placeholder: TEXT,
  greeting: TEXT,
  open: FLAG,
  mode: TEXT,
  isolation: TEXT,
  locale: TEXT,
  zIndex: TEXT,
  noLauncher: FLAG,
  launcherLabel: TEXT,
  userToken: TEXT,
  consent: TEXT,
  consentText: TEXT,
  privacyUrl: TEXT,
  shortcut: TEXT,
  movable: FLAG,
  compat: TEXT,
  proactive: TEXT,
  sound: FLAG,
} as const satisfies Record<string, typeof TEXT | typeof FLAG>;

export type OptionName = keyof typeof OPTIONS;
export type Options = {
  -readonly [Name in OptionName]?: (typeof OPTIONS)[Name] extends typeof FLAG ? boolean : string;
};

/** Attribute name of an option: `publishableKey` → `publishable-key`. */
export function attributeOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The words of a text, as a union. */
type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text;
const METHOD_NAMES =
  'open close toggle show hide send setInput identify setContext update reset shutdown on off registerTool getState';
export type MethodName = Words<typeof METHOD_NAMES>;
/** Methods of the element and of `window.Assisters`. */
export const METHODS = METHOD_NAMES.split(' ') as readonly MethodName[];

/** DOM events, bubbling and composed, named `assisters:<name>`. `detail` is plain data. */
export const EVENTS = {
  ready: 'assisters:ready',
  open: 'assisters:open',
  close: 'assisters:close',
  /** A message of either side is complete. `detail: {message}` */
  message: 'assisters:message',
  responseStart: 'assisters:response-start',
  responseEnd: 'assisters:response-end',
  /** `detail: {source}`; `preventDefault()` keeps the link from opening. */
  sourceClick: 'assisters:source-click',
  feedback: 'assisters:feedback',
  unread: 'assisters:unread',
  /** The visitor agreed or declined. `detail: {granted}` */
  consent: 'assisters:consent',
  /** `detail: {id, action}` */
  proactive: 'assisters:proactive',
  /** `detail: {code, message}` */
  error: 'assisters:error',
} as const;
export type EventName = (typeof EVENTS)[keyof typeof EVENTS];

/** Between menu and launcher alone: the launcher is to go to the other side. No event for pages. */
export const MOVE_EVENT = 'assisters-move';

/** Shadow parts a site may style with `::part()`. */
export const PARTS = [
  'launcher',
  'panel',
  'header',
  'messages',
  'message',
  'composer',
  'input',
  'send',
  'source',
  'proactive',
] as const;

/**
 * The one key under which this browser keeps a visitor's session (localStorage) and how the panel stood in this tab
 * (sessionStorage: begins with `open` while it is open). Nothing is stored before the first question.
 */
export function storageKey(publishableKey: string, assistantId = ''): string {
  return `assisters:${publishableKey.slice(-16)}:${assistantId}`;
}
