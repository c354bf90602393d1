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
  readonly #top: HTMLElement;
  readonly #observer: IntersectionObserver;
  /** True while the reader is at the end. */
  atEnd = true;

  /**
   * @param changed called when the reader leaves or reaches the end
   * @param older called when the top comes near
   */
  constructor(scroller: HTMLElement, rows: HTMLElement, top: HTMLElement, changed: () => void, older: () => void) {
    this.#scroller = scroller;
    this.#top = top;
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
    this.#observer = new IntersectionObserver(
      (entries) => {
        // Before the first rows are drawn everything is near.
        if (rows.childElementCount > 0 && entries.at(-1)!.isIntersecting) older();
      },
      { root: scroller, rootMargin: '400px 0px 0px 0px' },
    );
    this.#observer.observe(top);
    if (!CSS.supports('overflow-anchor', 'auto')) this.#anchor(rows);
  }

  /** Without scroll anchoring (Safari) a reader above the end would be carried along by what grows below. */
  #anchor(rows: HTMLElement): void {
    let height = 0;
    let first = rows.firstElementChild;
    const observer = new ResizeObserver(([entry]) => {
      const next = entry!.contentRect.height;
      // Rows put in front move nothing; what grows while the first row stays does.
      if (!this.atEnd && height > 0 && rows.firstElementChild === first) this.#scroller.scrollTop -= next - height;
      height = next;
      first = rows.firstElementChild;
    });
    observer.observe(rows);
  }

  /**
   * Puts older rows in front and keeps `row` where the reader sees it. The distance to the end stays by itself, but
   * Chromium would anchor the view to the top of the list; so the row itself is held for the two frames that takes.
   */
  keep(row: Element, prepend: () => void): void {
    const scroller = this.#scroller;
    const place = () => row.getBoundingClientRect().top;
    const before = place();
    const hold = () => {
      scroller.scrollTop += place() - before;
    };
    scroller.style.setProperty('overflow-anchor', 'none');
    prepend();
    hold();
    requestAnimationFrame(() => {
      hold();
      requestAnimationFrame(() => {
        hold();
        scroller.style.removeProperty('overflow-anchor');
        // An observer tells changes only, and a short page may leave the top near.
        this.#observer.unobserve(this.#top);
        this.#observer.observe(this.#top);
      });
    });
  }

  toEnd(): void {
    this.#scroller.scrollTop = 0;
  }
}
