import { createComponent } from '@lit/react';
import * as React from 'react';
import {
  type AssistersChat as AssistersChatElement,
  attributeOf,
  type ChatTransport,
  OPTIONS,
  type OptionName,
  type Options,
  type StringOverrides,
  TAG,
} from '../widget/index.ts';
import { type ChatCallbacks, EVENT_OF, listenersOf } from './callbacks.ts';

/** Options of the element. `isolation` is left out: an iframe is made by the pasted script, not by the element. */
interface ChatOptions {
  theme?: 'light' | 'dark' | 'auto' | undefined;
  position?: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | undefined;
  mode?: 'floating' | 'inline' | 'fullpage' | undefined;
  consent?: 'required' | undefined;
  compat?: 'intercom' | 'crisp' | 'chatwoot' | 'kapa' | undefined;
  zIndex?: number | string | undefined;
  /** Words of the interface that replace the language's own. */
  strings?: StringOverrides | undefined;
  /** Sent with every call of the API; read at each call. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Another way to reach an assistant than HTTP. Given once, before the chat is opened. */
  transport?: ChatTransport | undefined;
}

type Plain = Exclude<OptionName, keyof ChatOptions | 'isolation'>;
type Own = ChatOptions & { [Name in Plain]?: Options[Name] | undefined } & ChatCallbacks;

/** Options in camel case, events as callbacks, and what every element takes (`className`, `style`, `id`, `aria-…`). */
export type AssistersChatProps = Own &
  Omit<React.HTMLAttributes<AssistersChatElement>, keyof Own | 'children' | 'dangerouslySetInnerHTML'>;

/**
 * Names what is set as a property after the element is on the page: values that no attribute can carry. The options go
 * as attributes, so that they are there when the element is connected, and in markup that a server rendered.
 */
const PROPERTIES = {
  name: 'AssistersChat',
  prototype: { strings: undefined, headers: undefined, transport: undefined },
} as unknown as typeof AssistersChatElement;

const Element = createComponent({ react: React, tagName: TAG, elementClass: PROPERTIES, events: EVENT_OF });

const NAMES = (Object.keys(OPTIONS) as OptionName[]).filter((name) => name !== 'open' && name !== 'isolation');

/** Attributes of the options that are given; a boolean is there or not. */
function attributesOf(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = NAMES.filter(
    (name) => options[name] !== undefined && options[name] !== null && options[name] !== false,
  );
  return Object.fromEntries(
    given.map((name) => [attributeOf(name), options[name] === true ? '' : String(options[name])]),
  );
}

/**
 * The chat on a React page, `<assisters-chat>` underneath. The ref is the element, with its methods.
 *
 * Renders the bare tag with its options on a server and touches no `window` when imported; there the element comes to
 * life with hydration. `open` follows its changes: the visitor may close what it opened (`onClose` tells). Removing the
 * component takes the chat off the page and closes its line; the conversation is there again when it comes back.
 *
 * ```tsx
 * <AssistersChat publishableKey="pk_live_…" apiUrl="https://chat.example.com/v1" onMessage={(msg) => console.log(msg)} />
 * ```
 */
export const AssistersChat: React.ForwardRefExoticComponent<
  AssistersChatProps & React.RefAttributes<AssistersChatElement>
> = React.forwardRef<AssistersChatElement, AssistersChatProps>(function AssistersChat(props, ref) {
  const element = React.useRef<AssistersChatElement>(null);
  React.useImperativeHandle(ref, () => element.current!, []);
  const { open, onReady } = props;
  const attributes = attributesOf(props as Readonly<Record<string, unknown>>);

  // React 19 sets an option that has a property of its name there, so markup of a server may still carry the attribute.
  const absent = NAMES.map(attributeOf).filter((name) => !(name in attributes));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list by its content
  React.useEffect(() => {
    for (const name of absent) element.current?.removeAttribute(name);
  }, [absent.join()]);

  React.useEffect(() => {
    if (open !== undefined && element.current) element.current.open = open;
  }, [open]);

  const told = React.useRef(false);
  React.useEffect(() => {
    if (!told.current) onReady?.();
    told.current = true;
  }, [onReady]);

  return <Element {...restOf(props)} {...attributes} {...listenersOf(props)} ref={element} />;
});

/** What is neither an option nor a callback: for React, or for the properties. */
function restOf(props: AssistersChatProps): object {
  const taken: readonly string[] = [...Object.keys(OPTIONS), ...Object.keys(EVENT_OF), 'onReady'];
  return Object.fromEntries(Object.entries(props).filter(([name]) => !taken.includes(name)));
}
