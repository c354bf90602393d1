import { html, nothing, type TemplateResult } from 'lit/html.js';
import { format } from '../i18n/strings.ts';
import { icon, type View } from './view.ts';

/** The documents hold no answer: said calmly, with what was searched, what to try and who to ask. */
export function notFound({ strings, language, settings }: View): TemplateResult {
  const { documents, contactUrl } = settings;
  const searched = documents > 0 ? format(strings.searchedFor, { count: documents }, language) : strings.searchedAll;
  return html`<div class="not-found">
    <p class="searched">${icon('search')}<span><strong>${strings.notFound}</strong> ${searched}</span></p>
    <ul>
      <li>${strings.tryOther}</li>
      <li>${strings.tryOne}</li>
    </ul>
    ${
      contactUrl
        ? html`<a class="plain" href=${contactUrl} target="_blank" rel="noopener">${strings.contact}</a>`
        : nothing
    }
  </div>`;
}
