import { render } from 'lit/html.js';
import { addStyles } from './styles/add-styles.ts';

/** On a server there is no such class, and nothing is drawn: the module can be imported there all the same. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * An element whose shadow root is drawn by a Lit template: the first time right after it is connected, then at most once a
 * frame, however often `requestUpdate` is called.
 *
 * Lit's own base class does this and much more (reactive properties, converters, controllers), of which nothing was used:
 * 2.4 kB brotli that each visitor would load.
 */
export abstract class DrawnElement extends Base {
  #root: ShadowRoot | null = null;
  /** What was in the root before the first drawing stays behind what is drawn. */
  #before: ChildNode | null = null;
  #pending = false;
  /** It was drawn once. */
  hasUpdated = false;
  /** Resolves when the update under way, if any, has been drawn. */
  updateComplete: Promise<void> = Promise.resolve();

  /** What the root holds, from all the element knows now. */
  protected abstract render(): unknown;
  /** Called after each drawing. */
  protected abstract updated(): void;
  /** The element's sheet. */
  protected abstract readonly css: string;

  /** Made with the first connection; the pasted script may have made it before. */
  protected get renderRoot(): ShadowRoot {
    return this.#root!;
  }

  connectedCallback(): void {
    if (this.#root) return;
    this.#root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.#before = this.#root.firstChild;
    addStyles(this.#root, this.css);
    this.requestUpdate();
  }

  /** Asks for a drawing. */
  requestUpdate(): void {
    if (this.#pending || !this.#root) return;
    this.#pending = true;
    const turn = this.hasUpdated ? new Promise(requestAnimationFrame) : Promise.resolve();
    this.updateComplete = turn.then(() => this.drawNow());
  }

  /** Draws what was asked for without waiting for the frame. */
  protected drawNow(): void {
    if (!this.#pending) return;
    this.#pending = false;
    render(this.render(), this.#root!, { renderBefore: this.#before });
    this.hasUpdated = true;
    this.updated();
  }
}
