/** An opening tag without its `<`, and a closing one (CommonMark 6.6), as source of a pattern. */
export const TAGS =
  '[a-z][a-z0-9-]*(?:\\s+[a-z_:][\\w.:-]*(?:\\s*=\\s*(?:[^\\s"\'=<>`]+|\'[^\']*\'|"[^"]*"))?)*\\s*/?>|/[a-z][a-z0-9-]*\\s*>';

const reference = (character: string) => `&#${character.charCodeAt(0)};`;

/** Text as HTML. Character references stay for the HTML parser, which knows them all; `whole` takes them for text too. */
export function escapeText(text: string, whole = false): string {
  return text.replace(whole ? /[&<>"']/g : /[<>"']|&(?!#\d{1,7};|#x[a-f0-9]{1,6};|[a-z][a-z0-9]*;)/gi, reference);
}

/** The same for the value of an attribute, in which a backslash still takes the meaning of what follows it. */
export function attribute(text: string): string {
  return escapeText(withoutEscapes(text));
}

/** Text without the backslashes before punctuation. */
export function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
