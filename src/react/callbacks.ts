import { type ChatEventMap, EVENTS, type EventDetails } from '../widget/index.ts';

type Name = keyof typeof EVENTS;
type EventOf<Short extends Name> = ChatEventMap[(typeof EVENTS)[Short]];
/** `readonly` is meant for readers of the tuple's elements, not for the tuple. */
type Values = {
  ready: [];
  open: [];
  close: [];
  message: [message: EventDetails['message']['message']];
  responseStart: [];
  responseEnd: [status: EventDetails['responseEnd']['status']];
  sourceClick: [source: EventDetails['sourceClick']['source']];
  feedback: [feedback: EventDetails['feedback']];
  unread: [count: number];
  consent: [granted: EventDetails['consent']['granted']];
  proactive: [message: EventDetails['proactive']];
  error: [error: EventDetails['error']];
};

/**
 * The element's events as callbacks: `onMessage`, `onSourceClick`, … Each gets what the event is about (the message, the
 * source, the count) and then the DOM event; `event.preventDefault()` in `onSourceClick` keeps the source from opening.
 * `onReady` is called once, when the element is on the page and its methods work, and gets nothing.
 */
export type ChatCallbacks = {
  [Short in Name as `on${Capitalize<Short>}`]?:
    | (Short extends 'ready' ? () => void : (...values: [...Values[Short], event: EventOf<Short>]) => void)
    | undefined;
};
export type CallbackName = keyof ChatCallbacks;

/** What a callback gets before the event, out of the event's `detail`. */
const VALUES: { readonly [Short in Name]: (detail: EventDetails[Short]) => Values[Short] } = {
  ready: () => [],
  open: () => [],
  close: () => [],
  message: ({ message }) => [message],
  responseStart: () => [],
  responseEnd: ({ status }) => [status],
  sourceClick: ({ source }) => [source],
  feedback: (feedback) => [feedback],
  unread: ({ count }) => [count],
  consent: ({ granted }) => [granted],
  proactive: (message) => [message],
  error: (error) => [error],
};

const NAMES = Object.keys(EVENTS) as Name[];
const callbackOf = (name: Name) => `on${name[0]!.toUpperCase()}${name.slice(1)}` as CallbackName;

/**
 * Callback → DOM event. Without `ready`: the element says that while it is being put on the page, before anything can
 * listen to it.
 */
export const EVENT_OF = Object.fromEntries(
  NAMES.filter((name) => name !== 'ready').map((name) => [callbackOf(name), EVENTS[name]]),
) as { readonly [Callback in Exclude<CallbackName, 'onReady'>]: string };

/** Callback → listener of the DOM event. `undefined` stays: it takes the last listener away. */
export function listenersOf(callbacks: ChatCallbacks): Record<string, ((event: Event) => void) | undefined> {
  const listeners: Record<string, ((event: Event) => void) | undefined> = {};
  for (const name of NAMES) {
    const callback = callbacks[callbackOf(name)] as ((...values: unknown[]) => void) | undefined;
    if (name === 'ready' || !callback) continue;
    const valuesOf = VALUES[name] as (detail: unknown) => readonly unknown[];
    listeners[callbackOf(name)] = (event) => callback(...valuesOf((event as CustomEvent<unknown>).detail), event);
  }
  return listeners;
}
