import { html, nothing, type TemplateResult } from 'lit/html.js';
import { avatar, icon, type View } from './view.ts';

/** Suggested questions shown at most. */
const MAX_PROMPTS = 4;

/** An empty conversation: a greeting, one sentence, and what others ask. */
export function empty(view: View): TemplateResult {
  const { strings, settings, ask } = view;
  const prompts = settings.prompts.slice(0, MAX_PROMPTS);
  return html`<div class="empty">
    <slot name="welcome"
      ><div class="welcome">
        ${avatar(view)}
        <h3><bdi>${settings.greeting}</bdi></h3>
        <p>${strings.intro}</p>
      </div></slot
    >
    ${
      prompts.length > 0
        ? html`<ul class="prompts" aria-label=${strings.suggestions}>
            ${prompts.map(
              (prompt) => html`<li>
                <button type="button" @click=${() => ask({ type: 'send', content: prompt })}>
                  <bdi>${prompt}</bdi>${icon('chevron')}
                </button>
              </li>`,
            )}
          </ul>`
        : nothing
    }
  </div>`;
}
