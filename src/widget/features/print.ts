/**
 * The conversation on paper (or as PDF): a document of its own with question and answer one below the other and the
 * addresses of the sources in full, since a chip cannot be pressed there. Loaded when the visitor asks for it.
 */
import type { Source } from '../../protocol/resources.ts';

/** One thing that was said. */
export interface Said {
  readonly who: string;
  /** As it is drawn in the log; copied. */
  readonly body: Element;
  readonly sources: readonly Source[];
}

export interface Transcript {
  /** Title of the document, which browsers offer as the file's name. */
  readonly title: string;
  readonly language: string;
  readonly direction: string;
  readonly said: readonly Said[];
  /** The sheet of rendered answers; `''` before there was one. */
  readonly sheet: string;
}

const CSS_TEXT = `
  body { margin: 0; font: 11pt/1.5 system-ui, sans-serif; color: #000; --assisters-accent: #000; }
  h1 { font-size: 16pt; }
  h2 { margin: 14pt 0 3pt; font-size: 10pt; break-after: avoid; }
  p, .bubble { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  .markdown p { white-space: normal; }
  .markdown pre { white-space: pre-wrap !important; }
  .markdown .table-scroll { max-block-size: none !important; overflow: visible !important; }
  .code-header button { display: none; }
  ol.sources { margin: 4pt 0 0; padding-inline-start: 18pt; font-size: 9pt; overflow-wrap: anywhere; }
`;

/** Writes the transcript into an empty document, by nodes alone: a page may allow neither markup from strings nor inline styles. */
function write(page: Document, { title, language, direction, said, sheet }: Transcript): void {
  const add = (parent: Element, name: string, text: string) => {
    const element = page.createElement(name);
    element.textContent = text;
    element.dir = 'auto';
    parent.append(element);
    return element;
  };
  page.title = title;
  page.documentElement.lang = language;
  page.documentElement.dir = direction;
  const Sheet = (page.defaultView as Window & typeof globalThis).CSSStyleSheet;
  page.adoptedStyleSheets = [sheet, CSS_TEXT].map((text) => {
    const made = new Sheet();
    made.replaceSync(text);
    return made;
  });
  add(page.body, 'h1', title);
  for (const { who, body, sources } of said) {
    add(page.body, 'h2', who);
    page.body.append(page.importNode(body, true));
    if (sources.length === 0) continue;
    const list = add(page.body, 'ol', '');
    list.className = 'sources';
    for (const source of sources) add(list, 'li', [source.title, source.url].filter(Boolean).join(' — '));
  }
}

/** The frame of the print under way. */
let last: HTMLIFrameElement | null = null;

/**
 * Opens the browser's print dialog for the transcript alone. The page around is not touched: the document lies in a frame
 * of no size inside `parent`, until it has been printed.
 *
 * @param print what opens the dialog
 */
export function printTranscript(
  transcript: Transcript,
  parent: ParentNode,
  print = (view: Window) => view.print(),
): void {
  last?.remove();
  const frame = document.createElement('iframe');
  last = frame;
  frame.tabIndex = -1;
  frame.ariaHidden = 'true';
  frame.style.cssText = 'position:fixed;inline-size:0;block-size:0;border:0;visibility:hidden';
  parent.append(frame);
  const view = frame.contentWindow!;
  write(view.document, transcript);
  view.addEventListener('afterprint', () => setTimeout(() => frame.remove()));
  view.focus();
  print(view);
}
