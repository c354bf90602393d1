import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

/** Stands for a `${…}` between two quasis while the sheet is minified as one text. Cannot occur in CSS source. */
const HOLE = '\u0001';

/**
 * A style sheet without comments and without the white space that means nothing. Strings are kept as they are, and so is
 * every space that can matter: between compound selectors, around `+` and `-` in `calc()`, before `(` in `and (`.
 * Takes the raw text of a template literal, so escapes pass through untouched.
 */
export function minifyCss(source: string): string {
  let out = '';
  let space = false;
  const isTight = (char: string) => '{};,'.includes(char);
  for (let at = 0; at < source.length; ) {
    const char = source[at]!;
    if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      at = end === -1 ? source.length : end + 2;
      space = true;
      continue;
    }
    if (/\s/.test(char)) {
      space = true;
      at++;
      continue;
    }
    // A space after `:` is never needed (no selector or value starts with one); before it, it is a descendant selector.
    if (space && out !== '' && !isTight(char) && !isTight(out.at(-1)!) && out.at(-1) !== ':') out += ' ';
    space = false;
    if (char === '}' && out.at(-1) === ';') out = out.slice(0, -1);
    if (char === '"' || char === "'") {
      let end = at + 1;
      while (end < source.length && source[end] !== char) end += source[end] === '\\' ? 2 : 1;
      out += source.slice(at, end + 1);
      at = end + 1;
    } else if (char === '\\') {
      out += source.slice(at, at + 2);
      at += 2;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

/** A template without line breaks: none between tags and values, else a space. */
function minifyHtml(source: string): string {
  return source
    .replaceAll(new RegExp(`>\\s*\\n\\s*(?=[<${HOLE}])|${HOLE}\\s*\\n\\s*(?=<)`, 'g'), (found) => found[0]!)
    .replace(/\s*\n\s*/g, ' ');
}

/** A node of a syntax tree, as ESTree writes it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Every node of a syntax tree, parents first. */
export function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
    return;
  }
  if (typeof (value as Node).type === 'string') yield value as Node;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

/** Minifies the sheets in css`…` templates and joins the lines of html`…`; every other byte of a module stays. */
export function minifyCssTemplates(): Plugin {
  return {
    name: 'minify-css-templates',
    transform: {
      filter: { code: /(css|html)`/ },
      handler(code, id) {
        const program = parseAst(code, { lang: id.endsWith('.ts') ? 'ts' : 'js' }, id);
        const edits: { start: number; end: number; text: string }[] = [];
        for (const node of nodesOf(program)) {
          const tag = node.type === 'TaggedTemplateExpression' && (node.tag as { name?: string }).name;
          if (tag !== 'css' && tag !== 'html') continue;
          const { quasis } = node.quasi as { quasis: (Node & { value: { raw: string } })[] };
          const source = quasis.map((quasi) => quasi.value.raw).join(HOLE);
          const parts = (tag === 'css' ? minifyCss(source) : minifyHtml(source)).split(HOLE);
          if (parts.length !== quasis.length) throw new Error(`${id}: an expression was lost while minifying css\`\`.`);
          quasis.forEach((quasi, index) => {
            // Parsers differ on whether a quasi's range holds its delimiters; the raw text says where it is.
            const start = code.indexOf(quasi.value.raw, quasi.start);
            edits.push({ start, end: start + quasi.value.raw.length, text: parts[index]! });
          });
        }
        let out = code;
        for (const { start, end, text } of edits.sort((a, b) => b.start - a.start))
          out = out.slice(0, start) + text + out.slice(end);
        return { code: out, map: null };
      },
    },
  };
}
