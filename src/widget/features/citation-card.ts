/**
 * The card over a citation's number: what the source says, while the pointer rests on the number or the keyboard is on it.
 * Escape takes it away, the pointer may move onto it, and it stays until it is left (WCAG 2.2, 1.4.13). A touch gets none:
 * there the number opens the card below the answer. Loaded with the first number that is pointed at or focused.
 */

/** What the card says; each may be empty but the title. */
export interface CitationText {
  readonly title: string;
  readonly heading: string;
  readonly quote: string;
  /** How well it fits, and where it is. */
  readonly note: string;
}

/** The pointer has come to rest; sooner, a card would flash over each number on its way. */
const REST_MS = 150;
/** To reach the card from its number. */
const LEAVE_MS = 250;
const GAP_PX = 6;
const EDGE_PX = 8;

/** Marks a sheet for the build, which takes its white space out. */
const css = String.raw;

/** For the element's root. */
export const CITATION_CARD_CSS = css`
  .peek {
    position: absolute;
    z-index: 1;
    inline-size: max-content;
    max-inline-size: min(320px, 100% - 16px);
    padding: 10px 12px;
    border: 1px solid var(--assisters-line);
    border-radius: calc(var(--radius)*.75);
    color: var(--assisters-text);
    background: var(--assisters-surface);
    box-shadow: 0 8px 28px -4px rgb(10 20 20 / .24);
    font-size: 13px;
    line-height: 1.5;
    overflow-wrap: anywhere;
    animation: appear .12s ease-out;
  }
  /* Between number and card nothing is left. */
  .peek::before { content: ''; position: absolute; inset: -${GAP_PX}px 0; z-index: -1; }
  .peek p { margin: 0; }
  .peek .heading, .peek .note { color: var(--assisters-text-muted); }
  .peek .quote {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 6;
    margin-block: 6px;
    overflow: hidden;
    white-space: pre-line;
  }
`;

/**
 * Watches the citations in `panel`, whose `.body` the card is laid in. `textOf` gives what a number stands for, or `null`.
 * `first` is the number that this was loaded for. Ends with the panel.
 */
export function watchCitations(
  panel: HTMLElement,
  textOf: (mark: HTMLElement) => CitationText | null,
  first: HTMLElement,
): void {
  const { ownerDocument: document } = panel;
  const body = panel.querySelector<HTMLElement>('.body')!;
  const card = document.createElement('div');
  card.className = 'peek';
  card.id = 'peek';
  card.setAttribute('role', 'tooltip');
  let mark: HTMLElement | null = null;
  let timer = 0;
  let shown = new AbortController();

  const markAt = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>('.citation') : null;
  const later = (ms: number, act: () => void) => {
    clearTimeout(timer);
    timer = window.setTimeout(act, ms);
  };

  function hide(): void {
    clearTimeout(timer);
    shown.abort();
    card.remove();
    mark?.removeAttribute('aria-describedby');
    mark = null;
  }

  function show(on: HTMLElement): void {
    clearTimeout(timer);
    if (on === mark || !on.isConnected) return;
    hide();
    const text = textOf(on);
    if (!text) return;
    const strong = document.createElement('strong');
    strong.textContent = text.title;
    const lines = (['heading', 'quote', 'note'] as const).flatMap((name) => {
      if (text[name] === '') return [];
      const line = document.createElement('p');
      line.className = name;
      line.dir = 'auto';
      line.textContent = text[name];
      return [line];
    });
    card.replaceChildren(strong, ...lines);
    body.append(card);
    mark = on;
    on.setAttribute('aria-describedby', card.id);
    place();
    shown = new AbortController();
    const { signal } = shown;
    // The focus may be anywhere while the pointer rests here.
    document.addEventListener('keydown', dismiss, { capture: true, signal });
    body.addEventListener('scroll', place, { capture: true, passive: true, signal });
  }

  function dismiss(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    // The card closes, and nothing behind it.
    if (event.composedPath().includes(panel)) {
      event.stopPropagation();
      event.preventDefault();
    }
    hide();
  }

  /** Above the number where there is room, else below; never over the edge of the panel. */
  function place(): void {
    const at = mark?.isConnected ? mark.getBoundingClientRect() : null;
    const frame = body.getBoundingClientRect();
    if (!at || at.bottom < frame.top || at.top > frame.bottom) {
      hide();
      return;
    }
    // A zoomed page measures in its own pixels.
    const scale = frame.width / body.offsetWidth || 1;
    const top = (at.top - frame.top) / scale - card.offsetHeight - GAP_PX;
    const left = (at.left - frame.left) / scale - 24;
    const room = body.offsetWidth - card.offsetWidth - EDGE_PX;
    card.style.top = `${top >= 0 ? top : (at.bottom - frame.top) / scale + GAP_PX}px`;
    card.style.left = `${Math.max(EDGE_PX, Math.min(left, room))}px`;
  }

  panel.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return;
    const over = markAt(event.target);
    if (over) later(mark ? 0 : REST_MS, () => show(over));
    else if (event.composedPath().includes(card)) clearTimeout(timer);
    else leave();
  });
  panel.addEventListener('pointerleave', leave);
  panel.addEventListener('focusin', ({ target }) => {
    const over = markAt(target);
    if (over?.matches(':focus-visible')) show(over);
    else leave();
  });
  panel.addEventListener('focusout', leave);
  panel.addEventListener('click', ({ target }) => markAt(target) && hide());

  function leave(): void {
    later(LEAVE_MS, () => {
      if (mark?.matches(':hover, :focus-visible') || card.matches(':hover')) return;
      hide();
    });
  }

  if (first.matches(':focus-visible')) show(first);
  else if (first.matches(':hover')) later(REST_MS, () => show(first));
}
