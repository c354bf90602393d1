/** Closer to the end than this counts as being there, px. */
const END_PX = 8;

/**
 * Where the reader is in the log. The log is laid out from its end (`flex-direction: column-reverse` around one block in
 * normal order), so the browser itself keeps the end in view while text grows, and keeps the reader's place when older
 * messages arrive above; `scrollTop` is 0 at the end and negative above it. Nothing is written or measured per delta.
 * Listens only to its own elements and is collected with them.
 */
export class LogScroll {
  readonly #scroller: HTMLElement;
  /** True while the reader is at the end. */
  atEnd = true;

  /**
   * @param changed called when the reader leaves or reaches the end
   * @param older called when the top comes near
   */
  constructor(scroller: HTMLElement, rows: HTMLElement, top: HTMLElement, changed: () => void, older: () => void) {
    this.#scroller = scroller;
    scroller.addEventListener(
      'scroll',
      () => {
        const atEnd = scroller.scrollTop > -END_PX;
        if (atEnd === this.atEnd) return;
        this.atEnd = atEnd;
        changed();
      },
      { passive: true },
    );
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) older();
      },
      { root: scroller, rootMargin: '400px 0px 0px 0px' },
    );
    observer.observe(top);
    if (!CSS.supports('overflow-anchor', 'auto')) this.#anchor(rows);
  }

  /** Without scroll anchoring (Safari) a reader above the end would be carried along by what grows below. */
  #anchor(rows: HTMLElement): void {
    let height = 0;
    let last = rows.lastElementChild;
    const observer = new ResizeObserver(([entry]) => {
      const next = entry!.contentRect.height;
      // Growth above the reader needs nothing; only growth after the same last row does.
      if (!this.atEnd && height > 0 && rows.lastElementChild === last) this.#scroller.scrollTop -= next - height;
      height = next;
      last = rows.lastElementChild;
    });
    observer.observe(rows);
  }

  toEnd(): void {
    this.#scroller.scrollTop = 0;
  }
}
