import { ALLOWED_TAGS } from './allow-list.ts';
import { codeBlock } from './code-block.ts';
import { FENCE_COST, MAX_PIECE, MAX_RICH } from './guard.ts';
import { flush, type Message, Piece } from './piece.ts';
import { TextSink } from './text-sink.ts';

/**
 * Cuts streaming markdown into pieces that can be parsed apart, and keeps the open one painted.
 *
 * Every decision is a function of the text alone, never of how it arrived: lines are judged once, by their first 256
 * characters, and lengths are compared at fixed places. That is what makes every chunking end as the same DOM.
 * Where a cut could change the meaning, none is made, and marked reads the longer piece.
 *
 * Modes, and what ends or cuts each:
 * - `none`   between blocks. A heading or rule is a piece by itself.
 * - `text`   a paragraph, setext heading, definition, or the header of a table. Ends at a blank line or what interrupts it.
 *            Beyond 1 KiB it is cut at a space before which no mark is open, and goes on as
 * - `inline` the rest of a long paragraph, added to the same `p`.
 * - `list`   Beyond 1 KiB it is cut at its own items, which are added to the same list.
 * - `table`  Beyond 1 KiB it is cut at its rows, which are added to the same body.
 * - `quote`  Beyond 1 KiB it becomes `quoted`: a stream of its own inside the `blockquote`.
 * - `code`   indented code. `html`: a raw block; waits for its end mark, or for the end tag of its first element.
 * - `fence`  text straight into a code block, never parsed.
 * - `plain`  what broke a limit: text until the next blank line; beyond `MAX_RICH`, until the end.
 */
type Mode = 'none' | 'text' | 'inline' | 'list' | 'table' | 'quote' | 'quoted' | 'code' | 'html' | 'fence' | 'plain';

/** What to do with a line: add it to the open piece, add it as the last one, or close the piece before it and look again. */
type Verdict = 'take' | 'last' | 'cut';

/** Length from which an open piece is cut where that is safe, and how much of a line is looked at. */
const LONG = 1_024;
const JUDGED = 256;
/** Quotes within quotes that get a stream of their own. */
const MAX_DEPTH = 8;

const BLANK = /^[ \t]*$/;
const HEADING = /^ {0,3}#{1,6}(?:\s|$)/;
const RULE = /^ {0,3}(?:(?:-[\t ]*){3,}|(?:_[\t ]*){3,}|(?:\*[\t ]*){3,})$/;
const SETEXT = /^ {0,3}(?:=+|-+)[ \t]*$/;
const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})/;
const QUOTE = /^ {0,3}>/;
const MARKER = /^ {0,3}([-+*]|\d{1,9}[.)])(?:[ \t]|$)/;
const LIST_IN_TEXT = /^ {0,3}(?:[*+-]|1[.)])[ \t]+[^ \t]/;
const INDENTED = /^(?: {4}| {0,3}\t)/;
const DELIMITER_ROW = /^ {0,3}(?:\| *)?:?-+:? *(?:\| *:?-+:? *)*(?:\| *)?$/;
/** Raw blocks that end at a mark of their own rather than at a blank line (CommonMark HTML blocks 1 to 5). */
const RAW = /^ {0,3}<(?:(script|pre|style|textarea)(?:[\s>]|$)|(!--)|(\?)|(!\[CDATA\[)|(![a-z]))/i;
const DEFINITION = /^ {0,3}\[[^\]]*\]:/;

const interrupts = (line: string) =>
  HEADING.test(line) || RULE.test(line) || FENCE.test(line) || QUOTE.test(line) || RAW.test(line);

const cells = (row: string) => row.replace(/\\\||^ *\||\| *$/g, '').split('|').length;

/** Whole inline constructs, words and spaces: what a long paragraph may be cut after. Anything else may still be open. */
const ATOM =
  /\s+(?:[*~+=-]+(?=\s))?|[\p{L}\p{N}]+(?:_+[\p{L}\p{N}]+)*|`[^`]+`(?!`)|(\*\*?|__?|~~)(?=\S)[^\\`*_~[\]<]*[^\\`*_~[\]<\s]\1(?![*_~\p{L}\p{N}])|\[[^\\`*_~[\]<]*\](?:\([^()\s<]*\))?|!(?!\[)|[^\\`*_~[\]<!\s]/uy;

/** Where to cut the text of a paragraph: before a space with nothing open before it. 0: nowhere. */
function safeCut(text: string): number {
  let cut = 0;
  ATOM.lastIndex = 0;
  for (;;) {
    const start = ATOM.lastIndex;
    const atom = ATOM.exec(text);
    if (!atom || ATOM.lastIndex >= text.length) return cut;
    if (/^\s/.test(atom[0])) cut = start;
  }
}

export class BlockStream {
  readonly #message: Message;
  readonly #parent: Element;
  readonly #depth: number;
  #mode: Mode = 'none';
  /** Source of the open piece and what follows it. */
  #buffer = '';
  /** Where in the buffer the first line lies that has not been judged, or the rest of one that has. */
  #at = 0;
  #inLine = false;
  #verdict: Verdict = 'take';
  #piece: Piece | null = null;
  #sink: TextSink | null = null;
  #child: BlockStream | null = null;
  /** Fence: closing line. Raw block: what its last line holds. */
  #ending: RegExp | null = null;
  #indent = 0;
  /** List: the character its markers end in. Raw block: the element waited for, and how deep it is open. */
  #marker = '';
  #open = 0;
  #blankBefore = false;
  #lazy = false;
  /** Table: its header. */
  #header = '';
  /** Length at which the next cut is tried. */
  #next = LONG;

  constructor(message: Message, parent: Element, depth = 0) {
    this.#message = message;
    this.#parent = parent;
    this.#depth = depth;
  }

  /** Takes more text: LF line ends only. The DOM of what it closes is final; call `paint` to show the rest. */
  write(text: string): void {
    this.#buffer += text;
    this.#scan(false);
  }

  /** Shows the open piece. At most once a frame. */
  paint(): void {
    flush(this.#message);
    if (this.#child) this.#child.paint();
    else if (this.#sink) {
      // The start of a closing fence is not code.
      const held = this.#ending && /^ {0,3}[`~]+ *$/.test(this.#buffer) ? '' : this.#buffer;
      this.#sink.hold(this.#inLine ? held : this.#dedent(held));
    } else if (this.#mode !== 'none' || this.#buffer.trim() !== '') {
      this.#piece ??= new Piece(this.#message, this.#parent);
      this.#piece.paint(this.#buffer);
    }
  }

  /** No more text will come: closes what is open. */
  end(): void {
    this.#scan(true);
    if (this.#mode !== 'none') this.#close(this.#buffer.length);
    flush(this.#message);
  }

  #scan(final: boolean): void {
    for (;;) {
      const newline = this.#buffer.indexOf('\n', this.#at);
      const whole = newline >= 0;
      // Judging may take text off the front of the buffer, so the line is measured first.
      const length = (whole ? newline + 1 : this.#buffer.length) - this.#at;
      if (!this.#inLine) {
        const line = this.#buffer.slice(this.#at, Math.min(whole ? newline : Infinity, this.#at + JUDGED));
        const known = whole || line.length === JUDGED || (this.#mode === 'quoted' && /^ {0,3}>./.test(line));
        if (!known && !(final && this.#at < this.#buffer.length)) return;
        this.#verdict = this.#judge(line);
        if (this.#verdict === 'cut') {
          this.#close(this.#at);
          continue;
        }
      } else if (length === 0) return;
      this.#take(this.#at + length);
      this.#inLine = !whole && !final;
      if (!this.#inLine && this.#verdict === 'last') this.#close(this.#at);
      else this.#limit();
      if (!whole && (!final || this.#at >= this.#buffer.length)) return;
    }
  }

  /** Moves past `end`. Text of sinks and child streams leaves the buffer at once. */
  #take(end: number): void {
    if (this.#sink || this.#child) {
      const text = this.#buffer.slice(this.#at, end);
      if (this.#verdict !== 'last') {
        if (this.#sink) this.#sink.append(this.#inLine ? text : this.#dedent(text));
        else this.#child?.write(this.#inLine ? text : text.replace(/^ {0,3}> ?/, ''));
      }
      this.#buffer = this.#buffer.slice(end);
      this.#at = 0;
      return;
    }
    this.#at = end;
    if (this.#mode === 'fence') {
      // The opening line becomes the frame of the code block; only its language is read.
      this.#openFence(this.#buffer.slice(0, end));
      this.#buffer = this.#buffer.slice(end);
      this.#at = 0;
    }
  }

  #dedent(line: string): string {
    return this.#indent ? line.replace(new RegExp(`^ {1,${this.#indent}}`), '') : line;
  }

  #judge(line: string): Verdict {
    const blank = BLANK.test(line);
    switch (this.#mode) {
      case 'none':
        return blank ? 'last' : this.#start(line);
      case 'plain':
        return blank ? 'last' : 'take';
      case 'fence':
        return this.#ending!.test(line) ? 'last' : 'take';
      case 'code':
        return blank || INDENTED.test(line) ? 'take' : 'cut';
      case 'text':
      case 'inline':
        return blank ? 'last' : this.#judgeText(line);
      case 'table':
        if (blank) return 'last';
        if (interrupts(line) || INDENTED.test(line) || MARKER.test(line)) return 'cut';
        if (this.#at > LONG && this.#at > this.#header.length) this.#share('table tbody', this.#header);
        return 'take';
      case 'list':
        return this.#judgeItem(line, blank);
      case 'quote':
        if (blank) return 'last';
        if (QUOTE.test(line)) {
          if (this.#at > LONG && !this.#lazy && this.#depth < MAX_DEPTH) this.#openQuote();
          return 'take';
        }
        if (interrupts(line) || MARKER.test(line)) return 'cut';
        this.#lazy = true;
        return 'take';
      case 'quoted':
        if (QUOTE.test(line)) return 'take';
        if (blank) return 'last';
        return this.#child!.inParagraph && !interrupts(line) && !MARKER.test(line) ? 'take' : 'cut';
      case 'html':
        if (this.#ending) return this.#ending.test(line) ? 'last' : 'take';
        if (blank) return this.#open > 0 && this.#at < 2 * LONG ? 'take' : 'last';
        this.#count(line);
        return 'take';
    }
  }

  /** Whether a line may go on lazily: the innermost open block is a paragraph. */
  get inParagraph(): boolean {
    if (this.#child) return this.#child.inParagraph;
    return this.#mode === 'text' || this.#mode === 'inline';
  }

  /** Opens the block that a line begins. */
  #start(line: string): Verdict {
    this.#next = LONG;
    this.#ending = null;
    this.#indent = 0;
    if (this.#message.rich >= MAX_RICH) {
      this.#openPlain();
      return 'take';
    }
    if (HEADING.test(line) || RULE.test(line)) {
      this.#mode = 'text';
      return 'last';
    }
    const fence = FENCE.exec(line);
    const marker = MARKER.exec(line);
    const raw = RAW.exec(line);
    const tag = /^ {0,3}<\/?([a-z][a-z0-9-]*)(?=[\s>/]|$)/i.exec(line);
    if (fence) {
      this.#mode = 'fence';
      this.#indent = fence[1]!.length;
      this.#ending = new RegExp(`^ {0,3}${fence[2]![0]}{${fence[2]!.length},}[ \\t]*$`);
    } else if (INDENTED.test(line)) this.#mode = 'code';
    else if (QUOTE.test(line)) {
      this.#mode = 'quote';
      this.#lazy = false;
    } else if (marker) {
      this.#mode = 'list';
      this.#marker = marker[1]!.slice(-1);
      this.#blankBefore = false;
    } else if (raw) {
      this.#mode = 'html';
      this.#ending = raw[1]
        ? new RegExp(`</${raw[1]}>`, 'i')
        : raw[2]
          ? /-->|<!--?>/
          : raw[3]
            ? /\?>/
            : raw[4]
              ? /\]\]>/
              : />/;
      if (this.#ending.test(line)) return 'last';
    } else if (tag) {
      this.#mode = 'html';
      this.#open = 0;
      // Elements the sanitiser drops anyway, and void ones, need not be waited for.
      this.#marker = /^[bh]r$/i.test(tag[1]!) || !ALLOWED_TAGS.includes(tag[1]!.toLowerCase()) ? '' : tag[1]!;
      this.#count(line);
    } else this.#mode = 'text';
    return 'take';
  }

  #count(line: string): void {
    if (this.#marker === '') return;
    for (const [, slash] of line.matchAll(new RegExp(`<(/?)${this.#marker}(?=[\\s>/]|$)`, 'gi')))
      this.#open += slash ? -1 : 1;
  }

  #judgeText(line: string): Verdict {
    if (this.#mode === 'text') {
      if (SETEXT.test(line) && !DEFINITION.test(this.#buffer)) return 'last';
      if (line.length < JUDGED && /[:|]/.test(line) && DELIMITER_ROW.test(line)) {
        const from = this.#buffer.lastIndexOf('\n', this.#at - 2) + 1;
        const header = this.#buffer.slice(from, this.#at);
        if (cells(header.trimEnd()) === cells(line)) {
          if (from > 0) {
            this.#close(from);
            this.#next = LONG;
          }
          this.#mode = 'table';
          this.#header = `${header}${line}\n`;
          return 'take';
        }
      }
    }
    if (interrupts(line) || LIST_IN_TEXT.test(line)) return 'cut';
    return this.#mode === 'inline' && /^ *\|/.test(line) ? 'cut' : 'take';
  }

  #judgeItem(line: string, blank: boolean): Verdict {
    const blankBefore = this.#blankBefore;
    this.#blankBefore = blank;
    if (blank || !/^\S/.test(line)) return 'take';
    if (RULE.test(line)) return 'cut';
    const marker = MARKER.exec(line)?.[1];
    if (marker) {
      if (marker.slice(-1) !== this.#marker) {
        // Another list. Short ones stay together: a piece for each `- a`, `1. b` would cost more than they are worth.
        if (this.#at > LONG) return 'cut';
        this.#marker = marker.slice(-1);
      }
      if (this.#at > LONG) {
        this.#piece ??= new Piece(this.#message, this.#parent);
        if (blankBefore) this.#piece.reading = { loose: true };
        this.#share('ul,ol');
      }
      return 'take';
    }
    return blankBefore || interrupts(line) ? 'cut' : 'take';
  }

  /** Closes the piece before the current line and goes on inside the element it became. */
  #share(container: string, prefix = ''): void {
    const piece = this.#finish(this.#at);
    flush(this.#message);
    const last = piece.last;
    const home = last?.matches(container) ? last : (last?.querySelector(container) ?? null);
    if (home && home !== piece.into) piece.share(home);
    const loose = home?.querySelector(':scope > li > p') !== null;
    this.#piece = new Piece(this.#message, this.#parent, { loose }, home, home ? prefix : '');
    this.#limitRich();
  }

  /** Cuts or ends what has grown too long. */
  #limit(): void {
    if (this.#sink || this.#child) return;
    while ((this.#mode === 'text' || this.#mode === 'inline') && this.#at >= this.#next && this.#next <= MAX_PIECE) {
      const text = this.#buffer.slice(0, this.#next);
      // A definition, or a row that may be the header of a table, is more than text.
      const more = this.#mode === 'text' && (DEFINITION.test(text) || /^ *\|/.test(text));
      const cut = more ? 0 : safeCut(text);
      this.#next *= 2;
      if (cut === 0) continue;
      const piece = this.#finish(cut);
      flush(this.#message);
      const home = piece.into ?? piece.last;
      if (home?.localName !== 'p') {
        this.#mode = 'text';
        break;
      }
      if (home !== piece.into) piece.share(home);
      this.#mode = 'inline';
      this.#next = LONG;
      this.#piece = new Piece(this.#message, this.#parent, { inline: true }, home);
      this.#limitRich();
    }
    if (this.#at <= MAX_PIECE || this.#sink) return;
    const space = this.#buffer.slice(0, MAX_PIECE).search(/\s\S*$/);
    this.#finish(
      space > MAX_PIECE / 2 ? space : MAX_PIECE - (/[\ud800-\udbff]/.test(this.#buffer[MAX_PIECE - 1]!) ? 1 : 0),
    );
    this.#openPlain();
  }

  #limitRich(): void {
    if (this.#message.rich >= MAX_RICH) this.#openPlain();
  }

  /** What is judged and what follows is text until a blank line. */
  #openPlain(): void {
    flush(this.#message);
    const paragraph = document.createElement('p');
    paragraph.className = 'plain';
    const text = document.createTextNode('');
    paragraph.append(text);
    this.#parent.append(paragraph);
    this.#mode = 'plain';
    this.#piece = null;
    this.#ending = null;
    this.#indent = 0;
    this.#sink = new TextSink(text);
    this.#sink.append(this.#buffer.slice(0, this.#at));
    this.#buffer = this.#buffer.slice(this.#at);
    this.#at = 0;
  }

  #openFence(line: string): void {
    this.#piece?.close('');
    const info = line.replace(/^[ `~]+/, '');
    let code: Element | null | undefined;
    if (/[&\\]/.test(info)) {
      // marked knows what escapes and references in the language mean.
      const shell = new Piece(this.#message, this.#parent);
      shell.close(line);
      flush(this.#message);
      code = shell.last?.querySelector('code');
    }
    flush(this.#message);
    if (!code) {
      const block = codeBlock(/^\S*/.exec(info)![0], this.#message.decorations);
      this.#parent.append(block.element);
      code = block.text.parentElement!;
    }
    const text = document.createTextNode('');
    code.replaceChildren(text);
    this.#piece = null;
    this.#message.rich += FENCE_COST;
    this.#sink = new TextSink(text);
  }

  #openQuote(): void {
    this.#piece?.close('');
    this.#piece = null;
    flush(this.#message);
    const quote = document.createElement('blockquote');
    this.#parent.append(quote);
    this.#child = new BlockStream(this.#message, quote, this.#depth + 1);
    this.#mode = 'quoted';
    this.#child.write(this.#buffer.slice(0, this.#at).replace(/^ {0,3}> ?/gm, ''));
    this.#buffer = this.#buffer.slice(this.#at);
    this.#at = 0;
  }

  /** Renders the first `end` units for good and takes them off the buffer. */
  #finish(end: number): Piece {
    const piece = this.#piece ?? new Piece(this.#message, this.#parent);
    piece.close(this.#buffer.slice(0, end));
    this.#buffer = this.#buffer.slice(end);
    this.#at -= end;
    this.#piece = null;
    return piece;
  }

  /** Ends the open block at `end`. */
  #close(end: number): void {
    if (this.#child || this.#sink) {
      this.#sink?.hold('');
      this.#child?.end();
      this.#child = null;
      this.#sink = null;
      this.#buffer = this.#buffer.slice(end);
      this.#at = Math.max(0, this.#at - end);
    } else this.#finish(end);
    this.#mode = 'none';
  }
}
