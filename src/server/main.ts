import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { chooseByModel } from './answer/choose.ts';
import { ExtractiveAnswerer } from './answer/extractive.ts';
import { createApp } from './app.ts';
import { createIdentityReader } from './auth/identity.ts';
import { checkSecretBox, isSealed, openSecretBox, type SecretBox } from './auth/secret-box.ts';
import type { Config } from './config.ts';
import { lockDataDir } from './data-lock.ts';
import { indexGuides } from './demo-knowledge.ts';
import type { Deps } from './deps.ts';
import { createEmbedder, type EmbeddingSettings } from './embeddings/embedder.ts';
import { makeEmbeddings } from './embeddings/make-embeddings.ts';
import { makeFetch } from './fetch/make-fetch.ts';
import { type Installation, prepareInstallation } from './first-start.ts';
import { createChildParser } from './ingest/parse-in-child.ts';
import { startHourly } from './jobs/hourly.ts';
import { makeJobs } from './jobs/make-jobs.ts';
import { type Presence, startPresence } from './jobs/presence.ts';
import type { Log } from './logs.ts';
import { memoryRateLimiter } from './middleware/rate-limiter.ts';
import { DOCS_DIR, README_FILE, WEB_DIR } from './paths.ts';
import { createRetriever } from './retrieve/create-retriever.ts';
import { readAssets } from './site/assets.ts';
import { isAnswered, readGuides, readPictures } from './site/guides.ts';
import { StartError } from './start-error.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { openTracing, tracedAnswerer, tracedRetriever } from './tracing.ts';
import { makeTurns } from './turn/make-turns.ts';

/** Answers that are being written get this long to finish when the server stops. */
const DRAIN_MS = 8_000;

/** A line that was opened just before has this long to send its request. */
const FIRST_REQUESTS_MS = 100;
/** And requests that came at the last moment this long for their answers. */
const LAST_REQUESTS_MS = 1_000;

/** A server that listens. */
export interface RunningServer {
  /** Where browsers reach it, without a trailing slash. */
  readonly url: string;
  readonly installation: Installation;
  /** Takes no new requests, lets running answers finish for a few seconds, marks the rest interrupted, closes the store. */
  stop(): Promise<void>;
}

/**
 * Starts a server: locks the data directory, opens the store, listens, makes what a first start makes, answers.
 * Until it can answer, requests get 503.
 *
 * @throws StartError with one line for the person who started it
 */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const unlock = config.databaseUrl === null ? lockDataDir(config.dataDir) : () => {};
  let store: Store | null = null;
  let server: Server | null = null;
  let presence: Presence | null = null;
  try {
    store = await openStore(config, log);
    let answer: ((request: Request, env: HttpBindings) => Response | Promise<Response>) | null = null;
    server = createAdaptorServer({
      fetch: (request, env) => answer?.(request, env as HttpBindings) ?? notReady(),
      // A proxy of a visitor that is slow to send must not hold a socket for ever; event streams are not affected.
      serverOptions: { requestTimeout: 120_000 },
      overrideGlobalObjects: false,
    }) as Server;
    const url = await listen(server, config);
    // Before anything is written: a server that may not take part must not have changed what the others answer from.
    const secrets = openSecretBox(config);
    await checkSecretBox(secrets, store.settings);
    const alone = config.databaseUrl === null;
    presence = await startPresence({ store, alone, log });
    const { clock } = presence;

    const parts = { store, random: randomBytes, clock, publicUrl: url };
    const { exclusively } = store;
    const installation = await exclusively('first start', () => prepareInstallation(parts));
    const pictures = readPictures(DOCS_DIR);
    const guides = readGuides(DOCS_DIR, README_FILE, pictures);
    const { accountId, demoBaseId } = installation;
    if (demoBaseId) {
      // Who asks wants a guide's sentence, not a row of a reference's table.
      const answersFrom = guides.filter(isAnswered);
      const demo = { ...parts, scope: { accountId }, knowledgeBaseId: demoBaseId, guides: answersFrom };
      const read = await exclusively('guides', () => indexGuides(demo));
      log.info({ read, guides: answersFrom.length }, 'documentation indexed');
    }

    const tracing = await openTracing(config);
    const embedding = embeddingSettings(config);
    const embeddings = embedding && makeEmbeddings({ store, embedder: createEmbedder(embedding), clock, log, tracing });
    await sealWebhooks(store, secrets);
    const publicKeys = makeFetch(config);
    // Starts its process with the first file.
    const attached = createChildParser();
    const base = {
      store: embeddings?.store ?? store,
      secrets,
      identity: createIdentityReader({ secrets, fetch: publicKeys, clock }),
      tracing,
      retriever: tracedRetriever(createRetriever(store.chunks, embeddings?.meaning), tracing),
      answerer: tracedAnswerer(chooseByModel(new ExtractiveAnswerer(), modelSettings(config)), tracing),
      config,
      parse: attached.parse,
      limiter: store.limiter ?? memoryRateLimiter(),
      log,
      clock,
      random: randomBytes,
      signingSecret: installation.signingSecret,
    };
    const deps: Deps = {
      ...base,
      turns: makeTurns(base),
      jobs: makeJobs({ ...base, others: embeddings ? [embeddings.jobs] : [] }),
    };
    deps.jobs.start();
    const app = createApp(deps, {
      assets: new Map([...readAssets(WEB_DIR), ...pictures]),
      guides,
      demo: installation.demo,
    });
    answer = app.fetch;
    const stopHourly = startHourly(deps);

    const running = { store, server, presence };
    return {
      url,
      installation,
      async stop() {
        // A line that is kept for the next request would only hear that there is nobody any more.
        running.server.prependListener('request', (_request, response) => {
          response.shouldKeepAlive = false;
        });
        let open = true;
        // Not the close of http's server, which would also cut lines whose first request is on its way.
        const stopListening = NetServer.prototype.close.bind(running.server);
        const closed = new Promise<void>((resolve) => stopListening(() => resolve())).then(() => {
          open = false;
        });
        const ended = [
          deps.turns.drain(DRAIN_MS),
          deps.jobs.stop(),
          stopHourly(),
          publicKeys.close(),
          attached.close(),
        ];
        await Promise.all([...ended, sleep(FIRST_REQUESTS_MS)]);
        const deadline = performance.now() + LAST_REQUESTS_MS;
        while (open && performance.now() < deadline) {
          running.server.closeIdleConnections();
          await sleep(10);
        }
        running.server.closeAllConnections();
        await closed;
        await running.presence.stop();
        await tracing.stop().catch((error: unknown) => log.warn({ err: error }, 'the last traces could not be sent'));
        await running.store.close();
        unlock();
      },
    };
  } catch (error) {
    server?.close();
    await presence?.stop().catch(() => {});
    await store?.close();
    unlock();
    throw error;
  }
}

/** Version 0.1.0 kept the secrets of webhooks as they are: they are sealed at the first start after it. */
async function sealWebhooks(store: Store, secrets: SecretBox): Promise<void> {
  for (const { id: accountId } of await store.accounts.list()) {
    const { rows } = await store.webhooks.list({ accountId }, { limit: 1_000, offset: 0 });
    for (const { id, secret, oldSecrets } of rows) {
      if (isSealed(secret)) continue;
      const old = oldSecrets.map((one) => ({ ...one, secret: secrets.seal(one.secret) }));
      await store.webhooks.update({ accountId }, id, { secret: secrets.seal(secret), oldSecrets: old });
    }
  }
}

async function listen(server: Server, config: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, config)));
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  if (config.publicUrl !== null) return config.publicUrl;
  const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is in use. Stop what uses it, or set PORT to another one.`,
    EACCES: `Port ${port} may not be opened by this user. Set PORT to one above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set HOST to one that is, or to 0.0.0.0.`,
    ENOTFOUND: `The host name ${host} is not known. Set HOST to an address of this machine.`,
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? error : new StartError(reason);
}

function notReady(): Response {
  const error = { code: 'service_unavailable', message: 'The server is starting; try again in a moment.' };
  return Response.json({ error }, { status: 503, headers: { 'Retry-After': '1' } });
}

/** Where embeddings come from, or `null`. The key of the language model goes to no other address than that model's. */
export function embeddingSettings(config: Config): EmbeddingSettings | null {
  const { embeddingModel: model, embeddingBaseUrl, embeddingApiKey, modelBaseUrl, modelApiKey } = config;
  const baseUrl = embeddingBaseUrl ?? modelBaseUrl;
  if (model === null || baseUrl === null) return null;
  const sameHost = embeddingBaseUrl === null || embeddingBaseUrl === modelBaseUrl;
  return { model, baseUrl, apiKey: embeddingApiKey ?? (sameHost ? modelApiKey : null) };
}

function modelSettings(config: Config): Parameters<typeof chooseByModel>[1] {
  const { modelBaseUrl, modelApiKey, anthropicApiKey } = config;
  return {
    openaiCompatible: modelBaseUrl === null ? null : { baseUrl: modelBaseUrl, apiKey: modelApiKey },
    anthropic: anthropicApiKey === null ? null : { apiKey: anthropicApiKey },
  };
}
