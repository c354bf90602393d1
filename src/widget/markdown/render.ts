import { Lexer, type Links, Parser, Renderer, type Token, type Tokens } from 'marked';
import { isHostile } from './guard.ts';

/** How a piece of markdown is to be read. */
export interface Reading {
  /** Inline only: the piece goes on inside a paragraph. */
  readonly inline?: boolean;
  /** The list this piece belongs to is loose (its items are paragraphs), whatever the piece alone says. */
  readonly loose?: boolean;
}

const escapeHtml = (text: string, pattern = /[&<>"']/g) =>
  text.replace(pattern, (character) => `&#${character.charCodeAt(0)};`);
/** The same for text in which marked leaves character references to the HTML parser. */
const escapeRest = (text: string) => escapeHtml(text, /[<>"']|&(?!#\d{1,7};|#x[a-f0-9]{1,6};|\w+;)/gi);

/** marked's HTML, but for what the allow-list has no element for. */
class ChatRenderer extends Renderer {
  /** The language travels as `lang`, the one attribute that survives the sanitiser; `decorate` makes it a label. */
  override code({ text, lang }: Tokens.Code): string {
    const language = /^\S+/.exec(lang ?? '')?.[0];
    return `<pre${language ? ` lang="${escapeRest(language)}"` : ''}><code>${escapeHtml(text)}</code></pre>\n`;
  }

  /** No form control, only its look. */
  override checkbox({ checked }: Tokens.Checkbox): string {
    return checked ? '☑ ' : '☐ ';
  }

  /** A bracket that was escaped is the source's own, and begins no citation. */
  override text(token: Tokens.Text | Tokens.Escape): string {
    return super.text(token) + (token.type === 'escape' && token.text === '[' ? OWN_BRACKET : '');
  }

  /** A carrier that `decorate` turns into an image when its origin is listed, else into its text. It may stand in a link. */
  override image({ href, text, tokens }: Tokens.Image): string {
    const alt = tokens ? this.parser.parseInline(tokens, this.parser.textRenderer) : text;
    return `<dfn lang="${IMAGE}" title="${escapeRest(href)}">${escapeRest(alt)}</dfn>`;
  }
}

/** The `lang` of a `dfn` that stands for an image, its address in `title`. Raw HTML can forge it and gains nothing: the origin is checked later. */
export const IMAGE = 'x-image';

/** Stands behind an escaped `[` until `decorate` has looked for citations: of the private use area, so no text has it. */
export const OWN_BRACKET = '\uE0FF';

const options = { gfm: true, renderer: new ChatRenderer() };
const parser = new Parser(options);

function loosen(tokens: readonly Token[]): void {
  for (const token of tokens) {
    if (token.type !== 'list' || token.loose) continue;
    for (const item of (token as Tokens.List).items)
      for (const child of item.tokens) if (child.type === 'text') child.type = 'paragraph';
  }
}

/**
 * Markdown (CommonMark and GFM) to HTML that is **not yet safe**: only `sanitise` may take it.
 *
 * @param links reference definitions of the message so far; those of this piece are added
 * @returns null where the text is such that marked would take too long or throws: show it as plain text
 */
export function toHtml(markdown: string, links: Links, { inline, loose }: Reading = {}): string | null {
  if (isHostile(markdown)) return null;
  try {
    const lexer = new Lexer(options);
    lexer.tokens.links = links;
    if (inline) return parser.parseInline(lexer.inlineTokens(markdown));
    const tokens = lexer.lex(markdown);
    if (loose) loosen(tokens);
    return parser.parse(tokens);
  } catch {
    return null;
  }
}
