import { BASE_PATH } from '../../protocol/routes.ts';
import type { AppContext } from '../http/types.ts';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Nothing here</title>
<h1>There is nothing at this address</h1>
<p><a href="/">Start page</a> · <a href="/guides/">Guides</a> · <a href="/docs">API</a></p>
</html>
`;

/** Somebody who looks for a page with a browser. Programs, and all that asks the API, are answered in JSON. */
export function isPerson(c: AppContext): boolean {
  const isApi = c.req.path === BASE_PATH || c.req.path.startsWith(`${BASE_PATH}/`);
  return !isApi && c.req.method === 'GET' && /\btext\/html\b/.test(c.req.header('Accept') ?? '');
}

/** Tells them so, and where to go on. The address is not repeated: it is anybody's text. */
export function nothingHere(c: AppContext): Response {
  return c.html(PAGE, 404, { 'Content-Security-Policy': "default-src 'none'", 'Cache-Control': 'no-store' });
}
