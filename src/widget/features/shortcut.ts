/** A key that opens the chat from anywhere on the page, and brings the visitor back to where they were. */
import { type Call, type Host, optionOf } from './host.ts';

const MODIFIERS = ['Alt', 'Control', 'Meta', 'Shift'] as const;
/** As people write them. `Mod` is Command on Apple's machines, Control elsewhere. */
const SPELLINGS: Readonly<Record<string, string>> = { ctrl: 'Control', cmd: 'Meta', command: 'Meta', option: 'Alt' };
/** Alt changes what a key types on some systems, and layouts differ; where the key is does not. */
const CODES: Readonly<Record<string, string>> = { '/': 'Slash', '.': 'Period', ',': 'Comma', ';': 'Semicolon' };

/** Where the visitor was when the shortcut opened the chat. */
const FROM = Symbol.for('assisters.from');
type Remembering = Host & { [FROM]?: { element: HTMLElement | null } };

export interface Combination {
  readonly key: string;
  readonly modifiers: readonly string[];
}

/**
 * Reads `Alt+/`, `Ctrl+Shift+K`, `Mod+J`, `F2`. `null` for what is no shortcut, and for a single character without Alt,
 * Control or Meta: that would fire while people type, or talk to their computer (WCAG 2.2, 2.1.4).
 */
export function readShortcut(text: string, isApple: boolean): Combination | null {
  const parts = text
    .trim()
    .split('+')
    .map((part) => part.trim());
  const key = parts.pop() ?? '';
  const modifiers = parts.map((part) => {
    const name = part.toLowerCase();
    if (name === 'mod') return isApple ? 'Meta' : 'Control';
    return SPELLINGS[name] ?? MODIFIERS.find((modifier) => modifier.toLowerCase() === name) ?? '';
  });
  if (key === '' || modifiers.includes('')) return null;
  const alone = modifiers.every((modifier) => modifier === 'Shift');
  return alone && key.length === 1 ? null : { key, modifiers };
}

/** Whether the event is that combination, exactly. */
export function isShortcut(event: KeyboardEvent, { key, modifiers }: Combination): boolean {
  if (MODIFIERS.some((modifier) => event.getModifierState(modifier) !== modifiers.includes(modifier))) return false;
  const code = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : CODES[key];
  return event.key.toLowerCase() === key.toLowerCase() || event.code === code;
}

/** Listens for the shortcut that is set at that moment, and names it on the launcher. Ends with the signal. */
export function shortcut(host: Host, call: Call, signal: AbortSignal): void {
  const { ownerDocument: document } = host;
  const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
  // On the host: the element goes on with what the pasted script's copy of this file began.
  const memory = (host as Remembering)[FROM] ?? { element: null };
  (host as Remembering)[FROM] = memory;
  let told = '';
  const read = () => {
    const text = optionOf(host, 'shortcut');
    const combination = text ? readShortcut(text, isApple) : null;
    if (text && !combination && told !== text) {
      told = text;
      console.error(`[assisters] "${text}" is no shortcut: write Alt, Ctrl, Mod or Shift and a key, like "Alt+/".`);
    }
    return combination;
  };
  const combination = read();
  const button = host.shadowRoot?.querySelector('.launcher');
  if (combination) button?.setAttribute('aria-keyshortcuts', [...combination.modifiers, combination.key].join('+'));
  signal.addEventListener('abort', () => button?.removeAttribute('aria-keyshortcuts'));

  document.addEventListener(
    'keydown',
    (event) => {
      const wanted = event.defaultPrevented || event.isComposing ? null : read();
      if (!wanted || !isShortcut(event, wanted)) return;
      event.preventDefault();
      // From inside it is the way out.
      if (document.activeElement === host && !host.shadowRoot!.activeElement?.matches('.launcher')) {
        call('close', []);
        return;
      }
      memory.element = document.activeElement as HTMLElement | null;
      call('open', []);
    },
    { signal },
  );
  host.addEventListener(
    'assisters:close',
    () => {
      const back = memory.element;
      memory.element = null;
      // After the chat has put the focus on its launcher, and only if it did.
      queueMicrotask(() => {
        if (back?.isConnected && document.activeElement === host) back.focus({ preventScroll: true });
      });
    },
    { signal },
  );
}
