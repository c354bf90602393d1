import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Source } from '../../protocol/resources.ts';
import type { Words } from '../i18n/en.ts';
import { format } from '../i18n/strings.ts';
import { isThisPage, sourceUrl, withTextFragment } from '../source-link.ts';
import type { AnswerRow } from '../store/state.ts';
import { icon, iconButton, type View } from './view.ts';

/** Relevance from which a passage is called exact, and close. */
const EXACT = 0.8;
const CLOSE = 0.5;

/** A number says nothing to a visitor; a word does. */
export function relevanceWord(relevance: number, strings: Words): string {
  return relevance >= EXACT ? strings.exactMatch : relevance >= CLOSE ? strings.closeMatch : strings.related;
}

/** A source's title; where several sources share it, the heading that tells them apart. */
function chipLabel({ title, heading }: Source, all: readonly Source[]): string {
  const shared = all.filter((other) => other.title === title).length > 1;
  return (shared && heading.split(' › ').pop()) || title;
}

/** The row of source chips under an answer, and the card of the one that is open. */
export function sources(view: View, row: AnswerRow): TemplateResult | typeof nothing {
  const { strings, state, ask } = view;
  const list = row.answer.sources;
  if (list.length === 0 || row.answer.outcome === 'not_found') return nothing;
  const open = state.source?.key === row.key ? state.source.index : null;
  return html`<div class="sources" role="group" aria-label=${strings.sources}>
    <div class="chips">
      ${list.map(
        (source, index) => html`<button
          type="button"
          class="chip"
          part="source"
          aria-expanded=${String(open === index)}
          data-source=${index}
          @click=${() => ask({ type: 'source', key: row.key, index: open === index ? null : index })}
        >
          <span class="number">${index + 1}</span>
          <span dir="auto">${chipLabel(source, list)}</span>
          <small dir="ltr">${sourceUrl(source)?.host}</small>
        </button>`,
      )}
    </div>
    ${open !== null && list[open] ? card(view, row, list[open], open) : nothing}
  </div>`;
}

/** The quoted passage, where it stands, how well it fits, and the way there. */
function card({ strings, ask }: View, row: AnswerRow, source: Source, index: number): TemplateResult {
  const url = sourceUrl(source);
  const close = () => ask({ type: 'source', key: row.key, index: null });
  return html`<section
    class="card"
    tabindex="-1"
    aria-label=${format(strings.source, { number: index + 1, title: source.title })}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      const group = (event.currentTarget as HTMLElement).parentElement;
      group?.querySelector<HTMLElement>(`[data-source="${index}"]`)?.focus();
      close();
    }}
  >
    <header>
      <div>
        <strong><bdi>${source.title}</bdi></strong>
        ${source.heading ? html`<p><bdi>${source.heading}</bdi></p>` : nothing}
      </div>
      ${iconButton('close', strings.closeSource, close)}
    </header>
    ${source.quote ? html`<blockquote dir="auto">${source.quote}</blockquote>` : nothing}
    <footer>
      <span>${relevanceWord(source.relevance, strings)}</span>
      ${
        url
          ? html`<a
              href=${withTextFragment(url, source.quote).href}
              target="_blank"
              rel="noopener noreferrer nofollow"
              @click=${(event: Event) => ask({ type: 'visit', key: row.key, index, event })}
            ><span>${isThisPage(url, location) ? strings.showSource : strings.openSource}</span> <bdi>${url.host}</bdi>${icon('external')}</a>`
          : nothing
      }
    </footer>
  </section>`;
}
