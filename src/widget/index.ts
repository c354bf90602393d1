import type { AssistersChat } from './assisters-chat.ts';
import { define } from './define.ts';
import type { ChatEventMap } from './event-details.ts';
import { drawLauncher } from './launcher.ts';

export { AssistersChat, type ChatSnapshot } from './assisters-chat.ts';
export type { ChatEventMap, ChatMessage, EventDetails } from './event-details.ts';
export type { RegisteredTool } from './features.ts';
export type { Plural, StringOverrides, Strings } from './i18n/en.ts';
export * from './names.ts';
export type { ChatTransport, HistoryPage } from './transport/transport.ts';
export { TransportError } from './transport/transport.ts';

define(drawLauncher);

declare global {
  interface HTMLElementTagNameMap {
    'assisters-chat': AssistersChat;
  }
  interface GlobalEventHandlersEventMap extends ChatEventMap {}
}
