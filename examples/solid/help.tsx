import '@assisters/chat/solid';
import type { ChatEvents } from '@assisters/chat/solid';

const listeners = {
  'on:assisters:message': ({ detail }: ChatEvents['assisters:message']) => console.log(detail.message.content),
};

export const Help = () => (
  <assisters-chat publishable-key="pk_live_…" api-url="https://chat.example.com/v1" theme="dark" {...listeners} />
);
