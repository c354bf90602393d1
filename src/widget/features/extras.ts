/**
 * What a site asks for beyond the chat: a keyboard shortcut, a launcher that can be moved, the calls of the widget it had
 * before, a message that offers itself. Loaded only where one of these options is set, by the pasted script as it draws the launcher, and by the element.
 */
import { type Call, type Host, optionOf } from './host.ts';
import { movable } from './movable.ts';
import { shortcut } from './shortcut.ts';

/** Starts all of it. Ends with the signal. */
export function startExtras(host: Host, call: Call, signal: AbortSignal): void {
  shortcut(host, call, signal);
  movable(host, signal);
  startProactive(host, call, signal);
  const compat = optionOf(host, 'compat');
  if (compat) void import('./compat.ts').then(({ speakAs }) => signal.aborted || speakAs(compat, host, call));
}

/** Offers messages by the site's rules, where there are any. Ends with the signal. */
export function startProactive(host: Host, call: Call, signal: AbortSignal): void {
  if ((host.proactive ?? host.getAttribute('proactive') ?? 'off') === 'off') return;
  void import('./proactive.ts').then(
    ({ proactive }) => signal.aborted || proactive(host, call, signal),
    (error: unknown) => console.warn('[assisters] Proactive messages are not there.', error),
  );
}
