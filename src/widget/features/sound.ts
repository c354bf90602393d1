/**
 * A quiet sound when an answer has ended that nobody sees: its panel is closed or its page hidden, and no other tab shows
 * the conversation. Two soft notes made by Web Audio: no file, no request. Loaded with the first open panel, where the site
 * has the option; the visitor's switch stands in the menu and is remembered.
 *
 * Only the tab that writes an answer tells of its end, so one tab plays. It asks the others by a lock: each tab that shows the
 * conversation shares it, and who can have it alone is seen by nobody.
 *
 * Not bound to `prefers-reduced-motion`: that is about what moves, and who turns movement off may need the sound the more.
 */
import type { ChatSnapshot } from '../assisters-chat.ts';
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/sound.ts';
import type { EVENTS } from '../names.ts';

/** The element, as far as this goes. */
type Host = HTMLElement & {
  readonly sound?: boolean | undefined;
  readonly publishableKey?: string | undefined;
  readonly assistantId?: string | undefined;
  getState(): ChatSnapshot;
};

/** `off` under this key of localStorage: the visitor wants none, on this site. */
const KEY = 'assisters-sound';
/** Names of the table, which a part that comes later does not carry. */
const [OPEN, CLOSE, ENDED]: readonly [typeof EVENTS.open, typeof EVENTS.close, typeof EVENTS.responseEnd] = [
  'assisters:open',
  'assisters:close',
  'assisters:response-end',
];
/** A fifth up, Hz: D5 and A5. */
const NOTES = [587.33, 880];
const NOTE_EVERY_S = 0.11;
const NOTE_LASTS_S = 0.4;
/** Of full volume: beside music it is heard, in a silent room it does not startle. */
const LOUDNESS = 0.06;

const CSS_TEXT = `
  [data-item=sound] .icon:last-child { margin-inline-start: auto; }
  [data-item=sound][aria-checked=false] .icon:last-child { visibility: hidden; }
`;

/** The visitor's wish, for as long as this page where it cannot be stored. */
function createSwitch() {
  let held: string | null = null;
  return {
    get on(): boolean {
      try {
        return (localStorage.getItem(KEY) ?? held) !== 'off';
      } catch {
        // Storage is blocked; naming it throws.
        return held !== 'off';
      }
    },
    set on(on: boolean) {
      held = on ? null : 'off';
      try {
        if (held) localStorage.setItem(KEY, held);
        else localStorage.removeItem(KEY);
      } catch {}
    },
  };
}

/** The two notes; resolves when they have faded. */
function sound(audio: AudioContext): Promise<unknown> {
  const { destination, currentTime } = audio;
  const faded = NOTES.map((frequency, index) => {
    const at = currentTime + index * NOTE_EVERY_S;
    const volume = new GainNode(audio, { gain: 0 });
    // Straight up and down would click.
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
    volume.gain.setTargetAtTime(0, at + 0.015, NOTE_LASTS_S / 5);
    const note = new OscillatorNode(audio, { frequency });
    note.connect(volume).connect(destination);
    note.start(at);
    note.stop(at + NOTE_LASTS_S);
    return new Promise((resolve) => note.addEventListener('ended', resolve));
  });
  return Promise.all(faded);
}

export function create({ kit, root, changed }: FeaturePorts): Feature {
  const { html, icon } = kit;
  const host = root().host as Host;
  const document = host.ownerDocument;
  const wish = createSwitch();
  const wanted = () => host.sound === true && wish.on;

  /** Soundings under way. */
  let playing = 0;
  /** Made at a gesture of the visitor's: sooner no browser lets it sound, and Chromium says so in the console. */
  let context: AudioContext | null = null;
  const sleep = () => void (playing === 0 && context?.suspend());
  const unlock = ({ isTrusted }: Event) => {
    if (context || !isTrusted || !wanted() || navigator.userActivation?.isActive === false) return;
    // Absent in Safari before 14.1.
    if (typeof AudioContext !== 'function') return;
    const made = new AudioContext();
    context = made;
    // From here on it may sound without a gesture; until then it sleeps.
    made.resume().then(sleep, () => {});
  };
  for (const gesture of ['keydown', 'click']) host.addEventListener(gesture, unlock);

  async function play(): Promise<void> {
    const audio = context;
    if (!audio) return;
    playing += 1;
    // Refused by a browser that has thought better of it: then it stays silent.
    await audio.resume().then(
      () => sound(audio),
      () => {},
    );
    playing -= 1;
    sleep();
  }

  const lock = `${KEY}:${host.publishableKey}:${host.assistantId ?? ''}`;
  const isShown = () => host.isConnected && document.visibilityState === 'visible' && host.getState().open;

  /** Ends this tab's share of the lock. */
  let shown: AbortController | null = null;
  const tellTabs = () => {
    if (isShown() === (shown !== null)) return;
    shown?.abort();
    shown = null;
    if (!isShown()) return;
    shown = new AbortController();
    const { signal } = shown;
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    // Refused in sandboxed frames, which have no other tabs.
    void navigator.locks?.request(lock, { mode: 'shared' }, () => over).catch(() => {});
  };
  for (const sign of [OPEN, CLOSE]) host.addEventListener(sign, tellTabs);
  document.addEventListener('visibilitychange', tellTabs);
  tellTabs();

  async function isShownElsewhere(): Promise<boolean> {
    try {
      return await navigator.locks.request(lock, { ifAvailable: true }, (alone) => alone === null);
    } catch {
      return false;
    }
  }

  host.addEventListener(ENDED, (event) => {
    const { status } = (event as CustomEvent<{ readonly status: string }>).detail;
    // Who stops an answer is there.
    if (status === 'stopped' || !wanted() || isShown()) return;
    void isShownElsewhere().then((seen) => (seen ? undefined : play()));
  });

  return {
    css: CSS_TEXT,
    words,
    draw: ({ strings, gated }) =>
      gated
        ? kit.nothing
        : html`<button
      type="button"
      role="menuitemcheckbox"
      tabindex="-1"
      data-item="sound"
      aria-checked=${String(wish.on)}
      @click=${(event: Event) => {
        wish.on = !wish.on;
        changed();
        unlock(event);
        // So sounds what was just asked for.
        if (wish.on) void play();
      }}
    >${icon('speaker')}${strings.answerSound}${icon('check')}</button>`,
  };
}
