import { css } from './css.ts';

/** The panel in its three modes, and what lies in it from top to bottom. */
export const panelStyles = css`
  .panel {
    position: fixed;
    inset: auto max(var(--assisters-offset-x, 20px), env(safe-area-inset-right)) calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) + 68px + var(--_lift, 0px)) auto;
    display: flex;
    flex-direction: column;
    inline-size: min(400px, 100vw - 40px);
    block-size: min(680px, 100vh - 112px);
    block-size: min(680px, 100dvh - 92px - max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) - var(--_lift, 0px));
    max-inline-size: none;
    max-block-size: none;
    margin: 0;
    padding: 0;
    border: 1px solid var(--assisters-line);
    border-radius: var(--radius);
    overflow: hidden;
    z-index: var(--assisters-z-index, 2147483647);
    color: var(--assisters-text);
    background: var(--assisters-surface);
    box-shadow: 0 0 1px rgb(10 20 20 / .12), 0 4px 12px rgb(10 20 20 / .06), 0 20px 56px -8px rgb(10 20 20 / .24);
    transform-origin: 100% 100%;
    animation: grow .16s ease-out;
  }
  /* A page that hides the panel by ::part() would take the chat away; of important rules the inner one wins. */
  .panel:not([hidden]) { display: flex !important; }
  .left > .panel {
    inset: auto auto calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)) + 68px + var(--_lift, 0px)) max(var(--assisters-offset-x, 20px), env(safe-area-inset-left));
    transform-origin: 0 100%;
  }
  .top > .panel {
    inset-block: calc(max(var(--assisters-offset-y, 20px), env(safe-area-inset-top)) + 68px + var(--_lift, 0px)) auto;
    transform-origin: 100% 0;
  }
  .top.left > .panel { transform-origin: 0 0; }
  .bare > .panel { inset-block-end: max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom)); block-size: min(680px, 100dvh - 40px); }
  .wide > .panel { inline-size: min(720px, 100vw - 40px); block-size: min(860px, 100dvh - 92px - max(var(--assisters-offset-y, 20px), env(safe-area-inset-bottom))); }
  .inline > .panel { position: relative; inset: auto; inline-size: 100%; block-size: 100%; box-shadow: none; animation: none; z-index: auto; }
  .fullpage > .panel { inset: 0; inline-size: 100%; block-size: 100vh; block-size: 100dvh; border: 0; border-radius: 0; box-shadow: none; animation: none; }
  .fullpage :is(.rows, .empty, .composer, .older), .wide :is(.rows, .empty) { inline-size: 100%; max-inline-size: 760px; margin-inline: auto; }
  @keyframes grow { from { opacity: 0; transform: translateY(8px) scale(.97); } }

  .header {
    position: relative;
    z-index: 1;
    display: flex;
    align-items: center;
    flex: none;
    min-block-size: 56px;
    padding-block: 8px;
    padding-inline: 20px 8px;
    border-block-end: 1px solid var(--assisters-line);
  }
  .title { flex: 1; min-inline-size: 0; padding-inline: 8px; }
  .title > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; line-height: 1.35; }
  .title h2 { font-weight: 600; }
  .title p { font-size: 13px; color: var(--assisters-text-muted); }

  .menu { position: relative; }
  [role='menu'] {
    position: absolute;
    inset-block-start: calc(100% + 4px);
    inset-inline-end: 0;
    min-inline-size: 208px;
    padding: 4px;
    border: 1px solid var(--assisters-line);
    border-radius: calc(var(--radius)*.75);
    background: var(--assisters-surface);
    box-shadow: 0 8px 28px -4px rgb(10 20 20 / .2);
    animation: appear .12s ease-out;
  }
  [role^='menuitem'] {
    display: flex;
    align-items: center;
    gap: 8px;
    inline-size: 100%;
    min-block-size: 36px;
    padding: 4px 8px;
    border: 0;
    border-radius: calc(var(--radius)*.5);
    background: none;
    text-align: start;
    font-size: 14px;
    white-space: nowrap;
  }
  [role^='menuitem'] .icon { color: var(--assisters-text-muted); }
  [role^='menuitem']:is(:hover, :focus) { background: var(--assisters-surface-raised); }
  @keyframes appear { from { opacity: 0; } }

  .sheet { flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; scrollbar-width: thin; scrollbar-color: var(--assisters-line) transparent; animation: appear .12s ease-out; }
  .sheet-head { display: flex; align-items: center; gap: 4px; min-block-size: 48px; padding-inline: 8px; }
  .sheet-head h3 { font-weight: 600; }
  .sheet-head h3:first-child { padding-inline-start: 12px; }

  .body { position: relative; display: flex; flex: 1; min-block-size: 0; }
  .jump { position: absolute; inset-block-end: 8px; inset-inline: 0; block-size: 0; display: flex; justify-content: center; align-items: end; }
  .jump .icon-button {
    border-color: var(--assisters-line);
    border-radius: 50%;
    color: var(--assisters-text);
    background: var(--assisters-surface);
    box-shadow: 0 2px 10px rgb(10 20 20 / .16);
    animation: appear .12s ease-out;
  }

  @media (max-width: 480px) {
    .floating > .panel {
      inset: 0;
      inset-block-start: var(--_view-top, 0px);
      inline-size: 100%;
      block-size: 100vh;
      block-size: var(--_view-height, 100dvh);
      border: 0;
      border-radius: 0;
      padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom);
      padding-inline: env(safe-area-inset-left) env(safe-area-inset-right);
      transform-origin: 50% 100%;
    }
    .only-large { display: none; }
    /* Behind a panel that takes the screen. Twice, to outdo its own sheet. */
    .launcher.launcher[aria-expanded='true'] { display: none; }
  }
`;
