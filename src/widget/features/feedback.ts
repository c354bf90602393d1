/** What was wrong with an answer, in the visitor's words. Loaded when an answer was not helpful. */
import type { FeedbackReason } from '../../protocol/resources.ts';
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/feedback.ts';

const CSS_TEXT = `
  .feedback { display: grid; gap: 10px; margin-block-start: 8px; padding: 12px; border: 1px solid var(--assisters-line); border-radius: calc(var(--radius)*.75); background: var(--assisters-surface-raised); font-size: 14px; }
  .feedback fieldset { display: flex; flex-wrap: wrap; gap: 6px; margin: 0; padding: 0; border: 0; min-inline-size: 0; }
  .feedback legend { margin-block-end: 8px; padding: 0; font-weight: 600; }
  .feedback .plain:has(:checked) { border-color: var(--accent-text); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent-text); }
  .feedback [type=submit], .feedback [type=submit]:hover { border-color: var(--assisters-accent); background: var(--assisters-accent); color: var(--on-accent); }
  .feedback .plain:has(:focus-visible) { outline: 2px solid var(--assisters-focus); outline-offset: 2px; }
  .feedback input { position: absolute; opacity: 0; pointer-events: none; }
  .feedback textarea { grid-area: auto; inline-size: 100%; min-block-size: 64px; padding: 8px 12px; border: 1px solid var(--assisters-control); border-radius: calc(var(--radius)*.5); background: var(--assisters-surface); font-size: 15px; resize: vertical; overflow: auto; }
  .feedback > div { display: flex; gap: 8px; }
  @media (pointer: coarse) { .feedback textarea { font-size: 16px; } }
  @media (forced-colors: active) { .feedback .plain:has(:checked) { forced-color-adjust: none; border-color: Highlight; color: HighlightText; background: Highlight; } }
`;
/** The server's limit. */
const COMMENT_CHARS = 2_000;

export function create({ kit, ask, say }: FeaturePorts): Feature {
  const { html, nothing } = kit;
  return {
    css: CSS_TEXT,
    words,
    draw({ strings }, row) {
      if (row?.role !== 'assistant') return nothing;
      const { key } = row;
      const reasons: readonly (readonly [FeedbackReason, string])[] = [
        ['incorrect', strings.reasonIncorrect],
        ['incomplete', strings.reasonIncomplete],
        ['off_topic', strings.reasonOffTopic],
        ['outdated', strings.reasonOutdated],
        ['other', strings.reasonOther],
      ];
      const send = (event: Event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget as HTMLFormElement);
        const reason = data.get('reason') as FeedbackReason | null;
        const comment = String(data.get('comment') ?? '').trim();
        ask({ type: 'rate', key, rating: 'down', ...(reason && { reason }), ...(comment && { comment }) });
        ask({ type: 'form', form: null });
        say(strings.thanks);
      };
      // An empty field is as its label; what is written is as its first letter.
      const follow = ({ target }: Event) => {
        const field = target as HTMLTextAreaElement;
        field.dir = field.value && 'auto';
      };
      return html`<form class="feedback" @submit=${send}>
        <fieldset>
          <legend>${strings.feedbackTitle}</legend>
          ${reasons.map(([reason, label]) => html`<label class="plain"><input type="radio" name="reason" value=${reason}>${label}</label>`)}
        </fieldset>
        <textarea name="comment" maxlength=${COMMENT_CHARS} aria-label=${strings.comment} placeholder=${strings.comment} @input=${follow}></textarea>
        <div>
          <button type="submit" class="plain">${strings.sendFeedback}</button>
          <button type="button" class="plain" @click=${() => ask({ type: 'form', form: null })}>${strings.cancel}</button>
        </div>
      </form>`;
    },
  };
}
