import { css } from './css.ts';

/**
 * Every colour of the widget: public name → light, dark. A site overrides any of them with a custom property of that name
 * on the element or above it; all else is derived. Text on surface ≥ 4.5:1, lines around controls ≥ 3:1, in both sets.
 */
export const TOKENS = {
  accent: ['#0f766e', '#2dd4bf'],
  surface: ['#ffffff', '#141a1b'],
  'surface-raised': ['#f5f7f7', '#1d2526'],
  text: ['#14201e', '#e8eeed'],
  'text-muted': ['#566461', '#9fadaa'],
  line: ['#dfe5e4', '#303a3b'],
  control: ['#84918e', '#75827f'],
  danger: ['#b42318', '#ff9b8a'],
} as const satisfies Record<string, readonly [string, string]>;

const NAMES = Object.keys(TOKENS) as (keyof typeof TOKENS)[];
const set = (theme: 0 | 1) =>
  NAMES.map((name) => `--_${name}:var(--assisters-${name},${TOKENS[name][theme]});`).join('');
/** The server's accent and the page's own stand between the site's and the default. */
const accent = (theme: 0 | 1) =>
  `--_accent:var(--assisters-accent,var(--_server-accent,var(--_host-accent,${TOKENS.accent[theme]})));`;

/**
 * The table as custom properties. `--_x` holds the site's value or ours on the root; below it `--assisters-x` always has
 * a value, so parts read only public names. (A property cannot fall back to itself on one element, hence two steps.)
 * `--_on-accent` and `--_accent-text` are computed from the site's accent (`accent.ts`) and set on the root.
 */
export const tokens = css`
  .root { ${set(0) + accent(0)} --_on-accent: #fff; --_accent-text: #0f766e; color-scheme: light; }
  .root.dark { ${set(1) + accent(1)} --_on-accent: #04211d; --_accent-text: #2dd4bf; color-scheme: dark; }
  .root > * {
    ${NAMES.map((name) => `--assisters-${name}:var(--_${name});`).join('')}
    --radius: var(--_radius);
    --assisters-focus: var(--_focus, var(--_accent-text));
    --on-accent: var(--assisters-on-accent, var(--_on-accent));
    --accent-text: var(--_accent-text);
    --tint: var(--_surface-raised);
    --tint: color-mix(in srgb, var(--_accent) 12%, var(--_surface));
  }
  .root {
    --_focus: var(--assisters-focus);
    --_radius: var(--assisters-radius, var(--_host-radius, 16px));
    /* Shown nowhere (the root makes no box): paint.ts reads the two as resolved colours here. */
    color: var(--_accent);
    background-color: var(--_surface);
  }
  @supports (color: color-mix(in srgb, red, red)) {
    .root {
      color: color-mix(in srgb, var(--_accent), var(--_accent));
      background-color: color-mix(in srgb, var(--_surface), var(--_surface));
    }
  }
`;
