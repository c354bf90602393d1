/** What is kept between pages: the visitor's token and the conversation it belongs to. */
export interface StoredSession {
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
  readonly conversationId: string | null;
}

/** How the panel stood in this tab, so that a reload in the middle of an answer shows the conversation again. */
export interface StoredPanel {
  readonly open: boolean;
  readonly wide: boolean;
}

/**
 * The widget's memory across pages. Nothing is read or written before the first call, and a storage that is blocked,
 * full or absent (sandboxed frames, private modes) is replaced by this object's own memory without a word.
 */
export interface ChatMemory {
  session(): StoredSession | null;
  /** `null` forgets the visitor. */
  saveSession(session: StoredSession | null): void;
  panel(): StoredPanel | null;
  savePanel(panel: StoredPanel | null): void;
}

/**
 * Memory under one key, in `localStorage` (session) and `sessionStorage` (panel). Values are lines of text rather than
 * JSON: pages that patch `toJSON` onto strings and arrays (Prototype.js) would otherwise garble them.
 *
 * @param key unlike any other widget's or assistant's on this origin
 */
export function createMemory(key: string): ChatMemory {
  const session = place('localStorage', key);
  const panel = place('sessionStorage', key);
  return {
    session() {
      const [version, token, expires, conversation] = (session.get() ?? '').split('\n');
      if (version !== '1' || !token || !Number(expires)) return null;
      return { token, expiresAtMs: Number(expires), conversationId: conversation || null };
    },
    saveSession(value) {
      session.set(value && ['1', value.token, value.expiresAtMs, value.conversationId ?? ''].join('\n'));
    },
    panel() {
      const value = panel.get();
      return value === null ? null : { open: value.includes('open'), wide: value.includes('wide') };
    },
    savePanel(value) {
      panel.set(value && `${value.open ? 'open' : 'shut'} ${value.wide ? 'wide' : ''}`);
    },
  };
}

/** One text in one storage, or in memory where that storage does not work. */
function place(area: 'localStorage' | 'sessionStorage', key: string) {
  let held: string | null = null;
  return {
    get(): string | null {
      try {
        // Even naming the storage throws in a sandboxed frame.
        return globalThis[area].getItem(key) ?? held;
      } catch {
        return held;
      }
    },
    set(value: string | null): void {
      held = value;
      try {
        if (value === null) globalThis[area].removeItem(key);
        else globalThis[area].setItem(key, value);
      } catch {}
    },
  };
}
