/** `@assisters/react`: the chat as a React component, and as a hook without interface. Only what is exported here is public. */

export type { ChatError, HeadlessMessage, HeadlessView, Source } from '../widget/headless.ts';
export type {
  AssistersChat as AssistersChatElement,
  ChatMessage,
  ChatSnapshot,
  ChatTransport,
  EventDetails,
  Strings,
} from '../widget/index.ts';
export { AssistersChat, type AssistersChatProps } from './assisters-chat.tsx';
export type { ChatCallbacks } from './callbacks.ts';
export { type Assistance, type UseAssistersOptions, useAssisters } from './use-assisters.ts';
