import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as sdk from '../src/sdk/index.ts';
import { readConfig } from '../src/server/config.ts';
import { OPTIONS } from '../src/widget/names.ts';
import { appServer } from './app-server.ts';
import { exampleObjects, exampleSite, examplesOf, filled } from './examples.ts';

/** Every example of the reference is run. Python's are run by `python/tests/test_examples.py`. */

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

let server: Awaited<ReturnType<typeof appServer>>;
let site: Awaited<ReturnType<typeof exampleSite>>;
let folder: string;
beforeAll(async () => {
  server = await appServer();
  server.deps.jobs.start();
  site = await exampleSite();
  folder = mkdtempSync(join(tmpdir(), 'assisters-examples-'));
});
afterAll(async () => {
  await server.close();
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

const TYPESCRIPT = examplesOf('docs/reference/typescript.md', 'ts');

describe('TypeScript', () => {
  test('the examples are typed', () => {
    const files = new Map(
      TYPESCRIPT.map(({ code }, index) => {
        const imported = code.includes('{ Assisters }') ? '' : "import { Assisters } from '@assisters/sdk';\n";
        const client = code.includes('const client =') ? '' : 'declare const client: Assisters;\n';
        return [join(ROOT, `example-${index}.ts`), `${imported}${client}${code}\nexport {};\n`];
      }),
    );
    const options: ts.CompilerOptions = {
      ...ts.convertCompilerOptionsFromJson(
        ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config.compilerOptions,
        ROOT,
      ).options,
      paths: { '@assisters/sdk': [join(ROOT, 'src', 'sdk', 'index.ts')] },
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
      types: ['node'],
      noEmit: true,
      // An example shows what there is to take, not what to do with it.
      noUnusedLocals: false,
      noUnusedParameters: false,
    };
    const host = ts.createCompilerHost(options);
    const { readFile, fileExists, getSourceFile } = host;
    host.readFile = (name) => files.get(name) ?? readFile(name);
    host.fileExists = (name) => files.has(name) || fileExists(name);
    host.getSourceFile = (name, ...rest) => {
      const text = files.get(name);
      return text === undefined
        ? getSourceFile(name, ...rest)
        : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    const faults = [...files.keys()].flatMap((name) => {
      const source = program.getSourceFile(name)!;
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    });
    expect(ts.formatDiagnostics(faults, { ...host, getNewLine: () => '\n' })).toBe('');
  }, 60_000);

  test.for(TYPESCRIPT)('$name', async ({ code }) => {
    const objects = await exampleObjects(server, site.url, code);
    const said: unknown[] = [];
    const client = new sdk.Assisters({ apiKey: objects['sk_live_…'], baseURL: objects['https://chat.example.com/v1'] });
    const process = {
      env: { ASSISTERS_API_KEY: objects['sk_live_…'] },
      stdout: { write: (text: string) => void said.push(text) },
    };
    // What an example makes itself knows the server as a reader's environment would tell it.
    class Assisters extends sdk.Assisters {
      constructor(options: sdk.AssistersOptions) {
        super({ baseURL: objects['https://chat.example.com/v1'], ...options });
      }
    }
    const javascript = ts.transpileModule(filled(code, objects), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    }).outputText;
    const load = (name: string): unknown => (name === '@assisters/sdk' ? { ...sdk, Assisters } : require(name));
    const names = ['require', 'exports', 'process', 'console', 'Assisters', 'client'];
    const values = [load, {}, process, { log: (...all: unknown[]) => void said.push(...all) }, Assisters, client];
    // The example may declare `client` and `Assisters` itself: an inner scope.
    const body = `return (async () => { ${javascript} })();`;
    await new Function(...names, body)(...values);
    if (/console\.log|stdout\.write/.test(code) && !/for await|createServer/.test(code)) expect(said).not.toEqual([]);
  });
});

describe('REST', () => {
  const hasCurl = spawnSync('curl', ['--version']).status === 0;
  if (!hasCurl && process.env.CI) throw new Error('CI needs curl for the examples of the REST reference.');
  const [variables, ...commands] = examplesOf('docs/reference/rest.md', 'sh');
  test.skipIf(!hasCurl).for(commands)(`$name${hasCurl ? '' : ' (skipped: there is no curl)'}`, async ({ code }) => {
    const script = `${variables!.code}\n${code.replace('curl', 'curl -sS --fail-with-body')}`;
    const objects = await exampleObjects(server, site.url, script);
    writeFileSync(join(folder, 'hours.md'), '# Opening hours\n\nWe are open from nine to five.');
    const { stdout } = await run('sh', ['-c', filled(script, objects)], { cwd: folder });
    if (code.includes('-X DELETE')) expect(stdout).toBe('');
    else if (code.includes('curl -N')) expect(stdout).toMatch(/"type":"end"/);
    else expect(JSON.parse(stdout)).toBeInstanceOf(Object);
  });
});

describe('the command line', () => {
  const cli = async (line: string, env: Record<string, string>) => {
    const [first, ...args] = line.split(' ');
    expect(first).toBe('assisters');
    const { stdout } = await run(
      join(ROOT, 'node_modules', '.bin', 'tsx'),
      [join(ROOT, 'src/server/cli.ts'), ...args],
      {
        cwd: folder,
        env: { ...process.env, ...env },
      },
    );
    return stdout;
  };

  test('the help on the page is what the command says', async () => {
    const [, ingest, keys] = examplesOf('docs/reference/cli.md', 'text');
    expect(await cli('assisters ingest --help', {})).toBe(`${ingest!.code}\n`);
    expect(await cli('assisters keys --help', {})).toBe(`${keys!.code}\n`);
  });
});

test('the settings on the page are read', () => {
  const [example] = examplesOf('docs/reference/configuration.md', 'ini');
  const env = Object.fromEntries(example!.code.split('\n').map((line) => line.split('=') as [string, string]));
  expect(readConfig(env)).toMatchObject({ port: 8080, host: '0.0.0.0', trustProxy: 1 });
});

test('the element’s example has options that there are', () => {
  const [example] = examplesOf('docs/reference/element.md', 'html');
  const attributes = [...example!.code.matchAll(/ ([\w-]+)="/g)].map(([, name]) => name!);
  const known = Object.keys(OPTIONS).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(attributes).not.toEqual([]);
  expect(known).toEqual(expect.arrayContaining(attributes));
});

test('a placeholder that nothing stands for is an error', () => {
  expect(() => filled("client.assistants.get('ast_…')", {})).toThrow(/ast_…/);
});
