/**
 * Speech, by what the browser has of its own: dictating a question (Web Speech API's `SpeechRecognition`) and having an
 * answer read aloud (`speechSynthesis`). Loaded with the first press of one of their buttons; browsers without them show none.
 */

import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/voice.ts';
import type { Words } from '../i18n/en.ts';

/** What is used of the recogniser; TypeScript's library does not have it. */
interface Recogniser {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: { readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }>> }) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}
type RecogniserClass = new () => Recogniser;

export interface Voice extends Feature {
  /** Why dictation has ended without the visitor, until they go on. Stands above the input. */
  draw(): unknown;
  /** The microphone is on. */
  readonly listening: boolean;
  /** The row that is being read. */
  readonly reading: string | null;
  /**
   * Begins to write what is said behind the draft, or ends it. It ends by itself when the draft is changed or sent.
   * @param draft what stands in the input now
   */
  dictate(strings: Words, language: string, draft: () => string): void;
  /** Reads a row, or ends reading it. @param text as it is to be spoken */
  read(key: string, text: string, language: string): void;
  /** Ends both. */
  end(): void;
}

/** One breath: Chromium falls silent in the middle of an utterance of more than about 15 s. */
const BREATH = /[^.!?…。！？\n]+[.!?…。！？\n]*\s*/g;

const CSS_TEXT = `
  .told { padding: 0 9px 8px; font-size: 13px; color: var(--assisters-danger); }
`;

/** Words for what browsers call the end of a dictation that nobody wanted; the others are refusals of one kind or another. */
const WHY: Readonly<Record<string, 'nothingHeard' | 'errorConnection'>> = {
  'no-speech': 'nothingHeard',
  network: 'errorConnection',
};

export function create({ kit, ask, say, changed }: FeaturePorts): Voice {
  let recogniser: Recogniser | null = null;
  /** What is told, for as long as the input stays as it was. */
  let told: { readonly text: string; stands(): boolean } | null = null;
  let reading: string | null = null;

  function stopListening(): void {
    recogniser?.abort();
    recogniser = null;
    changed();
  }

  function stopReading(): void {
    reading = null;
    speechSynthesis.cancel();
    changed();
  }

  return {
    css: CSS_TEXT,
    words,
    draw: () => (told?.stands() ? kit.html`<p class="told">${told.text}</p>` : kit.nothing),
    get listening() {
      return recogniser !== null;
    },
    get reading() {
      return reading;
    },
    dictate(strings, language, draft) {
      told = null;
      if (recogniser) return stopListening();
      const tell = (text: string) => {
        const stood = draft();
        told = { text, stands: () => draft() === stood };
        say(text);
        changed();
      };
      const scope = window as unknown as Record<string, RecogniserClass | undefined>;
      const made = new (scope.SpeechRecognition ?? scope.webkitSpeechRecognition)!();
      const start = draft();
      const before = start.trimEnd();
      let written = start;
      made.lang = language;
      made.continuous = true;
      made.interimResults = true;
      made.onresult = ({ results }) => {
        // The visitor has sent it or goes on by hand.
        if (draft() !== written) return stopListening();
        const said = Array.from(results, (result) => result[0]!.transcript.trim()).join(' ');
        written = before === '' ? said : `${before} ${said}`;
        ask({ type: 'draft', value: written });
      };
      made.onerror = ({ error }) => {
        // Silence after words is how people end.
        if (error === 'aborted' || (error === 'no-speech' && written !== start)) return;
        tell(strings[WHY[error] ?? 'microphoneBlocked'] as string);
      };
      made.onend = () => {
        if (recogniser !== made) return;
        recogniser = null;
        changed();
      };
      try {
        made.start();
        recogniser = made;
        say(strings.dictating as string);
        changed();
      } catch {
        tell(strings.microphoneBlocked as string);
      }
    },
    read(key, text, language) {
      const again = reading === key;
      if (reading !== null) stopReading();
      if (again) return;
      const parts = text.match(BREATH) ?? [];
      if (parts.length === 0) return;
      reading = key;
      parts.forEach((part, index) => {
        const utterance = new SpeechSynthesisUtterance(part);
        utterance.lang = language;
        const over = () => {
          if (reading !== key) return;
          reading = null;
          changed();
        };
        if (index === parts.length - 1) utterance.onend = over;
        utterance.onerror = over;
        speechSynthesis.speak(utterance);
      });
      changed();
    },
    end() {
      told = null;
      if (recogniser) stopListening();
      if (reading !== null) stopReading();
    },
  };
}
