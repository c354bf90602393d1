import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/free-port.ts';

const CLI = fileURLToPath(new URL('../dist/server/cli.js', import.meta.url));

/** The built server as a process of its own, over a data folder of its own, to be killed and started again. */
export class DrillServer {
  readonly url: string;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'assisters-drill-'));
  secretKey = '';
  publishableKey = '';
  assistantId = '';
  output = '';
  readonly #port: number;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcessByStdio<null, Readable, Readable> | null = null;
  #exited: Promise<number | null> = Promise.resolve(null);

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.#port = port;
    this.#env = env;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts one on a new data folder and reads the keys it prints. @param env over the quiet settings of a drill */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<DrillServer> {
    if (!existsSync(CLI)) throw new Error('There is no built server. Run "npm run build" first.');
    const server = new DrillServer(await freePort(), env);
    await server.up();
    server.secretKey = /sk_live_\w+/.exec(server.output)?.[0] ?? '';
    server.publishableKey = /pk_test_\w+/.exec(server.output)?.[0] ?? '';
    server.assistantId = /ast_\w+/.exec(server.output)?.[0] ?? '';
    return server;
  }

  /** Starts the process. Gives the milliseconds until `/readyz` says yes. */
  async up(): Promise<number> {
    const began = performance.now();
    const child = spawn(process.execPath, [CLI, 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.dataDir,
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(this.#port),
        ASSISTERS_DATA_DIR: this.dataDir,
        ASSISTERS_LOG_LEVEL: 'warn',
        ASSISTERS_SESSIONS_PER_IP: '0',
        ASSISTERS_MESSAGES_PER_IP: '0',
        ASSISTERS_MESSAGES_PER_VISITOR: '0',
        ASSISTERS_MESSAGES_PER_VISITOR_DAY: '0',
        ...this.#env,
      },
    });
    this.#child = child;
    let gone = false;
    this.#exited = new Promise((resolve) =>
      child.once('exit', (code) => {
        gone = true;
        resolve(code);
      }),
    );
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-200_000);
      });
    }
    for (;;) {
      if (gone) throw new Error(`The server ended before it was ready:\n${this.output}`);
      const ready = await fetch(`${this.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Ends the process without a chance to say goodbye. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks the process to end, and gives its exit code and the milliseconds it took. */
  async stop(): Promise<{ readonly code: number | null; readonly ms: number }> {
    const began = performance.now();
    this.#child?.kill('SIGTERM');
    return { code: await this.#exited, ms: performance.now() - began };
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Calls the API with the secret key, or another credential. Rejects when the line breaks; gives every answer. */
  request(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly key?: string; readonly headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(`${this.url}/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${options.key ?? this.secretKey}`,
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  }

  /** The same, for what must succeed. */
  async api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.request(method, path, body === undefined ? {} : { body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }
}
