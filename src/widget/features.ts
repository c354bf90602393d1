import { html, nothing } from 'lit/html.js';
import { format } from './i18n/strings.ts';
import { icon, iconButton, type View } from './parts/view.ts';
import type { Ask } from './store/requests.ts';
import type { ChatTransport } from './transport/transport.ts';

/**
 * What a feature is drawn with. A feature is a file of `features/`, loaded when it is first shown; it imports nothing by
 * value, so that it has one content, and so one address, in every program that loads it.
 */
export const KIT = { html, nothing, icon, iconButton, format } as const;
export type Kit = typeof KIT;

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
  /** The visitor's answer to what is asked before the first use. */
  consent(given: boolean): void;
}

export interface Feature {
  /** Added to the element's sheets once. */
  readonly css?: string;
  draw(view: View): unknown;
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
} satisfies Record<string, () => Promise<FeatureModule>>;
export type FeatureName = keyof typeof MODULES;

/** The features that have been loaded; the others are when they are first drawn. */
export class Features {
  readonly #ports: FeaturePorts;
  readonly #style: (css: string) => void;
  readonly #made = new Map<FeatureName, Feature | null>();
  #shown: FeatureName | null = null;

  constructor(ports: FeaturePorts, style: (css: string) => void) {
    this.#ports = ports;
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
    if (made !== undefined) return made;
    this.#made.set(name, null);
    MODULES[name]().then(
      (module) => {
        const feature = module.create(this.#ports);
        if (feature.css) this.#style(feature.css);
        this.#made.set(name, feature);
        this.#ports.changed();
      },
      (error) => {
        // The next drawing tries again.
        this.#made.delete(name);
        console.warn(`[assisters] A part of the chat could not be loaded: ${name}.`, error);
      },
    );
    return null;
  }
}
