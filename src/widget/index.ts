import { AssistersChat } from './assisters-chat.ts';
import type { ChatEventMap } from './event-details.ts';
import { TAG } from './names.ts';

export { AssistersChat, type ChatSnapshot } from './assisters-chat.ts';
export type { ChatEventMap, ChatMessage, EventDetails } from './event-details.ts';
export type { Plural, StringOverrides, Strings } from './i18n/en.ts';
export * from './names.ts';
export type { ChatTransport, HistoryPage } from './transport/transport.ts';
export { TransportError } from './transport/transport.ts';

// A page may carry the script twice, or a script and a module: the first definition stays.
if (!customElements.get(TAG)) customElements.define(TAG, AssistersChat);

declare global {
  interface HTMLElementTagNameMap {
    'assisters-chat': AssistersChat;
  }
  interface GlobalEventHandlersEventMap extends ChatEventMap {}
}
