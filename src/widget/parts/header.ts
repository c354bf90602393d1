import { html, nothing, type TemplateResult } from 'lit/html.js';
import { menu } from './menu.ts';
import { avatar, iconButton, type View } from './view.ts';

/** Who answers, and what can be done with the conversation. */
export function header(view: View): TemplateResult {
  const { state, strings, settings, ask } = view;
  return html`<header class="header" part="header">
    ${avatar(view)}
    <div class="title">
      <h2 id="name"><bdi>${settings.name}</bdi></h2>
      <p title=${settings.subtitle}><bdi>${settings.subtitle}</bdi></p>
    </div>
    ${
      state.rows.length > 0 || state.live
        ? iconButton('plus', strings.newConversation, () => ask({ type: 'reset' }))
        : nothing
    }
    ${view.gated ? nothing : menu(view)}
    ${view.floating ? iconButton('close', strings.closeChat, () => ask({ type: 'close' })) : nothing}
  </header>`;
}
