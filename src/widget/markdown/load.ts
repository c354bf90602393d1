import type { MarkdownView, MarkdownViewOptions } from './markdown-view.ts';

/**
 * The renderer once it is here: `createMarkdownView` with a sanitiser behind it, the sheet its content is drawn with, and
 * that of what stands below an answer.
 */
export interface MarkdownRenderer {
  readonly create: (target: Element, options?: MarkdownViewOptions) => MarkdownView;
  readonly sheet: string;
  readonly below: string;
}

let loaded: MarkdownRenderer | null = null;
let loading: Promise<MarkdownRenderer> | null = null;

/** The renderer, or `null` before `loadMarkdown` has brought it. */
export const loadedMarkdown = (): MarkdownRenderer | null => loaded;

/**
 * Brings the renderer, and where the browser has no sanitiser of its own, DOMPurify beside it. The only way from the element
 * to this folder: a visitor reads, types and sends before it is here. Rejects when a file cannot be loaded; the next call
 * tries again.
 */
export function loadMarkdown(): Promise<MarkdownRenderer> {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<MarkdownRenderer> {
  const purifier = () => import('./dompurify.ts');
  // Beside the renderer, not after it.
  const early = 'setHTML' in Element.prototype ? null : purifier();
  early?.catch(() => {});
  const {
    createMarkdownView: create,
    hasSanitiser,
    MARKDOWN_CSS: sheet,
    ANSWER_CSS: below,
    takeSanitiser,
  } = await import('./renderer.ts');
  if (!hasSanitiser()) takeSanitiser((await (early ?? purifier())).createPurifier);
  loaded = { create, sheet, below };
  return loaded;
}
