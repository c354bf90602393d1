import { decorate } from './decorate.ts';
import { toHtml } from './render.ts';
import { sanitise } from './sanitise.ts';

/** Settings of a view. Labels are text for people, already in their language. */
export interface MarkdownViewOptions {
  /** Text of the copy button of a code block. Default `Copy`. */
  readonly copyLabel?: string;
  /** What the copy button says for two seconds after it copied. Default `Copied`. */
  readonly copiedLabel?: string;
  /** Text of the toggle that wraps long lines of code. Default `Wrap`. */
  readonly wrapLabel?: string;
  /** Exact origins (`https://cdn.example`) images may load from, without query string. Default none: images are their text. */
  readonly imageOrigins?: readonly string[];
  /**
   * Label of source `number` for screen readers (`Source 1: Pricing`), or null when there is no such source: then `[7]`
   * stays text. Absent: no citations at all. Asked while rendering; call `refreshCitations` when the answer changes.
   */
  readonly citation?: (number: number) => string | null;
  /** The visitor activated citation `number`; `mark` is its button, to anchor a card to. */
  readonly onCitation?: (number: number, mark: HTMLButtonElement) => void;
  /** Takes text to the clipboard. Default the browser's, which needs a secure context. */
  readonly copy?: (text: string) => Promise<void>;
}

/** A streaming markdown renderer bound to one element. */
export interface MarkdownView {
  /**
   * Shows the whole text so far. `done` says that no more will come. Call it at most once a frame. Text that does not go
   * on from the last one starts again from nothing. Never throws.
   */
  update(markdown: string, done: boolean): void;
  /** Asks `citation` again for every mark shown: relabels it, or turns it back into text. */
  refreshCitations(): void;
  /** Ends listeners and timers and empties the target. */
  dispose(): void;
}

/**
 * Binds a renderer to `target`, whose children it owns. Styles: `markdownStyles`; put class `markdown` on the target.
 *
 * Content becomes: allow-listed elements without class; `div.code-block` (`.code-header`, `.code-language`, `button.code-wrap`,
 * `button.code-copy`, `pre`), `div.table-scroll` around tables, `span.link-host` inside links, `sup > button.citation`, `p.plain`.
 */
export function createMarkdownView(target: Element, options: MarkdownViewOptions = {}): MarkdownView {
  const end = new AbortController();
  const settings = {
    copyLabel: options.copyLabel ?? 'Copy',
    wrapLabel: options.wrapLabel ?? 'Wrap',
    imageOrigins: options.imageOrigins ?? [],
    citation: options.citation,
  };
  target.addEventListener('click', (event) => void act(event), { signal: end.signal });

  async function act(event: Event): Promise<void> {
    const pressed = event.target instanceof Element ? event.target.closest('button') : null;
    if (!(pressed instanceof HTMLButtonElement)) return;
    const code = pressed.closest('.code-block')?.querySelector('code');
    if (pressed.className === 'citation') options.onCitation?.(Number(pressed.value), pressed);
    else if (pressed.className === 'code-wrap' && code) {
      pressed.ariaPressed = String(code.parentElement!.classList.toggle('wrapped'));
    } else if (pressed.className === 'code-copy' && code) {
      const copy = options.copy ?? ((text: string) => navigator.clipboard.writeText(text));
      try {
        await copy(code.textContent);
      } catch {
        return;
      }
      pressed.textContent = options.copiedLabel ?? 'Copied';
      setTimeout(() => {
        pressed.textContent = settings.copyLabel;
      }, 2_000);
    }
  }

  let shown = '';
  return {
    update(markdown) {
      if (markdown === shown) return;
      shown = markdown;
      const html = toHtml(markdown, Object.create(null));
      if (html === null) {
        target.textContent = markdown;
        return;
      }
      const fragment = sanitise(html);
      decorate(fragment, settings);
      target.replaceChildren(fragment);
    },
    refreshCitations() {
      for (const mark of target.querySelectorAll<HTMLButtonElement>('button.citation')) {
        const label = options.citation?.(Number(mark.value)) ?? null;
        if (label === null) mark.parentElement!.replaceWith(`[${mark.value}]`);
        else mark.ariaLabel = label;
      }
    },
    dispose() {
      end.abort();
      target.replaceChildren();
    },
  };
}
