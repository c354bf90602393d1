import { html, nothing, type TemplateResult } from 'lit/html.js';
import { composer } from './composer.ts';
import { empty } from './empty.ts';
import { errorBlock } from './error.ts';
import { header } from './header.ts';
import { iconButton, type View } from './view.ts';

/** What of the panel is not state: where the reader is, and what the browser can do. */
export interface PanelMarks {
  readonly away: boolean;
  readonly toEnd: () => void;
  readonly keydown: (event: KeyboardEvent) => void;
  /** The browser has a top layer for it. */
  readonly popover: boolean;
}

/** The whole panel. The rows are not drawn here: the log owns the inside of `.rows`. */
export function panel(view: View, marks: PanelMarks): TemplateResult {
  const { state, strings, ask, floating } = view;
  const blank = state.rows.length === 0 && state.live === null;
  const last = state.rows.at(-1);
  // A question that was sent all the same has failed of the same thing, and says so itself.
  const told = last?.role === 'assistant' && last.error?.code === state.error?.code;
  return html`<section
    class="panel"
    part="panel"
    role=${floating ? 'dialog' : 'region'}
    aria-labelledby="name"
    popover=${marks.popover ? 'manual' : nothing}
    ?hidden=${!state.open}
    @keydown=${marks.keydown}
  >
    ${header(view)}
    ${view.sheet ? sheet(view, view.sheet) : nothing}
    <div class="body" ?hidden=${view.sheet !== null}>
      <div class="scroller" part="messages" tabindex=${blank ? nothing : '-1'}>
        <div class="flow">
          <div class="older"></div>
          ${blank && state.phase === 'ready' ? empty(view) : nothing}
          ${blank && state.phase === 'loading' ? loading : nothing}
          <div class="rows" role="log" aria-live="off" aria-label=${strings.log} aria-busy=${String(state.live !== null)}></div>
          ${state.phase === 'failed' && state.error && !told ? errorBlock(view, state.error, () => ask({ type: 'reload' }), strings.errorTitle) : nothing}
        </div>
      </div>
      ${marks.away ? latest(view, marks) : nothing}
    </div>
    ${composer(view)}
    <slot name="footer"></slot>
  </section>`;
}

/** In place of the conversation, which stays as it is behind it. */
function sheet({ strings, gated, ask, state }: View, { title, inside }: NonNullable<View['sheet']>): TemplateResult {
  return html`<div class="sheet" role="group" aria-labelledby="sheet">
    <div class="sheet-head">
      ${gated && !state.sheet ? nothing : iconButton('back', strings.back, () => ask({ type: 'sheet', sheet: null }))}
      <h3 id="sheet" tabindex="-1">${title}</h3>
    </div>
    ${inside}
  </div>`;
}

const loading = html`<div class="loading"><div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div></div>`;

function latest({ strings }: View, { toEnd }: PanelMarks): TemplateResult {
  return html`<div class="jump">${iconButton('down', strings.latest, toEnd)}</div>`;
}
