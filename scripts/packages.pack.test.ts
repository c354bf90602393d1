import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, test } from 'vitest';
import { manifestOf, projects, run, typeCheck } from './packed.ts';

/**
 * The packages as their users get them: installed from tarballs into empty projects, imported by every path they
 * publish, in JavaScript and in TypeScript.
 */
const { make: project, remove } = projects();
afterAll(remove, 60_000);

const importing = (specifier: string, then: string) =>
  ['--input-type=module', '-e', `const module = await import(${JSON.stringify(specifier)}); ${then}`] as const;

describe('@assisters/sdk', () => {
  test('installs alone and is a client', async () => {
    const cwd = await project('sdk', ['sdk']);
    expect(readdirSync(join(cwd, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@assisters']);
    expect(readdirSync(join(cwd, 'node_modules/@assisters'))).toEqual(['sdk']);
    const said = await run(
      process.execPath,
      importing('@assisters/sdk', 'console.log(typeof module.Assisters, module.default === module.Assisters)'),
      cwd,
    );
    expect(said.trim()).toBe('function true');
    const required = `const { Assisters, default: same } = require('@assisters/sdk');
      console.log(typeof Assisters, same === Assisters, typeof require('@assisters/sdk/package.json').version)`;
    expect((await run(process.execPath, ['--input-type=commonjs', '-e', required], cwd)).trim()).toBe(
      'function true string',
    );
  }, 120_000);

  test('who imports the webhook verifier does not get the client', async () => {
    const cwd = await project('shaken', ['sdk']);
    const bundle = async (name: string) => {
      writeFileSync(join(cwd, 'main.js'), `import { ${name} } from '@assisters/sdk'; globalThis.kept = ${name};`);
      const build = await rolldown({ cwd, input: 'main.js', platform: 'neutral' });
      const { output } = await build.generate({ format: 'esm', minify: true });
      await build.close();
      return output.map((one) => ('code' in one ? one.code : '')).join('\n');
    };
    const verifier = await bundle('verifyWebhook');
    expect(verifier).toContain('webhook-signature');
    // The control: the client's own words are in the client's bundle.
    const client = await bundle('Assisters');
    for (const word of ['/conversations', 'Idempotency-Key', 'text/event-stream']) {
      expect(client).toContain(word);
      expect(verifier).not.toContain(word);
    }
    expect(verifier.length).toBeLessThan(client.length / 5);
  }, 120_000);
});

describe('@assisters/chat', () => {
  test('brings only what it needs, and every path it publishes is there', async () => {
    const cwd = await project('chat', ['chat']);
    expect(Object.keys(manifestOf('chat').dependencies ?? {})).toEqual(['dompurify', 'lit', 'marked']);
    const names = await run(process.execPath, importing('@assisters/chat/names', 'console.log(module.TAG)'), cwd);
    expect(names.trim()).toBe('assisters-chat');
    // Servers that render pages import the module too; it must not fall over without a document.
    const element = await run(
      process.execPath,
      importing('@assisters/chat', 'console.log(typeof module.AssistersChat)'),
      cwd,
    );
    expect(element.trim()).toBe('function');
    for (const path of Object.keys(manifestOf('chat').exports)) {
      const specifier = `@assisters/chat${path.slice(1)}`;
      const resolved = await run(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `console.log(new URL(import.meta.resolve(${JSON.stringify(specifier)})).pathname)`,
        ],
        cwd,
      );
      expect(existsSync(resolved.trim())).toBe(true);
    }
  }, 120_000);
});

describe('@assisters/react', () => {
  test.each(['18', '19'])(
    'renders the tag on a server with React %s, and is marked for client components',
    async (major) => {
      const cwd = await project(`react-${major}`, ['chat', 'react'], [`react@${major}`, `react-dom@${major}`]);
      const manifest = manifestOf('react');
      expect(Object.keys(manifest.dependencies ?? {})).toEqual(['@assisters/chat', '@lit/react']);
      expect(manifest.peerDependencies).toEqual({ react: '>=18' });
      const installed = join(cwd, 'node_modules/@assisters/react');
      expect(readFileSync(join(installed, 'index.js'), 'utf8')).toMatch(/^['"]use client['"];/);
      const html = await run(
        process.execPath,
        importing(
          '@assisters/react',
          `const { version, createElement } = await import('react');
           const { renderToString } = await import('react-dom/server');
           const props = { publishableKey: 'pk_test_1', assistantId: 'ast_1', theme: 'light', noLauncher: true, open: true };
           console.log(version.split('.')[0], renderToString(createElement(module.AssistersChat, { ...props, onMessage() {} })));`,
        ),
        cwd,
      );
      expect(html.trim()).toBe(
        `${major} <assisters-chat publishable-key="pk_test_1" assistant-id="ast_1" theme="light" no-launcher=""></assisters-chat>`,
      );
    },
    120_000,
  );
});

describe('@assisters/server', () => {
  test('installs its command', async () => {
    const cwd = await project('server', ['server']);
    expect(await run('npx', ['--no-install', 'assisters', '--help'], cwd)).toContain('serve');
  }, 300_000);
});

describe('types', () => {
  test.each(['nodenext', 'bundler'])(
    'every published module type-checks under %s resolution',
    async (resolution) => {
      const cwd = await project(`types-${resolution}`, ['sdk', 'chat', 'react'], ['react@19', '@types/react@19']);
      writeFileSync(
        join(cwd, 'page.tsx'),
        `import { AssistersChat, type AssistersChatElement } from '@assisters/react';
       import { useRef } from 'react';
       export function Page() {
         const chat = useRef<AssistersChatElement>(null);
         return (
           <AssistersChat ref={chat} publishableKey="pk_live_1" apiUrl="https://chat.example.com/v1"
             assistantId="ast_abc123" theme="light" position="bottom-right" placeholder="Ask me anything..."
             onMessage={(msg) => console.log(msg.content)} onUnread={(count) => count.toFixed()}
             onSourceClick={(source, event) => source.url && event.preventDefault()} onReady={() => chat.current?.open()} />
         );
       }
       // @ts-expect-error there is no such theme
       export const wrong = <AssistersChat theme="purple" />;
      `,
      );
      writeFileSync(
        join(cwd, 'use.ts'),
        `import Assisters, { type Message, NotFoundError } from '@assisters/sdk';
       import { AssistersChat, EVENTS } from '@assisters/chat';
       import { TAG } from '@assisters/chat/names';
       const client = new Assisters({ apiKey: 'sk_test', baseURL: 'http://127.0.0.1:1/v1' });
       const chat: AssistersChat = document.createElement('assisters-chat');
       const theme: string | undefined = chat.theme;
       // @ts-expect-error a number is no theme, so these are types and not \`any\`
       chat.theme = 1;
       // @ts-expect-error there is no such method
       client.nothing();
       export type Kept = Message;
       export const kept = [client, theme, TAG, EVENTS.ready, NotFoundError];
      `,
      );
      const module = resolution === 'nodenext' ? 'NodeNext' : 'ESNext';
      await typeCheck(cwd, ['use.ts', 'page.tsx'], { module, moduleResolution: resolution });
    },
    120_000,
  );
});
