import { css } from './css.ts';

/** Composer and empty state: where a visitor begins. */
export const composerStyles = css`
  /* What scrolls fades out above it. */
  .composer { position: relative; flex: none; padding: 0 12px 12px; box-shadow: 0 -4px 8px var(--assisters-surface); }
  .field {
    display: flex;
    align-items: end;
    gap: 4px;
    padding: 5px;
    border: 1px solid var(--assisters-control);
    border-radius: calc(var(--radius)*.875);
    background: var(--assisters-surface);
    transition: border-color .12s ease-out;
  }
  .field:focus-within { border-color: var(--assisters-focus); outline: 1px solid var(--assisters-focus); }
  /* A copy of the text holds the box open, so that it grows without being measured. */
  .grow { display: grid; flex: 1; min-inline-size: 0; max-block-size: calc(9em + 5px); overflow: auto; font-size: 15px; }
  .grow::after { content: attr(data-text); visibility: hidden; }
  .grow::after, textarea {
    grid-area: 1 / 1;
    min-inline-size: 0;
    padding: 5px 4px 5px 9px;
    padding-inline: 9px 4px;
    border: 0;
    line-height: 1.5;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  textarea { resize: none; overflow: hidden; background: none; color: var(--assisters-text); outline: none; }
  textarea::placeholder { color: var(--assisters-text-muted); opacity: 1; }
  @media (pointer: coarse) { .grow { font-size: 16px; } .grow::after, textarea { padding-block: 8px; } }
  .send {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 34px;
    block-size: 34px;
    padding: 0;
    border: 1px solid transparent;
    border-radius: calc(var(--radius)*.625);
    background: var(--assisters-accent);
    color: var(--on-accent);
    transition: background-color .12s ease-out, color .12s ease-out, opacity .12s ease-out;
  }
  .send:hover { opacity: .9; }
  .send[aria-disabled='true'] { background: var(--assisters-surface-raised); color: var(--assisters-text-muted); opacity: 1; }
  .send:disabled { opacity: .5; }
  .square { inline-size: 11px; block-size: 11px; border-radius: 3px; background: currentColor; }
  @media (pointer: coarse) { .send { inline-size: 40px; block-size: 40px; } }
  .composer > .fine { padding: 6px 8px 0; font-size: 12px; line-height: 1.3; }
  .over { color: var(--assisters-danger); }
  .offline {
    margin-block-end: 8px;
    padding: 4px 12px;
    border-radius: calc(var(--radius)*.5);
    background: var(--assisters-surface-raised);
    font-size: 13px;
    color: var(--assisters-text-muted);
    text-align: center;
  }
  @media (hover: none) { .hint { display: none; } }

  .empty { flex: 1; display: flex; flex-direction: column; justify-content: space-between; gap: 24px; padding: 28px 20px 16px; }
  .welcome { --size: 44px; text-wrap: pretty; }
  .welcome h3 { margin-block: 16px 8px; font-size: 22px; font-weight: 600; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; overflow-wrap: anywhere; }
  .welcome p { color: var(--assisters-text-muted); }
  .prompts li + li { border-block-start: 1px solid var(--assisters-line); }
  .prompts button {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
    inline-size: calc(100% + 24px);
    min-block-size: 44px;
    margin-inline: -12px;
    padding: 8px 12px;
    border: 0;
    border-radius: calc(var(--radius)*.625);
    background: none;
    text-align: start;
    line-height: 1.4;
    transition: background-color .12s ease-out;
  }
  .prompts button:hover { background: var(--assisters-surface-raised); }
  .prompts .icon { inline-size: 16px; block-size: 16px; color: var(--assisters-text-muted); }
  .follow-ups { margin-block-start: 10px; font-size: 14px; }
  .loading { flex: 1; padding: 28px 20px; }
  @media (forced-colors: active) { .send { border-color: ButtonBorder; } .square { background: ButtonText; } }
`;
