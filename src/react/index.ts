/** `@assisters/react`: the chat as a React component. Only what is exported here is public. */
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
