import { en, type Plural, type Strings } from './en.ts';
import { LANGUAGES } from './languages.ts';

/** The words of one language. `tag` is what `Intl` counts and writes numbers by: the visitor's, with its region. */
export interface Language {
  readonly tag: string;
  readonly strings: Strings;
}

/** What is spoken where nothing better is known; always there, but for the words of parts that are not (see `en.ts`). */
export const ENGLISH: Language = { tag: 'en', strings: en as unknown as Strings };

/** Languages whose readers are at home in another table. */
const NEIGHBOURS: { readonly [language: string]: string } = { no: 'nb', nn: 'nb', yue: 'zh' };

/** Languages written from right to left, by primary subtag. */
const RTL = /^(ar|arc|ckb|dv|fa|he|iw|ku|ps|sd|ug|ur|yi)\b/i;

/**
 * The table of a locale, by language and, for Chinese, script: `pt-PT` → `pt`, `zh-TW` → `zh-Hant`, `iw` → `he`; `null`
 * where there is none or the tag is not one.
 */
export function tableOf(locale: string): string | null {
  try {
    const { language, script } = new Intl.Locale(locale.trim().replaceAll('_', '-')).maximize();
    const name = NEIGHBOURS[language] ?? language;
    const table = name === 'zh' ? `zh-${script}` : name;
    return table === 'en' || Object.hasOwn(LANGUAGES, table) ? table : null;
  } catch {
    return null;
  }
}

/**
 * The language for a locale, English where there is no other. What is already here comes at once, the rest as one request
 * beside this module; that never rejects: a table that fails to load is English.
 */
export function loadLanguage(locale: string, tables = LANGUAGES): Language | Promise<Language> {
  const table = tableOf(locale);
  if (table === null) return ENGLISH;
  const [tag = table] = Intl.getCanonicalLocales(locale.trim().replaceAll('_', '-'));
  if (table === 'en') return { ...ENGLISH, tag };
  return tables[table]!().then(
    (module) => ({ tag, strings: module.default }),
    () => ENGLISH,
  );
}

/** Writing direction of a locale. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return RTL.test(locale) ? 'rtl' : 'ltr';
}

/**
 * Fills `{name}` places. A name without a value stays as it is, so that a mistake shows. With the `tag` of a language,
 * numbers are written as it writes them, and `count` chooses among the wordings of a plural.
 */
export function format(
  template: string | Plural,
  values: { readonly [name: string]: string | number },
  tag = 'en',
): string {
  const wording =
    typeof template === 'string'
      ? template
      : (template[new Intl.PluralRules(tag).select(Number(values.count))] ?? template.other);
  return wording.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name] ?? place;
    return typeof value === 'number' ? value.toLocaleString(tag) : value;
  });
}
