/**
 * The round button in the corner, in plain DOM: the pasted script draws it before anything else is loaded, and the
 * element goes on with the same button, so nothing flashes and focus stays. Imports its handle and what colours and sheets need.
 */
import { holdLauncher, type Launcher, type LauncherChange } from './launcher-handle.ts';
import { contrast, cssRgb, onAccent, type Rgb, readRgb } from './styles/accent.ts';
import { addStyles } from './styles/add-styles.ts';

/** Marks a sheet for the build, which takes its white space out. */
const css = String.raw;
const SVG = 'http://www.w3.org/2000/svg';
/** Speech mark, then chevron; both on a 24 px grid, drawn as lines. */
const GLYPHS = [
  'M12 4c-4.7 0-8.5 3.2-8.5 7.2 0 2.2 1.2 4.2 3 5.5L6 20.5l4-2.2c.7.1 1.3.2 2 .2 4.7 0 8.5-3.2 8.5-7.3S16.7 4 12 4Z',
  'm6 9.5 6 6 6-6',
];

/**
 * The launcher's sheet, for a shadow root. Positions by the host's `position` and colours by its `theme` attribute
 * (`light`, `dark`, else the system's). What a site may set: `--assisters-accent`, `--assisters-on-accent`,
 * `--assisters-focus`, `--assisters-z-index`, `--assisters-launcher-size`, `--assisters-offset-x` and `-y`.
 */
export const LAUNCHER_CSS = css`
  .launcher {
    --bg: var(--assisters-accent, var(--_host-accent, #0f766e));
    --fg: var(--assisters-on-accent, var(--_on, #fff));
    --ring: var(--assisters-focus, var(--_ring, var(--bg)));
    --gap: #fff;
    all: initial;
    box-sizing: border-box;
    position: fixed;
    bottom: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) + var(--_lift, 0px));
    right: max(var(--assisters-offset-x, 20px), env(safe-area-inset-right));
    z-index: var(--assisters-z-index, 2147483647);
    width: var(--assisters-launcher-size, 56px);
    height: var(--assisters-launcher-size, 56px);
    border: 0;
    border-radius: 50%;
    display: grid;
    place-items: center;
    color: var(--fg);
    background: var(--bg);
    box-shadow: 0 1px 2px rgb(0 0 0 / .16), 0 6px 20px rgb(0 0 0 / .18);
    cursor: pointer;
    touch-action: manipulation;
    -webkit-tap-highlight-color: transparent;
    transition: transform .16s ease-out, box-shadow .16s ease-out;
  }
  :host([position$="left"]) .launcher {
    right: auto;
    left: max(var(--assisters-offset-x, 20px), env(safe-area-inset-left));
  }
  :host([position^="top"]) .launcher {
    top: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-top)) + var(--_lift, 0px));
    bottom: auto;
  }
  .launcher.dark {
    --bg: var(--assisters-accent, var(--_host-accent, #2dd4bf));
    --gap: #101418;
  }
  .launcher[hidden], :host([no-launcher]) .launcher { display: none; }
  .launcher:hover { transform: translateY(-1px); }
  .launcher:active { transform: none; }
  .launcher:focus-visible { outline: 3px solid var(--ring); outline-offset: 3px; box-shadow: 0 0 0 3px var(--gap); }
  .launcher svg {
    grid-area: 1 / 1;
    width: 26px;
    height: 26px;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
    pointer-events: none;
    transition: opacity .12s ease-out, transform .16s ease-out;
  }
  .launcher svg + svg, .launcher[aria-expanded="true"] svg { opacity: 0; transform: scale(.8); }
  .launcher[aria-expanded="true"] svg + svg { opacity: 1; transform: none; }
  .badge {
    all: initial;
    position: absolute;
    inset: -2px -2px auto auto;
    box-sizing: border-box;
    min-width: 20px;
    padding: 0 5px;
    border: 2px solid var(--gap);
    border-radius: 12px;
    color: #fff;
    background: #b91c1c;
    font: 600 12px/18px system-ui, sans-serif;
    text-align: center;
    pointer-events: none;
  }
  .badge:empty { display: none; }
  @media (max-width: 480px) { .launcher { --assisters-launcher-size: 48px; } }
  @media (prefers-reduced-motion: reduce) { .launcher, .launcher svg { transition: none; } }
  @media (forced-colors: active) {
    .launcher { border: 2px solid ButtonText; }
    .badge { border-color: ButtonText; }
  }
  @media print { .launcher { display: none; } }
`;

/** What the launcher is coloured by. `accent` is the page's own, behind `--assisters-accent`; `null` is the default one. */
export interface LauncherLook {
  readonly dark: boolean;
  readonly accent: Rgb | null;
}

const GROUNDS: readonly [light: Rgb, dark: Rgb] = [
  [255, 255, 255],
  [16, 20, 24],
];

/** Colours a launcher: black or white on the accent, whichever reads, and a focus ring that shows. Reads computed style once. */
export function paintLauncher(button: HTMLElement, { dark, accent }: LauncherLook): void {
  const { style, classList } = button;
  classList.toggle('dark', dark);
  style.setProperty('--_host-accent', accent ? cssRgb(accent) : '');
  const ground = GROUNDS[dark ? 1 : 0]!;
  const fill = readRgb(getComputedStyle(button).backgroundColor);
  if (!fill) return;
  // What the sheet says already is not said again: each property costs a style computation.
  style.setProperty('--_on', onAccent(fill)[0] ? '' : '#000');
  style.setProperty('--_ring', contrast(fill, ground) < 3 ? cssRgb(onAccent(ground)) : '');
}

/**
 * Gives the launcher of a shadow root: the one that is there already (drawn by the pasted script), else a new one,
 * appended. The caller adds `LAUNCHER_CSS` to the root and listens for clicks. `label` defaults to "Open chat".
 */
export function mountLauncher(root: ShadowRoot, state: LauncherChange = {}): Launcher {
  const document = root.ownerDocument;
  let button = root.querySelector<HTMLButtonElement>('.launcher');
  if (!button) {
    button = document.createElement('button');
    button.type = 'button';
    button.className = 'launcher';
    button.setAttribute('part', 'launcher');
    button.setAttribute('aria-haspopup', 'dialog');
    button.setAttribute('aria-expanded', 'false');
    button.setAttribute('aria-label', 'Open chat');
    for (const glyph of GLYPHS) {
      const svg = document.createElementNS(SVG, 'svg');
      svg.setAttribute('viewBox', '0 0 24 24');
      svg.setAttribute('aria-hidden', 'true');
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('d', glyph);
      svg.appendChild(path);
      button.appendChild(svg);
    }
    const badge = document.createElement('span');
    badge.className = 'badge';
    badge.setAttribute('aria-hidden', 'true');
    button.appendChild(badge);
    root.appendChild(button);
  }
  const launcher = holdLauncher(button);
  launcher.update(state);
  return launcher;
}

/** The same with its sheet, for elements that no script has drawn one for. */
export function drawLauncher(root: ShadowRoot): HTMLButtonElement {
  addStyles(root, LAUNCHER_CSS, true);
  return mountLauncher(root).button;
}
