/** A question asked anew in its place: it and all after it are replaced. Loaded when the visitor wants to. */
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/edit-question.ts';

const CSS_TEXT = `
  .edit { inline-size: 100%; display: grid; gap: 10px; }
  .edit textarea { grid-area: auto; inline-size: 100%; min-block-size: 72px; padding: 8px 12px; border: 1px solid var(--assisters-control); border-radius: calc(var(--radius)*.5); background: var(--assisters-surface); font-size: 15px; resize: vertical; overflow: auto; scroll-margin: 16px; }
  .edit textarea:focus-visible { outline: 2px solid var(--assisters-focus); outline-offset: 1px; }
  .edit > div { display: flex; gap: 8px; justify-content: flex-end; }
  .edit [type=submit], .edit [type=submit]:hover { border-color: var(--assisters-accent); background: var(--assisters-accent); color: var(--on-accent); }
  @media (pointer: coarse) { .edit textarea { font-size: 16px; } }
`;
/** The limit of a question; see `LIMITS.messageChars` of the protocol. */
const QUESTION_CHARS = 4_000;

export function create({ kit, ask }: FeaturePorts): Feature {
  const { html, nothing } = kit;
  return {
    css: CSS_TEXT,
    words,
    draw({ strings }, row) {
      if (row?.role !== 'user') return nothing;
      const { key } = row;
      const cancel = () => ask({ type: 'form', form: null });
      const send = (event: Event) => {
        event.preventDefault();
        const field = (event.currentTarget as Element).closest('form')!.querySelector('textarea')!;
        ask({ type: 'edit', key, content: field.value });
      };
      const keydown = (event: KeyboardEvent) => {
        if (event.key === 'Escape') {
          // Only the editing ends, not the chat.
          event.stopPropagation();
          cancel();
        } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) send(event);
      };
      return html`<form class="edit" @submit=${send}>
        <textarea
          dir="auto"
          maxlength=${QUESTION_CHARS}
          aria-label=${strings.edit}
          aria-describedby=${`edit-${key}`}
          .value=${row.content}
          @keydown=${keydown}
        ></textarea>
        <p class="fine" id=${`edit-${key}`}>${strings.editNote}</p>
        <div>
          <button type="button" class="plain" @click=${cancel}>${strings.cancel}</button>
          <button type="submit" class="plain">${strings.send}</button>
        </div>
      </form>`;
    },
  };
}
