/** Marks a sheet for the build, which takes its white space out. */
const css = String.raw;

/**
 * Styles of rendered markdown, for a target with class `markdown`. Uses `--assisters-accent`, `-surface`, `-surface-raised`,
 * `-text`, `-text-muted`, `-line` and `-focus`, each with a light fallback.
 */
export const MARKDOWN_CSS = css`
  .markdown {
    font-size: 15px;
    line-height: 1.55;
    overflow-wrap: anywhere;
    color: var(--assisters-text, #1c2321);
  }
  .markdown > :first-child {
    margin-block-start: 0;
  }
  .markdown > :last-child {
    margin-block-end: 0;
  }
  .markdown :is(p, ul, ol, dl, blockquote, .code-block, .table-scroll) {
    margin-block: 0 12px;
  }
  .markdown :is(h1, h2, h3, h4, h5, h6) {
    margin-block: 20px 8px;
    font-weight: 600;
    font-size: 15px;
    line-height: 1.35;
    text-wrap: balance;
  }
  .markdown h1 {
    font-size: 18px;
  }
  .markdown h2 {
    font-size: 17px;
  }
  .markdown h3 {
    font-size: 16px;
  }
  .markdown :is(ul, ol) {
    padding-inline-start: 24px;
  }
  .markdown li {
    margin-block: 4px;
  }
  .markdown li > :is(p, ul, ol) {
    margin-block: 4px;
  }
  .markdown blockquote {
    margin-inline: 0;
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--assisters-line, #cdd5d2);
    color: var(--assisters-text-muted, #5b6763);
  }
  .markdown blockquote > :last-child {
    margin-block-end: 0;
  }
  .markdown hr {
    margin-block: 20px;
    border: 0;
    border-block-start: 1px solid var(--assisters-line, #cdd5d2);
  }
  .markdown a {
    color: var(--assisters-accent, #0f766e);
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .markdown .link-host {
    color: var(--assisters-text-muted, #5b6763);
    font-size: 13px;
  }
  .markdown img {
    max-inline-size: 100%;
    block-size: auto;
    border-radius: calc(var(--radius)*.625);
  }
  .markdown .plain {
    white-space: pre-wrap;
  }
  .markdown :is(code, kbd, samp) {
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    font-size: 13px;
  }
  .markdown :not(pre) > code {
    padding: 1px 4px;
    border-radius: 4px;
    background: var(--assisters-surface-raised, #f1f4f3);
  }
  .markdown .code-block {
    border: 1px solid var(--assisters-line, #cdd5d2);
    border-radius: calc(var(--radius)*.625);
    background: var(--assisters-surface-raised, #f1f4f3);
    overflow: hidden;
  }
  .markdown .code-header {
    display: flex;
    align-items: center;
    gap: 4px;
    padding-block: 4px;
    padding-inline: 12px 4px;
    font-size: 13px;
    color: var(--assisters-text-muted, #5b6763);
  }
  .markdown .code-language {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .markdown .code-header button {
    min-block-size: 28px;
    padding-inline: 8px;
    border: 0;
    border-radius: calc(var(--radius)*.375);
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .markdown .code-header button:hover,
  .markdown .code-wrap[aria-pressed='true'] {
    color: var(--assisters-text, #1c2321);
    background: var(--assisters-surface, #fff);
  }
  .markdown pre {
    margin: 0;
    padding: 8px 12px 12px;
    overflow: auto;
    font-size: 13px;
    line-height: 1.5;
    tab-size: 4;
    overflow-wrap: normal;
  }
  .markdown pre.wrapped {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .markdown .table-scroll {
    max-block-size: 360px;
    overflow: auto;
    border: 1px solid var(--assisters-line, #cdd5d2);
    border-radius: calc(var(--radius)*.625);
  }
  .markdown table {
    inline-size: max-content;
    min-inline-size: 100%;
    border-collapse: separate;
    border-spacing: 0;
    overflow-wrap: normal;
  }
  .markdown :is(th, td) {
    max-inline-size: 240px;
    padding: 6px 12px;
    text-align: start;
    vertical-align: top;
    border-block-end: 1px solid var(--assisters-line, #cdd5d2);
  }
  .markdown :is(th, td)[align='center'] {
    text-align: center;
  }
  .markdown :is(th, td)[align='right'] {
    text-align: end;
  }
  .markdown tr:last-child > td {
    border-block-end: 0;
  }
  .markdown thead th {
    position: sticky;
    inset-block-start: 0;
    background: var(--assisters-surface-raised, #f1f4f3);
    font-weight: 600;
    white-space: nowrap;
  }
  .markdown sup {
    line-height: 1;
  }
  .markdown .citation {
    min-inline-size: 18px;
    /* Tall as it is, it moves no line. */
    margin: -4px .5px;
    padding: 1px 4px;
    border: 0;
    border-radius: 999px;
    background: color-mix(in srgb, var(--assisters-accent, #0f766e) 14%, transparent);
    color: var(--assisters-accent, #0f766e);
    font: inherit;
    font-size: 11px;
    font-weight: 600;
    line-height: 1.3;
    cursor: pointer;
  }
  .markdown :is(a, button, pre, .table-scroll):focus-visible {
    outline: 2px solid var(--assisters-focus, #0f766e);
    outline-offset: 1px;
  }
  .markdown :is(pre, .table-scroll):focus-visible {
    outline-offset: -2px;
  }
  @media (forced-colors: active) {
    .markdown .citation,
    .markdown .code-header button {
      border: 1px solid ButtonBorder;
    }
  }
`;
