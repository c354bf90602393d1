/** What is kept between pages: the visitor's token and the conversation it belongs to. */
export interface StoredSession {
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
  readonly conversationId: string | null;
  /** Whose it is, as the site's server signed it; `null`: an unknown visitor's. */
  readonly subject: string | null;
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
  /** Counts the visitors that were forgotten: what was begun for one must not be kept for the next. */
  visitor(): number;
  /** Of the person who is on the page now; another's is as good as none. */
  session(): StoredSession | null;
  /** An unknown visitor's, which a person who has said who they are since may take over. */
  unknown(): StoredSession | null;
  saveSession(session: Omit<StoredSession, 'subject'>): void;
  panel(): StoredPanel | null;
  savePanel(panel: StoredPanel): void;
  consented(): boolean;
  /** `false` is not kept: the visitor is asked again. */
  saveConsent(given: boolean): void;
  /** Forgets the visitor: session and panel. */
  forget(): void;
}

/**
 * Memory under one key, in `localStorage` (session, consent) and `sessionStorage` (panel). Values are lines of text rather
 * than JSON: pages that patch `toJSON` onto strings and arrays (Prototype.js) would otherwise garble them.
 *
 * @param key unlike any other widget's or assistant's on this origin
 * @param subject who is on the page now; `null`: nobody knows
 */
export function createMemory(key: string, subject: () => string | null = () => null): ChatMemory {
  const session = place('localStorage', key);
  const panel = place('sessionStorage', key);
  const consent = place('localStorage', `${key}:consent`);
  let visitor = 0;
  const read = (whose: string | null): StoredSession | null => {
    const [version, token, expires, conversation, of] = (session.get() ?? '').split('\n');
    if (version !== '1' || !token || !Number(expires) || (of || '') !== encodeURIComponent(whose ?? '')) return null;
    return { token, expiresAtMs: Number(expires), conversationId: conversation || null, subject: whose };
  };
  return {
    visitor: () => visitor,
    session: () => read(subject()),
    unknown: () => read(null),
    saveSession({ token, expiresAtMs, conversationId }) {
      const whose = subject();
      const lines = ['1', token, expiresAtMs, conversationId ?? ''];
      session.set((whose === null ? lines : [...lines, encodeURIComponent(whose)]).join('\n'));
    },
    panel() {
      const value = panel.get();
      return value === null ? null : { open: value.includes('open'), wide: value.includes('wide') };
    },
    savePanel(value) {
      panel.set(`${value.open ? 'open' : 'shut'} ${value.wide ? 'wide' : ''}`);
    },
    consented: () => consent.get() === '1',
    saveConsent: (given) => consent.set(given ? '1' : null),
    forget() {
      visitor += 1;
      session.set(null);
      panel.set(null);
    },
  };
}

/** One text in one storage, or in memory where that storage does not work. */
function place(area: 'localStorage' | 'sessionStorage', key: string) {
  /** Only what the storage did not take: what it has may be changed by another tab. */
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
        held = null;
      } catch {}
    },
  };
}
