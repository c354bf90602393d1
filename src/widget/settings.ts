import type { WidgetConfig } from '../protocol/resources.ts';
import type { Words } from './i18n/en.ts';
import type { View } from './parts/view.ts';

/** What the parts are drawn with: the site's options, then what the server says of the assistant, then our own words. */
export function settingsOf(
  config: WidgetConfig | null,
  options: { readonly greeting: string | undefined; readonly placeholder: string | undefined },
  strings: Words,
): View['settings'] {
  const widget = config?.widget ?? {};
  const { subtitle, prompts = [], accent = '', avatar_url = '', contact_url = '' } = widget;
  return {
    name: config?.assistant.name ?? strings.assistantName,
    subtitle: subtitle ?? strings.subtitle,
    greeting: options.greeting ?? widget.greeting ?? strings.greeting,
    placeholder: options.placeholder ?? widget.placeholder ?? strings.placeholder,
    prompts,
    // No function in a function: `var(--x, url(…))` passes for a colour, and a background would load it.
    accent: CSS.supports('color', accent) && !/\(.*\(/s.test(accent) ? accent : '',
    avatarUrl: /^https:/.test(avatar_url) ? avatar_url : '',
    contactUrl: /^(https|mailto):/.test(contact_url) ? contact_url : '',
    documents: config?.document_count ?? 0,
  };
}
