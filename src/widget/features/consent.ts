/**
 * Asked before the first use, where the site wants it (`consent="required"`): until the visitor agrees, nothing is stored
 * and no request goes to the API. Loaded when the panel opens; its words are the site's (`strings.consentText`).
 */
import type { Feature, FeaturePorts } from '../features.ts';

const CSS_TEXT = `
  .consent { display: grid; gap: 16px; padding: 16px 20px; }
  .consent div { display: flex; flex-wrap: wrap; gap: 8px; }
  .consent .plain:first-child { border-color: var(--assisters-accent); background: var(--assisters-accent); color: var(--on-accent); }
`;

export function create({ kit, consent }: FeaturePorts): Feature {
  const { html } = kit;
  return {
    css: CSS_TEXT,
    draw: ({ strings }) => html`<div class="consent">
      <p>${strings.consentText}</p>
      <div>
        <button type="button" class="plain" @click=${() => consent(true)}>${strings.agree}</button>
        <button type="button" class="plain" @click=${() => consent(false)}>${strings.decline}</button>
      </div>
    </div>`,
  };
}
