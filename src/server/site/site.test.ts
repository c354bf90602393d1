import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SHOTS } from '../../../scripts/demo-shots.ts';
import { createApp } from '../app.ts';
import { DOCS_DIR, README_FILE } from '../paths.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import type { Asset } from './assets.ts';
import { isReference, readGuides, readPictures } from './guides.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const asset = (type: string, text: string): Asset => ({
  type,
  hash: 'hash',
  bytes: bytesOf(text),
  br: brotliCompressSync(text),
  gz: gzipSync(text),
});
const assets = new Map([
  [
    '/index.html',
    asset('text/html', '<pre>{{snippet}}</pre><i data-k="{{publishable_key}}" data-a="{{assistant_id}}">'),
  ],
  ['/assisters.js', asset('text/javascript', 'loader()')],
  ['/assets/chat-abc.js', asset('text/javascript', 'chat()')],
  ['/manifest.json', asset('application/json', '{"frame":"assets/frame-abc.js"}')],
]);
const pictures = readPictures(DOCS_DIR);
const guides = readGuides(DOCS_DIR, README_FILE, pictures);

async function makeSite() {
  const scene = await makeApp();
  const demo = { publishableKey: scene.pk.credential, assistantId: scene.assistant.id };
  const app = createApp(scene.deps, { assets: new Map([...assets, ...pictures]), guides, demo });
  return { ...scene, site: (path: string, headers: Record<string, string> = {}) => app.request(path, { headers }) };
}

describe('built files', () => {
  test('are sent as the browser accepts them, and not again when it has them', async () => {
    const { site } = await makeSite();
    const read = async (accept: string) => {
      const answer = await site('/assisters.js', { 'Accept-Encoding': accept });
      const coding = answer.headers.get('Content-Encoding');
      const body = Buffer.from(await answer.arrayBuffer());
      const text = coding === 'br' ? brotliDecompressSync(body) : coding === 'gzip' ? gunzipSync(body) : body;
      expect(text.toString()).toBe('loader()');
      expect(answer.headers.get('Vary')).toBe('Accept-Encoding');
      return [coding, answer.headers.get('ETag')];
    };
    expect(await read('gzip, deflate, br')).toEqual(['br', '"hash-br"']);
    expect(await read('gzip, br;q=0')).toEqual(['gzip', '"hash-gzip"']);
    expect(await read('identity')).toEqual([null, '"hash"']);
    const again = await site('/assisters.js', { 'Accept-Encoding': 'br', 'If-None-Match': 'W/"hash-br"' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('scripts may be loaded by any page; hashed names for ever, the pasted one for minutes', async () => {
    const { site } = await makeSite();
    const pasted = (await site('/assisters.js')).headers;
    expect(pasted.get('Access-Control-Allow-Origin')).toBe('*');
    expect(pasted.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
    expect(pasted.get('Cache-Control')).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect((await site('/assets/chat-abc.js')).headers.get('Cache-Control')).toContain('immutable');
  });

  test.each(['/../package.json', '/%2e%2e/package.json', '/assets/../../x', '/assets/', '/index.html'])(
    '%s is not one of them',
    async (path) => {
      const { site } = await makeSite();
      expect((await site(path)).status).toBe(404);
    },
  );

  test('an address that there is not is a page for a browser and JSON for a program, as is all of the API', async () => {
    const { site } = await makeSite();
    const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const page = await site('/wrong?<script>', browser);
    expect([page.status, page.headers.get('Content-Type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(await page.text()).toContain('<a href="/">');
    for (const answer of [await site('/wrong'), await site('/v1/wrong', browser), await site('/v1', browser)])
      expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });
});

describe('pages', () => {
  test('the demo page carries the snippet as text and the keys, under a strict policy', async () => {
    const { site, pk, assistant } = await makeSite();
    const answer = await site('/');
    const html = await answer.text();
    expect(html).toContain('&lt;script async src=&quot;http://localhost:8787/assisters.js&quot;');
    expect(html).toContain(`data-k="${pk.credential}" data-a="${assistant.id}"`);
    const csp = answer.headers.get('Content-Security-Policy')!;
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain('unsafe');
  });

  test('every guide is a page, every link between them leads somewhere, and no page has a script', async () => {
    const { site } = await makeSite();
    expect(guides.filter(isReference).map(({ name }) => name)).toEqual(
      ['cli', 'configuration', 'element', 'python', 'react', 'rest', 'typescript'].map((name) => `reference/${name}`),
    );
    expect(guides.filter((guide) => !isReference(guide)).length).toBeGreaterThan(5);
    // Notes for those who build it lie in the same folder, and are no pages of a server.
    expect(guides.map(({ name }) => name)).toEqual(expect.arrayContaining(['site-builders', 'visitors']));
    expect(guides.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['peers']));
    expect(guides.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['dependencies']));
    const pages = new Map<string, string>();
    for (const path of ['/guides/', ...guides.map(({ name }) => `/guides/${name}`)]) {
      const answer = await site(path);
      expect(answer.status).toBe(200);
      pages.set(path, await answer.text());
    }
    for (const html of pages.values()) {
      expect(html).not.toMatch(/<script/i);
      for (const [, path, fragment] of html.matchAll(/href="(\/guides\/[\w/-]*)(?:#([^"]+))?"/g)) {
        expect(pages.has(path!), path).toBe(true);
        if (fragment) expect(pages.get(path!)).toContain(`id="${fragment}"`);
      }
      expect(html).not.toMatch(/href="[^"]*\.md(#|")/);
    }
    expect(pages.get('/guides/typescript')).toContain('href="/guides/reference/typescript"');
    expect(pages.get('/guides/reference/element')).toContain('href="/guides/embedding"');
    expect(pages.get('/guides/readme')).toContain('href="/guides/reference/cli"');
  });

  test('the pictures of a guide are there, in their size and with words for who cannot see them', async () => {
    const { site } = await makeSite();
    const seen = new Set<string>();
    for (const { name, markdown } of guides) {
      const html = await (await site(`/guides/${name}`)).text();
      const shown = [...html.matchAll(/<img src="([^"]+)" alt="([^"]+)" width="(\d+)" height="(\d+)"/g)];
      expect(shown.length, name).toBe(markdown.match(/^!\[/gm)?.length ?? 0);
      for (const [, path, words, width, height] of shown) {
        const answer = await site(path!);
        expect(answer.headers.get('Content-Type')).toBe('image/png');
        const bytes = Buffer.from(await answer.arrayBuffer());
        expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
        expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([Number(width), Number(height)]);
        expect(words!.length).toBeGreaterThan(20);
        seen.add(path!);
      }
    }
    // None lies there unused, and those of the theming guide are shots that one command takes anew.
    expect([...seen].sort()).toEqual([...pictures.keys()].sort());
    const taken = [...seen].filter((path) => path.includes('/theme-'));
    expect(taken.length).toBeGreaterThan(2);
    for (const path of taken) expect(SHOTS.map(({ name }) => `/guides/images/${name}.png`)).toContain(path);
  });

  test('/docs shows every endpoint and object of the API', async () => {
    const { site } = await makeSite();
    const html = await (await site('/docs')).text();
    const document = (await (await site('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: object };
    };
    for (const methods of Object.values(document.paths)) {
      for (const { operationId } of Object.values(methods)) expect(html).toContain(`id="${operationId}"`);
    }
    for (const name of Object.keys(document.components.schemas)) expect(html).toContain(`id="schema-${name}"`);
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${id}"`);
    expect(html).not.toMatch(/<script|\[object Object\]|undefined/);
  });
});

describe('/embed', () => {
  test('is framed by the key’s origins only, and its nonce starts a session from our own origin', async () => {
    const { site, pk, app } = await makeSite();
    const answer = await site(`/embed?publishable-key=${pk.credential}&assistant-id=x"><script>`);
    expect(answer.status).toBe(200);
    const csp = answer.headers.get('Content-Security-Policy')!;
    expect(csp).toContain(`frame-ancestors ${SITE};`);
    expect(csp).toContain("require-trusted-types-for 'script'");
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('Referrer-Policy')).toBe('strict-origin');
    const html = await answer.text();
    expect(html).toContain('src="/assets/frame-abc.js"');
    expect(html).not.toContain('x"><script>');
    const nonce = /id="assisters-embed">{"nonce":"([^"]+)"}<\/script>/.exec(html)![1]!;
    const mint = (headers: Record<string, string>) =>
      app.request('http://localhost:8787/v1/visitor-sessions', {
        method: 'POST',
        headers: { Authorization: `Bearer ${pk.credential}`, Origin: 'http://localhost:8787', ...headers },
      });
    expect((await mint({})).status).toBe(403);
    expect((await mint({ 'X-Assisters-Embed': nonce })).status).toBe(201);
  });

  test('an unknown, secret or revoked key gives a page that says so and nothing of ours', async () => {
    const { site, pk, sk, store, accountId } = await makeSite();
    await store.keys.update({ accountId }, pk.row.id, { revokedAt: 1 });
    for (const key of ['', 'pk_live_x', sk.credential, pk.credential]) {
      const answer = await site(`/embed?publishable-key=${key}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('assisters-embed');
    }
  });
});
