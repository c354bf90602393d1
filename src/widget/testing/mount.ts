import { type AssistersChat, TAG } from '../index.ts';
import { loadMarkdown } from '../markdown/load.ts';
import type { ScriptedTransport } from '../transport/scripted-transport.ts';
import { demoTransport } from './demo.ts';

// As for the second answer of a visit: what the element does before it is here has a test of its own.
await loadMarkdown();

const mounted: AssistersChat[] = [];

export interface Mounted {
  readonly chat: AssistersChat;
  readonly transport: ScriptedTransport;
  /** Finds in the shadow root; throws when it is not there. */
  find<Found extends HTMLElement = HTMLElement>(selector: string): Found;
  all(selector: string): HTMLElement[];
  /** Types a question and presses Enter. */
  ask(question: string): void;
  /** Resolves with the next event of that name. */
  next(name: string): Promise<CustomEvent>;
  /** Two frames: everything that was asked for has been drawn. */
  drawn(): Promise<void>;
}

/** Puts an element on the page, with the demo's transport unless another is given. Ended by `unmountAll`. */
export function mount(
  attributes: Record<string, string> = {},
  transport: ScriptedTransport = demoTransport(),
  parent: HTMLElement = document.body,
): Mounted {
  const chat = document.createElement(TAG);
  // Storage is the browser's own; a key of its own keeps tests apart.
  chat.publishableKey = attributes['publishable-key'] ?? `pk_test_${Math.random().toString(36).slice(2)}`;
  chat.transport = transport;
  for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
  parent.append(chat);
  mounted.push(chat);
  const root = chat.shadowRoot!;
  const find = <Found extends HTMLElement>(selector: string): Found => {
    const found = root.querySelector<Found>(selector);
    if (!found) throw new Error(`There is no ${selector} in the element.`);
    return found;
  };
  return {
    chat,
    transport,
    find,
    all: (selector) => [...root.querySelectorAll<HTMLElement>(selector)],
    ask(question) {
      const input = find<HTMLTextAreaElement>('textarea');
      input.value = question;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    },
    next: (name) =>
      new Promise((resolve) => {
        chat.addEventListener(`assisters:${name}`, (event) => resolve(event as CustomEvent), { once: true });
      }),
    async drawn() {
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
      await chat.updateComplete;
    },
  };
}

/** Ends every element, and forgets what they stored. */
export function unmountAll(): void {
  for (const chat of mounted.splice(0)) {
    chat.shutdown();
    chat.remove();
  }
  localStorage.clear();
  sessionStorage.clear();
  document.documentElement.removeAttribute('dir');
  document.documentElement.style.colorScheme = '';
}
