/**
 * What a page looks like, read from its computed styles, so that the chat looks like a part of it without a setting.
 * Shared by the pasted script, which colours the launcher, and the element.
 */
import { contrast, type Rgb, readRgb } from './styles/accent.ts';

/** What a page says of its looks; what it does not say is `null`. */
export interface HostTheme {
  readonly dark: boolean | null;
  /** The colour of its main buttons or its brand. */
  readonly accent: Rgb | null;
  /** Corner radius of its buttons, px, 0–16; a pill counts as 16. */
  readonly radius: number | null;
}

/** Attributes in which themes are switched: Bootstrap, Docusaurus, daisyUI, Primer, MUI, Mantine, and by hand. */
const SWITCHES =
  'data-theme data-bs-theme data-color-mode data-color-scheme data-mui-color-scheme data-mantine-color-scheme data-mode class'.split(
    ' ',
  );
/** `dark` as a word of its own, `theme-dark`, `dark-mode`. */
const said = (word: string) => RegExp(`(^|\\s)((theme|mode)-)?${word}(-(theme|mode))?(\\s|$)`);
const DARK = said('dark');
const LIGHT = said('light');
const SYSTEM_DARK = '(prefers-color-scheme: dark)';

/** Custom properties that hold the main colour: Bootstrap, Docusaurus, VitePress, Material for MkDocs, shadcn, by hand. */
const ACCENTS =
  'accent,accent-color,brand,brand-color,primary,primary-color,color-primary,bs-primary,ifm-color-primary,vp-c-brand-1,md-primary-fg-color';
const BUTTONS = 'button,[type=submit],[role=button],a[class*=btn],a[class*=button],a[class*=cta]';
/** As many buttons are looked at: those at the top of a page are its main ones. */
const MOST_BUTTONS = 24;

/** A colour that stands out; greys say nothing of a brand. */
const vivid = (colour: Rgb | null): Rgb | null =>
  colour && Math.max(...colour) - Math.min(...colour) > 48 ? colour : null;

const opaque = ({ backgroundColor }: CSSStyleDeclaration): Rgb | null =>
  // `rgba(0, 0, 0, 0)`: nothing is painted there.
  /^rgba|\/ 0/.test(backgroundColor) ? null : readRgb(backgroundColor);

/** Dark or light, by what switches it, then by `color-scheme`, then by what is painted behind the page. */
function readDark(styles: readonly CSSStyleDeclaration[], elements: readonly Element[]): boolean | null {
  for (const element of elements) {
    for (const name of SWITCHES) {
      const value = element.getAttribute(name) ?? '';
      if (DARK.test(value) || LIGHT.test(value)) return DARK.test(value);
    }
  }
  for (const { colorScheme } of styles) {
    if (/dark/.test(colorScheme) !== /light/.test(colorScheme)) return /dark/.test(colorScheme);
  }
  for (const style of styles) {
    const ground = opaque(style);
    if (ground) return contrast(ground, [255, 255, 255]) > contrast(ground, [0, 0, 0]);
  }
  return null;
}

/**
 * Reads the page's theme. Costs one style computation and a look at its first buttons.
 *
 * @param probe an element of ours, on the page; takes a colour for the length of the call, so that the browser resolves it
 */
export function readHostTheme(probe: HTMLElement): HostTheme {
  const { documentElement, body } = probe.ownerDocument;
  const elements = body ? [body, documentElement] : [documentElement];
  const styles = elements.map((element) => getComputedStyle(element));
  const root = styles[styles.length - 1]!;
  const resolve = (value: string): Rgb | null => {
    // Most names are not there, and each write to the probe costs a style computation.
    if (!value || value === 'auto') return null;
    const { style } = probe;
    const before = style.outlineColor;
    style.outlineColor = '';
    // A mix makes `oklch()` and its like come back as sRGB. What is no colour leaves the property as it was.
    style.outlineColor = `color-mix(in srgb,${value},${value})`;
    const colour = style.outlineColor ? readRgb(getComputedStyle(probe).outlineColor) : null;
    style.outlineColor = before;
    return vivid(colour);
  };
  let accent: Rgb | null = null;
  let radius: number | null = null;
  for (const name of ACCENTS.split(',')) accent ??= resolve(root.getPropertyValue(`--${name}`).trim());
  accent ??= resolve(root.accentColor);
  const buttons = probe.ownerDocument.querySelectorAll<HTMLElement>(BUTTONS);
  for (let at = 0; at < buttons.length && at < MOST_BUTTONS && radius === null; at++) {
    const style = getComputedStyle(buttons[at]!);
    const fill = vivid(opaque(style));
    if (!fill) continue;
    accent ??= fill;
    radius = Math.min(16, Math.round(Number.parseFloat(style.borderTopLeftRadius)));
  }
  accent ??= resolve(probe.ownerDocument.querySelector<HTMLMetaElement>('meta[name=theme-color]')?.content ?? '');
  return { dark: readDark(styles, elements), accent, radius };
}

/**
 * Whether the chat is dark.
 *
 * @param theme the option: `light`, `dark`; anything else follows the page, and where the page leaves it open, the
 *   visitor's system
 */
export function isDark(theme: string | null | undefined, page: HostTheme): boolean {
  if (theme === 'light' || theme === 'dark') return theme === 'dark';
  return page.dark ?? globalThis.matchMedia?.(SYSTEM_DARK).matches === true;
}

/** Tells that the page's theme, language or direction may have changed, once a frame at most, until the signal is aborted. */
export function watchHostTheme(document: Document, changed: () => void, signal: AbortSignal): void {
  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      changed();
    });
  };
  const observer = new MutationObserver(ask);
  // Some pages take `matchMedia` away.
  globalThis.matchMedia?.(SYSTEM_DARK).addEventListener('change', ask, { signal });
  const attributeFilter = [...SWITCHES, 'style', 'lang', 'dir'];
  for (const element of [document.documentElement, document.body])
    if (element) observer.observe(element, { attributes: true, attributeFilter });
  // Switched by another sheet, whose load does not bubble; and backgrounds that fade show their colour at the end only.
  document.head?.addEventListener('load', ask, { capture: true, signal });
  document.addEventListener(
    'transitionend',
    ({ target }) => target instanceof Element && target.contains(document.body) && ask(),
    {
      signal,
    },
  );
  signal.addEventListener('abort', () => {
    observer.disconnect();
    cancelAnimationFrame(asked);
  });
}
