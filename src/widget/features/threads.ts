/**
 * The visitor's conversations: titles, when something was said last, going on with one, deleting one. A list of the
 * server's, asked for each time it is opened. Loaded then.
 */
import type { Conversation } from '../../protocol/resources.ts';
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/threads.ts';
import type { View } from '../parts/view.ts';

/** Conversations in one page of the list. */
const PAGE = 20;

const CSS_TEXT = `
  .threads li { display: flex; align-items: center; gap: 4px; padding-inline: 12px 8px; border-block-end: 1px solid var(--assisters-line); }
  .threads li > button:first-child { flex: 1; min-inline-size: 0; padding: 10px 8px; border: 0; border-radius: calc(var(--radius)*.5); background: none; text-align: start; }
  .threads li > button:first-child:hover { background: var(--assisters-surface-raised); }
  .threads li [aria-current] { font-weight: 600; }
  .threads bdi { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .threads time { display: block; font-size: 13px; font-weight: 400; color: var(--assisters-text-muted); }
  .threads .asking { flex-wrap: wrap; gap: 8px; padding-block: 10px; padding-inline-start: 20px; }
  .threads .asking p { flex: 1 1 100%; }
  .threads .danger { border-color: var(--assisters-danger); color: var(--assisters-danger); }
  .threads-new { gap: 6px; margin: 16px 20px 12px; }
  .threads-new .icon { inline-size: 16px; block-size: 16px; }
  .threads-more { margin: 12px 20px; }
  .sheet > p { padding: 12px 20px; color: var(--assisters-text-muted); }
`;

export function create(ports: FeaturePorts): Feature {
  const { kit, ask, changed } = ports;
  const { html, nothing, icon, iconButton, format } = kit;
  let list: readonly Conversation[] = [];
  let more = false;
  let phase: 'loading' | 'ready' | 'failed' = 'loading';
  /** The one that the visitor is asked about. */
  let doomed: string | null = null;
  /** Ends when another list is asked for. */
  let loading = new AbortController();

  async function load(offset: number): Promise<void> {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    phase = 'loading';
    changed();
    try {
      const path = `/conversations?limit=${PAGE}&offset=${offset}`;
      const page = ports.isKnown()
        ? ((await ports.api('GET', path, undefined, signal)) as { conversations: Conversation[]; has_more: boolean })
        : { conversations: [], has_more: false };
      if (signal.aborted) return;
      // One that was opened and never used has nothing to show.
      const used = page.conversations.filter(({ last_message_at }) => last_message_at !== null);
      list = offset === 0 ? used : [...list, ...used];
      more = page.has_more;
      phase = 'ready';
    } catch {
      if (signal.aborted) return;
      phase = 'failed';
    }
    changed();
  }
  let offset = 0;
  const next = () => {
    offset += PAGE;
    void load(offset);
  };

  async function remove(id: string, view: View): Promise<void> {
    try {
      await ports.api('DELETE', `/conversations/${id}`, undefined, loading.signal);
    } catch {
      phase = 'failed';
      changed();
      return;
    }
    list = list.filter((one) => one.id !== id);
    doomed = null;
    ports.say(view.strings.deleted);
    if (view.state.conversationId === id) ask({ type: 'reset' });
    ask({ type: 'sheet', sheet: 'threads' });
    changed();
  }

  /** Draws again, and moves the focus from what is gone then. */
  const turn = (event: Event, to: string) => {
    const root = (event.currentTarget as Element).getRootNode() as ShadowRoot;
    changed();
    requestAnimationFrame(() => root.querySelector<HTMLElement>(to)?.focus());
  };

  const question = (view: View, { id }: Conversation) => html`<li class="asking">
    <p id="doomed">${view.strings.deleteThreadQuestion}</p>
    <button type="button" class="plain danger" aria-describedby="doomed" @click=${() => void remove(id, view)}>${view.strings.delete}</button>
    <button
      type="button"
      class="plain"
      aria-describedby="doomed"
      @click=${(event: Event) => {
        doomed = null;
        turn(event, '.sheet h3');
      }}
    >${view.strings.cancel}</button>
  </li>`;

  const row = ({ strings, language, state }: View, { id, title, last_message_at }: Conversation) => {
    const name = title || strings.newConversation;
    const when = new Date(last_message_at!);
    const days = (Date.now() - when.getTime()) / 86_400_000;
    const form: Intl.DateTimeFormatOptions =
      days < 1 ? { timeStyle: 'short' } : { dateStyle: days < 300 ? 'medium' : 'long' };
    return html`<li>
      <button
        type="button"
        aria-current=${id === state.conversationId ? 'true' : nothing}
        @click=${() => ask({ type: 'switch', conversationId: id })}
      ><bdi>${name}</bdi><time datetime=${last_message_at}>${when.toLocaleString(language, form)}</time></button>
      ${iconButton('trash', format(strings.deleteThread, { title: name }), (event) => {
        doomed = id;
        turn(event, '.asking .plain:last-child');
      })}
    </li>`;
  };

  return {
    css: CSS_TEXT,
    words,
    shown() {
      list = [];
      doomed = null;
      offset = 0;
      void load(0);
    },
    draw(view) {
      const { strings } = view;
      return html`<button type="button" class="plain threads-new" @click=${() => ask({ type: 'reset' })}>
          ${icon('plus')}${strings.newConversation}
        </button>
        ${
          list.length > 0
            ? html`<ul class="threads" aria-label=${strings.threads}>
                ${list.map((one) => (one.id === doomed ? question(view, one) : row(view, one)))}
              </ul>`
            : nothing
        }
        ${phase === 'ready' && list.length === 0 ? html`<p>${strings.noThreads}</p>` : nothing}
        ${
          phase === 'loading'
            ? html`<div class="loading"><div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div></div>`
            : nothing
        }
        ${
          phase === 'failed'
            ? html`<p role="alert">${strings.errorConnection}</p>
                <button type="button" class="plain threads-more" @click=${() => void load(offset)}>${strings.tryAgain}</button>`
            : nothing
        }
        ${phase === 'ready' && more ? html`<button type="button" class="plain threads-more" @click=${next}>${strings.showMore}</button>` : nothing}`;
    },
  };
}
