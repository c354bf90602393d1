/** Marks a sheet for the build, which takes its white space out. Its own, because this file comes later than the others. */
const css = String.raw;

/** What stands below an answer: source chips, the card of the open one, or that nothing was found. Comes with the renderer. */
export const answerStyles = css`
  .sources { margin-block-start: 10px; }
  .chips { display: flex; flex-wrap: wrap; gap: 6px; }
  .chip {
    display: flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    max-inline-size: 100%;
    min-block-size: 28px;
    padding-block: 2px;
    padding-inline: 4px 10px;
    border: 1px solid var(--assisters-line);
    border-radius: 999px;
    background: var(--assisters-surface);
    font-size: 13px;
    line-height: 1.3;
  }
  .chip:hover { background: var(--assisters-surface-raised); }
  .chip[aria-expanded='true'] { border-color: var(--accent-text); background: var(--tint); }
  .number {
    display: grid;
    place-items: center;
    flex: none;
    min-inline-size: 18px;
    block-size: 18px;
    border-radius: 999px;
    background: var(--tint);
    color: var(--accent-text);
    font-size: 11px;
    font-weight: 600;
  }
  .chip :not(.number) { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 13px; }
  /* The title is what people choose by: of the two it is cut last. */
  .chip small { flex-shrink: 9; color: var(--assisters-text-muted); }
  .card {
    margin-block-start: 8px;
    padding: 12px;
    border: 1px solid var(--assisters-line);
    border-radius: calc(var(--radius)*.75);
    background: var(--assisters-surface-raised);
    font-size: 14px;
    line-height: 1.5;
    animation: appear .14s ease-out;
  }
  .card header { display: flex; align-items: start; gap: 8px; }
  .card header > div { flex: 1; min-inline-size: 0; overflow-wrap: anywhere; }
  .card header p { font-size: 13px; color: var(--assisters-text-muted); }
  .card .icon-button { margin: -6px; margin-inline-start: 0; }
  .card .icon-button:hover { background: var(--assisters-surface); }
  .card blockquote {
    max-block-size: 168px;
    margin-block: 10px;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--assisters-accent);
    overflow: auto;
    white-space: pre-line;
    overflow-wrap: anywhere;
  }
  .card footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 12px; font-size: 13px; color: var(--assisters-text-muted); }
  .card a { display: inline-flex; align-items: center; gap: 4px; min-inline-size: 0; color: var(--accent-text); font-weight: 600; text-decoration: none; }
  .card a:hover span { text-decoration: underline; text-underline-offset: 2px; }
  .card footer bdi { font-weight: 400; color: var(--assisters-text-muted); overflow: hidden; text-overflow: ellipsis; }
  .card a .icon { inline-size: 15px; block-size: 15px; }
  .not-found { border: 1px solid var(--assisters-line); background: var(--assisters-surface-raised); }
  .searched { display: flex; gap: 8px; }
  .searched .icon { color: var(--assisters-text-muted); }
  .searched strong { display: block; }
  .not-found ul { margin-block-start: 8px; padding-inline-start: 44px; color: var(--assisters-text-muted); list-style: disc; text-wrap: pretty; }
  .not-found .plain { margin-inline-start: 28px; }
  @media (pointer: coarse) { .chip { min-block-size: 36px; padding-inline-start: 8px; } }
  @media (forced-colors: active) { .chip[aria-expanded='true'] { border-width: 2px; } }
`;
