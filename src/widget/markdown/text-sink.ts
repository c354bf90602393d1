/**
 * Appends streamed text to the DOM at the cost of the new text. A node is left alone once it is long: the browser lays a
 * text node out as a whole, so one endless node would make each frame cost more than the last.
 */
export class TextSink {
  #node: Text;
  #held = 0;

  constructor(node: Text) {
    this.#node = node;
  }

  /** Adds text that stays, after taking back what was held. */
  append(text: string): void {
    this.hold('');
    if (text === '') return;
    if (this.#node.length > 2_048) {
      const next = document.createTextNode('');
      this.#node.after(next);
      this.#node = next;
    }
    this.#node.appendData(text);
  }

  /** Shows text whose meaning is still open (an unfinished line) until the next call. */
  hold(text: string): void {
    if (this.#held > 0) this.#node.deleteData(this.#node.length - this.#held, this.#held);
    this.#held = text.length;
    if (text !== '') this.#node.appendData(text);
  }
}
