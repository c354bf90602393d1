import type { OpenAPIHono } from '@hono/zod-openapi';
import { credentialKind, hashCredential } from '../auth/credentials.ts';
import { makeEmbedNonce } from '../auth/embed-nonce.ts';
import { frameAncestors } from '../auth/origins.ts';
import type { Deps } from '../deps.ts';
import type { AppContext, AppEnv } from '../http/types.ts';
import type { ApiKeyRow } from '../store/store.ts';
import { escapeHtml } from './html.ts';
import { embedPageCsp } from './policies.ts';

/**
 * The page that sits in an iframe: `/embed?publishable-key=…&assistant-id=…&<any option of the widget>`.
 *
 * The browser shows it only on the key's origins (`frame-ancestors`). Its requests come from our own origin, so it
 * carries a nonce (`<script type="application/json" id="assisters-embed">`) and sends it as `X-Assisters-Embed` when it
 * reads its configuration and starts a session. The nonce lives five minutes; a page that needs one later fetches its
 * own address again, which only a same-origin page can read.
 *
 * @param frame address of the page's program; `null` before it was built
 */
export function mountEmbed(app: OpenAPIHono<AppEnv>, deps: Deps, frame: string | null): void {
  app.get('/embed', async (c) => {
    const key = await findKey(c, deps);
    if (!key)
      return message(
        c,
        404,
        'This chat was not found: there is no such publishable key (pk_…), or it was revoked. The keys: npx assisters keys list',
      );
    if (frame === null) return message(c, 503, 'This server was started without its built files.');
    const nonce = makeEmbedNonce(key.id, deps.signingSecret, deps.clock());
    const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>Chat</title>
<script type="application/json" id="assisters-embed">${JSON.stringify({ nonce })}</script>
<script type="module" src="${escapeHtml(frame)}"></script>
</head>
<body></body>
</html>
`;
    return c.html(page, 200, {
      'Content-Security-Policy': embedPageCsp(frameAncestors(key.origins)),
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'strict-origin',
      // Host pages with `Cross-Origin-Embedder-Policy` may hold it too.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
  });
}

async function findKey(c: AppContext, deps: Deps): Promise<ApiKeyRow | null> {
  const credential = c.req.query('publishable-key') ?? '';
  const kind = credentialKind(credential);
  if (kind !== 'publishableLive' && kind !== 'publishableTest') return null;
  const key = await deps.store.keys.findByHash(hashCredential(credential));
  const alive = key && key.revokedAt === null && (key.expiresAt === null || deps.clock() < key.expiresAt);
  return alive ? key : null;
}

/** A page that says what is wrong. Framed anywhere: it holds nothing, and a blank frame would tell nobody. */
function message(c: AppContext, status: 404 | 503, text: string): Response {
  return c.html(`<!doctype html><meta charset="utf-8"><title>Chat</title><p>${escapeHtml(text)}</p>`, status, {
    'Content-Security-Policy': "default-src 'none'",
    'Cache-Control': 'no-store',
  });
}
