import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './published.ts';

/**
 * The packages as their users get them: packed into tarballs, installed into empty projects, imported by every path they
 * publish, in JavaScript and in TypeScript.
 */
const folder = mkdtempSync(join(tmpdir(), 'assisters-packages-'));
const PACKAGES = join(ROOT, 'dist/npm');
const tarballs: Record<string, string> = {};

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
const manifestOf = (name: string) => JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as Manifest;

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', shell: process.platform === 'win32' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/** An empty project with those packages of ours, and others by name. */
function project(name: string, packages: readonly string[], others: readonly string[] = []): string {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  const wanted = packages.map((one) => tarballs[one]!);
  run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted, ...others], cwd);
  return cwd;
}

const importing = (specifier: string, then: string) =>
  ['--input-type=module', '-e', `const module = await import(${JSON.stringify(specifier)}); ${then}`] as const;

beforeAll(() => {
  run('npm', ['run', '-s', 'build:packages'], ROOT);
  for (const name of readdirSync(PACKAGES)) {
    const packed = JSON.parse(
      run('npm', ['pack', '--json', '--pack-destination', folder], join(PACKAGES, name)),
    ) as readonly { readonly filename: string }[];
    tarballs[name] = join(folder, packed[0]!.filename);
  }
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

describe('@assisters/sdk', () => {
  test('installs alone and is a client', () => {
    const cwd = project('sdk', ['sdk']);
    expect(readdirSync(join(cwd, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@assisters']);
    expect(readdirSync(join(cwd, 'node_modules/@assisters'))).toEqual(['sdk']);
    const said = run(
      process.execPath,
      importing('@assisters/sdk', 'console.log(typeof module.Assisters, module.default === module.Assisters)'),
      cwd,
    );
    expect(said.trim()).toBe('function true');
  }, 120_000);
});

describe('@assisters/chat', () => {
  test('brings only what it needs, and every path it publishes is there', () => {
    const cwd = project('chat', ['chat']);
    expect(Object.keys(manifestOf('chat').dependencies ?? {})).toEqual(['dompurify', 'lit', 'marked']);
    const names = run(process.execPath, importing('@assisters/chat/names', 'console.log(module.TAG)'), cwd);
    expect(names.trim()).toBe('assisters-chat');
    // Servers that render pages import the module too; it must not fall over without a document.
    const element = run(
      process.execPath,
      importing('@assisters/chat', 'console.log(typeof module.AssistersChat)'),
      cwd,
    );
    expect(element.trim()).toBe('function');
    for (const path of Object.keys(manifestOf('chat').exports)) {
      const specifier = `@assisters/chat${path.slice(1)}`;
      const resolved = run(
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
    (major) => {
      const cwd = project(`react-${major}`, ['chat', 'react'], [`react@${major}`, `react-dom@${major}`]);
      const manifest = manifestOf('react');
      expect(Object.keys(manifest.dependencies ?? {})).toEqual(['@assisters/chat', '@lit/react']);
      expect(manifest.peerDependencies).toEqual({ react: '>=18' });
      const installed = join(cwd, 'node_modules/@assisters/react');
      expect(readFileSync(join(installed, 'index.js'), 'utf8')).toMatch(/^['"]use client['"];/);
      const html = run(
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
  test('installs its command', () => {
    const cwd = project('server', ['server']);
    expect(run('npx', ['--no-install', 'assisters', '--help'], cwd)).toContain('serve');
  }, 300_000);
});

describe('types', () => {
  test.each(['nodenext', 'bundler'])(
    'every published module type-checks under %s resolution',
    (resolution) => {
      const cwd = project(`types-${resolution}`, ['sdk', 'chat', 'react'], ['react@19', '@types/react@19']);
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
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        module: resolution === 'nodenext' ? 'NodeNext' : 'ESNext',
        moduleResolution: resolution,
        skipLibCheck: false,
        types: [],
        jsx: 'react-jsx',
      };
      writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts', 'page.tsx'] }));
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], cwd);
    },
    120_000,
  );
});
