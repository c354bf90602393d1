import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};

/** A file as it is served. `br` and `gz` are its compressed siblings, where the build made them. */
export interface Asset {
  readonly type: string;
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly br: Uint8Array | null;
  readonly gz: Uint8Array | null;
}

/**
 * Reads a folder of built files into memory (a few hundred kilobytes): by URL path, so no request ever touches the disk
 * or can name a file that is not meant for it. A folder that does not exist is empty.
 */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  if (!existsSync(folder)) return assets;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const file = join(folder, name);
    const bytes = readFileSync(file);
    assets.set(`/${name.replaceAll('\\', '/')}`, {
      type,
      hash: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
      bytes,
      br: existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : null,
      gz: existsSync(`${file}.gz`) ? readFileSync(`${file}.gz`) : null,
    });
  }
  return assets;
}

/** Answers a request for an asset: compressed as the browser accepts, 304 when it has the same bytes already. */
export function serveAsset(path: string, asset: Asset, request: Request): Response {
  const accepts = (request.headers.get('Accept-Encoding') ?? '').toLowerCase();
  const takes = (coding: string) => new RegExp(`(^|[\\s,])${coding}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`).test(accepts);
  const coding = asset.br && takes('br') ? 'br' : asset.gz && takes('gzip') ? 'gzip' : null;
  // Compressed bytes are another representation, so they need another tag.
  const tag = `"${asset.hash}${coding ? `-${coding}` : ''}"`;
  const headers = new Headers({
    'Content-Type': asset.type,
    'Cache-Control': cacheFor(path),
    ETag: tag,
    Vary: 'Accept-Encoding',
  });
  if (path.endsWith('.js')) {
    // Pages of any site load it, also those with `Cross-Origin-Embedder-Policy`.
    headers.set('Access-Control-Allow-Origin', '*');
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
    headers.set('Timing-Allow-Origin', '*');
  }
  const known = (request.headers.get('If-None-Match') ?? '').split(',').map((text) => text.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) return new Response(null, { status: 304, headers });
  if (coding) headers.set('Content-Encoding', coding);
  const body = coding === 'br' ? asset.br! : coding === 'gzip' ? asset.gz! : asset.bytes;
  headers.set('Content-Length', String(body.byteLength));
  return new Response(body as Uint8Array<ArrayBuffer>, { headers });
}

/** Hashed names never change; the pasted script's name stays while its bytes change, so it is asked for again soon. */
function cacheFor(path: string): string {
  if (path.startsWith('/assets/') || /^\/assisters-[\da-f]{8}\.js$/.test(path))
    return 'public, max-age=31536000, immutable';
  if (path.endsWith('.js')) return 'public, max-age=300, stale-while-revalidate=86400';
  return 'public, max-age=300';
}
