import type { Links } from 'marked';
import { type Decorations, decorate } from './decorate.ts';
import { cost } from './guard.ts';
import { mend } from './mend.ts';
import { type Reading, toHtml } from './render.ts';
import { sanitise } from './sanitise.ts';
import { sync } from './sync.ts';

/** What the pieces of one message share. */
export interface Message {
  readonly decorations: Decorations;
  /** Milliseconds, for the time budget. */
  readonly now: () => number;
  /** Turns unsafe HTML into a safe fragment. */
  readonly sanitise: (html: string) => DocumentFragment;
  /** Reference definitions of closed pieces; the first of a label counts. */
  readonly links: Links;
  /** How many pieces held definitions so far: a piece rendered under a smaller number may have missed one. */
  definitions: number;
  /** What was rendered so far, as `cost` counts. */
  rich: number;
  /** Closed pieces whose DOM is still to be made, with their HTML: `flush` sanitises them together. */
  readonly closed: { piece: Piece; html: string }[];
  /** Closed pieces with brackets that a later definition may turn into links. */
  readonly bracketed: Piece[];
}

export function newMessage(decorations: Decorations, now: () => number, purify = sanitise): Message {
  return {
    decorations,
    now,
    sanitise: purify,
    links: Object.create(null),
    definitions: 0,
    rich: 0,
    closed: [],
    bracketed: [],
  };
}

/** A piece that took longer is plain text from then on, unless it is short: its time tells of a busy machine. */
const BUDGET_MS = 50;
const SHORT = 1_024;
/** Letters, digits, spaces, commas, and everything beyond ASCII: characters that never change what markdown means. */
const INERT = /^[a-z0-9 ,'\u0080-\uffff]*$/i;
const ENDS_IN_WORD = /[a-z0-9\u0080-\uffff]$/i;
const DEFINITION = /^[ >\-*+\d.)]*\[[^\]]+\]:/m;

function plain(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const paragraph = document.createElement('p');
  paragraph.className = 'plain';
  paragraph.textContent = text.trim();
  fragment.append(paragraph);
  return fragment;
}

/** Stands between pieces that are sanitised together. */
const CUT = 'x-cut';

/**
 * Makes the DOM of closed pieces. Sanitising has a cost per call (a document each), so an answer that comes in bursts, or whole, is
 * sanitised in one. Only pieces without raw HTML wait here: theirs is balanced, and cannot reach into the next.
 */
export function flush(message: Message): void {
  const batch = message.closed.splice(0);
  if (batch.length === 0) return;
  const html = batch.map((closed) => closed.html).join(`<hr lang="${CUT}">`);
  let fragments: DocumentFragment[] = [];
  try {
    const all = message.sanitise(html);
    decorate(all, message.decorations, html);
    fragments = batch.map(() => document.createDocumentFragment());
    let index = 0;
    for (const node of [...all.childNodes]) {
      if (node instanceof HTMLHRElement && node.lang === CUT) index += 1;
      else fragments[index]!.append(node);
    }
  } catch {
    fragments = [];
  }
  for (const [index, { piece }] of batch.entries()) piece.settle(fragments[index]);
}

function lastText(node: Node | undefined | null): Text | null {
  while (node?.lastChild) node = node.lastChild;
  return node instanceof Text && !node.parentElement?.closest('a,button') ? node : null;
}

/**
 * A stretch of markdown that is parsed at once, and the nodes it became. Open, it may be painted again and again; closed,
 * its nodes are final, unless a later link definition gives its brackets a meaning.
 */
export class Piece {
  /** The element whose children this piece adds to (a list, a table body, a paragraph), when it goes on inside one. */
  into: Element | null;
  reading: Reading;
  readonly #message: Message;
  readonly #parent: Element;
  /** Put before the source when parsing: a table's header, so that rows are read as rows. */
  readonly #prefix: string;
  #nodes: ChildNode[] = [];
  #inner: ChildNode[] = [];
  #source = '';
  #definitions = 0;
  #slow = false;
  /** Length of what the DOM shows, and of the source when it was last parsed. */
  #shown = 0;
  #parsed = 0;
  /** The text node at the end of the DOM, when it ends as the source does: inert text may be added to it unparsed. */
  #tail: Text | null = null;

  constructor(message: Message, parent: Element, reading: Reading = {}, into: Element | null = null, prefix = '') {
    this.#message = message;
    this.#parent = parent;
    this.reading = reading;
    this.into = into;
    this.#prefix = prefix;
  }

  /** The last element in the parent that is this piece's own, or the one it adds to. */
  get last(): Element | null {
    const node = this.#nodes.at(-1) ?? this.into;
    return node instanceof Element ? node : null;
  }

  /** Shows an unfinished source: what was there before, and perhaps more. */
  paint(source: string): void {
    const added = source.slice(this.#shown);
    if (added === '') return;
    const inert = INERT.test(added);
    // A long piece that cannot be cut is parsed only when it has grown by a sixteenth: linear, whatever it holds.
    const early = source.length > 2_048 && source.length - this.#parsed < this.#parsed / 16;
    if (this.#tail && (inert || early)) {
      this.#tail.appendData(added);
      this.#shown = source.length;
      return;
    }
    if (early) return;
    this.#place(this.#render(mend(source), Object.create(this.#message.links)));
    const trimmed = source.trimEnd();
    const tail = lastText(this.#inner.at(-1) ?? this.#nodes.at(-1));
    const end = trimmed.slice(-1);
    this.#tail = tail?.data.endsWith(end) && ENDS_IN_WORD.test(end) ? tail : null;
    this.#shown = this.#tail ? trimmed.length : source.length;
    this.#parsed = source.length;
  }

  /** Takes the whole source for good. Its DOM is made at the next `flush`, or at once where the source holds raw HTML. */
  close(source: string): void {
    const message = this.#message;
    this.#source = source;
    message.rich += cost(source);
    const html = source.includes('<') || this.#slow ? null : this.#toHtml(source, message.links);
    if (html !== null) message.closed.push({ piece: this, html });
    else {
      flush(message);
      this.#place(this.#render(source, message.links));
    }
    if (source.includes('[')) {
      if (DEFINITION.test(source)) message.definitions += 1;
      message.bracketed.push(this);
    }
    this.#definitions = message.definitions;
  }

  /** The DOM of the closed piece, or none when it could not be made: then its text. */
  settle(fragment: DocumentFragment | undefined): void {
    this.#place(fragment ?? plain(this.#source));
  }

  /** Renders again if definitions came since: called once, when the message is whole. */
  resolve(): void {
    if (this.#definitions === this.#message.definitions) return;
    // The copy keeps this piece from defining anything anew.
    this.#place(this.#render(this.#source, Object.assign(Object.create(null), this.#message.links)));
  }

  /** After `close`: the children of `container` become this piece's, so that others may add theirs behind them. */
  share(container: Element): void {
    this.#inner = [...container.childNodes];
    this.#nodes = this.#nodes.filter((node) => !node.contains(container));
    this.into = container;
  }

  #place(fragment: DocumentFragment): void {
    this.#tail = null;
    let inner: ChildNode[] = [];
    if (this.into) {
      let home: Node | null = this.reading.inline ? fragment : fragment.querySelector(this.into.localName);
      inner = home ? [...home.childNodes] : [];
      while (home?.parentNode && home.parentNode !== fragment) home = home.parentNode;
      if (home && home !== fragment) fragment.removeChild(home);
      this.#inner = sync(this.into, this.#inner, inner);
      if (this.reading.inline) return;
    }
    const fresh = [...fragment.childNodes].filter((node) => !(node instanceof Text && node.data.trim() === ''));
    this.#nodes = sync(this.#parent, this.#nodes, fresh);
  }

  #toHtml(source: string, links: Links): string | null {
    const { now } = this.#message;
    const started = now();
    const html = toHtml(this.#prefix + source, links, this.reading);
    if (source[SHORT] && now() - started > BUDGET_MS) this.#slow = true;
    return html;
  }

  #render(source: string, links: Links): DocumentFragment {
    const html = this.#slow ? null : this.#toHtml(source, links);
    if (html === null) return plain(source);
    try {
      const fragment = this.#message.sanitise(html);
      decorate(fragment, this.#message.decorations, html);
      return fragment;
    } catch {
      // The policy was refused: text is always possible.
      return plain(source);
    }
  }
}
