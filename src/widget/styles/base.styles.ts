import { css } from './css.ts';

/**
 * Armour and shared pieces. For important rules the inner context wins, so no rule of the page reaches a floating host; the
 * root's `all: initial` ends what would be inherited in every mode. Sizes are px: the page owns `rem`.
 */
export const baseStyles = css`
  :host(:not([mode='inline'])) {
    all: initial !important;
    zoom: var(--_unzoom, 1) !important;
    display: block !important;
    position: fixed !important;
    inset: auto 0 0 auto !important;
    inline-size: 0 !important;
    block-size: 0 !important;
    z-index: var(--assisters-z-index, 2147483647) !important;
  }
  :host([mode='inline']) { display: block; block-size: 600px; min-block-size: 320px; }
  :host([hidden]) { display: none !important; }
  .root {
    all: initial;
    display: contents;
    font: 400 15px/1.55 var(--_font, system-ui, sans-serif);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  .root *, .root *::before, .root *::after { box-sizing: border-box; }
  [hidden] { display: none !important; }
  h2, h3, p, ul, blockquote { margin: 0; padding: 0; font: inherit; list-style: none; }
  button, textarea { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; }
  button, a { touch-action: manipulation; -webkit-tap-highlight-color: transparent; }
  button { cursor: pointer; }
  button:disabled, button[aria-disabled='true'] { cursor: default; }
  strong { font-weight: 600; }
  :focus { outline: none; }
  :focus-visible { outline: 2px solid var(--assisters-focus); outline-offset: 2px; }
  .icon {
    inline-size: 20px;
    block-size: 20px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  [dir='rtl'] .flip { transform: scaleX(-1); }
  .icon-button {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
    padding: 0;
    border: 1px solid transparent;
    border-radius: calc(var(--radius)*.5);
    background: none;
    color: var(--assisters-text-muted);
    transition: background-color .12s ease-out, color .12s ease-out;
  }
  .icon-button:hover, .icon-button[aria-expanded='true'] { background: var(--assisters-surface-raised); color: var(--assisters-text); }
  .icon-button[aria-pressed='true'] { color: var(--accent-text); background: var(--tint); }
  .plain {
    display: inline-flex;
    align-items: center;
    min-block-size: 32px;
    padding: 4px 12px;
    border: 1px solid var(--assisters-control);
    border-radius: 999px;
    background: var(--assisters-surface);
    color: var(--assisters-text);
    font-size: 13px;
    font-weight: 600;
    text-decoration: none;
  }
  .plain:hover:not(:disabled) { background: var(--assisters-surface-raised); }
  .plain:disabled { color: var(--assisters-text-muted); border-color: var(--assisters-line); font-variant-numeric: tabular-nums; }
  .avatar {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: var(--size, 32px);
    block-size: var(--size, 32px);
    border-radius: 50%;
    overflow: hidden;
    background: var(--assisters-accent);
    color: var(--on-accent);
    font-size: calc(var(--size, 32px) * .45);
    font-weight: 600;
    line-height: 1;
    text-transform: uppercase;
  }
  .avatar img { inline-size: 100%; block-size: 100%; object-fit: cover; }
  .fine { color: var(--assisters-text-muted); font-size: 13px; }
  .live {
    position: fixed;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (pointer: coarse) { .icon-button { inline-size: 40px; block-size: 40px; } .plain { min-block-size: 40px; } }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { transition: none !important; animation-duration: 0s !important; scroll-behavior: auto !important; }
  }
  @media (forced-colors: active) {
    .icon-button, .avatar { border: 1px solid ButtonBorder; }
    .icon-button[aria-pressed='true'] { forced-color-adjust: none; color: HighlightText; background: Highlight; }
  }
  /* A page's print leaves out what floats over it, and has all of what lies in it. */
  @media print {
    .floating, .composer, .menu, .actions { display: none !important; }
    :host([mode='inline']) { block-size: auto !important; }
    .root > .panel { position: static; block-size: auto; border: 0; }
    .root .scroller { display: block; overflow: visible; }
  }
`;
