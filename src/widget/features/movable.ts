/**
 * A launcher that visitors may move: by dragging it, by arrow keys while it has the focus, or by the panel's menu, for
 * those who cannot drag (WCAG 2.2, 2.5.7). It keeps to the nearer side and is remembered in this browser.
 */
import type { MOVE_EVENT } from '../names.ts';
import { type Host, optionOf } from './host.ts';

/** Where a launcher stands: a corner, and how far from its bottom or top edge, px. */
export interface Place {
  readonly position: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';
  readonly offsetPx: number;
}

/** Less than this is a press with an unsteady hand. */
const DRAG_PX = 6;
const STEP_PX = 24;
const EDGE_PX = 20;
/** `MOVE_EVENT` of the table of names, which a part that comes later does not carry. */
const MOVE: typeof MOVE_EVENT = 'assisters-move';

/** The place for a launcher whose middle is at that point. Keeps to the nearer side, and inside the window. */
export function placeAt(x: number, y: number, width: number, height: number, sizePx: number): Place {
  const top = y < height / 2;
  const side = x < width / 2 ? 'left' : 'right';
  const offset = (top ? y : height - y) - sizePx / 2;
  return {
    position: `${top ? 'top' : 'bottom'}-${side}`,
    offsetPx: Math.round(Math.min(Math.max(offset, EDGE_PX), Math.max(EDGE_PX, height / 2 - sizePx))),
  };
}

/** What was remembered, or `null`. */
function readPlace(key: string): Place | null {
  try {
    const [position = '', offset = ''] = (localStorage.getItem(key) ?? '').split(' ');
    const known = /^(bottom|top)-(left|right)$/.test(position) && /^\d{1,4}$/.test(offset);
    return known ? { position: position as Place['position'], offsetPx: Number(offset) } : null;
  } catch {
    return null;
  }
}

/** Makes the launcher movable for as long as the option is set. Ends with the signal. */
export function movable(host: Host, signal: AbortSignal): void {
  const button = host.shadowRoot?.querySelector<HTMLButtonElement>('.launcher');
  if (!button || optionOf(host, 'movable') === null) return;
  const key = `assisters-place:${host.getAttribute('assistant-id') ?? ''}`;

  const apply = ({ position, offsetPx }: Place) => {
    // The element's property, where there is one, would win over the attribute.
    if ('position' in host) (host as { position?: unknown }).position = position;
    host.setAttribute('position', position);
    host.style.setProperty('--assisters-offset-y', `${Math.min(offsetPx, Math.max(EDGE_PX, innerHeight / 2))}px`);
  };
  const settle = (place: Place) => {
    apply(place);
    try {
      localStorage.setItem(key, `${place.position} ${place.offsetPx}`);
    } catch {}
  };
  const middle = () => {
    const { left, top, width, height } = button.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2, size: height };
  };
  const moveTo = (x: number, y: number) => settle(placeAt(x, y, innerWidth, innerHeight, middle().size));

  const remembered = readPlace(key);
  if (remembered) apply(remembered);
  button.style.touchAction = 'none';

  let from: { readonly x: number; readonly y: number; readonly id: number } | null = null;
  let dragged = false;
  const drop = () => {
    button.style.translate = '';
    from = null;
  };
  button.addEventListener(
    'pointerdown',
    ({ clientX: x, clientY: y, pointerId: id, button: which }) => {
      if (which !== 0) return;
      from = { x, y, id };
      dragged = false;
    },
    { signal },
  );
  button.addEventListener(
    'pointermove',
    ({ clientX, clientY }) => {
      if (!from) return;
      const [x, y] = [clientX - from.x, clientY - from.y];
      if (!dragged && Math.hypot(x, y) < DRAG_PX) return;
      if (!dragged) button.setPointerCapture(from.id);
      dragged = true;
      button.style.translate = `${x}px ${y}px`;
    },
    { signal },
  );
  button.addEventListener(
    'pointerup',
    () => {
      const at = dragged ? middle() : null;
      drop();
      if (at) moveTo(at.x, at.y);
    },
    { signal },
  );
  button.addEventListener('pointercancel', drop, { signal });
  button.addEventListener(
    'click',
    (event) => {
      // The end of a drag is no press.
      if (dragged) event.stopImmediatePropagation();
      dragged = false;
    },
    { capture: true, signal },
  );
  button.addEventListener(
    'keydown',
    (event) => {
      const { x, y } = middle();
      const steps: Readonly<Record<string, readonly [number, number]>> = {
        ArrowUp: [x, y - STEP_PX],
        ArrowDown: [x, y + STEP_PX],
        ArrowLeft: [0, y],
        ArrowRight: [innerWidth, y],
      };
      const to = event.ctrlKey || event.altKey || event.metaKey ? undefined : steps[event.key];
      if (!to) return;
      event.preventDefault();
      moveTo(...to);
    },
    { signal },
  );
  host.addEventListener(
    MOVE,
    () => {
      const { x, y } = middle();
      // The panel covers the launcher on phones, which then measures nothing.
      const left = x === 0 ? /left$/.test(host.getAttribute('position') ?? '') : x < innerWidth / 2;
      moveTo(left ? innerWidth : 0, y === 0 ? innerHeight - EDGE_PX : y);
    },
    { signal },
  );
  signal.addEventListener('abort', () => {
    drop();
    button.style.touchAction = '';
  });
}
