/**
 * Appends streamed text to the DOM. One write a frame where the text only grows: the browser lays out the paragraph around a text node for
 * each. A node is left alone once it is long, because copying it costs its length.
 */
export class TextSink {
  #node: Text;
  #held = '';

  constructor(node: Text) {
    this.#node = node;
  }

  /** Adds text that stays, in place of what was held. */
  append(text: string): void {
    this.hold(text);
    this.#held = '';
    if (this.#node.length <= 2_048) return;
    const next = document.createTextNode('');
    this.#node.after(next);
    this.#node = next;
  }

  /** Shows text whose meaning is still open (an unfinished line) until the next call. */
  hold(text: string): void {
    const held = this.#held;
    this.#held = text;
    if (text.startsWith(held)) {
      if (text.length > held.length) this.#node.appendData(text.slice(held.length));
    } else this.#node.replaceData(this.#node.length - held.length, held.length, text);
  }
}
