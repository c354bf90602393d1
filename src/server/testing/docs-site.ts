import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';

/** Documentation that npm packages bring, hundreds of pages people wrote, and where it stands on the site. */
const FOLDERS = [
  ['ai/docs', '/docs'],
  ['undici/docs/docs', '/undici'],
  ['pino/docs', '/pino'],
] as const;

/** A file's address: numbers that only order a folder are dropped, an index is its folder. The package's own links say so. */
const addressOf = (base: string, file: string): string =>
  `${base}/${file
    .replaceAll('\\', '/')
    .replace(/\.mdx?$/, '')
    .replace(/(^|\/)\d+-/g, '$1')
    .replace(/(^|\/)index$/, '')
    .replace(/[^\w/.-]/g, '-')}`.replace(/\/$/, '');

/** Addresses that the index links to and that give no page, with what they answer. */
export const DEAD_ENDS: Readonly<Record<string, readonly [status: number, headers?: Record<string, string>]>> = {
  '/missing.html': [404],
  '/gone.html': [410],
  '/broken.html': [500],
  '/members.html': [403],
  '/loop.html': [302, { Location: '/loop.html' }],
  '/partner.html': [302, { Location: 'https://elsewhere.example/partner' }],
};

export interface DocsSite {
  readonly url: string;
  /** Every request answered so far: `200 /guide.html`. */
  readonly requests: string[];
  /** Path → Markdown of the page. */
  readonly pages: Map<string, string>;
  /** Answers every request with this status until set back to null. */
  down: number | null;
  close(): Promise<void>;
}

/**
 * A documentation site on loopback, from real Markdown: an index that links to its pages, navigation, header and footer
 * around every page, the pages' own links among each other, a sitemap, a robots file and ETags. Links that lead nowhere
 * on the site are those of `DEAD_ENDS` and no others: what a package links to elsewhere is on another host.
 *
 * `/private/` is closed by robots.txt, `/old-start` redirects, `/copy.html` names another canonical address,
 * `/hidden.html` asks not to be indexed.
 */
export async function startDocsSite(limit = Number.POSITIVE_INFINITY): Promise<DocsSite> {
  const pages = new Map<string, string>();
  for (const [folder, base] of FOLDERS) {
    const root = fileURLToPath(new URL(`../../../node_modules/${folder}`, import.meta.url));
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.mdx?$/.test(file) || pages.size >= limit) continue;
      pages.set(
        addressOf(base, file),
        readFileSync(join(root, file), 'utf8').replace(/^---\n([\s\S]*?)\n---\n/, (_, matter: string) => {
          const title = /^title:\s*(.+)$/m.exec(matter)?.[1];
          return title === undefined ? '' : `# ${title.replace(/^(['"])(.*)\1$/, '$2')}\n`;
        }),
      );
    }
  }
  const extra: Record<string, string> = {
    '/private/secret.html': '# Secret\n\nThe launch code is swordfish.',
    '/copy.html': '# Copy\n\nThe same words again.',
    '/hidden.html': '# Hidden\n\nAsks not to be indexed at all.',
  };
  const requests: string[] = [];
  const site = { down: null as number | null };
  let url = '';

  /** Where a link of a package's page leads here: to a page of the site, or off it. */
  const linkTo = (href: string, from: string): string => {
    if (/^(?:[a-z]+:|#)/i.test(href)) return href;
    const [path = '', hash = ''] = href.split(/(?=#)/);
    const target = new URL(path.replace(/\.mdx?$/, ''), `http://site${from}`).pathname.replace(/\/$/, '');
    const known = [target, `/undici${target.replace(/^\/docs\/docs/, '')}`].find((address) => pages.has(address));
    return known === undefined ? `https://elsewhere.example${target}` : known + hash;
  };
  const render = (path: string, markdown: string): string => {
    const list = [...pages.keys()];
    const near = list.slice(0, 2);
    const head =
      (path === '/copy.html' ? `<link rel="canonical" href="${list[0]}">` : '') +
      (path === '/hidden.html' ? '<meta name="robots" content="noindex">' : '');
    const title = /^#\s+(.*)$/m.exec(markdown)?.[1] ?? path;
    const content = marked
      .parse(markdown, { async: false })
      .replace(/(<a\s[^>]*?href=")([^"]*)"/g, (_, start: string, href: string) => `${start}${linkTo(href, path)}"`);
    return `<!doctype html><html><head><title>${title} | Docs</title>${head}</head><body>
      <header><a href="/">Documentation home</a> <input placeholder="Search the docs"></header>
      <nav><ul>${near.map((page) => `<li><a href="${page}">${page}</a></li>`).join('')}</ul></nav>
      <main><article>${content}</article></main>
      <footer>Cookie preferences. All rights reserved. <a href="https://elsewhere.example/">Partner</a></footer></body></html>`;
  };
  const index = () =>
    `<!doctype html><html><head><title>Docs</title></head><body><main><h1>Documentation</h1>
     <p>Everything about the packages of this site, page by page, with an index of all that there is to read.</p><ul>${[
       ...pages.keys(),
       ...Object.keys(extra),
       ...Object.keys(DEAD_ENDS),
       '/old-start',
       '/picture.png',
     ]
       .map((path) => `<li><a href="${path}?utm_source=index#top">${path}</a></li>`)
       .join('')}</ul></main></body></html>`;

  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', url).pathname;
    const answer = (status: number, headers: Record<string, string> = {}, body = '') => {
      requests.push(`${status} ${path}`);
      response.writeHead(status, headers).end(body);
    };
    if (site.down !== null) return answer(site.down);
    if (path === '/robots.txt')
      return answer(
        200,
        { 'Content-Type': 'text/plain' },
        `User-agent: *\nDisallow: /private/\nSitemap: ${url}/sitemap.xml\n`,
      );
    if (path === '/sitemap.xml') {
      const listed = [...pages.keys()].filter((_, place) => place % 2 === 0);
      const body = listed.map((page) => `<url><loc>${url}${page}</loc></url>`).join('');
      return answer(200, { 'Content-Type': 'application/xml' }, `<?xml version="1.0"?><urlset>${body}</urlset>`);
    }
    if (path === '/old-start') return answer(301, { Location: [...pages.keys()][0]! });
    const deadEnd = DEAD_ENDS[path];
    if (deadEnd) return answer(...deadEnd);
    const markdown = pages.get(path) ?? extra[path];
    const html = path === '/' ? index() : markdown === undefined ? null : render(path, markdown);
    if (html === null) return answer(404, {}, 'Not found');
    const etag = `"${createHash('sha1').update(html).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) return answer(304, { ETag: etag });
    return answer(200, { 'Content-Type': 'text/html; charset=utf-8', ETag: etag }, html);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(site, {
    url,
    requests,
    pages,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
}
