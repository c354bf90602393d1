import { en, type Strings } from './en.ts';

/**
 * Other languages, loaded when first asked for, so that a visitor pays for one language only. Keys are lowercase BCP 47
 * tags; a region falls back to its language.
 */
const LOADERS: { readonly [locale: string]: () => Promise<Strings> } = {};

/** Languages written from right to left, by primary subtag. */
const RTL = /^(ar|arc|ckb|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

/** The words for a locale (`de-AT` → `de` → English). Never rejects: a table that fails to load is English. */
export async function loadStrings(locale: string): Promise<Strings> {
  const tag = locale.toLowerCase();
  const load = LOADERS[tag] ?? LOADERS[tag.split('-')[0] ?? ''];
  try {
    return load ? await load() : en;
  } catch {
    return en;
  }
}

/** Writing direction of a locale. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RTL.test(locale) ? 'rtl' : 'ltr';
}

/** Fills `{name}` places. A name without a value stays as it is, so that a mistake shows. */
export function format(template: string, values: { readonly [name: string]: string | number }): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
