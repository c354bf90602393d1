import { html, nothing } from 'lit/html.js';
import type { Metadata, PageTool, ToolCall, ToolResult } from '../protocol/resources.ts';
import type { Strings } from './i18n/en.ts';
import { format } from './i18n/strings.ts';
import { icon, iconButton, type View } from './parts/view.ts';
import type { Ask } from './store/requests.ts';
import type { Row } from './store/state.ts';
import type { ChatTransport } from './transport/transport.ts';

/**
 * What a feature is drawn with. A feature is a file of `features/`, loaded when it is first shown; it imports nothing by
 * value, so that it has one content, and so one address, in every program that loads it.
 */
export const KIT = { html, nothing, icon, iconButton, format } as const;
export type Kit = typeof KIT;

/** Something the page can do for the model. */
export interface RegisteredTool {
  /** 1–64 of `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  /** What it does, in words: for the model, and for the visitor who is asked. */
  readonly description: string;
  /** JSON Schema of the arguments, an object's. */
  readonly schema: Metadata;
  /** Does it. What it gives, any JSON, goes to the model; so does the message of what it throws. */
  handler(given: Readonly<Record<string, unknown>>): unknown;
}

/** What the page can do for the model: the page this runs in, or from within an iframe the one that made it. */
export interface PageSide {
  /** What it offers at this moment. */
  offered(): Promise<readonly PageTool[]>;
  /** Does what the visitor has allowed. Never rejects. */
  run(call: Pick<ToolCall, 'name' | 'arguments'>): Promise<ToolResult>;
}

/** A feature's edges. */
export interface FeaturePorts {
  readonly kit: Kit;
  /** A call of the API as the visitor. */
  readonly api: ChatTransport['api'];
  readonly ask: Ask;
  /** Draws again. */
  changed(): void;
  /** Reads out. */
  say(text: string): void;
  /** Somebody whose conversations the server may have: there is a session, or a token to make one of. */
  isKnown(): boolean;
  /** Forgets the visitor on this device, consent included. */
  leave(): void;
  /** What the site says of that option. */
  option(name: 'consentText' | 'privacyUrl'): string | undefined;
  /** The page's functions, by name. */
  readonly tools: ReadonlyMap<string, RegisteredTool>;
  /** Where the page is another than this one. */
  page(): PageSide | undefined;
  /** Calls once, when the answer under way has ended. */
  afterAnswer(act: () => void): void;
  /** The conversation that the next question goes to; begins one where there is none. */
  conversation(): Promise<string>;
  /** Where the element is drawn. */
  root(): ShadowRoot;
  /** The visitor's answer to what is asked before the first use. */
  consent(given: boolean): void;
}

export interface Feature {
  /** Added to the element's sheets once. */
  readonly css?: string;
  /** English for what only it says; the tables of the other languages have it. */
  readonly words?: Partial<Strings>;
  /** @param row the message it belongs to; a feature that fills the panel has none */
  draw(view: View, row?: Row): unknown;
  /** It comes into view. */
  shown?(): void;
}

interface FeatureModule {
  create(ports: FeaturePorts): Feature;
}

const MODULES = {
  threads: () => import('./features/threads.ts'),
  data: () => import('./features/visitor-data.ts'),
  consent: () => import('./features/consent.ts'),
  tools: () => import('./features/page-tools.ts'),
  feedback: () => import('./features/feedback.ts'),
  edit: () => import('./features/edit-question.ts'),
  voice: () => import('./features/voice.ts'),
  attachments: () => import('./features/attachments.ts'),
  sound: () => import('./features/sound.ts'),
} satisfies Record<string, () => Promise<FeatureModule>>;
export type FeatureName = keyof typeof MODULES;
type FeatureOf<Name extends FeatureName> = ReturnType<Awaited<ReturnType<(typeof MODULES)[Name]>>['create']>;

/** The features that have been loaded; the others are when they are first drawn. */
export class Features {
  readonly #ports: FeaturePorts;
  readonly #style: (css: string) => void;
  readonly #made = new Map<FeatureName, Feature | null>();
  #shown: FeatureName | null = null;
  /** English of those that are there; another object after each that has come. */
  words: Partial<Strings> = {};
  /** Grows when a feature changes by itself: what it draws in a row is then drawn again. */
  version = 0;

  constructor(ports: FeaturePorts, style: (css: string) => void) {
    const changed = () => {
      this.version += 1;
      ports.changed();
    };
    this.#ports = { ...ports, changed };
    this.#style = style;
  }

  /** What fills the panel in place of the conversation, if anything. Told at each drawing, so that each coming is noticed. */
  sheet(name: FeatureName | null, view: View): unknown {
    const feature = name && this.get(name);
    if (this.#shown !== name) feature?.shown?.();
    if (feature || !name) this.#shown = name;
    return feature?.draw(view) ?? nothing;
  }

  /** `null` until it is there; then all is drawn again. */
  get(name: FeatureName): Feature | null {
    const made = this.#made.get(name);
    if (made === undefined) this.load(name).then(this.#ports.changed, () => {});
    return made ?? null;
  }

  /** Rejects when its file could not be had; the next call tries again. */
  async load<Name extends FeatureName>(name: Name): Promise<FeatureOf<Name>> {
    const made = this.#made.get(name);
    if (made) return made as FeatureOf<Name>;
    this.#made.set(name, null);
    try {
      const feature = (await MODULES[name]()).create(this.#ports);
      const other = this.#made.get(name);
      if (other) return other as FeatureOf<Name>;
      if (feature.css) this.#style(feature.css);
      this.words = { ...this.words, ...feature.words };
      this.#made.set(name, feature);
      return feature as FeatureOf<Name>;
    } catch (error) {
      this.#made.delete(name);
      console.warn(`[assisters] A part of the chat could not be loaded: ${name}.`, error);
      throw error;
    }
  }
}
