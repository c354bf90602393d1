import { html, nothing, type TemplateResult } from 'lit/html.js';
import { LIMITS } from '../../protocol/limits.ts';
import { format } from '../i18n/strings.ts';
import { icon, iconButton, type View } from './view.ts';

/** Characters left at which the count appears. */
const NEAR_LIMIT = 400;

/**
 * Where the visitor writes. Grows with its text to six lines (a copy of the text in `data-text` holds the box open, so
 * nothing is measured). The element puts the draft into the field, because only there is known what the visitor has typed
 * since the last frame. While an answer is written, send is stop, and what is typed meanwhile is kept.
 */
export function composer(view: View): TemplateResult {
  const { state, strings, language, settings, ask, sheet, voice, files } = view;
  const { draft, live } = state;
  const left = LIMITS.messageChars - draft.trim().length;
  // While the line is down, further questions may join the one that waits.
  const waits = state.offline && live?.answer.messageId === null && draft.trim() !== '';
  const started = state.phase !== 'failed' || state.error?.code === 'connection';
  const sendable = (live === null || waits) && left >= 0 && draft.trim() !== '' && started && !files?.busy;
  // What stands in the field now: a fast typist is a frame ahead of what was drawn.
  const send = (event: Event) => {
    const field = (event.currentTarget as Element).closest('form')!.querySelector('textarea')!;
    ask({ type: 'send', content: field.value });
  };
  const keydown = (event: KeyboardEvent) => {
    // An Enter that ends an input method's composition is not a send. 229: Safari says so only by this code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send(event);
  };
  const count = format(left < 0 ? strings.charsOver : strings.charsLeft, { count: Math.abs(left) }, language);
  return html`<form
    class="composer"
    part="composer"
    ?hidden=${sheet !== null}
    @submit=${(event: Event) => {
      event.preventDefault();
      send(event);
    }}
  >
    ${state.offline ? html`<p class="offline" role="status">${strings.offline}</p>` : nothing}
    ${files?.draw(view) ?? nothing}
    ${voice.told}
    <div class="field">
      ${files?.button(view) ?? nothing}
      <div class="grow" data-text=${`${draft} `}>
        <textarea
          part="input"
          rows="1"
          dir=${draft === '' ? nothing : 'auto'}
          aria-label=${strings.input}
          aria-describedby=${left < NEAR_LIMIT ? 'count' : nothing}
          aria-invalid=${left < 0 ? 'true' : nothing}
          placeholder=${settings.placeholder}
          enterkeyhint="send"
          autocomplete="off"
          @input=${(event: Event) => ask({ type: 'draft', value: (event.target as HTMLTextAreaElement).value })}
          @keydown=${keydown}
        ></textarea>
      </div>
      ${voice.dictate && !live ? iconButton('mic', voice.listening ? strings.stopDictation : strings.dictate, voice.dictate, voice.listening) : nothing}
      ${
        live && !waits
          ? html`<button
              type="button"
              class="send"
              part="send"
              title=${strings.stop}
              aria-label=${strings.stop}
              ?disabled=${state.stopping}
              @click=${() => ask({ type: 'stop' })}
            ><span class="square"></span></button>`
          : html`<button
              type="submit"
              class="send"
              part="send"
              title=${strings.send}
              aria-label=${strings.send}
              aria-disabled=${String(!sendable)}
            >${icon('send')}</button>`
      }
    </div>
    ${
      left < NEAR_LIMIT
        ? html`<p id="count" class=${left < 0 ? 'fine over' : 'fine'}>${count}</p>`
        : state.rows.length === 0 && !live
          ? html`<p class="fine hint">${strings.hint}</p>`
          : nothing
    }
  </form>`;
}
