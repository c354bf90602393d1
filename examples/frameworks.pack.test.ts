import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projects, run } from '../scripts/packed.ts';
import {
  askElement,
  exampleServer,
  filled,
  keyFor,
  launchBrowser,
  openTab,
  type Server,
  servePages,
} from './support.ts';

/**
 * The ten lines for each framework, in an empty folder with the packed element: checked by the framework's own checker,
 * built by its own compiler, and run in a browser against the real server.
 */
const { make: project, remove } = projects();
let server: Server;
let cwd: string;
beforeAll(async () => {
  server = await exampleServer();
  const angular = ['core', 'common', 'compiler', 'compiler-cli', 'platform-browser'].map((one) => `@angular/${one}@20`);
  cwd = await project(
    'frameworks',
    ['chat'],
    [
      'vue@3',
      'vue-tsc@3',
      '@vitejs/plugin-vue@6',
      'svelte@5',
      'svelte-check@4',
      '@sveltejs/vite-plugin-svelte@6',
      'solid-js@1',
      'vite-plugin-solid@2',
      'vite@7',
      ...angular,
      'rxjs@7',
      'typescript@5.9',
    ],
    {
      'Help.vue': 'examples/vue/Help.vue',
      'Help.svelte': 'examples/svelte/Help.svelte',
      'help.tsx': 'examples/solid/help.tsx',
      'help.component.ts': 'examples/angular/help.component.ts',
    },
  );
}, 300_000);
afterAll(async () => {
  await server.close();
  remove();
}, 60_000);

const bin = (name: string) => join(cwd, 'node_modules/.bin', name);

function configure(files: readonly string[], more: object = {}): void {
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    skipLibCheck: true,
    types: [],
    ...more,
  };
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
}

/** Builds `main.js` with Vite and the framework's plugin, as its users do. */
async function vite(main: string, plugin: string): Promise<Map<string, string>> {
  writeFileSync(join(cwd, 'main.js'), main);
  const config = `export default { plugins: [plugin], logLevel: 'warn', build: { lib: { entry: 'main.js', formats: ['es'],
    fileName: () => 'main.js' }, outDir: 'built', emptyOutDir: true }, define: { 'process.env.NODE_ENV': '"production"' } };`;
  writeFileSync(join(cwd, 'build.config.js'), `${plugin}\n${config}`);
  await run(bin('vite'), ['build', '--config', 'build.config.js'], cwd);
  return new Map(
    readdirSync(join(cwd, 'built')).map((file) => [`/${file}`, readFileSync(join(cwd, 'built', file), 'utf8')]),
  );
}

/** Compiles ahead of time with Angular's compiler, and bundles that. */
async function angular(): Promise<Map<string, string>> {
  writeFileSync(
    join(cwd, 'main.ts'),
    `import '@angular/compiler';
     import { provideZonelessChangeDetection } from '@angular/core';
     import { bootstrapApplication } from '@angular/platform-browser';
     import { HelpComponent } from './help.component';
     document.querySelector('#root')!.append(document.createElement('app-help'));
     void bootstrapApplication(HelpComponent, { providers: [provideZonelessChangeDetection()] });`,
  );
  configure(['main.ts'], { noEmit: false, outDir: 'compiled', experimentalDecorators: true });
  await run(bin('ngc'), ['-p', '.'], cwd);
  const build = await rolldown({ cwd, input: 'compiled/main.js', platform: 'browser', treeshake: false });
  const { output } = await build.generate({ format: 'esm', codeSplitting: false });
  await build.close();
  return new Map([['/main.js', output[0].code]]);
}

const FRAMEWORKS = [
  {
    name: 'Vue',
    file: 'Help.vue',
    options: {},
    checker: ['vue-tsc', '-p', '.'],
    build: () =>
      vite(
        `import { createApp } from 'vue'; import Help from './Help.vue'; createApp(Help).mount('#root');`,
        `import vue from '@vitejs/plugin-vue';
         const plugin = vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'assisters-chat' } } });`,
      ),
  },
  {
    name: 'Svelte',
    file: 'Help.svelte',
    options: {},
    checker: ['svelte-check', '--tsconfig', './tsconfig.json'],
    build: () =>
      vite(
        `import { mount } from 'svelte'; import Help from './Help.svelte';
         mount(Help, { target: document.querySelector('#root') });`,
        `import { svelte } from '@sveltejs/vite-plugin-svelte'; const plugin = svelte();`,
      ),
  },
  {
    name: 'Solid',
    file: 'help.tsx',
    options: { jsx: 'preserve', jsxImportSource: 'solid-js' },
    checker: ['tsc', '-p', '.'],
    build: () =>
      vite(
        `import { createComponent, render } from 'solid-js/web'; import { Help } from './help.tsx';
         render(() => createComponent(Help, {}), document.querySelector('#root'));`,
        `import solid from 'vite-plugin-solid'; const plugin = solid();`,
      ),
  },
  // Angular does not look into the tag; what its component does with the element is checked by the build.
  { name: 'Angular', file: 'help.component.ts', options: {}, checker: null, build: angular },
];

describe.each(FRAMEWORKS)('$name', ({ file, options, checker, build }) => {
  if (checker)
    test('the tag is typed, and a wrong theme is refused', async () => {
      configure([file], { noEmit: true, ...options });
      const [command, ...args] = checker as [string, ...string[]];
      await run(bin(command), args, cwd);
      const right = readFileSync(join(cwd, file), 'utf8');
      writeFileSync(join(cwd, file), right.replace('theme="dark"', 'theme="purple"'));
      await expect(run(bin(command), args, cwd)).rejects.toThrow(/purple/);
      writeFileSync(join(cwd, file), right);
    });

  test('it is built, answers in a browser, and hears the answer', async () => {
    const pages = new Map<string, string>();
    const site = await servePages(pages);
    const browser = await launchBrowser();
    try {
      const text = readFileSync(join(cwd, file), 'utf8');
      writeFileSync(join(cwd, file), filled(text, server, await keyFor(server, site.origin)));
      for (const [path, content] of await build()) pages.set(path, content);
      const { tab, heard, failed } = await openTab(browser);
      await tab.goto(site.origin);
      await askElement(tab, 'Hello!');
      await expect.poll(() => heard.filter((line) => line.includes('Hello!'))).toEqual(['Hello!', 'You said: Hello!']);
      // Vue and Svelte set the property, the others the attribute.
      const theme = await tab
        .locator('assisters-chat')
        .evaluate((chat: HTMLElement & { theme?: string }) => chat.theme);
      expect(theme).toBe('dark');
      expect(failed).toEqual([]);
    } finally {
      await browser.close();
      site.close();
    }
  });
});
