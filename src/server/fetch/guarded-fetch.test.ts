import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import { watchedFetch } from '../testing/watched-fetch.ts';
import { FetchError } from './fetch-error.ts';
import { createGuardedFetch, FETCH_LIMITS, type FetchRequest } from './guarded-fetch.ts';
import { isPublicAddress } from './public-address.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(
      (server) =>
        new Promise((done) => {
          server.closeAllConnections();
          server.close(done);
        }),
    ),
  );
});
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof FetchError ? error.code : String(error)),
  );

interface Case {
  readonly name?: string;
  readonly url: string;
  readonly verdict?: string;
  readonly dns?: Record<string, unknown>;
  readonly redirects?: readonly string[];
  readonly body?: unknown;
}

describe.skipIf(!hasCorpora)(`ssrf corpora (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  // Those about bodies are in `crawl/hostile-site.test.ts`.
  const cases = [...corpus<Case>('ssrf').filter(({ body }) => body === undefined)];
  test(`of ${cases.length} cases, none opens a socket to a non-public address and none that is public is refused`, async () => {
    const wrong: string[] = [];
    for (const { name, url, verdict, dns, redirects } of cases) {
      // On the wire a line break ends the header; the rest never reaches us as part of a location.
      if (redirects?.some((location) => /[\r\n]/.test(location))) {
        for (const location of redirects)
          expect(await codeOf(watchedFetch({}, null).fetch({ url: location }))).toBe('invalid_url');
        continue;
      }
      const answers = [...(redirects ?? [])];
      const port = await serve((request, response) => {
        const next = answers.shift();
        if (next === undefined || next.startsWith('@html:')) response.end(next?.slice(6) ?? 'ok');
        // By hand, because a hostile server writes what node's would refuse.
        else request.socket.end(`HTTP/1.1 302 Found\r\nLocation: ${next}\r\nContent-Length: 0\r\n\r\n`);
      });
      // An https case ends at the same plain server: the socket is what counts, so TLS is left out.
      const { fetch, opened } = watchedFetch(dns ?? {}, port);
      const plain = url.replace(/^https:/i, 'http:');
      const code = await codeOf(fetch({ url: plain }));
      await fetch.close();
      if (!opened.every(isPublicAddress)) wrong.push(`${name}: connected to ${opened.join(', ')}`);
      if (verdict?.startsWith('allow') && code !== 'ok') wrong.push(`${name}: refused with ${code}`);
      if (verdict === 'block' && code === 'ok') wrong.push(`${name}: fetched`);
      if (verdict === 'block' && redirects === undefined && opened.length > 0)
        wrong.push(`${name}: opened ${opened.join(', ')}`);
    }
    expect(wrong).toEqual([]);
  });

  test('the public list of tricks opens no socket to a non-public address', async () => {
    const { fetch, opened } = watchedFetch({}, null);
    for (const { url } of corpus<Case>('ssrf-public-list')) {
      const code = await codeOf(fetch({ url }));
      expect(code, url).not.toBe('ok');
    }
    expect(opened.filter((address) => !isPublicAddress(address))).toEqual([]);
  });

  test('of that list, what names a public host is fetched, and from its public address alone', async () => {
    const port = await serve((_q, response) => response.end('ok'));
    // A name means what it resolves to; the other names of the list, and `metadata`, resolve to addresses that are not public.
    const names = { 'nicob.net': ['93.184.215.14'], foo: ['93.184.215.14'], metadata: ['169.254.169.254'] };
    const { fetch, opened } = watchedFetch(names, port);
    const fetched: string[] = [];
    for (const { url } of corpus<Case>('ssrf-public-list'))
      if ((await codeOf(fetch({ url }))) === 'ok') fetched.push(url);
    await fetch.close();
    expect(fetched).toEqual([
      'http://nicob.net/redir6a',
      'http://nicob.net/redir-http-169.254.169.254:80-',
      'http://foo/images/json',
    ]);
    expect(opened.every(isPublicAddress)).toBe(true);
  });

  test('the control: a fetch that is let in everywhere is seen at every address of the lists', async () => {
    const everywhere = Object.assign(new Set<string>(), { has: () => true });
    const blocked = cases.filter(({ verdict, redirects }) => verdict === 'block' && redirects === undefined);
    let seen = 0;
    for (const { url, dns } of [...blocked, ...corpus<Case>('ssrf-public-list')]) {
      const { fetch, opened } = watchedFetch((dns ?? {}) as Record<string, unknown>, null, {
        allowedHosts: everywhere,
      });
      await codeOf(fetch({ url: url.replace(/^https:/i, 'http:') }));
      await fetch.close();
      if (opened.some((address) => !isPublicAddress(address))) seen += 1;
    }
    // The rest are no http addresses at all, hold a user name or white space, or have no answer.
    expect(seen).toBeGreaterThan(400);
  });
});

describe('the guarded fetch', () => {
  const get = async (
    listener: RequestListener,
    request: Partial<FetchRequest> = {},
    options: { totalMs?: number } = {},
  ) => {
    const { fetch } = watchedFetch({ '*': ['93.184.215.14'] }, await serve(listener), options);
    try {
      return await fetch({ url: 'http://a.example/', ...request });
    } finally {
      await fetch.close();
    }
  };

  test('reads one layer of compression, with its own name and no credentials', async () => {
    let seen: NodeJS.Dict<string | string[]> = {};
    const { bytes, status } = await get((request, response) => {
      seen = request.headers;
      response.writeHead(200, { 'Content-Encoding': 'br' }).end(brotliCompressSync('hello'));
    });
    expect([bytes.toString(), status]).toEqual(['hello', 200]);
    expect(seen).toMatchObject({ 'user-agent': 'test', host: 'a.example' });
    expect(seen.cookie ?? seen.authorization).toBeUndefined();
  });
  test('a bomb, an endless body and a double layer end at the bound', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await codeOf(get((_q, r) => r.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb)))).toBe('too_large');
    expect(await codeOf(get((_q, r) => r.writeHead(200, { 'Content-Encoding': 'gzip, gzip' }).end('x')))).toBe(
      'unsupported_encoding',
    );
    const endless: RequestListener = (_q, response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await codeOf(get(endless))).toBe('too_large');
    expect((await get(endless, { maxBytes: 1000, atLimit: 'cut' })).bytes).toHaveLength(1000);
  });
  test('a slow body ends at the deadline, a flood of headers at the header bound', async () => {
    // Byte by byte, so that the line is never silent for long.
    const drip: RequestListener = (_q, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await codeOf(get(drip, {}, { totalMs: 200 }))).toBe('timeout');
    expect(FETCH_LIMITS.totalMs).toBe(30_000);
    const flood: RequestListener = (_q, response) => {
      response.setHeader(
        'Set-Cookie',
        Array.from({ length: 10_000 }, (_, n) => `c${n}=1`),
      );
      response.end('x');
    };
    expect(await codeOf(get(flood))).toBe('connection_failed');
  });
  test('redirects are followed five times, and not where the caller says no', async () => {
    let hops = 0;
    const loop: RequestListener = (_q, r) => {
      hops += 1;
      r.writeHead(302, { Location: `/${hops}` }).end();
    };
    expect(await codeOf(get(loop))).toBe('too_many_redirects');
    expect(hops).toBe(6);
    expect((await get(loop, { follow: () => false })).status).toBe(302);
  });
  test('the caller’s abort is the caller’s error', async () => {
    const reason = new Error('enough');
    await expect(get((_q, r) => r.end('x'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
  test('a private host is reached only when it is listed', async () => {
    const port = await serve((_q, r) => r.end('inside'));
    const url = `http://127.0.0.1:${port}/`;
    for (const [allowed, code] of [
      [[], 'blocked_address'],
      [['127.0.0.1'], 'ok'],
      [[`127.0.0.1:${port}`], 'ok'],
      [['127.0.0.1:1'], 'blocked_address'],
    ] as const) {
      const fetch = createGuardedFetch({ allowedHosts: new Set<string>(allowed), userAgent: 'test' });
      expect(await codeOf(fetch({ url })), allowed.join()).toBe(code);
      await fetch.close();
    }
  });
});
