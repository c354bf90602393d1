/**
 * `npm run drill:image`: does what the Dockerfile says, without Docker: its stages become folders, its RUN lines run in them, and
 * what CMD names must become ready as HEALTHCHECK asks. What is committed is what is built.
 */
import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../test/free-port.ts';
import { ROOT } from './published.ts';

const READY_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'assisters-image-'));
const context = join(folder, 'context');
/** A path of the image, below the folder of its stage. */
const stages = new Map<string, string>();
let stage = '';
let workdir = '/';
let environment: Record<string, string> = {};
let healthcheck: readonly string[] = [];

const inStage = (path: string, of = stage) => join(of, path.startsWith('/') ? path : join(workdir, path));
const run = (command: string, args: readonly string[], options: SpawnOptions) => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status} ${error ?? ''}`);
};

try {
  mkdirSync(context);
  run('sh', ['-c', `git archive HEAD | tar -x -C ${context}`], { cwd: ROOT });
  const lines = readFileSync(join(context, 'Dockerfile'), 'utf8')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  for (const line of lines) {
    const [, instruction, rest] = /^([A-Z]+) (.*)$/.exec(line)!;
    console.log(line.slice(0, 120));
    if (instruction === 'FROM') begin(/ AS (\w+)$/.exec(rest!)?.[1] ?? 'last');
    else if (instruction === 'WORKDIR') {
      workdir = rest!;
      mkdirSync(inStage('.'), { recursive: true });
    } else if (instruction === 'ENV') {
      environment = { ...environment, ...Object.fromEntries(rest!.split(' ').map((pair) => pair.split('='))) };
    } else if (instruction === 'COPY') copy(rest!);
    else if (instruction === 'RUN') {
      // The one line that makes the data folder speaks of the image's root and its user.
      if (rest!.startsWith('mkdir /data')) mkdirSync(inStage('/data'));
      else run('sh', ['-ec', rest!], { cwd: inStage('.'), env: { ...process.env, ...environment } });
    } else if (instruction === 'HEALTHCHECK') healthcheck = JSON.parse(/CMD (\[.*\])$/.exec(rest!)![1]!) as string[];
    else if (instruction === 'CMD') await serve(JSON.parse(rest!) as string[]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function begin(name: string): void {
  stage = join(folder, name);
  stages.set(name, stage);
  workdir = '/';
  environment = {};
  mkdirSync(stage);
}

function copy(rest: string): void {
  const from = /^--from=(\w+) /.exec(rest)?.[1];
  const paths = rest.replace(/^--from=\w+ /, '').split(' ');
  const target = paths.pop()!;
  for (const path of paths) {
    const source = from ? inStage(path, stages.get(from)!) : join(context, path);
    const into = target.endsWith('/') && path !== '.' ? join(target, path.split('/').at(-1)!) : target;
    mkdirSync(dirname(inStage(into)), { recursive: true });
    cpSync(source, inStage(into), { recursive: true, verbatimSymlinks: true });
  }
}

async function serve([command, ...args]: readonly string[]): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    ...environment,
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    ASSISTERS_DATA_DIR: inStage(environment.ASSISTERS_DATA_DIR!),
  };
  const child = spawn(command!, args, { cwd: inStage('.'), env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  const startedAt = performance.now();
  const healthy = () => spawnSync(healthcheck[0]!, healthcheck.slice(1), { env }).status === 0;
  while (!healthy()) {
    if (performance.now() - startedAt > READY_MS || child.exitCode !== null)
      throw new Error('It did not become ready.');
    await sleep(100);
  }
  const ready = Math.round(performance.now() - startedAt);
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`It ended with ${code}.`);
  console.log(`kept   image: ready after ${ready} ms, stopped with ${code}`);
}
