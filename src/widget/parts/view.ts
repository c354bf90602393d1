import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Attachments } from '../features/attachments.ts';
import type { Feature } from '../features.ts';
import type { Words } from '../i18n/en.ts';
import type { Ask } from '../store/requests.ts';
import type { AnswerRow, ChatState, Row } from '../store/state.ts';

/** What every part is drawn from. Parts are functions of this: they keep nothing, fetch nothing and only ask. */
export interface View {
  readonly state: ChatState;
  readonly strings: Words;
  /** BCP 47 tag by which numbers in these words are counted and written. */
  readonly language: string;
  readonly ask: Ask;
  /** Options a site may set, server settings already folded in. */
  readonly settings: {
    readonly name: string;
    readonly subtitle: string;
    readonly greeting: string;
    readonly placeholder: string;
    readonly prompts: readonly string[];
    /** The server's accent colour, or `''`. */
    readonly accent: string;
    readonly avatarUrl: string;
    readonly contactUrl: string;
    /** Documents that are searched; `0` when unknown. */
    readonly documents: number;
  };
  /** The visitor has not agreed yet, and the site asks for it: nothing may be sent. */
  readonly gated: boolean;
  /** What a feature shows in a row; nothing until it is loaded. */
  readonly inRow: (feature: 'tools' | 'feedback' | 'edit', row: Row) => unknown;
  /** Files with a question; `null` where they are not taken, or until it is loaded. */
  readonly files: Attachments | null;
  /** The switch of the sound, for the menu; `null` where the site has none, or until it is loaded. */
  readonly sound: Feature | null;
  /** Speech, where the browser has it. */
  readonly voice: {
    /** Begins or ends dictating; `null` where the browser cannot. */
    readonly dictate: (() => void) | null;
    readonly listening: boolean;
    /** Begins or ends reading an answer aloud. */
    readonly read: ((row: AnswerRow) => void) | null;
    /** The row that is read. */
    readonly reading: string | null;
    /** Why dictation ended, drawn. */
    readonly told: unknown;
  };
  /** Grows when what stands in rows has changed without the state. */
  readonly version: number;
  /** What lies over the conversation, drawn; `null`: nothing does. */
  readonly sheet: { readonly title: string; readonly inside: unknown } | null;
  /** The page's origin, named when it is refused. */
  readonly origin: string;
  /** The panel floats over a page: it can be closed, widened, and is a dialog. */
  readonly floating: boolean;
  /** The launcher can be moved; for those who cannot drag, by the menu. */
  readonly movable: boolean;
}

/** Line glyphs on a 20 px grid. */
export const ICONS = {
  close: 'M5 5l10 10M15 5L5 15',
  plus: 'M10 4v12M4 10h12',
  more: 'M4.7 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4ZM10 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4ZM15.3 9.3a.7.7 0 1 0 0 1.4.7.7 0 0 0 0-1.4Z',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  down: 'M10 4v11.5M5 10.5l5 5 5-5',
  copy: 'M7.5 7.5V4.2c0-.4.3-.7.7-.7h7.6c.4 0 .7.3.7.7v7.6c0 .4-.3.7-.7.7h-3.3M4.2 7.5h7.6c.4 0 .7.3.7.7v7.6c0 .4-.3.7-.7.7H4.2a.7.7 0 0 1-.7-.7V8.2c0-.4.3-.7.7-.7Z',
  clip: 'M15.5 9.5l-6 6a3.5 3.5 0 0 1-5-5l6.5-6.5a2.3 2.3 0 0 1 3.3 3.3L8 13.5a1 1 0 0 1-1.5-1.5l5.5-5.5',
  mic: 'M10 12.5a2.5 2.5 0 0 0 2.5-2.5V5.5a2.5 2.5 0 0 0-5 0V10a2.5 2.5 0 0 0 2.5 2.5ZM5 9.5a5 5 0 0 0 10 0M10 14.5v3',
  speaker: 'M4 8v4h2.5L10 15V5L6.5 8H4ZM13 7.5a3.5 3.5 0 0 1 0 5M15 5.5a6.4 6.4 0 0 1 0 9',
  check: 'M4 10.5l4 4 8-9',
  up: 'M6.5 9l3-5.8c.9 0 1.7.7 1.7 1.7V8h3.6c1 0 1.7.9 1.5 1.8l-1 5c-.2.7-.8 1.2-1.5 1.2H6.5V9ZM3.5 9v7',
  thumbDown:
    'M13.5 11l-3 5.8c-.9 0-1.7-.7-1.7-1.7V12H5.2c-1 0-1.7-.9-1.5-1.8l1-5c.2-.7.8-1.2 1.5-1.2h7.3V11ZM16.5 11V4',
  again: 'M15.8 7.5A6.2 6.2 0 1 0 16.2 10.5M16 3.8V7.5h-3.7',
  external: 'M8 4.5H4.5v11h11V12M11.5 4h4.5v4.5M16 4l-6.5 6.5',
  chevron: 'M8 5l5 5-5 5',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.4 13.4L17 17',
  alert: 'M10 6.5v4M10 13.5h.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z',
  clock: 'M10 6v4.2l2.7 1.6M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15Z',
  print: 'M6 7V3.5h8V7M6 13.5H3.5V7h13v6.5H14M6 11.5h8v5H6Z',
  sides: 'M6.5 6.5 3 10l3.5 3.5M13.5 6.5 17 10l-3.5 3.5M3 10h14',
  wide: 'M11.5 4H16v4.5M16 4l-5 5M8.5 16H4v-4.5M4 16l5-5',
  edit: 'M12.8 4.2l3 3-8.3 8.3H4.5v-3zM11 6l3 3',
  back: 'M12 5l-5 5 5 5',
  list: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h8',
  person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.6-2.7 3-4.5 6-4.5s5.4 1.8 6 4.5',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6l.7-10.5',
  end: 'M12.5 6V4.5h-8v11h8V14M8.5 10H17M14.5 7.5L17 10l-2.5 2.5',
} as const;

/** Those that point along the line are mirrored in right-to-left text: back, end, chevron, external. */
const POINTS = /^(ba|end|chev|ex)/;

export function icon(name: keyof typeof ICONS): TemplateResult {
  return html`<svg class=${POINTS.test(name) ? 'icon flip' : 'icon'} viewBox="0 0 20 20" aria-hidden="true"><path d=${ICONS[name]}></path></svg>`;
}

/** A button that is only a glyph; `label` is its name and its tooltip. */
export function iconButton(
  name: keyof typeof ICONS,
  label: string,
  press: (event: Event) => void,
  pressed?: boolean,
): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    title=${label}
    aria-label=${label}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${press}
  >${icon(name)}</button>`;
}

/** The assistant's picture, else its initial. Decorative: the name stands beside it. */
export function avatar(view: View): TemplateResult {
  const { avatarUrl, name } = view.settings;
  const initial = [...name][0] ?? '';
  return html`<span class="avatar" aria-hidden="true">${
    avatarUrl
      ? html`<img src=${avatarUrl} alt="" referrerpolicy="no-referrer" @error=${(event: Event) => (event.target as Element).replaceWith(initial)}>`
      : initial
  }</span>`;
}
