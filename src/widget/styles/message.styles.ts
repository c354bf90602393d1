import { css } from './css.ts';

/** The log and its rows. */
export const messageStyles = css`
  .scroller {
    /* Laid out from its end: the browser keeps the end in view while text grows, without a script that scrolls. */
    display: flex;
    flex-direction: column-reverse;
    flex: 1;
    min-inline-size: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--assisters-line) transparent;
  }
  .flow { margin-block-end: auto; display: flow-root; }
  .flow:has(> .empty) { flex: 1; display: flex; flex-direction: column; }
  .rows { padding-block: 8px 12px; }
  .rows:empty { display: none; }
  /* Never what the browser anchors the view to: it stays on top while pages arrive below it. */
  .older { block-size: 1px; overflow-anchor: none; }
  .message {
    padding: 10px 20px;
    scroll-margin: 8px;
  }
  .message:focus-visible { outline-offset: -3px; border-radius: calc(var(--radius)*.75); }
  /* What can be done with a question lies beside it: it comes and goes with answers, and nothing may move by that. */
  .user { display: flex; flex-flow: row-reverse wrap; align-items: center; gap: 4px 2px; }
  .bubble {
    max-inline-size: 85%;
    padding: 8px 14px;
    border-radius: var(--radius);
    border-end-end-radius: 5px;
    background: var(--tint);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .queued { flex: 1 0 100%; display: flex; justify-content: flex-end; align-items: center; gap: 4px; font-size: 13px; color: var(--assisters-text-muted); }
  .queued .icon { inline-size: 16px; block-size: 16px; }
  .who { --size: 20px; display: flex; align-items: center; gap: 8px; margin-block-end: 6px; font-size: 13px; font-weight: 600; }
  .notice { font-size: 13px; color: var(--assisters-text-muted); text-align: center; text-wrap: balance; padding-block: 4px; }
  .text {
    --assisters-accent: var(--accent-text);
    overflow-wrap: anywhere;
  }
  .raw { white-space: pre-wrap; }
  .writing > :last-child:not(ul, ol, .code-block, .table-scroll)::after,
  .writing > :is(ul, ol):last-child > li:last-child::after {
    content: '';
    display: inline-block;
    inline-size: 2px;
    block-size: 1.05em;
    margin-inline-start: 3px;
    vertical-align: -.17em;
    border-radius: 1px;
    background: var(--accent-text);
  }

  .skeleton { display: grid; gap: 10px; padding-block: 6px; animation: appear .2s .3s ease-out both; }
  .skeleton i {
    block-size: 10px;
    border-radius: 5px;
    background: var(--assisters-line);
    animation: breathe .9s ease-in-out infinite alternate;
  }
  .skeleton i:nth-child(2) { inline-size: 92%; }
  .skeleton i:nth-child(3) { inline-size: 60%; }
  .skeleton p { font-size: 13px; color: var(--assisters-text-muted); animation: appear .2s 1.5s ease-out both; }
  @keyframes breathe { to { opacity: .45; } }
  /* Nobody is at work on it while the line is down. */
  .panel:has(.offline) .assistant:has(.skeleton) > * { display: none; }

  .actions { display: flex; gap: 2px; margin-block-start: 6px; margin-inline-start: -7px; }
  .user > .actions { margin: -4px 0; }
  .actions .icon-button { inline-size: 30px; block-size: 30px; }
  .actions .icon { inline-size: 17px; block-size: 17px; }
  @media (hover: hover) {
    .actions:not(.shown) { opacity: 0; transition: opacity .12s ease-out; }
    .message:is(:hover, :focus-within) .actions { opacity: 1; }
  }
  @media (pointer: coarse) { .actions .icon-button { inline-size: 40px; block-size: 40px; } }
  .message > .fine { margin-block-start: 8px; }

  .error, .not-found { margin-block-start: 8px; padding: 12px; border-radius: calc(var(--radius)*.75); font-size: 14px; line-height: 1.45; }
  .error {
    display: flex;
    gap: 8px;
    border: 1px solid var(--assisters-danger);
    border-color: color-mix(in srgb, var(--assisters-danger) 40%, var(--assisters-surface));
    background: color-mix(in srgb, var(--assisters-danger) 6%, var(--assisters-surface));
    overflow-wrap: anywhere;
  }
  .error > .icon { color: var(--assisters-danger); }
  .error .plain, .not-found .plain { margin-block-start: 10px; }
  .flow > .error { margin: 20px; }
  .error code { display: block; margin-block-start: 8px; font: 12px/1.5 ui-monospace, monospace; user-select: all; }
  @media (forced-colors: active) { .bubble { border: 1px solid CanvasText; } .skeleton i { background: GrayText; } }
`;
