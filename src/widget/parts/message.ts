import { html, nothing, type TemplateResult } from 'lit/html.js';
import { format } from '../i18n/strings.ts';
import type { AnswerRow, QuestionRow, Row } from '../store/state.ts';
import { errorBlock } from './error.ts';
import { notFound } from './not-found.ts';
import { sources } from './sources.ts';
import { avatar, icon, iconButton, type View } from './view.ts';

/**
 * The inside of one row. The answer's own text is not drawn here: the log hangs a markdown view into `.text`, which
 * takes the stream without a template.
 *
 * @param last whether it is the conversation's last row: only that answer can be tried again
 */
export function message(view: View, row: Row, last: boolean): TemplateResult {
  if (row.role === 'notice') return html`<p class="notice">${view.strings[row.notice]}</p>`;
  return row.role === 'user' ? question(view, row) : answer(view, row, last);
}

function question(view: View, row: QuestionRow): TemplateResult {
  const { strings, state, ask } = view;
  const { key } = row;
  if (state.form?.key === key) return html`${view.inRow('edit', row)}`;
  return html`<p class="bubble" dir="auto">${row.content}</p>
    ${
      row.id && !state.live
        ? html`<div class="actions">${iconButton('edit', strings.edit, () => ask({ type: 'form', form: { key, kind: 'edit' } }))}</div>`
        : nothing
    }
    ${row.files?.length ? html`<p class="queued">${icon('clip')}<bdi>${row.files.map(({ name }) => name).join(', ')}</bdi></p>` : nothing}
    ${row.status === 'queued' ? html`<p class="queued">${icon('clock')}${strings.queued}</p>` : nothing}`;
}

function answer(view: View, row: AnswerRow, last: boolean): TemplateResult {
  const { strings, settings, ask } = view;
  const { status, content, outcome, truncated } = row.answer;
  const writing = status === 'waiting' || status === 'streaming' || status === 'refetch';
  const failure =
    row.error ?? (status === 'interrupted' || status === 'failed' ? { code: 'interrupted', retryAtMs: null } : null);
  const retry = last ? () => ask({ type: 'retry' }) : null;
  return html`<p class="who" aria-hidden="true">${avatar(view)}<span>${settings.name}</span></p>
    ${writing && content === '' ? skeleton(view) : nothing}
    <div class=${writing ? 'text markdown writing' : 'text markdown'} dir="auto" ?hidden=${content === ''}></div>
    ${!writing && outcome === 'not_found' ? notFound(view) : nothing}
    ${truncated ? html`<p class="fine">${strings.truncated}</p>` : nothing}
    ${status === 'stopped' ? html`<p class="fine">${strings.stopped}</p>` : nothing}
    ${sources(view, row)}
    ${failure && !writing ? errorBlock(view, failure, retry) : nothing}
    ${status === 'awaiting_tool' && last ? view.inRow('tools', row) : nothing}
    ${!writing && !failure && status !== 'awaiting_tool' ? actions(view, row, last) : nothing}
    ${view.state.form?.key === row.key ? view.inRow('feedback', row) : nothing}
    ${last && !writing && row.answer.followUps.length > 0 ? followUps(view, row) : nothing}`;
}

/** Until the first word: three lines after a moment, and what is going on when it takes longer. Never a spinner. */
function skeleton({ strings, language, settings: { documents } }: View): TemplateResult {
  const doing = documents > 0 ? format(strings.searching, { count: documents }, language) : strings.thinking;
  return html`<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><p>${doing}</p></div>`;
}

/** Questions to go on with. */
function followUps({ strings, ask }: View, { answer }: AnswerRow): TemplateResult {
  return html`<ul class="prompts follow-ups" aria-label=${strings.suggestions}>
    ${answer.followUps.map(
      (prompt) => html`<li>
        <button type="button" @click=${() => ask({ type: 'send', content: prompt })}><bdi>${prompt}</bdi>${icon('chevron')}</button>
      </li>`,
    )}
  </ul>`;
}

function actions({ strings, state, ask, voice }: View, row: AnswerRow, last: boolean): TemplateResult {
  const { key, feedback } = row;
  const refused = state.copied?.key === key ? state.copied.refused : null;
  const copied = refused === false;
  return html`<div class=${last ? 'actions shown' : 'actions'}>
    ${iconButton(copied ? 'check' : 'copy', copied ? strings.copied : strings.copy, () => ask({ type: 'copy', key }))}
    ${iconButton('up', strings.helpful, () => ask({ type: 'rate', key, rating: 'up' }), feedback === 'up')}
    ${iconButton('thumbDown', strings.notHelpful, () => ask({ type: 'rate', key, rating: 'down' }), feedback === 'down')}
    ${voice.read ? iconButton('speaker', voice.reading === key ? strings.stopReading : strings.readAloud, () => voice.read!(row), voice.reading === key) : nothing}
    ${last ? iconButton('again', strings.tryAgain, () => ask({ type: 'retry' })) : nothing}
  </div>
  ${refused ? html`<p class="fine">${strings.copyFailed}</p>` : nothing}`;
}
