import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/free-port.ts';

const CLI = fileURLToPath(new URL('../../dist/server/cli.js', import.meta.url));

/** The servers' key at the model provider. */
export const MODEL_KEY = 'model-key-9dK3xQ7LfPzR2vWb';

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What a test sets before the server first starts. */
export interface ServerOptions {
  /** `ASSISTERS_MODEL_BASE_URL`. */
  readonly modelUrl: string;
  /** Where browsers reach it, when something stands in between. */
  readonly publicUrl?: string;
  /** More settings, over those of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The built server as its own process, as a self-hoster runs it: `cli.js serve` on a free port of 127.0.0.1, with a data
 * directory of its own. `kill()` is a SIGKILL; `start()` again opens the same data on the same port.
 */
export class TestServer {
  readonly origin: string;
  /** Everything the process wrote, for the message of a failure and for reading the keys it prints once. */
  output = '';
  /** The part of it that is the log. */
  log = '';
  #child: Child | null = null;
  #exited: Promise<void> = Promise.resolve();
  readonly port: number;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'assisters-e2e-'));
  readonly #options: ServerOptions;
  publishableKey = '';
  secretKey = '';

  private constructor(port: number, options: ServerOptions) {
    this.port = port;
    this.#options = options;
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async start(options: ServerOptions): Promise<TestServer> {
    const server = new TestServer(await freePort(), options);
    await server.start();
    server.publishableKey = /pk_(?:live|test)_\w+/.exec(server.output)?.[0] ?? '';
    server.secretKey = /sk_(?:live|test)_\w+/.exec(server.output)?.[0] ?? '';
    if (!server.publishableKey || !server.secretKey)
      throw new Error(`The first start printed no keys:\n${server.output}`);
    return server;
  }

  /** Starts the process and waits until it answers `/readyz`. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.#dataDir,
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        ASSISTERS_DATA_DIR: this.#dataDir,
        ASSISTERS_PUBLIC_URL: this.#options.publicUrl ?? this.origin,
        ASSISTERS_MODEL_BASE_URL: this.#options.modelUrl,
        ASSISTERS_MODEL_API_KEY: MODEL_KEY,
        // All tests share one address.
        ASSISTERS_SESSIONS_PER_IP: '0',
        ASSISTERS_MESSAGES_PER_IP: '0',
        ASSISTERS_MESSAGES_PER_VISITOR: '0',
        ASSISTERS_MESSAGES_PER_VISITOR_DAY: '0',
        ...this.#options.env,
      },
    });
    this.#child = child;
    let gone = false;
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => {
        gone = true;
        resolve();
      });
    });
    const keep = (text: string) => {
      this.output += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      this.log += text;
    });
    while (!(await this.#ready())) {
      if (gone) throw new Error(`The server ended before it was ready:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.origin}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends the process without a chance to say goodbye. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  /** Ends the process and removes its data. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** Calls the API with the secret key. Fails on any answer that is not a success. */
  async api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.origin}/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.secretKey}`,
        ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as Answer;
  }
}
