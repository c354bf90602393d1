import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';

/** Documentation that npm packages bring: hundreds of pages people wrote. */
const FOLDERS = ['ai/docs', 'undici/docs/docs', 'pino/docs'].map((folder) =>
  fileURLToPath(new URL(`../../../node_modules/${folder}`, import.meta.url)),
);

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
 * A documentation site on loopback, from real Markdown: an index that links to section pages, navigation, header and
 * footer around every page, a sitemap, a robots file, ETags, redirects, canonical links and dead ends.
 *
 * `/private/` is closed by robots.txt, `/old-*` redirects, `/copy.html` names another canonical address,
 * `/hidden.html` asks not to be indexed, `/missing.html` does not exist, `/broken.html` answers 500.
 */
export async function startDocsSite(limit = Number.POSITIVE_INFINITY): Promise<DocsSite> {
  const pages = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!/\.mdx?$/.test(file) || pages.size >= limit) continue;
      const path = `/${file
        .replaceAll('\\', '/')
        .replace(/\.mdx?$/, '.html')
        .replace(/[^\w/.-]/g, '-')}`;
      pages.set(path, readFileSync(join(folder, file), 'utf8').replace(/^---[\s\S]*?\n---\n/, ''));
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

  const render = (path: string, markdown: string): string => {
    const list = [...pages.keys()];
    const near = list.slice(0, 2);
    const head =
      (path === '/copy.html' ? `<link rel="canonical" href="${list[0]}">` : '') +
      (path === '/hidden.html' ? '<meta name="robots" content="noindex">' : '');
    const title = /^#\s+(.*)$/m.exec(markdown)?.[1] ?? path;
    return `<!doctype html><html><head><title>${title} | Docs</title>${head}</head><body>
      <header><a href="/">Documentation home</a> <input placeholder="Search the docs"></header>
      <nav><ul>${near.map((page) => `<li><a href="${page}">${page}</a></li>`).join('')}</ul></nav>
      <main><article>${marked.parse(markdown, { async: false })}</article></main>
      <footer>Cookie preferences. All rights reserved. <a href="https://elsewhere.example/">Partner</a></footer></body></html>`;
  };
  const index = () =>
    `<!doctype html><html><head><title>Docs</title></head><body><main><h1>Documentation</h1>
     <p>Everything about the packages of this site, page by page, with an index of all that there is to read.</p><ul>${[
       ...pages.keys(),
       ...Object.keys(extra),
       '/old-start',
       '/missing.html',
       '/broken.html',
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
    if (path.startsWith('/old-')) return answer(301, { Location: [...pages.keys()][0]! });
    if (path === '/broken.html') return answer(500);
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
