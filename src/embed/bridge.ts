/**
 * What the page and the chat in an iframe say to each other, and how they find each other.
 *
 * 1. The iframe's page posts `hello` to its parent, addressed to the exact origin the script wrote into its URL.
 * 2. The parent checks window, origin, version and token, makes a MessageChannel and answers `welcome` with one port.
 * 3. The iframe's page checks the same, once. From then on both speak over the port alone, so no other window can
 *    take part; each message is read by a schema, and what does not fit is dropped without an answer.
 *
 * Neither side ever sends to `*`, sets `onmessage` of a window, or answers a message it did not expect.
 */
import { LIMITS } from '../protocol/limits.ts';
import type { PageTool, ToolCall, ToolResult } from '../protocol/resources.ts';
import type { HostTheme } from '../widget/host-theme.ts';
import { EVENTS, type EventName, FLAG, OPTIONS, type OptionName, type Options } from '../widget/names.ts';

/** Raised when a message changes its meaning; sides of different versions do not speak. */
export const BRIDGE_VERSION = 1;

/** Longest text and largest JSON of one message, in UTF-16 units. What is longer is dropped. */
const MAX_CHARS = 64_000;

/** The page tells the chat. `reveal`: open, and leave the focus where it is. `offer` and `acted` answer the report with their `id`. */
export type Command =
  | { readonly type: 'open' | 'reveal' | 'close' | 'reset' | 'shutdown' }
  | { readonly type: 'send' | 'setInput' | 'identify'; readonly text: string }
  | { readonly type: 'update'; readonly options: Options }
  | { readonly type: 'theme'; readonly theme: HostTheme }
  | { readonly type: 'setContext'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly type: 'offer'; readonly id: number; readonly tools: readonly PageTool[] }
  | { readonly type: 'acted'; readonly id: number; readonly result: ToolResult };

/**
 * The chat tells the page. `close`: the visitor closed it from inside; `move`: the launcher is to go to the other side;
 * `names`: what the launcher is called in the chat's language; `resize` for a panel of that width in CSS pixels; `offers`: what can the page do for the model; `act`: the visitor has
 * allowed this call.
 */
export type Report =
  | { readonly type: 'ready' | 'close' | 'move' }
  | { readonly type: 'names'; readonly open: string; readonly close: string }
  | { readonly type: 'unread'; readonly count: number }
  | { readonly type: 'resize'; readonly width: number }
  | { readonly type: 'offers'; readonly id: number }
  | ({ readonly type: 'act'; readonly id: number } & Pick<ToolCall, 'name' | 'arguments'>)
  | { readonly type: 'state'; readonly state: Readonly<Record<string, unknown>> }
  | { readonly type: 'event'; readonly name: EventName; readonly detail: unknown };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_CHARS;

/** Plain data of bounded size: what comes out of it has no prototype, cycle or handle of the other side. */
function plain(value: unknown): unknown {
  try {
    const json = JSON.stringify(value);
    return json === undefined || json.length > MAX_CHARS ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Options a page may change later. Which key, assistant and server are used is decided when the iframe is made. */
const FIXED: readonly string[] = ['publishableKey', 'assistantId', 'apiUrl', 'mode', 'isolation', 'open', 'compat'];

function readOptions(value: unknown): Options | null {
  if (!isObject(value)) return null;
  const options: Record<string, string | boolean> = {};
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    if (FIXED.includes(name) || !Object.hasOwn(value, name)) continue;
    const option = value[name];
    if (
      typeof option !== (OPTIONS[name] === FLAG ? 'boolean' : 'string') ||
      (typeof option === 'string' && !isText(option))
    )
      return null;
    options[name] = option as string | boolean;
  }
  return options as Options;
}

const isByte = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 255;

function readTheme(value: unknown): HostTheme | null {
  if (!isObject(value)) return null;
  const { dark, accent, radius } = value;
  if (dark !== null && typeof dark !== 'boolean') return null;
  if (radius !== null && !(typeof radius === 'number' && radius >= 0 && radius <= 16)) return null;
  if (accent !== null && !(Array.isArray(accent) && accent.length === 3 && accent.every(isByte))) return null;
  return { dark, accent: accent as HostTheme['accent'], radius };
}

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isToolName = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);

/** The tools that fit, up to as many as a question may carry. */
function readTools(value: unknown): readonly PageTool[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, LIMITS.pageTools).flatMap((tool: unknown) => {
    if (!isObject(tool) || !isToolName(tool.name) || !isText(tool.description)) return [];
    const parameters = plain(tool.parameters);
    return isObject(parameters) ? [{ name: tool.name, description: tool.description, parameters }] : [];
  }) as readonly PageTool[];
}

function readResult(value: unknown): ToolResult {
  if (isObject(value) && isText(value.error)) return { error: value.error };
  const content = isObject(value) ? plain(value.content) : undefined;
  return content === undefined ? { error: 'What the page gave is not JSON of a bounded size.' } : { content };
}

/** A command, or `null` for everything else. Never throws. */
export function readCommand(value: unknown): Command | null {
  if (!isObject(value)) return null;
  switch (value.type) {
    case 'open':
    case 'reveal':
    case 'close':
    case 'reset':
    case 'shutdown':
      return { type: value.type };
    case 'send':
    case 'setInput':
    case 'identify':
      return isText(value.text) ? { type: value.type, text: value.text } : null;
    case 'update': {
      const options = readOptions(value.options);
      return options && { type: 'update', options };
    }
    case 'theme': {
      const theme = readTheme(value.theme);
      return theme && { type: 'theme', theme };
    }
    case 'setContext': {
      const context = plain(value.context);
      return isObject(context) ? { type: 'setContext', context } : null;
    }
    case 'offer':
      return isNumber(value.id) ? { type: 'offer', id: value.id, tools: readTools(value.tools) } : null;
    case 'acted':
      return isNumber(value.id) ? { type: 'acted', id: value.id, result: readResult(value.result) } : null;
    default:
      return null;
  }
}

const EVENT_NAMES: readonly string[] = Object.values(EVENTS);

/** A report, or `null` for everything else. Never throws. */
export function readReport(value: unknown): Report | null {
  if (!isObject(value)) return null;
  switch (value.type) {
    case 'ready':
    case 'close':
    case 'move':
      return { type: value.type };
    case 'names':
      return isText(value.open) && isText(value.close) ? { type: 'names', open: value.open, close: value.close } : null;
    case 'unread':
      return isNumber(value.count) ? { type: 'unread', count: value.count } : null;
    case 'resize':
      return typeof value.width === 'number' && value.width >= 280 && value.width <= 1_200
        ? { type: 'resize', width: value.width }
        : null;
    case 'offers':
      return isNumber(value.id) ? { type: 'offers', id: value.id } : null;
    case 'act': {
      const given = plain(value.arguments);
      return isNumber(value.id) && isToolName(value.name) && isObject(given)
        ? { type: 'act', id: value.id, name: value.name, arguments: given as ToolCall['arguments'] }
        : null;
    }
    case 'state': {
      const state = plain(value.state);
      return isObject(state) ? { type: 'state', state } : null;
    }
    case 'event':
      return EVENT_NAMES.includes(value.name as string)
        ? { type: 'event', name: value.name as EventName, detail: plain(value.detail) ?? null }
        : null;
    default:
      return null;
  }
}

const isHandshake = (value: unknown, step: 'hello' | 'welcome', token: string): boolean =>
  isObject(value) && value.assisters === BRIDGE_VERSION && value.step === step && value.token === token;

/** Listens on a port; what does not fit the schema is dropped. The signal closes the port. */
function listen<Message>(
  port: MessagePort,
  read: (value: unknown) => Message | null,
  heard: (message: Message) => void,
  signal: AbortSignal,
): void {
  port.addEventListener(
    'message',
    (event) => {
      const message = read(event.data);
      if (message) heard(message);
    },
    { signal },
  );
  signal.addEventListener('abort', () => port.close(), { once: true });
  port.start();
}

export interface FrameLink {
  /** Sends at once, or as soon as the iframe's page has answered; in order. */
  send(command: Command): void;
}

/**
 * The page's side: waits for the `hello` of `frame` from `origin` with `token`, answers once, and hands on reports.
 * At most `1000` commands wait; further ones are dropped. Ends with `signal`.
 */
export function linkFrame(options: {
  readonly window: Window;
  /** The iframe's window; asked for at each message, as it is null before the iframe is in the page. */
  readonly frame: () => Window | null;
  readonly origin: string;
  readonly token: string;
  readonly heard: (report: Report) => void;
  readonly signal: AbortSignal;
}): FrameLink {
  const { window, frame, origin, token, heard, signal } = options;
  const waiting: Command[] = [];
  let port: MessagePort | null = null;
  window.addEventListener(
    'message',
    (event) => {
      const from = frame();
      if (from === null || event.source !== from || event.origin !== origin) return;
      if (!isHandshake(event.data, 'hello', token)) return;
      // A second hello is the same iframe after a reload of its page: the old port is dead, a new one takes over.
      port?.close();
      const channel = new MessageChannel();
      port = channel.port1;
      listen(port, readReport, heard, signal);
      from.postMessage({ assisters: BRIDGE_VERSION, step: 'welcome', token }, origin, [channel.port2]);
      for (const command of waiting.splice(0)) port.postMessage(command);
    },
    { signal },
  );
  return {
    send(command) {
      if (port) port.postMessage(command);
      else if (waiting.length < 1_000) waiting.push(command);
    },
  };
}

export interface ParentLink {
  /** Sends at once, or as soon as the parent has answered; in order. */
  send(report: Report): void;
}

/**
 * The iframe's side: says `hello` to the parent at exactly `origin`, takes the first fitting `welcome`, and hands on
 * commands. Ends with `signal`.
 */
export function linkParent(options: {
  readonly window: Window;
  readonly parent: Window;
  readonly origin: string;
  readonly token: string;
  readonly heard: (command: Command) => void;
  readonly signal: AbortSignal;
}): ParentLink {
  const { window, parent, origin, token, heard, signal } = options;
  const waiting: Report[] = [];
  let port: MessagePort | null = null;
  window.addEventListener(
    'message',
    (event) => {
      const offered = event.ports[0];
      if (port || event.source !== parent || event.origin !== origin || !offered || event.ports.length !== 1) return;
      if (!isHandshake(event.data, 'welcome', token)) return;
      port = offered;
      listen(port, readCommand, heard, signal);
      for (const report of waiting.splice(0)) port.postMessage(report);
    },
    { signal },
  );
  parent.postMessage({ assisters: BRIDGE_VERSION, step: 'hello', token }, origin);
  return {
    send(report) {
      if (port) port.postMessage(report);
      else if (waiting.length < 1_000) waiting.push(report);
    },
  };
}
