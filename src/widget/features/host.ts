/** What the extras see of the chat they are for. */

/** The host, before or after it has become the element: then its properties know more than its attributes. */
export type Host = HTMLElement & { [option in 'shortcut' | 'movable' | 'compat' | 'proactive']?: unknown };
/** Calls a method of the chat, now or as soon as it is there. */
export type Call = (method: string, args: readonly unknown[]) => unknown;

/** What an option says at this moment; `''` is an attribute that stands alone. */
export function optionOf(host: Host, name: 'shortcut' | 'movable' | 'compat'): string | null {
  const value = host[name] ?? host.getAttribute(name);
  return value === true ? '' : typeof value === 'string' ? value : null;
}
