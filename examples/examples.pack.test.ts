import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projects, run, typeCheck } from '../scripts/packed.ts';
import { ROOT } from '../scripts/published.ts';
import { examplesOf } from '../test/examples.ts';
import { startServerProcess } from '../test/server-process.ts';
import {
  apiOf,
  askElement,
  exampleServer,
  exampleText,
  filled,
  keyFor,
  launchBrowser,
  openTab,
  type Server,
  servePages,
} from './support.ts';

/** The examples, word for word but for key, assistant and address, from empty folders with the packed packages. */
const { make: project, remove } = projects();
let server: Server;
beforeAll(async () => {
  server = await exampleServer();
});
afterAll(async () => {
  await server.close();
  remove();
}, 60_000);

const example = (path: string, publishableKey?: string) => filled(exampleText(path), server, publishableKey);
const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');

describe('@assisters/sdk', () => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await project('sdk', ['sdk']);
  });
  const types = { types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] };

  test('the reference’s example type-checks and runs', async () => {
    writeFileSync(join(cwd, 'typescript.ts'), example('reference/typescript.ts'));
    await typeCheck(cwd, ['typescript.ts'], types);
    const said = await run(process.execPath, [TSX, 'typescript.ts'], cwd, { ASSISTERS_BASE_URL: apiOf(server) });
    expect(said).toBe('You said: Hello!\nYou said: Tell me more.');
  });

  test('it runs against the packed server as its first start leaves it', async () => {
    const home = await project('server', ['server']);
    const program = join(home, 'node_modules/@assisters/server/dist/server/cli.js');
    const { url, output, stop } = await startServerProcess({}, [program]);
    try {
      const [key] = /sk_live_\w+/.exec(output.out) ?? [];
      const [assistant] = /ast_\w+/.exec(output.out) ?? [];
      const text = exampleText('reference/typescript.ts').replaceAll('Hello!', 'How do I embed the widget?');
      writeFileSync(join(cwd, 'first.ts'), text.replaceAll('sk_live_…', key!).replaceAll('ast_…', assistant!));
      const said = await run(process.execPath, [TSX, 'first.ts'], cwd, { ASSISTERS_BASE_URL: `${url}/v1` });
      // The demo assistant answers from the documentation that is in the package.
      expect(said).toMatch(/script|assisters-chat|widget/i);
    } finally {
      expect(await stop()).toBe(0);
    }
  });

  /** In front of the real server: the first two answers to a message are a rate limit and a fault. */
  async function troubled(): Promise<{ url: string; posts: () => number; close(): void }> {
    let posts = 0;
    const front: HttpServer = createServer(async (request, response) => {
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
      const text = example('reference/retry-loop.js').replace(/(apiKey: '[^']+') \}/, `$1${options}`);
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

/** A file of the project with that text, bundled from the project's own packages. */
async function bundle(cwd: string, file: string, text: string, mode: 'development' | 'production'): Promise<string> {
  writeFileSync(join(cwd, file), text);
  const build = await rolldown({
    cwd,
    input: file,
    platform: 'browser',
    // 'use client' is for bundlers of server components, and this is none.
    checks: { moduleLevelDirective: false },
    transform: { jsx: 'react-jsx', define: { 'process.env.NODE_ENV': JSON.stringify(mode) } },
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return output[0].code;
}

/** `<App />` of the example in StrictMode. */
function bundleApp(cwd: string, app: string, mode: 'development' | 'production'): Promise<string> {
  writeFileSync(join(cwd, 'app.tsx'), app);
  const main = `import { StrictMode } from 'react';
     import { createRoot } from 'react-dom/client';
     import { App } from './app.tsx';
     createRoot(document.querySelector('#root')!).render(<StrictMode><App /></StrictMode>);`;
  return bundle(cwd, 'main.tsx', main, mode);
}

describe.each(['18', '19'])('@assisters/react on React %s', (major) => {
  let cwd: string;
  beforeAll(async () => {
    cwd = await project(`react-${major}`, ['chat', 'react'], [`react@${major}`, `react-dom@${major}`]);
  });

  test('the reference’s example and the chat of one’s own answer in a browser, in StrictMode', async () => {
    const files = new Map<string, string>();
    const page = await servePages(files);
    const browser = await launchBrowser();
    try {
      const pk = await keyFor(server, page.origin);
      const { tab, heard, failed } = await openTab(browser);
      // In development React mounts everything twice and tells what it dislikes.
      files.set('/main.js', await bundleApp(cwd, example('reference/react.tsx', pk), 'development'));
      await tab.goto(page.origin);
      await askElement(tab, 'Hello!', 'Ask me anything...');
      const messages = () => heard.filter((line) => line.startsWith('New message'));
      await expect.poll(messages).toEqual(['New message: user Hello!', 'New message: assistant You said: Hello!']);

      files.set('/main.js', await bundleApp(cwd, example('own-chat/own-chat.tsx', pk), 'development'));
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

  test('the examples of the reference page answer too', async () => {
    const [component, hook, ...more] = examplesOf('docs/reference/react.md', 'tsx').map(({ code }) => code);
    expect(more).toEqual([]);
    const apps = [
      `export const App = () => ${component};`,
      `export function App() {
         ${hook}
         return <><button type="button" onClick={() => (status === 'streaming' ? stop() : send('Hi there'))}>Ask</button>
           {messages.map(({ key, content }) => <p key={key}>{content}</p>)}</>;
       }`,
    ];
    const files = new Map<string, string>();
    const page = await servePages(files);
    const browser = await launchBrowser();
    try {
      const pk = await keyFor(server, page.origin);
      const { tab, failed } = await openTab(browser);
      for (const app of apps) {
        const text = `import { AssistersChat, useAssisters } from '@assisters/react';\n${app}`;
        files.set('/main.js', await bundleApp(cwd, filled(text, server, pk), 'development'));
        await tab.goto(page.origin);
        if (app === apps[0]) await askElement(tab, 'Hello!');
        else await tab.getByRole('button', { name: 'Ask' }).click();
        await tab
          .getByText(app === apps[0] ? 'You said: Hello!' : 'You said: Hi there')
          .first()
          .waitFor();
      }
      expect(failed).toEqual([]);
    } finally {
      await browser.close();
      page.close();
    }
  });

  test('the hook does not carry the element: Lit, markdown and sanitiser stay out of the bundle', async () => {
    const element = await bundleApp(cwd, example('reference/react.tsx'), 'production');
    const own = await bundleApp(cwd, example('own-chat/own-chat.tsx'), 'production');
    expect(own.length).toBeLessThan(element.length * 0.75);
  });
});

test('the example of the element’s reference page answers in a browser', async () => {
  const cwd = await project('chat', ['chat']);
  const [{ code: html } = { code: '' }] = examplesOf('docs/reference/element.md', 'html');
  const files = new Map<string, string>();
  const page = await servePages(files);
  const browser = await launchBrowser();
  try {
    const tag = JSON.stringify(filled(html, server, await keyFor(server, page.origin)));
    const main = `import '@assisters/chat'; document.querySelector('#root').innerHTML = ${tag};`;
    files.set('/main.js', await bundle(cwd, 'main.js', main, 'production'));
    const { tab, failed } = await openTab(browser);
    await tab.goto(page.origin);
    await askElement(tab, 'Hello!');
    expect(failed).toEqual([]);
  } finally {
    await browser.close();
    page.close();
  }
});

test('the documentation shows these very examples', () => {
  const shown: readonly (readonly [page: string, example: string])[] = [
    ['docs/react.md', 'reference/react.tsx'],
    ['docs/react.md', 'own-chat/own-chat.tsx'],
    ['docs/typescript.md', 'reference/typescript.ts'],
  ];
  for (const [page, example] of shown)
    expect(readFileSync(join(ROOT, page), 'utf8').includes(exampleText(example)), `${page} shows ${example}`).toBe(
      true,
    );
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
