import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { slugMaker } from '../ingest/slug.ts';
import { escapeHtml, htmlPage } from './html.ts';

/** One of the project's own documents: as it was written, and as a page. */
export interface Guide {
  /** Last part of its address: `/guides/<name>`. */
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
  readonly html: string;
}

/** Guides in the order a reader wants them; others follow by name. */
const ORDER = [
  'getting-started',
  'embedding',
  'theming',
  'keys-and-origins',
  'knowledge',
  'models',
  'self-hosting',
  'api',
  'webhooks',
];

/**
 * Reads the Markdown files of a folder, and a README if there is one, and renders each as a page whose headings have the
 * anchors that citations point at. Done once, at start; the text is our own, so it is not sanitised.
 */
export function readGuides(folder: string, readme: string): readonly Guide[] {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .map((file) => join(folder, file))
    : [];
  if (existsSync(readme)) files.push(readme);
  const sources = files.map((file) => ({
    name: basename(file, '.md').toLowerCase(),
    markdown: readFileSync(file, 'utf8').replace(/^<!--.*?-->$/gms, ''),
  }));
  const place = (name: string) => (ORDER.indexOf(name) === -1 ? ORDER.length : ORDER.indexOf(name));
  sources.sort((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name));
  const titled = sources.map((source) => ({ ...source, title: titleOf(source.markdown) ?? source.name }));
  return titled.map((source) => ({ ...source, html: toPage(source, titled) }));
}

/** The page at `/guides/`: all guides with their first sentence. */
export function guideIndex(guides: readonly Guide[]): string {
  const items = guides.map(({ name, title, markdown }) => {
    const lead =
      /^(?!#|```|<|\||!|- |\d\.)\S[^\n]*(?:\n(?!\n)[^\n]+)*/m.exec(markdown.replace(/^# .*$/m, ''))?.[0] ?? '';
    const text = lead.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*_]/g, '');
    return `<li><a href="/guides/${name}">${escapeHtml(title)}</a><p>${escapeHtml(text)}</p></li>`;
  });
  const body = `<main id="main" class="reading"><h1>Guides</h1><ul class="guides">${items.join('\n')}</ul></main>`;
  return htmlPage({ title: 'Guides', body, className: 'guide-page' });
}

function toPage(
  guide: Pick<Guide, 'name' | 'title' | 'markdown'>,
  all: readonly Pick<Guide, 'name' | 'title'>[],
): string {
  const links = all.map(({ name, title }) => {
    const here = name === guide.name ? ' aria-current="page"' : '';
    return `<li><a href="/guides/${name}"${here}>${escapeHtml(title)}</a></li>`;
  });
  const body = `<div class="columns">
<nav class="side" aria-label="Guides"><ul>${links.join('')}</ul></nav>
<main id="main" class="reading">${renderer(all.map(({ name }) => name)).parse(guide.markdown, { async: false })}</main>
</div>`;
  return htmlPage({ title: guide.title, body, className: 'guide-page' });
}

function renderer(names: readonly string[]): Marked {
  const slug = slugMaker();
  return new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const html = this.parser.parseInline(tokens);
        const id = escapeHtml(slug(this.parser.parseInline(tokens, this.parser.textRenderer)));
        return `<h${depth} id="${id}">${html}${depth > 1 ? ` <a class="anchor" href="#${id}" aria-label="Link to this section">#</a>` : ''}</h${depth}>\n`;
      },
      table(token: Tokens.Table) {
        const cells = (row: Tokens.TableCell[], tag: string) =>
          `<tr>${row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
        return `<div class="scroll"><table><thead>${cells(token.header, 'th')}</thead><tbody>${token.rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const target = guideLink(href, names);
        const html = this.parser.parseInline(tokens);
        return target === null ? html : `<a href="${escapeHtml(target)}">${html}</a>`;
      },
      image({ text }: Tokens.Image) {
        return escapeHtml(text);
      },
    },
  });
}

/** Links between the files become links between the pages; a file that is no page here has none. */
function guideLink(href: string, names: readonly string[]): string | null {
  if (/^(https?:|mailto:|#|\/)/i.test(href)) return href;
  const parts = /^(?:\.\/|\.\.\/)?(?:docs\/)?([\w-]+)\.md(#.*)?$/i.exec(href);
  const name = parts?.[1]?.toLowerCase();
  return name !== undefined && names.includes(name) ? `/guides/${name}${parts?.[2] ?? ''}` : null;
}

function titleOf(markdown: string): string | undefined {
  return /^# (.+)$/m.exec(markdown)?.[1]?.replace(/[`*_]/g, '').trim();
}
