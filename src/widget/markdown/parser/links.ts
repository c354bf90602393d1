import { attribute, escapeText, withoutEscapes } from './text.ts';

/** Link reference definitions by label, as `labelOf` writes it; the first of a label counts. Without a prototype. */
export type Links = Record<string, { readonly href: string; readonly title: string | null }>;

/** The `lang` of a `dfn` that stands for an image, its address in `title`. Raw HTML can forge it and gains nothing: the origin is checked later. */
export const IMAGE = 'x-image';

export const TITLE = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|\((?:[^()\\]|\\[\s\S])*\)/y;
const BRACKETED = /<((?:[^<>\n\\]|\\.)*)>/y;

/** A sticky pattern at a place. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Labels are compared without case and with runs of white space as one. */
export function labelOf(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase();
}

/** The address that begins at a place, in `<…>` or with balanced parentheses. */
export function readDestination(text: string, from: number): { readonly raw: string; readonly end: number } | null {
  if (text[from] === '<') {
    const found = matchAt(BRACKETED, text, from);
    return found && { raw: found[1]!, end: from + found[0].length };
  }
  let depth = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text[at]!;
    if (character <= ' ' || character === '\x7f') break;
    if (character === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && --depth < 0) break;
  }
  return depth > 0 ? null : { raw: text.slice(from, at), end: at };
}

/** Takes the definitions off the front of a paragraph's text; gives the rest. */
export function takeDefinitions(text: string, links: Links): string {
  let rest = text;
  while (rest.startsWith('[')) {
    const label = /^\[((?:[^[\]\\]|\\[\s\S]){1,999})\]:[ \t]*\n?[ \t]*/.exec(rest);
    const found = label && labelOf(label[1]!) !== '' ? readDestination(rest, label[0].length) : null;
    if (!found || found.end === label![0].length) break;
    const gap = matchAt(/[ \t]*\n?[ \t]*/y, rest, found.end)![0];
    const title = gap === '' ? null : matchAt(TITLE, rest, found.end + gap.length);
    const after = title && matchAt(/[ \t]*(?:\n|$)/y, rest, found.end + gap.length + title[0].length);
    const bare = matchAt(/[ \t]*(?:\n|$)/y, rest, found.end);
    if (!after && !bare) break;
    const key = labelOf(label![1]!);
    if (!(key in links)) links[key] = { href: found.raw, title: after ? title![0].slice(1, -1) : null };
    rest = after
      ? rest.slice(found.end + gap.length + title![0].length + after[0].length)
      : rest.slice(found.end + bare![0].length);
  }
  return rest;
}

/** A link around HTML; or the carrier that `decorate` turns into an image when its origin is listed, else into its text. */
export function link({ href, title }: Links[string], inner: string, isImage: boolean): string {
  let address = withoutEscapes(href);
  try {
    address = encodeURI(address).replaceAll('%25', '%');
  } catch {
    // Half a pair: left for the browser to judge.
  }
  if (isImage) return `<dfn lang="${IMAGE}" title="${escapeText(address)}">${inner.replace(/<[^>]*>/g, '')}</dfn>`;
  return `<a href="${escapeText(address)}"${title ? ` title="${attribute(title)}"` : ''}>${inner}</a>`;
}
