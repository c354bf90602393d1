/**
 * What is kept about the visitor, for how long, a copy of it, and its end. Loaded when the visitor asks.
 */
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/visitor-data.ts';
import type { View } from '../parts/view.ts';

const CSS_TEXT = `
  .data { display: grid; gap: 12px; justify-items: start; padding: 16px 20px; }
  .data .danger { border-color: var(--assisters-danger); color: var(--assisters-danger); }
  .data .asking { display: flex; flex-wrap: wrap; gap: 8px; }
  .data .asking p { flex: 1 1 100%; }
  .data a { color: var(--accent-text); }
`;

export function create(ports: FeaturePorts): Feature {
  const { kit, changed, say } = ports;
  const { html, nothing, format } = kit;
  let phase: 'ready' | 'busy' | 'asking' | 'deleted' | 'failed' = 'ready';
  const life = new AbortController();

  /** `event`: of a button that is gone then; the focus goes to the heading. */
  const move = (to: typeof phase, event?: Event) => {
    const root = (event?.currentTarget as Element | undefined)?.getRootNode() as ShadowRoot | undefined;
    phase = to;
    changed();
    const next = to === 'asking' ? '.asking .plain:last-child' : '.sheet h3';
    requestAnimationFrame(() => root?.querySelector<HTMLElement>(next)?.focus());
  };

  async function download(): Promise<void> {
    move('busy');
    try {
      const data = await ports.api('GET', '/visitor-sessions/me/export', undefined, life.signal);
      const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = 'conversations.json';
      link.click();
      // The download has its own hold on the bytes once it has begun.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      move('ready');
    } catch {
      move('failed');
    }
  }

  async function erase({ strings }: View): Promise<void> {
    move('busy');
    try {
      if (ports.isKnown()) await ports.api('DELETE', '/visitor-sessions/me', undefined, life.signal);
    } catch {
      move('failed');
      return;
    }
    ports.leave();
    say(strings.dataDeleted);
    // Forgetting closed it.
    ports.ask({ type: 'sheet', sheet: 'data' });
    move('deleted');
  }

  const question = (view: View) => html`<div class="asking">
    <p id="erase">${view.strings.deleteDataQuestion}</p>
    <button type="button" class="plain danger" aria-describedby="erase" @click=${() => void erase(view)}>${view.strings.delete}</button>
    <button type="button" class="plain" aria-describedby="erase" @click=${(event: Event) => move('ready', event)}>${view.strings.cancel}</button>
  </div>`;

  return {
    css: CSS_TEXT,
    words,
    shown() {
      if (phase !== 'busy') phase = 'ready';
    },
    draw(view) {
      const { strings, language, state } = view;
      const days = state.config?.retention_days ?? null;
      const { consent_text, privacy_url = '' } = state.config?.widget ?? {};
      const agreed = ports.option('consentText') || consent_text;
      const privacy = ports.option('privacyUrl') ?? privacy_url;
      const buttons = html`<button type="button" class="plain" ?disabled=${phase === 'busy'} @click=${() => void download()}>${strings.exportData}</button>
        <button type="button" class="plain danger" ?disabled=${phase === 'busy'} @click=${(event: Event) => move('asking', event)}>${strings.deleteData}</button>`;
      return html`<div class="data">
        <p>${strings.dataStored}</p>
        <p>${days === null ? strings.dataKeptForever : format(strings.dataKept, { count: days }, language)}</p>
        ${agreed ? html`<p class="fine">${agreed}</p>` : nothing}
        ${/^https:/.test(privacy) ? html`<a href=${privacy} target="_blank" rel="noopener">${strings.privacy}</a>` : nothing}
        ${phase === 'deleted' ? html`<p><strong>${strings.dataDeleted}</strong></p>` : nothing}
        ${phase === 'failed' ? html`<p role="alert">${strings.errorConnection}</p>` : nothing}
        ${phase === 'asking' ? question(view) : ports.isKnown() ? buttons : nothing}
      </div>`;
    },
  };
}
