import { render } from 'lit/html.js';
import type { Source } from '../../protocol/resources.ts';
import type { Said } from '../features/print.ts';
import { format } from '../i18n/strings.ts';
import { loadedMarkdown, loadMarkdown, type MarkdownRenderer } from '../markdown/load.ts';
import type { MarkdownView } from '../markdown/markdown-view.ts';
import type { AnswerRow, Row } from '../store/state.ts';
import { addStyles } from '../styles/add-styles.ts';
import { message } from './message.ts';
import type { View } from './view.ts';

/** One row on the page, and what it was drawn from last. */
interface Cell {
  readonly element: HTMLElement;
  row: Row;
  drawn: string;
  markdown: MarkdownView | null;
  text: string;
  done: boolean;
  sources: readonly Source[];
}

/**
 * The rows of the conversation, kept by key. Only a row whose own data changed is drawn again: while an answer streams
 * that is the answer alone, however long the conversation is. The pages of older rows arrive in front.
 */
export class Log {
  readonly #box: HTMLElement;
  readonly #cite: (key: string, index: number, event: Event) => void;
  readonly #copy: (text: string) => Promise<void>;
  readonly #cells = new Map<string, Cell>();
  #view: View | null = null;
  #renderer: MarkdownRenderer | null = null;
  /** Counts changes of what all rows show: words, name, picture. */
  #words = 0;

  /** @param cite the visitor activated a citation: source `index` of row `key` */
  constructor(
    box: HTMLElement,
    cite: (key: string, index: number, event: Event) => void,
    copy: (text: string) => Promise<void>,
  ) {
    this.#box = box;
    this.#cite = cite;
    this.#copy = copy;
  }

  /** Brings the renderer of answers; until then their text is shown as it is. */
  async prepare(): Promise<void> {
    if (this.#renderer) return;
    try {
      this.#use(loadedMarkdown() ?? (await loadMarkdown()));
    } catch (error) {
      // The text stays plain; the next answer tries again.
      console.warn('[assisters] Answers are shown as plain text.', error);
    }
  }

  #use(renderer: MarkdownRenderer): void {
    if (this.#renderer) return;
    this.#renderer = renderer;
    const root = this.#box.getRootNode() as ShadowRoot;
    addStyles(root, renderer.sheet, true);
    addStyles(root, renderer.below);
    for (const cell of this.#cells.values()) if (cell.row.role === 'assistant') this.#show(cell);
  }

  /** Ends the rows' listeners and timers. */
  dispose(): void {
    for (const { markdown } of this.#cells.values()) markdown?.dispose();
  }

  update(view: View): void {
    const { state } = view;
    const before = this.#view;
    this.#view = view;
    const settled =
      before !== null &&
      before.state.rows === state.rows &&
      before.state.waiting === state.waiting &&
      (before.state.live === null) === (state.live === null) &&
      before.state.live?.key === state.live?.key &&
      before.state.source === state.source &&
      before.state.copied === state.copied &&
      before.state.form === state.form &&
      before.version === view.version &&
      before.state.nowMs === state.nowMs &&
      before.strings === view.strings &&
      before.settings === view.settings;
    if (settled) {
      if (state.live && state.live !== before.state.live) this.#draw(view, state.live, true);
      return;
    }
    if (before && (before.strings !== view.strings || before.settings !== view.settings)) this.#words++;
    const rows: readonly Row[] = [...state.rows, ...(state.live ? [state.live] : []), ...state.waiting];
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, cell] of this.#cells) {
      if (keys.has(key)) continue;
      cell.markdown?.dispose();
      this.#box.removeChild(cell.element);
      this.#cells.delete(key);
    }
    let next: Element | null = null;
    // From the end, so that a page of older rows is put in front of rows that stay where they are.
    for (let index = rows.length - 1; index >= 0; index--) {
      const row = rows[index]!;
      const last = index === rows.length - 1;
      const { element } = this.#draw(view, row, last);
      if (element.nextElementSibling !== next || element.parentNode !== this.#box)
        this.#box.insertBefore(element, next);
      element.tabIndex = last ? 0 : -1;
      next = element;
    }
  }

  /** Moves focus by arrow keys from message to message; gives whether the key was used. */
  steer(event: KeyboardEvent): boolean {
    const current = event.target as HTMLElement;
    if (current.parentNode !== this.#box) return false;
    const scroller = this.#box.parentElement!.getBoundingClientRect();
    const place = current.getBoundingClientRect();
    const { key } = event;
    let next: Element | null = null;
    // A message that reaches beyond the view is scrolled through before its neighbour is entered.
    if (key === 'ArrowUp' && place.top >= scroller.top) next = current.previousElementSibling;
    else if (key === 'ArrowDown' && place.bottom <= scroller.bottom + 1) next = current.nextElementSibling;
    else if (key === 'Home') next = this.#box.firstElementChild;
    else if (key === 'End') next = this.#box.lastElementChild;
    if (!(next instanceof HTMLElement)) return false;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
    return true;
  }

  /** The row's element, for focus. */
  element(key: string): HTMLElement | null {
    return this.#cells.get(key)?.element ?? null;
  }

  /** The source that a citation's number stands for. */
  cited(mark: HTMLElement): Source | null {
    for (const { element, sources } of this.#cells.values())
      if (element.contains(mark)) return sources[Number((mark as HTMLButtonElement).value) - 1] ?? null;
    return null;
  }

  /** Everything that was said, in order, as it is drawn. */
  transcript(): { readonly said: readonly Said[]; readonly sheet: string } {
    const said: Said[] = [];
    for (const row of [...this.#view!.state.rows, this.#view!.state.live]) {
      const { element, sources } = this.#cells.get(row?.key ?? '') ?? {};
      const body = element?.querySelector('.bubble, .text');
      if (body) said.push({ who: element!.getAttribute('aria-label') ?? '', body, sources: sources! });
    }
    return { said, sheet: this.#renderer?.sheet ?? '' };
  }

  #draw(view: View, row: Row, last: boolean): Cell {
    const { state, strings } = view;
    let cell = this.#cells.get(row.key);
    // What a row shows besides its own data.
    const drawn = [
      last,
      state.source?.key === row.key && state.source.index,
      state.copied?.key === row.key && `${state.copied.refused}`,
      state.form?.key === row.key,
      (state.form?.key === row.key || (last && row.role === 'assistant')) && view.version,
      // Nothing is asked anew while an answer is written.
      row.role === 'user' && state.live === null,
      row.role === 'assistant' && row.error?.retryAtMs && state.nowMs,
      this.#words,
    ].join();
    if (cell === undefined) {
      const element = this.#box.ownerDocument.createElement('article');
      element.className = `message ${row.role}`;
      element.setAttribute('part', 'message');
      cell = { element, row, drawn: '', markdown: null, text: '', done: false, sources: [] };
      this.#cells.set(row.key, cell);
    }
    const { element } = cell;
    if (cell.drawn !== drawn || cell.row !== row) {
      element.setAttribute('aria-label', row.role === 'user' ? strings.you : view.settings.name);
      render(message(view, row, last), element);
    }
    cell.row = row;
    cell.drawn = drawn;
    if (row.role === 'assistant') this.#write(cell, row, row !== state.live);
    return cell;
  }

  #write(cell: Cell, row: AnswerRow, done: boolean): void {
    const { content, sources } = row.answer;
    if (content === cell.text && done === cell.done && sources === cell.sources) return;
    const cited = sources !== cell.sources || done !== cell.done;
    Object.assign(cell, { text: content, done, sources });
    this.#show(cell);
    if (cited) cell.markdown?.refreshCitations();
  }

  #show(cell: Cell): void {
    const target = cell.element.querySelector('.text')!;
    if (!this.#renderer) {
      void this.prepare();
      if (!this.#renderer) {
        target.firstElementChild ?? target.append(Object.assign(document.createElement('p'), { className: 'raw' }));
        target.firstElementChild!.textContent = cell.text;
        return;
      }
    }
    cell.markdown ??= this.#markdown(cell, target, this.#renderer);
    cell.markdown.update(cell.text, cell.done);
  }

  #markdown(cell: Cell, target: Element, { create }: MarkdownRenderer): MarkdownView {
    const { strings } = this.#view!;
    target.replaceChildren();
    return create(target, {
      copyLabel: strings.copyCode,
      copiedLabel: strings.copied,
      uncopiedLabel: strings.copyFailed,
      wrapLabel: strings.wrapCode,
      copy: this.#copy,
      citation: (number) => {
        const source = cell.sources[number - 1];
        if (source) return format(strings.source, { number, title: source.title });
        // The sources come after the text: until then every number may be one.
        return cell.done || cell.sources.length > 0 ? null : format(strings.citation, { number });
      },
      onCitation: (number, event) => cell.sources[number - 1] && this.#cite(cell.row.key, number - 1, event),
    });
  }
}
