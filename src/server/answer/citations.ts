/**
 * Filters citations out of a model's text while it streams.
 *
 * A model cites the passages it was given by their numbers, in any order, and sometimes passages it was not given. Out
 * comes text in which `[n]` counts from 1 in order of first use, and numbers that were not given are gone. Also read:
 * `[1, 3]`, `【1】` and `【1†source】` as some models write them, and `[1](url)`, whose address the model made up.
 * Code (fenced and inline) is passed through: `items[0]` there is not a citation.
 *
 * At most a few characters are held back: from a bracket until it is known whether it is a citation. Linear in the text.
 */
export class CitationFilter {
  readonly #given: number;
  readonly #onUse: (index: number) => void;
  /** Passage index → number shown. */
  readonly #numbers = new Map<number, number>();
  /** Text not yet decided. */
  #held = '';
  #code: Code = { fence: '', inline: 0 };
  #lineStart = true;

  /**
   * @param given how many passages the model was given
   * @param shown passages that text before this one cited, in the order of their numbers; `-1`: one that is not given now
   * @param onUse hears the index (from 0) of each passage at its first citation, before the text that cites it
   */
  constructor(given: number, onUse: (index: number) => void, shown: readonly number[] = []) {
    this.#given = given;
    // Below 0 no passage is asked for: those only take up their numbers.
    for (const [n, index] of shown.entries()) this.#numbers.set(index >= 0 ? index : -1 - n, n + 1);
    this.#onUse = onUse;
  }

  /** The text that can be shown now. */
  push(text: string): string {
    return this.#read(this.#held + text, false);
  }

  /** What was held back, at the end of the text. */
  end(): string {
    return this.#read(this.#held, true);
  }

  #read(text: string, last: boolean): string {
    this.#held = '';
    let out = '';
    let at = 0;
    while (at < text.length) {
      const next = this.#nextMark(text, at);
      if (next > at) {
        out += text.slice(at, next);
        this.#lineStart = false;
        at = next;
        continue;
      }
      const mark = text[at]!;
      if (mark === '\n') {
        // A blank line ends a paragraph, and with it inline code that was never closed.
        if (this.#lineStart) this.#code.inline = 0;
        this.#lineStart = true;
        out += mark;
        at += 1;
        continue;
      }
      const taken = mark === '`' || mark === '~' ? this.#fence(text, at, last) : this.#citation(text, at, last);
      if (taken === null) {
        this.#held = text.slice(at);
        return out;
      }
      out += taken.out;
      this.#lineStart = false;
      at = taken.next;
    }
    return out;
  }

  /** Index of the next character that may begin a citation, a code span or a line. */
  #nextMark(text: string, from: number): number {
    MARK.lastIndex = from;
    return MARK.exec(text)?.index ?? text.length;
  }

  #fence(text: string, at: number, last: boolean): Taken | null {
    const mark = text[at]!;
    let next = at;
    while (text[next] === mark) next += 1;
    if (next === text.length && !last && next - at < MAX_HELD) return null;
    const run = text.slice(at, next);
    const code = this.#code;
    if (code.fence !== '') {
      if (this.#lineStart && run.startsWith(code.fence)) code.fence = '';
    } else if (this.#lineStart && run.length >= 3 && code.inline === 0) code.fence = run;
    else if (mark === '`') code.inline = code.inline === 0 ? run.length : code.inline === run.length ? 0 : code.inline;
    return { out: run, next };
  }

  #citation(text: string, at: number, last: boolean): Taken | null {
    const literal = { out: text[at]!, next: at + 1 };
    if (this.#code.fence !== '' || this.#code.inline > 0) return literal;
    const rest = text.slice(at, at + MAX_HELD);
    const match = CITATION.exec(rest);
    if (!match) return !last && rest.length < MAX_HELD && MAYBE.test(rest) ? null : literal;
    const end = at + match[0].length;
    // A bracket after it would make it a link, whose address the model invented.
    if (end === text.length && !last) return null;
    let next = end;
    if (text[end] === '(') {
      const link = LINK.exec(text.slice(end, end + MAX_LINK));
      if (link) next = end + link[0].length;
      else if (!last && text.length - end < MAX_LINK && !/\n/.test(text.slice(end))) return null;
    }
    const numbers = (match[1] ?? match[2])!.split(',').map(Number);
    if (numbers.every((number) => number === 0)) return literal;
    return { out: numbers.map((number) => this.#show(number)).join(''), next };
  }

  #show(number: number): string {
    const index = number - 1;
    if (index < 0 || index >= this.#given) return '';
    let shown = this.#numbers.get(index);
    if (shown === undefined) {
      shown = this.#numbers.size + 1;
      this.#numbers.set(index, shown);
      this.#onUse(index);
    }
    return `[${shown}]`;
  }
}

interface Code {
  /** The run that opened the present fence, or empty. */
  fence: string;
  /** Length of the backtick run that opened the present inline code, or 0. */
  inline: number;
}
interface Taken {
  readonly out: string;
  readonly next: number;
}

/** Characters held back at most while it is open whether a bracket is a citation. */
const MAX_HELD = 48;
const MAX_LINK = 500;
const MARK = /[\n`~[【]/g;
const CITATION = /^(?:\[\^?(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\]|【(\d{1,3})(?:[†:][^】\n]{0,40})?】)/;
/** What may still become one. */
const MAYBE = /^(?:\[\^?(?:\d{1,3}(?:\s?,\s?\d{1,3})*(?:\s?,\s?)?)?|【(?:\d{1,3}(?:[†:][^】\n]*)?)?)$/;
const LINK = /^\([^()\s]*\)/;
