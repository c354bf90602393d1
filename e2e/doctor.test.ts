import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { findBrowser } from '../scripts/find-browser.ts';
import { held } from './support/held.ts';
import { expect, scriptTag, strictPolicy, test } from './support/test.ts';
import { createKey, type World } from './support/world.ts';

const CLI = fileURLToPath(new URL('../dist/server/cli.js', import.meta.url));

/** Runs `assisters doctor` as it is built. */
function doctor(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, ASSISTERS_BROWSER: findBrowser() };
    const child = spawn(process.execPath, [CLI, 'doctor', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** A proxy before the server, which does what proxies should not. */
async function badProxy(world: World, how: { readonly holds?: boolean; readonly drops?: string }): Promise<Server> {
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host, connection, ...headers } = request.headers as Record<string, string>;
    void [host, connection];
    const answer = await fetch(world.host + request.url, {
      method: request.method!,
      headers: { ...headers, 'accept-encoding': 'identity' },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const kept = [...answer.headers].filter(
      ([name]) => name !== how.drops && !/^(transfer-encoding|connection)$/.test(name),
    );
    if (how.holds) {
      const whole = Buffer.from(await answer.arrayBuffer());
      response.writeHead(answer.status, Object.fromEntries(kept)).end(whole);
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(kept));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}
const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const through = (tag: string, world: World, proxy: Server) => tag.replace(world.host, originOf(proxy));

let count = 0;
test.setTimeout(120_000);

test('a page where all is well', async ({ site, world }) => {
  const url = site.put(`/doctor-${++count}`, { body: scriptTag(world), csp: strictPolicy(world.host) });
  const { code, out } = await doctor(url);
  expect(out).toMatch(/✓ the script runs\n✓ the chat opens\n✓ an answer (streams|comes)/);
  expect(out).not.toContain('✗');
  expect(code).toBe(0);
});

const iframe = (world: World, key: string) =>
  `<iframe src="${world.host}/embed?publishable-key=${key}&assistant-id=${world.docs}"></iframe>`;

test('an iframe of the page’s own is asked too, and is not called a script', async ({ site, world }) => {
  const csp = `default-src 'none'; frame-src ${world.host}`;
  const url = site.put(`/doctor-${++count}`, { body: iframe(world, world.publishableKey), csp });
  const { code, out } = await doctor(url);
  expect(out).toMatch(/^✓ the iframe is on the page\n✓ the chat opens\n✓ an answer (streams|comes)/);
  expect(out).not.toMatch(/✗|script/);
  expect(code).toBe(0);
  expect((await doctor(url, '--no-question')).out).toContain('✓ nothing was asked');
});

test('what it prints for a policy, pasted as it stands, lets the chat work and the page’s own scripts too', async ({
  site,
  world,
}) => {
  const body = `<script src="/own.js"></script>${scriptTag(world)}`;
  const csp = `default-src 'self'; require-trusted-types-for 'script'; trusted-types own`;
  const { out } = await doctor(site.put(`/doctor-${++count}`, { body, csp }));
  expect(out.match(/✗/g)).toHaveLength(1);
  const [, lines] = /same names: (.+)/.exec(out)!;
  expect(lines).toBe(
    `script-src 'self' ${world.host}; connect-src 'self' ${world.host}; trusted-types own assisters lit-html`,
  );
  const mended = csp.replace('trusted-types own', lines!);
  const { out: then, code } = await doctor(site.put(`/doctor-${++count}`, { body, csp: mended }));
  expect(then).toMatch(/✓ an answer (streams|comes)/);
  expect(code).toBe(0);
});

interface Sick {
  readonly body: (world: World) => string | Promise<string>;
  readonly csp?: (world: World) => string;
  readonly says: (world: World, origin: string) => readonly string[];
}

const SICK: Readonly<Record<string, Sick>> = {
  'no script': {
    body: () => '<p>Nothing here.</p>',
    says: () => ['There is no Assisters script', 'Paste the script tag'],
  },
  'a policy without the script': {
    body: (world) => scriptTag(world),
    csp: (world) => strictPolicy('https://other.example', `frame-src ${world.host}`),
    says: (world) => [
      '(script-src, connect-src)',
      `: script-src https://other.example ${world.host}; connect-src https://other.example ${world.host}\n`,
    ],
  },
  'a policy without the API': {
    body: (world) => scriptTag(world),
    csp: (world) => strictPolicy(world.host).replace(`connect-src ${world.host}`, "connect-src 'none'"),
    says: (world) => ['(connect-src)', `: connect-src ${world.host}\n`],
  },
  'a policy without the Trusted Types': {
    body: (world) => scriptTag(world),
    csp: (world) => strictPolicy(world.host).replace('trusted-types assisters lit-html', "trusted-types 'none'"),
    says: () => ['(trusted-types)', ': trusted-types assisters lit-html\n'],
  },
  'a policy without the iframe that the script makes': {
    body: (world) => scriptTag(world, { isolation: 'iframe' }),
    csp: (world) => strictPolicy(world.host),
    says: (world) => ['(frame-src)', `: frame-src ${world.host}\n`],
  },
  'an iframe whose key does not list the origin': {
    body: async (world) => iframe(world, await createKey(world.server, ['https://lamps.example'], [world.docs])),
    csp: (world) => `default-src 'none'; frame-src ${world.host}`,
    says: (_, origin) => [`does not list this page's origin, ${origin}.`, `--add-origin ${origin}`],
  },
  'an iframe with a key that does not exist': {
    body: (world) => iframe(world, `${world.publishableKey.slice(0, -1)}x`),
    csp: (world) => `default-src 'none'; frame-src ${world.host}`,
    says: (_, origin) => ['(invalid_api_key)', `--test --origin ${origin}`],
  },
  'an iframe that a policy blocks': {
    body: (world) => iframe(world, world.publishableKey),
    csp: () => "default-src 'none'; frame-src https://video.example",
    says: (world) => ['(frame-src)', `: frame-src https://video.example ${world.host}\n`],
  },
  'an origin the key does not list': {
    body: async (world) =>
      scriptTag(world, { 'publishable-key': await createKey(world.server, ['https://lamps.example'], [world.docs]) }),
    says: (_, origin) => [`does not list this page's origin, ${origin}.`, `--add-origin ${origin}`],
  },
  'a secret key': {
    body: (world) => scriptTag(world, { 'publishable-key': world.server.secretKey }),
    says: () => ['holds a secret key', 'Put the publishable key', '--grace 0'],
  },
  'a key that does not exist': {
    body: (world) => scriptTag(world, { 'publishable-key': `${world.publishableKey.slice(0, -1)}x` }),
    says: () => ['(invalid_api_key)', 'npx assisters keys list', '--assistant ast_… --test --origin http://localhost:'],
  },
  'a key that was copied from an example': {
    body: (world) => scriptTag(world, { 'publishable-key': 'pk_test_…' }),
    says: () => ['(invalid_api_key)', 'npx assisters keys list'],
  },
  'an assistant that does not exist': {
    body: (world) => scriptTag(world, { 'assistant-id': 'ast_0' }),
    says: () => ['The assistant was not found', '--add-assistant'],
  },
  'a script without a key': {
    body: (world) => `<script async src="${world.host}/assisters.js"></script>`,
    says: () => ['The script has no publishable key.', 'publishable-key in the query of src'],
  },
  'a script that an optimiser has put off': {
    body: (world) =>
      scriptTag(world).replace('<script async src', '<script type="rocketlazyloadscript" data-rocket-src'),
    says: () => ['Something on the page has put the script off', 'data-no-optimize="1"'],
  },
  'a script twice': {
    body: (world) => scriptTag(world) + scriptTag(world),
    says: () => ['The script is on the page 2 times', 'Remove the others'],
  },
  'a script that is not there': {
    body: (world) => scriptTag(world).replace('/assisters.js', '/assisters-00000000.js'),
    says: () => ['assisters-00000000.js could not be loaded', 'Check that the address is your Assisters server'],
  },
};

for (const [name, sick] of Object.entries(SICK)) {
  test(`names ${name}, and the fix`, async ({ site, world }) => {
    const csp = sick.csp?.(world) ?? strictPolicy(world.host);
    const url = site.put(`/doctor-${++count}`, { body: await sick.body(world), csp });
    const { code, out } = await doctor(url);
    for (const line of sick.says(world, site.origin)) expect(out).toContain(line);
    expect(out.match(/✗/g)).toHaveLength(1);
    expect(code).toBe(1);
  });
}

test('names a Cross-Origin-Embedder-Policy that meets a proxy which drops the header', async ({ world }) => {
  const proxy = await badProxy(world, { drops: 'cross-origin-resource-policy' });
  const page = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Cross-Origin-Embedder-Policy': 'require-corp' });
    response.end(`<!doctype html><title>x</title>${through(scriptTag(world), world, proxy)}`);
  });
  await new Promise<void>((resolve) => page.listen(0, 'localhost', resolve));
  try {
    const { port } = page.address() as AddressInfo;
    const { code, out } = await doctor(`http://localhost:${port}/`);
    expect(out).toContain('Cross-Origin-Embedder-Policy blocks');
    expect(out).toContain('Cross-Origin-Resource-Policy: cross-origin');
    expect(code).toBe(1);
  } finally {
    page.close();
    proxy.close();
    proxy.closeAllConnections();
  }
});

test('names a proxy that holds answers back, and not one that lets them through', async ({ site, world }) => {
  for (const holds of [true, false]) {
    const proxy = await badProxy(world, { holds });
    const { letGo, before } = held(world.model);
    let timer: ReturnType<typeof setTimeout> | undefined;
    // From when the answer has begun: a browser takes its time to start.
    const asked = setInterval(() => {
      if (world.model.requests.length === before) return;
      clearInterval(asked);
      timer = setTimeout(letGo, 2_500);
    }, 50);
    try {
      const tag = through(scriptTag(world, { 'assistant-id': world.writer }), world, proxy);
      const url = site.put(`/doctor-${++count}`, { body: tag, csp: strictPolicy(originOf(proxy)) });
      const { code, out } = await doctor(url, '--question', 'How long is the warranty of a lamp?');
      if (holds) expect(out).toMatch(/✗ The answer came in one piece after \d+ ms[\s\S]*proxy_buffering off/);
      else expect(out).toContain('✓ an answer streams');
      expect(code).toBe(holds ? 1 : 0);
    } finally {
      clearInterval(asked);
      clearTimeout(timer);
      letGo();
      proxy.close();
      proxy.closeAllConnections();
    }
  }
});

test('says what it cannot do', async () => {
  expect(await doctor()).toMatchObject({ code: 2, err: expect.stringContaining('Expected the address of one page.') });
  expect(await doctor('shop.example')).toMatchObject({ code: 2, err: expect.stringContaining('http:// or https://') });
  const nowhere = await doctor('http://127.0.0.1:9/');
  expect(nowhere.out).toContain('✗ The page could not be loaded');
  expect(nowhere.code).toBe(1);
});
