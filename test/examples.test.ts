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
import { COMMANDS } from '../src/server/commands/index.ts';
import { readConfig } from '../src/server/config.ts';
import { OPTIONS } from '../src/widget/names.ts';
import { appServer } from './app-server.ts';
import { exampleObjects, exampleSite, examplesOf, filled } from './examples.ts';
import { emptySchema, hasPostgres, POSTGRES_ABSENT } from './postgres.ts';

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
  const lines = examplesOf('docs/reference/cli.md', 'sh').flatMap(({ code }) => code.split('\n'));

  test('the help on the page is what the command says', () => {
    const shown = examplesOf('docs/reference/cli.md', 'text').map(({ code }) => code);
    expect(Object.values(COMMANDS).map(({ help }) => help.split('\n\nConfiguration comes from')[0])).toEqual(shown);
  });

  /** Runs one line, word for word but for what `changes` names, until it has ended, or said `until` and was ended. */
  async function cli(line: string, changes: Readonly<Record<string, string>>, until?: RegExp): Promise<string> {
    const text = Object.entries(changes).reduce((all, [from, to]) => all.replaceAll(from, to), line);
    const [, settings, name, rest] = /^((?:\w+=\S+ )*)assisters (\w+) ?(.*)$/.exec(text)!;
    const stop = new AbortController();
    let said = '';
    const hear = (more: string) => {
      said += more;
      if (until?.test(said)) stop.abort();
    };
    const given = settings!
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((one) => one.split(/=(.*)/s).slice(0, 2));
    const env = {
      ASSISTERS_DATA_DIR: join(folder, 'data'),
      ASSISTERS_LOG_LEVEL: 'silent',
      ...Object.fromEntries(given),
    };
    const code = await COMMANDS[name!]!.run(rest!.split(' ').filter(Boolean), {
      out: hear,
      err: hear,
      env,
      signal: stop.signal,
    });
    expect(code, said).toBe(0);
    return said;
  }

  test(`every line on the page runs${hasPostgres ? '' : ` (but migrate: ${POSTGRES_ABSENT})`}`, async () => {
    const database = hasPostgres ? await emptySchema() : null;
    const changes: Record<string, string> = {
      'PORT=8787': 'PORT=0',
      './backup': join(folder, 'backup'),
      './docs': join(ROOT, 'docs'),
      'postgres://assisters@localhost/assisters': database?.url ?? '',
    };
    try {
      for (const line of lines) {
        if (line.includes(' migrate ') && !database) continue;
        // Drives a browser: e2e/doctor.test.ts.
        if (line.includes(' doctor ')) continue;
        const until = line.includes('serve') ? /Guides/ : line.includes('listen') ? /Secret: whsec_/ : undefined;
        const said = await cli(line, changes, until);
        changes['ast_…'] ??= /ast_\w+/.exec(said)?.[0] ?? 'ast_…';
        if (line.includes('keys create --kind publishable')) changes['key_…'] = /key_\w+/.exec(said)![0];
        if (line.includes('keys list')) expect(said).toMatch(/Website[\s\S]*Reports|Reports[\s\S]*Website/);
        if (line.includes('accounts list')) expect(said).toContain('Second');
      }
    } finally {
      await database?.drop();
    }
  }, 120_000);
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
