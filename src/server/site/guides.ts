import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { slugMaker } from '../ingest/slug.ts';
import { type Asset, readAssets } from './assets.ts';
import { breakable, escapeHtml, htmlPage } from './html.ts';

/** One of the project's own documents: as it was written, and as a page. */
export interface Guide {
  /** The rest of its address: `/guides/<name>`. Pages of the reference begin with `reference/`. */
  readonly name: string;
  readonly title: string;
  readonly markdown: string;
  readonly html: string;
}

/** Guides in the order a reader wants them; others follow by name. */
const ORDER = [
  'getting-started',
  'faq',
  'embedding',
  'site-builders',
  'react',
  'typescript',
  'python',
  'theming',
  'keys-and-origins',
  'visitors',
  'knowledge',
  'models',
  'self-hosting',
  'api',
  'webhooks',
];

/** Whether it is a page of the reference, made from the code, and no guide to read. */
export const isReference = ({ name }: Pick<Guide, 'name'>) => name.startsWith('reference/');

/** Notes of those who build it, in the same folder: no pages of a server. */
const NOTES: readonly string[] = ['peers.md', 'dependencies.md'];

/** What the demo's assistant answers from: what a visitor of ours would ask about. */
export const isAnswered = (guide: Pick<Guide, 'name'>) => !isReference(guide);

/** The guides' pictures by URL path: `images/` of their folder, below `/guides/`. */
export function readPictures(folder: string): ReadonlyMap<string, Asset> {
  const files = [...readAssets(join(folder, 'images'))];
  return new Map(files.map(([path, asset]) => [`/guides/images${path}`, asset]));
}

/** Pixels of a PNG, from its header. */
function sizeOf({ bytes }: Asset): { readonly width: number; readonly height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

const markdownFiles = (folder: string) =>
  existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md')) : [];

/**
 * Reads the Markdown files of a folder and of its `reference/`, and a README if there is one, and renders each as a page whose headings have the
 * anchors that citations point at. Done once, at start; the text is our own, so it is not sanitised.
 */
export function readGuides(
  folder: string,
  readme: string,
  pictures: ReadonlyMap<string, Asset> = new Map(),
): readonly Guide[] {
  const files = [
    ...markdownFiles(folder)
      .filter((file) => !NOTES.includes(file))
      .map((file) => [file, join(folder, file)] as const),
    ...markdownFiles(join(folder, 'reference')).map(
      (file) => [`reference/${file}`, join(folder, 'reference', file)] as const,
    ),
    ...(existsSync(readme) ? [[basename(readme), readme] as const] : []),
  ];
  const sources = files.map(([name, file]) => ({
    name: name.replace(/\.md$/, '').toLowerCase(),
    markdown: readFileSync(file, 'utf8').replace(/^<!--.*?-->$/gms, ''),
  }));
  const place = (name: string) => (ORDER.indexOf(name) === -1 ? ORDER.length : ORDER.indexOf(name));
  sources.sort(
    (a, b) =>
      Number(isReference(a)) - Number(isReference(b)) || place(a.name) - place(b.name) || a.name.localeCompare(b.name),
  );
  const titled = sources.map((source) => ({ ...source, title: titleOf(source.markdown) ?? source.name }));
  return titled.map((source) => ({ ...source, html: toPage(source, titled, pictures) }));
}

/** The page at `/guides/`: all guides, and the pages of the reference, with their first sentence. */
export function guideIndex(guides: readonly Guide[]): string {
  const item = ({ name, title, markdown }: Guide) => {
    const lead =
      /^(?!#|```|<|\||!|- |\d\.)\S[^\n]*(?:\n(?!\n)[^\n]+)*/m.exec(markdown.replace(/^# .*$/m, ''))?.[0] ?? '';
    const text = lead.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*_]/g, '');
    return `<li><a href="/guides/${name}">${escapeHtml(title)}</a><p>${escapeHtml(text)}</p></li>`;
  };
  const list = (some: readonly Guide[]) => `<ul class="guides">${some.map(item).join('\n')}</ul>`;
  const [read, reference] = parted(guides);
  const body = `<main id="main" class="reading"><h1>Guides</h1>${list(read)}
<h2 id="reference">Reference</h2>${list(reference)}</main>`;
  return htmlPage({ title: 'Guides', body, className: 'guide-page' });
}

/** The guides, and the pages of the reference. */
function parted<T extends Pick<Guide, 'name'>>(all: readonly T[]): [T[], T[]] {
  return [all.filter((one) => !isReference(one)), all.filter(isReference)];
}

function toPage(
  guide: Pick<Guide, 'name' | 'title' | 'markdown'>,
  all: readonly Pick<Guide, 'name' | 'title'>[],
  pictures: ReadonlyMap<string, Asset>,
): string {
  const link = ({ name, title }: Pick<Guide, 'name' | 'title'>) => {
    const here = name === guide.name ? ' aria-current="page"' : '';
    return `<li><a href="/guides/${name}"${here}>${escapeHtml(title)}</a></li>`;
  };
  const [read, reference] = parted(all).map((some) => some.map(link).join(''));
  const body = `<div class="columns">
<main id="main" class="reading">${renderer(guide.name, all, pictures).parse(guide.markdown, { async: false })}</main>
<nav class="side" aria-label="Guides"><ul>${read}</ul><p>Reference</p><ul>${reference}</ul></nav>
</div>`;
  return htmlPage({ title: guide.title, body, className: 'guide-page' });
}

function renderer(own: string, all: readonly Pick<Guide, 'name'>[], pictures: ReadonlyMap<string, Asset>): Marked {
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
      codespan: ({ text }: Tokens.Codespan) => `<code>${breakable(escapeHtml(text))}</code>`,
      link({ href, tokens }: Tokens.Link) {
        const target = guideLink(href, own, all);
        const html = this.parser.parseInline(tokens);
        return target === null ? html : `<a href="${escapeHtml(target)}">${html}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        const path = whereItLies(href, own).pathname.replace(/^\/docs\//, '/guides/');
        const picture = pictures.get(path);
        if (!picture) return escapeHtml(text);
        const { width, height } = sizeOf(picture);
        return `<img src="${escapeHtml(path)}" alt="${escapeHtml(text)}" width="${width}" height="${height}" loading="lazy">`;
      },
    },
  });
}

/** Where a relative address of a page leads in the repository: guides lie in `docs/`, the README above. */
const whereItLies = (href: string, own: string) => new URL(href, `file:///${own === 'readme' ? '' : 'docs/'}${own}.md`);

/** Links between the files become links between the pages; a file that is no page here has none. */
function guideLink(href: string, own: string, all: readonly Pick<Guide, 'name'>[]): string | null {
  if (/^(https?:|mailto:|#|\/)/i.test(href)) return href;
  const { pathname, hash } = whereItLies(href, own);
  const name = /^\/(?:docs\/)?((?:reference\/)?[\w-]+)\.md$/.exec(pathname)?.[1]?.toLowerCase();
  return all.some((one) => one.name === name) ? `/guides/${name}${hash}` : null;
}

function titleOf(markdown: string): string | undefined {
  return /^# (.+)$/m.exec(markdown)?.[1]?.replace(/[`*_]/g, '').trim();
}
