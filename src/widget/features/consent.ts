/**
 * Asked before the first use, where the site wants it (`consent="required"`): until the visitor agrees, nothing is stored
 * and no request goes to the API. Loaded when the panel opens. Its words are the page's own (`consent-text`, `privacy-url`, else
 * `strings.consentText`): those that the server keeps could only be had by a request.
 */
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/consent.ts';

const CSS_TEXT = `
  .sheet:has(> .consent) { display: flex; flex-direction: column; }
  .sheet-head:has(+ .consent) { padding-block-start: 20px; }
  .sheet-head:has(+ .consent) h3 { font-size: 22px; line-height: 1.25; letter-spacing: -.01em; }
  .consent { flex: 1; display: flex; flex-direction: column; align-items: start; gap: 16px; padding: 8px 20px 20px; }
  .consent p { white-space: pre-line; text-wrap: pretty; }
  .consent a { color: var(--accent-text); }
  .consent div { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(140px, 100%), 1fr)); gap: 8px; inline-size: 100%; margin-block-start: auto; }
  .consent .plain { justify-content: center; min-block-size: 44px; font-size: 15px; text-align: center; }
  .consent .plain:first-child { border-color: var(--assisters-accent); background: var(--assisters-accent); color: var(--on-accent); }
`;

export function create({ kit, consent, option }: FeaturePorts): Feature {
  const { html, nothing } = kit;
  return {
    css: CSS_TEXT,
    words,
    draw({ strings }) {
      const privacy = option('privacyUrl') ?? '';
      return html`<div class="consent">
      <p>${option('consentText') || strings.consentText}</p>
      ${/^https:/i.test(privacy) ? html`<a href=${privacy} target="_blank" rel="noopener">${strings.privacy}</a>` : nothing}
      <div>
        <button type="button" class="plain" @click=${() => consent(true)}>${strings.agree}</button>
        <button type="button" class="plain" @click=${() => consent(false)}>${strings.decline}</button>
      </div>
    </div>`;
    },
  };
}
