import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Assisters } from '../src/sdk/index.ts';
import { openPostgresStore } from '../src/server/store/postgres/open.ts';
import type { Store } from '../src/server/store/store.ts';
import { freePort } from './free-port.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** Several server processes on one PostgreSQL, with a model that writes as it is told. */
export interface Servers {
  /** By place; a place keeps its port when its process is exchanged. */
  readonly processes: ServerProcess[];
  readonly urls: readonly string[];
  readonly model: ModelServer;
  /** The database itself, to look and to prepare. */
  readonly store: Store;
  readonly secretKey: string;
  readonly accountId: string;
  /** An assistant that asks the model. */
  readonly assistantId: string;
  /** Starts the process of a place anew. */
  start(place: number): Promise<void>;
  /** A client of one place, or of another address; it does not retry unless told to. */
  client(place: number | string, maxRetries?: number): Assisters;
  close(): Promise<void>;
}

/**
 * Starts them.
 *
 * @param options.publicUrl where visitors reach them; default: the first one's address
 * @param options.program what is run; default: the source
 */
export async function startServers(options: {
  readonly databaseUrl: string;
  readonly count: number;
  readonly publicUrl?: string;
  readonly program?: readonly string[];
}): Promise<Servers> {
  const { databaseUrl, count, program } = options;
  const model = await startModelServer();
  const ports: number[] = [];
  for (let place = 0; place < count; place += 1) ports.push(await freePort());
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const processes: ServerProcess[] = [];
  const start = async (place: number) => {
    processes[place] = await startServerProcess(
      {
        PORT: String(ports[place]),
        ASSISTERS_DATABASE_URL: databaseUrl,
        ASSISTERS_PUBLIC_URL: options.publicUrl ?? urls[0]!,
        ASSISTERS_MODEL_BASE_URL: model.url,
        ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
        ASSISTERS_TRUST_PROXY: options.publicUrl === undefined ? '0' : '1',
      },
      program,
    );
  };
  // Together, so that every run shows that a first start of several processes makes one installation.
  await Promise.all(urls.map((_, place) => start(place)));
  const secrets = processes.flatMap(({ output }) => /sk_live_\w{49}/.exec(output.out) ?? []);
  if (secrets.length !== 1) throw new Error(`Expected one process to make the secret key, ${secrets.length} did.`);
  const [secretKey] = secrets as [string];
  const store = await openPostgresStore({ url: databaseUrl, connections: 2 });
  const accounts = await store.accounts.list();
  if (accounts.length !== 1) throw new Error(`Expected one account, there are ${accounts.length}.`);
  const client = (place: number | string, maxRetries = 0) =>
    new Assisters({ apiKey: secretKey, baseURL: `${typeof place === 'number' ? urls[place] : place}/v1`, maxRetries });
  const assistant = await client(0).assistants.create({ name: 'Slow', model: 'gpt-test' });
  return {
    processes,
    urls,
    model,
    store,
    secretKey,
    accountId: accounts[0]!.id,
    assistantId: assistant.id,
    start,
    client,
    async close() {
      await Promise.all(processes.map((server) => server.kill()));
      await store.close();
      await model.close();
    },
  };
}

/** A webhook receiver. While `held` is set it answers nothing. */
export async function startReceiver() {
  const came: { readonly id: string; readonly at: number }[] = [];
  const waiting: ServerResponse[] = [];
  let wake = () => {};
  const self = {
    url: '',
    came,
    held: true,
    /** Resolves when that many tries have come. */
    async tries(count: number) {
      while (came.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    request.resume();
    came.push({ id: String(request.headers['webhook-id']), at: performance.now() });
    if (self.held) waiting.push(response);
    else response.end();
    wake();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return self;
}
