/** An unfinished tag, or an unfinished link or image with its address still arriving. */
const UNFINISHED =
  /<[a-z/!?][^<>\n]{0,400}$|!?\[([^[\]\n]{0,400})\]\([^()\s]{0,800}(?: ["'][^"'\n]{0,200})?$|!?\[([^[\]\n]{0,400})$/i;

/** The inline marks whose closing half a reader need not wait for. The longest first. */
const MARKS = ['`', '**', '__', '*', '_', '~~'];

/**
 * Closes what the end of an unfinished text leaves open, so that a prefix looks like the text it will become rather than
 * like source: `**bo` as bold, `[text](https://ex` as text. Only for the open piece; the final text is never mended.
 */
export function mend(markdown: string): string {
  let text = markdown.replace(UNFINISHED, (_, linked?: string, opened?: string) => linked ?? opened ?? '');
  const line = text.slice(text.lastIndexOf('\n\n') + 1);
  const code = line.match(/`+/g) ?? [];
  if (code.length % 2 === 1) return code.at(-1)!.length < 3 && !line.endsWith('`') ? text + code.at(-1) : text;
  const prose = line.replace(/`[^`]*`/g, '');
  for (const mark of MARKS.slice(1)) {
    const open = new RegExp(`(?:^|[\\s(])${mark.replace(/\*/g, '\\*')}(?=[^\\s*_~])(?:(?!\\n\\n)[^*_~])*$`).test(prose);
    if (!open) continue;
    const trimmed = text.trimEnd();
    text = trimmed + mark + text.slice(trimmed.length);
    break;
  }
  return text.replace(/(^|[\s(])[*_~]{1,3}$/, '$1');
}
