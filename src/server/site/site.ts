import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Deps } from '../deps.ts';
import type { AppContext, AppEnv } from '../http/types.ts';
import { type Asset, serveAsset } from './assets.ts';
import { mountDocsPage } from './docs-page.ts';
import { mountEmbed } from './embed.ts';
import { type Guide, guideIndex } from './guides.ts';
import { escapeHtml } from './html.ts';
import { READING_PAGE_CSP, WIDGET_PAGE_CSP } from './policies.ts';

/** The pages beside the API. */
export interface Site {
  /** Built files by URL path. */
  readonly assets: ReadonlyMap<string, Asset>;
  readonly guides: readonly Guide[];
  /** What the demo page shows; `null` when its assistant or key is gone. */
  readonly demo: { readonly publishableKey: string; readonly assistantId: string } | null;
}

/** The line a site owner pastes. */
export function snippetOf(publicUrl: string, demo: NonNullable<Site['demo']>): string {
  return (
    `<script async src="${publicUrl}/assisters.js"\n` +
    `        data-publishable-key="${demo.publishableKey}"\n` +
    `        data-assistant-id="${demo.assistantId}"></script>`
  );
}

/** Mounts demo page, guides, API browser, iframe page and built files. */
export function mountSite(app: OpenAPIHono<AppEnv>, deps: Deps, site: Site): void {
  mountEmbed(app, deps, frameProgram(site.assets));
  mountDocsPage(app);

  const reading = (c: AppContext, html: string) => c.html(html, 200, pageHeaders(READING_PAGE_CSP));
  const index = guideIndex(site.guides);
  app.get('/guides', (c) => c.redirect('/guides/', 301));
  app.get('/guides/', (c) => reading(c, index));
  for (const guide of site.guides) app.get(`/guides/${guide.name}`, (c) => reading(c, guide.html));

  const demo = site.assets.get('/index.html');
  if (demo) {
    const template = new TextDecoder().decode(demo.bytes);
    app.get('/', (c) => c.html(fillDemo(template, deps, site, c), 200, pageHeaders(WIDGET_PAGE_CSP)));
  }
  for (const [path, asset] of site.assets) {
    if (path !== '/index.html') app.get(path, (c) => serveAsset(path, asset, c.req.raw));
  }
}

function fillDemo(template: string, deps: Deps, site: Site, c: AppContext): string {
  const publicUrl = deps.config.publicUrl ?? new URL(c.req.url).origin;
  const demo = site.demo ?? { publishableKey: 'pk_…', assistantId: 'ast_…' };
  const values: Readonly<Record<string, string>> = {
    snippet: snippetOf(publicUrl, demo),
    publishable_key: demo.publishableKey,
    assistant_id: demo.assistantId,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => escapeHtml(values[name] ?? whole));
}

/** The hashed program of the iframe page, from the build's manifest. */
function frameProgram(assets: ReadonlyMap<string, Asset>): string | null {
  const manifest = assets.get('/manifest.json');
  if (!manifest) return null;
  const { frame } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as { frame?: string };
  return frame ? `/${frame}` : null;
}

function pageHeaders(csp: string): Record<string, string> {
  return {
    'Content-Security-Policy': csp,
    'Cache-Control': 'no-cache',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
  };
}
