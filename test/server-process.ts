import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/server/cli.ts', import.meta.url));
const TSX = fileURLToPath(new URL('../node_modules/tsx/dist/loader.mjs', import.meta.url));

/** `assisters serve` as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** What it has printed: `out` for its owner, `err` its log. */
  readonly output: { readonly out: string; readonly err: string };
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it as a restart does. Gives its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts one in an empty folder and an empty environment, and waits until it answers.
 *
 * @param env its settings; `PORT` defaults to any free one
 * @param program default: the source
 */
export async function startServerProcess(
  env: Readonly<Record<string, string>>,
  program: readonly string[] = ['--import', TSX, CLI],
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'assisters-server-'));
  const child: ChildProcess = spawn(process.execPath, [...program, 'serve'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      ASSISTERS_DATA_DIR: join(folder, 'data'),
      // Processes that share a database share it.
      ASSISTERS_SECRET_KEY: 'a key of tests, of 32 characters and more',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(([code]) => {
    rmSync(folder, { recursive: true, force: true });
    return code as number | null;
  });
  const output = { out: '', err: '' };
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      output.out += text;
      const found = /running at (\S+)[\s\S]*Guides/.exec(output.out);
      if (found) resolve(found[1]!);
    });
    void ended.then((code) => reject(new Error(`The server ended with ${code}: ${output.err}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    url,
    output,
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
