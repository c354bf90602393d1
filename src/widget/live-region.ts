/** Longest text held back while no sentence ends; then it is announced as it is. */
const MAX_HELD = 400;
/** Announcements kept in the region; screen readers have read the older ones. */
const MAX_NODES = 6;

/** The end of a sentence: closing punctuation before white space, CJK full stops, or a line break. The Arabic, Urdu and Hindi marks are among it. */
const SENTENCE_END = /[.!?…؟۔।]["'”’)\]]*\s|[。！？]|\n/g;

/**
 * How much of a growing text, from `from` on, can be announced: up to the end of its last whole sentence, all of it when
 * `done`. Gives the position to go on from. Pure.
 */
export function sentencesEnd(text: string, from: number, done: boolean): number {
  if (done) return text.length;
  let end = from;
  SENTENCE_END.lastIndex = from;
  for (let match = SENTENCE_END.exec(text); match; match = SENTENCE_END.exec(text)) end = SENTENCE_END.lastIndex;
  if (end > from || text.length - from < MAX_HELD) return end;
  const space = text.lastIndexOf(' ');
  return space > from ? space + 1 : text.length;
}

/** Markdown as it is spoken: no marks, no citation numbers, links by their text. */
export function spoken(markdown: string): string {
  return markdown
    .replace(/^ {0,3}(```|~~~).*$/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[\d{1,3}\]/g, '')
    .replace(/^\s*([-*+]|#{1,6}|>|\|?[\s:|-]*-{3}[\s:|-]*$)\s*/gm, '')
    .replace(/[*_`|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Speaks to screen readers through a polite live region, in whole sentences: tokens would be read as stutter. */
export class LiveRegion {
  readonly #element: HTMLElement;
  #key = '';
  #position = 0;

  /** @param element has `aria-live="polite"` and is on the page before the first announcement */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Follows an answer: announces each sentence once it is whole. `key` tells one answer from the next. */
  follow(key: string, markdown: string, done: boolean): void {
    if (key !== this.#key) {
      this.#key = key;
      this.#position = 0;
    }
    const end = sentencesEnd(markdown, this.#position, done);
    if (end <= this.#position) return;
    this.say(spoken(markdown.slice(this.#position, end)));
    this.#position = end;
  }

  /** Announces one line. */
  say(text: string): void {
    if (text === '') return;
    const line = this.#element.ownerDocument.createElement('p');
    line.textContent = text;
    this.#element.append(line);
    while (this.#element.childElementCount > MAX_NODES) this.#element.removeChild(this.#element.firstElementChild!);
  }
}
