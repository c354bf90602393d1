/** Whether the browser has a layer above everything on the page that is not a modal dialog's. */
export const POPOVER = typeof HTMLElement !== 'undefined' && 'showPopover' in HTMLElement.prototype;

/** Lifts an element above everything on the page where the browser can; needed again after each insertion. */
export function topLayer(element: HTMLElement): void {
  if (!POPOVER || !element.isConnected) return;
  element.popover = 'manual';
  if (!element.matches(':popover-open')) element.showPopover();
}
