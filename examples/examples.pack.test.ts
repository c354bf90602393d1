import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunch } from '../scripts/find-browser.ts';
import { projects, run, typeCheck } from '../scripts/packed.ts';
import { ROOT } from '../scripts/published.ts';
import { appServer } from '../test/app-server.ts';

/** The examples, word for word but for key, assistant and address, from empty folders with the packed packages. */
const { make: project, remove } = projects();
let server: Awaited<ReturnType<typeof appServer>>;
beforeAll(async () => {
  server = await appServer();
  // Its clock stands still in the past, where a browser would find every session expired.
  server.tick(Date.now() - server.deps.clock());
});
afterAll(async () => {
  await server.close();
  remove();
}, 60_000);

const read = (path: string) => readFileSync(join(ROOT, 'examples', path), 'utf8');
const api = () => `http://127.0.0.1:${server.port}/v1`;

/** An example with the reader's own values put in. */
const filled = (path: string, publishableKey = server.pk.credential) =>
  read(path)
    .replaceAll('sk_live_…', server.sk.credential)
    .replaceAll('pk_live_…', publishableKey)
    .replaceAll('ast_…', server.assistant.id)
    .replaceAll('https://chat.example.com/v1', api());

describe('@assisters/sdk', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await project('sdk', ['sdk']);
  });
  const types = { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };

  test('the reference’s example type-checks and runs', async () => {
    writeFileSync(join(cwd, 'typescript.ts'), filled('reference/typescript.ts'));
    await typeCheck(cwd, ['typescript.ts'], types);
    const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
    const said = await run(process.execPath, [tsx, 'typescript.ts'], cwd, { ASSISTERS_BASE_URL: api() });
    expect(said).toBe('You said: Hello!\nYou said: Tell me more.');
  });

  /** In front of the real server: the first two answers to a message are a rate limit and a fault. */
  async function troubled(): Promise<{ url: string; posts: () => number; close(): void }> {
    let posts = 0;
    const front: Server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const asks = request.method === 'POST' && request.url!.endsWith('/messages');
      if (asks) posts += 1;
      if (asks && posts < 3) {
        const details = { limit: 20, remaining: 0, reset_at: Math.ceil(Date.now() / 1000), retry_after: 0.1 };
        const error =
          posts === 1
            ? { code: 'rate_limit_exceeded', message: 'x', details }
            : { code: 'internal_error', message: 'x' };
        response.writeHead(posts === 1 ? 429 : 500, {
          'Content-Type': 'application/json',
          ...(posts === 1 && { 'Retry-After': '0.1' }),
        });
        return response.end(JSON.stringify({ error }));
      }
      const answer = await server.app.fetch(
        new Request(`http://127.0.0.1:${server.port}${request.url}`, {
          method: request.method!,
          headers: request.headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        }),
      );
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/v1`;
    return { url, posts: () => posts, close: () => void front.close() };
  }

  test.each([
    ['works where the client does not try again', ', maxRetries: 0 }', 'rate limited, 0.1 s\nserver error 500\n'],
    ['is not needed: the client does it', ' }', ''],
  ])('the reference’s retry loop %s', async (_, options, heard) => {
    const front = await troubled();
    try {
      const text = filled('reference/retry-loop.js').replace(/(apiKey: '[^']+') \}/, `$1${options}`);
      // What it writes to the error stream comes with the output here.
      writeFileSync(join(cwd, 'retry-loop.js'), text.replaceAll('console.error', 'console.log'));
      const said = await run(process.execPath, ['retry-loop.js'], cwd, { ASSISTERS_BASE_URL: front.url });
      expect(said).toBe(`${heard}You said: Hello!\n`);
      expect(front.posts()).toBe(3);
    } finally {
      front.close();
    }
  });
});

/** A page with `<App />` in StrictMode, bundled from the project's own packages, with the address it is served at. */
async function servePage(cwd: string): Promise<{ origin: string; close(): void; fill(app: string): Promise<number> }> {
  let script = '';
  const pages = createServer((request, response) => {
    const isScript = request.url === '/main.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    const html =
      '<!doctype html><html lang="en"><title>x</title><div id="root"></div><script type="module" src="/main.js"></script>';
    response.end(isScript ? script : html);
  });
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  return {
    origin: `http://127.0.0.1:${(pages.address() as AddressInfo).port}`,
    close: () => void pages.close(),
    async fill(app) {
      writeFileSync(join(cwd, 'app.tsx'), app);
      writeFileSync(
        join(cwd, 'main.tsx'),
        `import { StrictMode } from 'react';
         import { createRoot } from 'react-dom/client';
         import { App } from './app.tsx';
         createRoot(document.querySelector('#root')!).render(<StrictMode><App /></StrictMode>);`,
      );
      const build = await rolldown({
        cwd,
        input: 'main.tsx',
        platform: 'browser',
        // 'use client' is for bundlers of server components, and this is none.
        checks: { moduleLevelDirective: false },
        transform: { jsx: 'react-jsx', define: { 'process.env.NODE_ENV': '"production"' } },
      });
      const { output } = await build.generate({ format: 'esm', codeSplitting: false });
      await build.close();
      script = output[0].code;
      return script.length;
    },
  };
}

describe.each(['18', '19'])('@assisters/react on React %s', (major) => {
  test('the reference’s example and the chat of one’s own answer in a browser', async () => {
    const cwd = await project(`react-${major}`, ['chat', 'react'], [`react@${major}`, `react-dom@${major}`]);
    const page = await servePage(cwd);
    const browser = await chromium.launch(chromiumLaunch());
    try {
      const pk = await server.addKey(server.accountId, 'publishable', {
        origins: [page.origin],
        assistantIds: [server.assistant.id],
      });
      const element = await page.fill(filled('reference/react.tsx', pk.credential));
      const tab = await browser.newPage();
      const heard: string[] = [];
      const failed: string[] = [];
      tab.on('console', (message) => (message.type() === 'error' ? failed : heard).push(message.text()));
      tab.on('pageerror', (error) => failed.push(String(error)));
      await tab.goto(page.origin);
      await tab.locator('assisters-chat').getByRole('button').first().click();
      const input = tab.locator('assisters-chat').getByPlaceholder('Ask me anything...');
      await input.fill('Hello!');
      await input.press('Enter');
      await tab.locator('assisters-chat').getByText('You said: Hello!').first().waitFor();
      await expect.poll(() => heard).toEqual(['New message: user Hello!', 'New message: assistant You said: Hello!']);

      const own = await page.fill(filled('own-chat/own-chat.tsx', pk.credential));
      // The hook does not carry the element: Lit, markdown and sanitiser stay out of the bundle.
      expect(own).toBeLessThan(element * 0.75);
      await tab.goto(page.origin);
      // The conversation of this visitor is there again.
      await tab.getByText('You said: Hello!').waitFor();
      await tab.getByLabel('Question').fill('seed 3');
      await tab.getByRole('button', { name: 'Send' }).click();
      await expect.poll(() => tab.locator('li[data-role=assistant]').count()).toBe(2);
      await tab.getByRole('button', { name: 'Send' }).waitFor();
      expect(await tab.locator('li[data-role=user]').allTextContents()).toEqual(['Hello!', 'seed 3']);
      expect(failed).toEqual([]);
    } finally {
      await browser.close();
      page.close();
    }
  });
});

describe('other frameworks', () => {
  const examples = {
    'Help.vue': 'examples/vue/Help.vue',
    'Help.svelte': 'examples/svelte/Help.svelte',
    'help.tsx': 'examples/solid/help.tsx',
    'help.component.ts': 'examples/angular/help.component.ts',
  };
  test('the element’s tag is typed in Vue, Svelte, Solid and Angular, and a wrong theme is refused', async () => {
    const cwd = await project(
      'frameworks',
      ['chat'],
      [
        'vue@3',
        'vue-tsc@3',
        'svelte@5',
        'svelte-check@4',
        'solid-js@1',
        '@angular/core@20',
        'rxjs@7',
        'typescript@5.9',
      ],
      examples,
    );
    const bin = (name: string) => join(cwd, 'node_modules/.bin', name);
    const config = (files: readonly string[], more: object = {}) => {
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        module: 'ESNext',
        moduleResolution: 'bundler',
        skipLibCheck: true,
        types: [],
        ...more,
      };
      writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    };
    const checks: Record<string, () => Promise<string>> = {
      'Help.vue': () => {
        config(['Help.vue']);
        return run(bin('vue-tsc'), ['-p', '.'], cwd);
      },
      'Help.svelte': () => {
        config(['Help.svelte']);
        return run(bin('svelte-check'), ['--tsconfig', './tsconfig.json'], cwd);
      },
      'help.tsx': () => {
        config(['help.tsx'], { jsx: 'preserve', jsxImportSource: 'solid-js' });
        return run(bin('tsc'), ['-p', '.'], cwd);
      },
      'help.component.ts': () => {
        config(['help.component.ts'], { experimentalDecorators: true });
        return run(bin('tsc'), ['-p', '.'], cwd);
      },
    };
    for (const [file, check] of Object.entries(checks)) {
      await check();
      // The control: what the types do not allow is found. Angular does not look into the tag.
      if (file === 'help.component.ts') continue;
      const right = readFileSync(join(cwd, file), 'utf8');
      writeFileSync(join(cwd, file), right.replace('theme="dark"', 'theme="purple"'));
      await expect(check(), file).rejects.toThrow(/purple/);
      writeFileSync(join(cwd, file), right);
    }
  });
});

test('the documentation shows these very examples', () => {
  const shown: readonly (readonly [page: string, example: string])[] = [
    ['docs/react.md', 'reference/react.tsx'],
    ['docs/react.md', 'own-chat/own-chat.tsx'],
    ['docs/typescript.md', 'reference/typescript.ts'],
  ];
  for (const [page, example] of shown)
    expect(readFileSync(join(ROOT, page), 'utf8').includes(read(example)), `${page} shows ${example}`).toBe(true);
});

test('the documented ways to install work from a clone', async () => {
  const lines = ['docs/typescript.md', 'docs/react.md', 'docs/embedding.md'].flatMap(
    (page) => readFileSync(join(ROOT, page), 'utf8').match(/^npm install .*$/gm) ?? [],
  );
  expect(lines.length).toBeGreaterThanOrEqual(3);
  // None may pretend that the packages are on a registry.
  for (const line of lines) expect(line).not.toMatch(/ @assisters\//);
  const cwd = await project('documented', []);
  for (const line of lines) {
    const [command, ...args] = line.replaceAll('path/to/assisters/', ROOT).split(' ');
    await run(command!, [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], cwd);
  }
  expect(readdirSync(join(cwd, 'node_modules/@assisters')).sort()).toEqual(['chat', 'react', 'sdk']);
}, 180_000);
