/** Keeps the launcher clear of what a page fixes to the same corner: cookie bars, carts, other buttons. */

/** Between launcher and obstacle, px. */
const GAP_PX = 12;
/** What may bring an obstacle or take it away, besides nodes that come and go. */
const SIGNS = 'load resize scroll click transitionend animationend'.split(' ');
/** Signs come in swarms, and what they bring has often yet to arrive. */
const SETTLE_MS = 250;

/** How far the launcher must move away from its edge to be clear, px. Looks through our own nodes. */
function liftOf(button: HTMLElement, host: Element, lifted: number): number {
  const top = /^top/.test(host.getAttribute('position') ?? '');
  const box = button.getBoundingClientRect();
  // Where it stands when nothing is in its way.
  const away = top ? -lifted : lifted;
  const home = { top: box.top + away, bottom: box.bottom + away };
  const room = innerHeight / 2;
  let lift = 0;
  for (let found = true; found && lift < room; ) {
    found = false;
    const shift = top ? lift : -lift;
    for (const x of [box.left + 1, (box.left + box.right) / 2, box.right - 1]) {
      for (const y of [home.top + shift + 1, home.bottom + shift - 1]) {
        for (const element of document.elementsFromPoint(x, y)) {
          // Our own, and what we are in: the page itself, which stands still.
          if (host.contains(element) || element.contains(host)) continue;
          const fixed = fixedBox(element);
          // What covers the whole window is a dialog's backdrop or an app's frame, which nobody can move away from.
          if (!fixed || fixed.height > room) continue;
          const needed = (top ? fixed.bottom - home.top : home.bottom - fixed.top) + GAP_PX;
          if (needed > lift && needed < room) {
            lift = needed;
            found = true;
          }
        }
      }
    }
  }
  return Math.round(lift);
}

/** The box of the fixed or stuck element around `element`, or `null` where it scrolls with the page. */
function fixedBox(element: Element | null): DOMRect | null {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    if (/fixed|sticky/.test(getComputedStyle(at).position)) return at.getBoundingClientRect();
  }
  return null;
}

/** Moves the launcher, by `--_lift` on its host, for as long as something is in its way. Ends with the signal. */
export function keepClear(button: HTMLElement, host: HTMLElement, signal: AbortSignal): void {
  // The pasted script may have moved it already.
  let lifted = Number.parseFloat(host.style.getPropertyValue('--_lift')) || 0;
  let timer = 0;
  const look = () => {
    timer = 0;
    const lift = liftOf(button, host, lifted);
    if (lift === lifted) return;
    lifted = lift;
    host.style.setProperty('--_lift', `${lift}px`);
  };
  const ask = () => {
    timer ||= window.setTimeout(look, SETTLE_MS);
  };
  for (const sign of SIGNS) addEventListener(sign, ask, { capture: true, passive: true, signal });
  const observer = new MutationObserver(ask);
  observer.observe(document.body, { childList: true });
  signal.addEventListener('abort', () => {
    observer.disconnect();
    clearTimeout(timer);
  });
  ask();
}
