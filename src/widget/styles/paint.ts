import { accentText, contrast, cssRgb, onAccent, readRgb } from './accent.ts';

/**
 * Computes what depends on the site's accent, whichever way it was set: the colour written on it, and the accent as
 * readable text. Sets both on the root, and the launcher's colours on its button. Reads computed style once.
 *
 * @param root has `color` set to the accent and `background-color` to the surface (`tokens.ts`); it makes no box
 */
export function paint(root: HTMLElement, launcher: HTMLElement | null): void {
  const { color, backgroundColor } = getComputedStyle(root);
  const accent = readRgb(color);
  const surface = readRgb(backgroundColor);
  if (!accent || !surface) return;
  const on = cssRgb(onAccent(accent));
  const text = cssRgb(accentText(accent, surface));
  root.style.setProperty('--_on-accent', on);
  root.style.setProperty('--_accent-text', text);
  if (!launcher) return;
  // Behind the site's own `--assisters-on-accent` and `--assisters-focus`, which the launcher's sheet asks for first.
  const colours = { bg: cssRgb(accent), _on: on, _ring: contrast(accent, surface) < 3 ? text : cssRgb(accent) };
  for (const [name, value] of Object.entries(colours)) launcher.style.setProperty(`--${name}`, value);
  launcher.style.setProperty('--gap', cssRgb(surface));
}
