import { BlockStream } from './block-stream.ts';
import { clean } from './clean.ts';
import { newMessage } from './piece.ts';

/** Ends of text whose meaning hangs on the next unit. */
const UNFINISHED = /[\r\ud800-\udbff]/;

/** Settings of a view. Labels are text for people, already in their language. */
export interface MarkdownViewOptions {
  /** Text of the copy button of a code block. Default `Copy`. */
  readonly copyLabel?: string;
  /** What the copy button says for four seconds after it copied. Default `Copied`. */
  readonly copiedLabel?: string;
  /** What it says as long where the browser would not copy. Default: nothing. */
  readonly uncopiedLabel?: string;
  /** Text of the toggle that wraps long lines of code. Default `Wrap`. */
  readonly wrapLabel?: string;
  /** Exact origins (`https://cdn.example`) images may load from, without query string. Default none: images are their text. */
  readonly imageOrigins?: readonly string[];
  /**
   * Label of source `number` for screen readers (`Source 1: Pricing`), or null when there is no such source: then `[7]`
   * stays text. Absent: no citations at all. Asked while rendering; call `refreshCitations` when the answer changes.
   */
  readonly citation?: (number: number) => string | null;
  /** The visitor activated citation `number`. */
  readonly onCitation?: (number: number, event: Event) => void;
  /** Takes text to the clipboard; rejects where it is refused. Default the browser's, which needs a secure context. */
  readonly copy?: (text: string) => Promise<void>;
  /** Milliseconds for the time budget of a block. Default `performance.now`. */
  readonly now?: () => number;
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
 * Binds a renderer to `target`, whose children it owns. Styles: `MARKDOWN_CSS`; put class `markdown` on the target.
 *
 * Content becomes: allow-listed elements without class; `div.code-block` (`.code-header`, `.code-language`, `button.code-wrap`,
 * `button.code-copy`, `pre`), `div.table-scroll` around tables, `span.link-host` inside links, `sup > button.citation`, `p.plain`.
 *
 * `seams` is for tests alone: it shows that they go red without the sanitiser.
 */
export function createMarkdownView(
  target: Element,
  options: MarkdownViewOptions = {},
  seams: { readonly sanitise?: (html: string) => DocumentFragment } = {},
): MarkdownView {
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
    if (pressed.className === 'citation') options.onCitation?.(Number(pressed.value), event);
    else if (pressed.className === 'code-wrap' && code) {
      pressed.ariaPressed = String(code.parentElement!.classList.toggle('wrapped'));
    } else if (pressed.className === 'code-copy' && code) {
      const copy = options.copy ?? ((text: string) => navigator.clipboard.writeText(text));
      let label = options.copiedLabel ?? 'Copied';
      try {
        await copy(code.textContent.replace(/\n$/, ''));
      } catch {
        label = options.uncopiedLabel ?? settings.copyLabel;
      }
      pressed.textContent = label;
      setTimeout(() => {
        pressed.textContent = settings.copyLabel;
      }, 4_000);
    }
  }

  const now = options.now ?? (() => performance.now());
  let message = newMessage(settings, now, seams.sanitise);
  let stream = new BlockStream(message, target);
  let text = '';
  let taken = 0;
  let ended = false;

  function reset(): void {
    target.replaceChildren();
    message = newMessage(settings, now, seams.sanitise);
    stream = new BlockStream(message, target);
    taken = 0;
    ended = false;
  }

  return {
    update(markdown, done) {
      if (markdown === text && (ended || !done)) return;
      if (ended || !markdown.startsWith(text)) reset();
      text = markdown;
      // A carriage return or the first half of a pair waits for what follows it.
      const end = markdown.length - (!done && UNFINISHED.test(markdown.slice(-1)) ? 1 : 0);
      if (end > taken) stream.write(clean(markdown.slice(taken, end)));
      taken = end;
      if (!done) return stream.paint();
      stream.end();
      for (const piece of message.bracketed) piece.resolve();
      ended = true;
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
