import { html, type TemplateResult } from 'lit/html.js';
import type { Request } from '../store/requests.ts';
import { type ICONS, icon, type View } from './view.ts';

type Item = readonly [glyph: keyof typeof ICONS, label: string, request: Request, key: string];

/** The header's menu: a menu button as in the ARIA practices (arrow keys, Home, End, Esc, Tab leaves). */
export function menu(view: View): TemplateResult {
  const { state, strings, ask, floating, movable, sound } = view;
  const begun = state.rows.length > 0 || state.live !== null;
  const items: Item[] = [];
  if (floating) {
    items.push(['wide', state.wide ? strings.narrow : strings.widen, { type: 'wide', on: !state.wide }, 'wide']);
  }
  if (begun) items.push(['print', strings.print, { type: 'print' }, 'print']);
  if (movable) items.push(['sides', strings.moveSide, { type: 'move' }, 'move']);
  if (begun) items.push(['plus', strings.newConversation, { type: 'reset' }, 'reset']);
  if (begun && state.conversationId) items.push(['end', strings.endConversation, { type: 'end' }, 'end']);
  items.push(['list', strings.threads, { type: 'sheet', sheet: 'threads' }, 'threads']);
  items.push(['person', strings.yourData, { type: 'sheet', sheet: 'data' }, 'data']);

  const show = (on: boolean) => ask({ type: 'menu', on });
  return html`<div class="menu" @keydown=${(event: KeyboardEvent) => steer(event, show)} @focusout=${leave(show)}>
    <button
      type="button"
      class="icon-button"
      title=${strings.menu}
      aria-label=${strings.menu}
      aria-haspopup="menu"
      aria-expanded=${String(state.menu)}
      @click=${() => show(!state.menu)}
    >${icon('more')}</button>
    <div role="menu" aria-label=${strings.menu} ?hidden=${!state.menu}>
      ${items.map(
        ([glyph, label, request, key]) => html`<button
          type="button"
          role="menuitem"
          tabindex="-1"
          data-item=${key}
          class=${key === 'wide' ? 'only-large' : ''}
          @click=${(event: Event) => {
            buttonOf(event.currentTarget as HTMLElement).focus();
            show(false);
            ask(request);
          }}
        >${icon(glyph)}${label}</button>`,
      )}
      ${sound?.draw(view)}
    </div>
  </div>`;
}

const buttonOf = (inside: HTMLElement): HTMLElement => inside.closest('.menu')!.querySelector('button')!;

function leave(show: (on: boolean) => void) {
  return (event: FocusEvent) => {
    const box = event.currentTarget as HTMLElement;
    const next = event.relatedTarget as Node | null;
    if (next && !box.contains(next)) show(false);
  };
}

function steer(event: KeyboardEvent, show: (on: boolean) => void): void {
  const box = event.currentTarget as HTMLElement;
  const button = box.querySelector('button')!;
  const open = button.getAttribute('aria-expanded') === 'true';
  const { key } = event;
  if (key === 'Escape' && open) {
    // Only the menu closes, not the panel.
    event.stopPropagation();
    button.focus();
    show(false);
    return;
  }
  if (key === 'Tab' && open) show(false);
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (step === 0 && !(open && (key === 'Home' || key === 'End'))) return;
  event.preventDefault();
  if (!open) show(true);
  const list = box.querySelector<HTMLElement>('[role=menu]')!;
  // The state arrives with the next frame; focus cannot wait for it.
  list.hidden = false;
  const items = [...list.querySelectorAll<HTMLElement>('[role^=menuitem]')].filter(
    (item) => item.offsetParent !== null,
  );
  const at = items.indexOf(event.target as HTMLElement);
  const next = key === 'Home' ? 0 : key === 'End' ? -1 : at === -1 ? (step === 1 ? 0 : -1) : (at + step) % items.length;
  items.at(next)?.focus();
}
