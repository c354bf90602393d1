import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Strings, Words } from '../i18n/en.ts';
import { format } from '../i18n/strings.ts';
import type { ChatError } from '../store/state.ts';
import { icon, type View } from './view.ts';

/** Which words an error code is told with. Codes that are neither here nor {@link FINAL} are faults of ours and told as such. */
const WORDS: { readonly [code: string]: keyof Strings } = {
  connection: 'errorConnection',
  interrupted: 'errorInterrupted',
  model_error: 'errorModel',
  model_timeout: 'errorModel',
  service_unavailable: 'errorBusy',
  rate_limit_exceeded: 'errorRate',
  answer_in_progress: 'errorInProgress',
  payload_too_large: 'errorTooLong',
  origin_not_allowed: 'errorOrigin',
};
/** Errors that trying again cannot mend: the site's owner can. */
export const FINAL: readonly string[] = [
  'origin_not_allowed',
  'key_type_not_allowed',
  'not_found',
  'invalid_api_key',
  'invalid_identity',
  'invalid_request',
  'identity_required',
  'secret_key_in_browser',
  'insufficient_permissions',
  'missing_credential',
];

/** What an error says to the visitor. */
export function errorText(code: string, strings: Words, origin: string): string {
  return format(strings[WORDS[code] ?? (FINAL.includes(code) ? 'errorKey' : 'errorUnknown')], { origin });
}

/** What the owner of a site runs so that its pages may use the key. */
export const allowCommand = (origin: string): string => `npx assisters keys update key_… --add-origin ${origin}`;

/** An error where it happened: what it is, what to do, and a way to do it. */
export function errorBlock(view: View, error: ChatError, retry: (() => void) | null, title?: string): TemplateResult {
  const { strings, state } = view;
  const seconds = error.retryAtMs === null ? 0 : Math.ceil((error.retryAtMs - state.nowMs) / 1000);
  return html`<div class="error">
    ${icon('alert')}
    <div>
      ${title ? html`<strong>${title}</strong>` : nothing}
      <p>${errorText(error.code, strings, view.origin)}</p>
      ${error.code === 'origin_not_allowed' ? html`<code dir="ltr">${allowCommand(view.origin)}</code>` : nothing}
      ${
        retry && !FINAL.includes(error.code)
          ? html`<button type="button" class="plain" ?disabled=${seconds > 0} @click=${retry}>
              ${seconds > 0 ? format(strings.tryAgainIn, { seconds }, view.language) : strings.tryAgain}
            </button>`
          : nothing
      }
    </div>
  </div>`;
}
