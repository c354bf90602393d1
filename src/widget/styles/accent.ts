/** Red, green, blue, 0–255. */
export type Rgb = readonly [number, number, number];

/** Least contrast of words and of shapes that mean something (WCAG 2.2, 1.4.3 and 1.4.11). */
const TEXT_CONTRAST = 4.5;

/** Reads what `getComputedStyle` gives for a colour: `rgb(…)`, `rgba(…)` or `color(srgb …)`. Anything else is `null`. */
export function readRgb(computed: string): Rgb | null {
  const scale = computed.startsWith('color(srgb ') ? 255 : /^rgba?\(/.test(computed) ? 1 : 0;
  const [red, green, blue] = (computed.match(/-?[\d.]+(e-?\d+)?/g) ?? []).map((part) => Number(part) * scale);
  return scale === 0 || blue === undefined ? null : [red!, green!, blue];
}

/** Relative luminance, 0–1 (WCAG 2.2). */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const part = Math.min(255, Math.max(0, value)) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio of two colours, 1–21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** What is written on an accent: black or white, whichever reads better (always at least 4.58:1). */
export function onAccent(accent: Rgb): Rgb {
  return contrast(accent, [255, 255, 255]) >= TEXT_CONTRAST ? [255, 255, 255] : [0, 0, 0];
}

/**
 * An accent that can be read as text on a surface: moved towards black or white, away from the surface, just as far as
 * 4.5:1 asks for. An accent that reads already stays as it is.
 */
export function accentText(accent: Rgb, surface: Rgb): Rgb {
  const end = luminance(surface) > 0.18 ? 0 : 255;
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = accent.map((part) => Math.round(part + (end - part) * share)) as unknown as Rgb;
    if (contrast(mixed, surface) >= TEXT_CONTRAST) return mixed;
  }
  return [end, end, end];
}

export function cssRgb([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
