import * as React from 'react';
import {
  createChat,
  EMPTY_VIEW,
  type HeadlessChat,
  type HeadlessOptions,
  type HeadlessView,
} from '../widget/headless.ts';

export interface UseAssistersOptions extends HeadlessOptions {
  /** While false, nothing is loaded and no request is made: e.g. until the visitor opens the chat. Default true. */
  readonly enabled?: boolean | undefined;
}

/** State and actions of a chat that you draw yourself. */
export interface Assistance
  extends HeadlessView,
    Pick<HeadlessChat, 'send' | 'stop' | 'regenerate' | 'reset' | 'rate' | 'loadOlder' | 'reload'> {}

const emptyView = () => EMPTY_VIEW;

/**
 * The chat without our interface: what `<assisters-chat>` knows and can do, for those who draw their own. It drives the
 * element's store (stored conversation, streaming, dropped lines, retries), without loading the element.
 *
 * ```tsx
 * const { messages, status, send, stop } = useAssisters({ publishableKey: 'pk_live_…', apiUrl: 'https://chat.example.com/v1' });
 * ```
 *
 * Messages that did not change stay the same objects, and the actions the same functions, so `React.memo` holds. On a
 * server it gives the empty chat. Another key, assistant, address or transport is another chat. Removing the component
 * closes the line; an answer under way is finished by the server and is there when the component comes back.
 */
export function useAssisters(options: UseAssistersOptions): Assistance {
  const { publishableKey, assistantId, apiUrl, transport, headers, enabled = true } = options;
  // Given anew at each render, usually, with the same content.
  const sent = JSON.stringify(headers);
  // biome-ignore lint/correctness/useExhaustiveDependencies: headers by their content
  const chat = React.useMemo(
    () => createChat({ publishableKey, assistantId, apiUrl, transport, headers }),
    [publishableKey, assistantId, apiUrl, transport, sent],
  );
  const view = React.useSyncExternalStore(chat.subscribe, chat.getView, emptyView);
  React.useEffect(() => {
    if (enabled) chat.start();
    return chat.pause;
  }, [chat, enabled]);
  return React.useMemo(() => {
    const { send, stop, regenerate, reset, rate, loadOlder, reload } = chat;
    return { ...view, send, stop, regenerate, reset, rate, loadOlder, reload };
  }, [chat, view]);
}
