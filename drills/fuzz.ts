import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ApiKey, Assistant, Conversation, Message } from '../src/protocol/resources.ts';
import { ROUTES, type RouteName } from '../src/protocol/routes.ts';
import { startModelServer } from '../test/model-server.ts';
import { findSchemathesis, PYTHON_ABSENT, runPass } from './schemathesis.ts';
import { DrillServer } from './server.ts';

const CLI = fileURLToPath(new URL('../dist/server/cli.js', import.meta.url));
const METRICS_TOKEN = 'fuzz-metrics';
/** Memory is given back some time after the load. */
const REST_MS = 20_000;

/** What became of a run of {@link fuzzDrill}. */
export interface FuzzReport {
  readonly requests: number;
  readonly serverErrors: number;
  /** Output of the passes in which an answer was not as documented; empty when all were. */
  readonly mismatches: readonly string[];
  /** Endpoints nothing was asked of. */
  readonly untouched: readonly string[];
  /** Documented statuses below 500, and those of them that no answer had, as `endpoint status`. */
  readonly documented: number;
  readonly unreached: readonly string[];
  readonly rssBeforeMiB: number;
  readonly rssAfterMiB: number;
  readonly alive: boolean;
}

/**
 * Schemathesis against the built server and the OpenAPI document it serves, in rounds of several passes each, with the
 * credentials there are, on ids that exist and on such that do not; then every refusal the document names, asked for by hand.
 * The server counts for itself what it answered (`/metrics`).
 *
 * @param options.requests rounds go on until the server has answered so many
 * @param options.examples most requests made up per operation and phase in one pass
 * @throws Error where there is no Python
 */
export async function fuzzDrill(options: {
  readonly requests: number;
  readonly examples: number;
  readonly seed?: number;
  readonly phases?: string;
  readonly restMs?: number;
}): Promise<FuzzReport> {
  const { requests, examples, seed = 1, phases, restMs = REST_MS } = options;
  const command = findSchemathesis();
  if (!command) throw new Error(`${PYTHON_ABSENT}.`);
  const model = await startModelServer();
  const server = await DrillServer.start({
    ASSISTERS_METRICS_TOKEN: METRICS_TOKEN,
    ASSISTERS_MODEL_BASE_URL: model.url,
    ASSISTERS_MESSAGES_PER_KEY_DAY: '0',
    // What is made up holds addresses of all kinds.
    NODE_OPTIONS: `--import=${new URL('./offline.mjs', import.meta.url).href}`,
  });
  try {
    const mismatches: string[] = [];
    let rssBefore = 0;
    for (let round = 0; round === 0 || (await answered(server)).total < requests; round += 1) {
      const scene = await makeScene(server);
      const pass = (key: string, operations: string, ids = {}) =>
        runPass(command, {
          url: server.url,
          key,
          operations,
          ids,
          examples,
          seed: seed + round,
          ...(phases !== undefined && { phases }),
        });
      const failed = [
        await pass(server.secretKey, '^(?!.*(ApiKey|Visitor|WidgetConfig))'),
        await pass(server.secretKey, '^(?!(delete|end))(?!.*(ApiKey|Visitor|WidgetConfig)).*', scene.ids),
        // Of an account of its own: it may revoke itself.
        await pass(accountKey(server, 'enterprise'), 'ApiKey'),
        await pass(scene.publishable, 'WidgetConfig|createVisitor'),
        await pass(scene.visitor, '(Conversation|Message|Visitor)'),
      ];
      mismatches.push(...failed.filter((output) => output !== null));
      // The first round warms the server up: code is compiled, caches are filled.
      if (round === 0) {
        await sleep(restMs);
        rssBefore = residentMiB(server.pid);
      }
    }
    const alive = (await fetch(`${server.url}/readyz`)).ok;
    await sleep(restMs);
    const rssAfter = residentMiB(server.pid);
    const made = await answered(server);
    await refusals(server);
    const { byRoute } = await answered(server);
    const { documented, unreached } = await compare(server, byRoute);
    return {
      requests: made.total,
      serverErrors: [...made.byRoute.values()]
        .flatMap((statuses) => [...statuses])
        .reduce((all, [status, count]) => (status >= 500 ? all + count : all), 0),
      mismatches,
      untouched: Object.keys(ROUTES).filter((name) => !byRoute.has(name)),
      documented,
      unreached,
      rssBeforeMiB: Math.round(rssBefore),
      rssAfterMiB: Math.round(rssAfter),
      alive,
    };
  } finally {
    await server.dispose();
    await model.close();
  }
}

/** Objects of every kind, so that what is asked for is there. */
async function makeScene(server: DrillServer) {
  const assistant = await server.api<Assistant>('POST', '/assistants', { name: 'Fuzzed', identity: {} });
  const base = await server.api<{ id: string }>('POST', '/knowledge-bases', { name: 'Fuzzed' });
  const urls = await server.api<{ urls: { id: string }[] }>('POST', `/knowledge-bases/${base.id}/urls`, {
    urls: [`https://fuzz${Math.random().toString(36).slice(2)}.example/`],
  });
  const file = new FormData();
  file.append('file', new Blob(['# Hours\n\nWe open at nine.']), 'hours.md');
  const headers = { Authorization: `Bearer ${server.secretKey}` };
  const upload = `${server.url}/v1/knowledge-bases/${base.id}/documents`;
  const document = (await (await fetch(upload, { method: 'POST', headers, body: file })).json()) as { id: string };
  const hook = await server.api<{ id: string }>('POST', '/webhooks', {
    url: 'https://hook.example/',
    events: ['conversation.created'],
  });
  const talk = await server.api<Conversation>('POST', '/conversations', { assistant_id: assistant.id });
  const message = await server.api<Message>('POST', `/conversations/${talk.id}/messages`, { content: 'Hours?' });
  const { deliveries } = await server.api<{ deliveries: { id: string }[] }>('GET', `/webhooks/${hook.id}/deliveries`);
  const page = await server.api<ApiKey>('POST', '/api-keys', {
    kind: 'publishable',
    name: 'Fuzzed',
    assistant_ids: [assistant.id],
    allow_native: true,
  });
  const session = (await (
    await server.request('POST', '/visitor-sessions', { body: { assistant_id: assistant.id }, key: page.key! })
  ).json()) as { token: string };
  return {
    assistant: assistant.id,
    publishable: page.key!,
    visitor: session.token,
    ids: {
      '^/v1/assistants/': { id: assistant.id },
      '^/v1/conversations/': { id: talk.id, mid: message.id },
      '^/v1/knowledge-bases/.*/documents': { id: base.id, did: document.id },
      '^/v1/knowledge-bases/.*/urls': { id: base.id, uid: urls.urls[0]!.id },
      '^/v1/webhooks/': { id: hook.id, did: deliveries[0]!.id },
    },
  };
}

/** The secret key of a new account. */
function accountKey(server: DrillServer, plan: string): string {
  const env = { PATH: process.env.PATH, ASSISTERS_DATA_DIR: server.dataDir };
  const args = [CLI, 'accounts', 'create', '--name', 'Fuzz', '--plan', plan];
  return /sk_live_\w+/.exec(execFileSync(process.execPath, args, { env, encoding: 'utf8' }))![0];
}

/**
 * Refusals that no made-up request meets: keys of the wrong kind or without the scope, bodies that are too large or no JSON,
 * repeats with another body, objects in another state, more requests than the plan has.
 */
async function refusals(server: DrillServer): Promise<void> {
  const scene = await makeScene(server);
  const restricted = await server.api<ApiKey>('POST', '/api-keys', { kind: 'restricted', name: 'None', scopes: [] });
  const free = accountKey(server, 'free');
  const idsOf = (path: string) =>
    Object.entries(scene.ids).find(([pattern]) => new RegExp(pattern).test(`/v1${path}`))?.[1] as
      | Record<string, string>
      | undefined;
  const ask = async (name: RouteName, key: string, init: RequestInit = {}, known = true) => {
    const { method, path } = ROUTES[name];
    const at = path.replace(/\{(\w+)\}/g, (_, param: string) => (known && idsOf(path)?.[param]) || 'none');
    const answer = await fetch(`${server.url}/v1${at}`, {
      method,
      ...init,
      headers: { Authorization: `Bearer ${key}`, ...init.headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const json = { 'Content-Type': 'application/json' };
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const { method, callers } = ROUTES[name];
    const rightful = (callers as readonly string[]).includes('sk')
      ? server.secretKey
      : (callers as readonly string[]).includes('vt')
        ? scene.visitor
        : scene.publishable;
    const once = { 'Idempotency-Key': `fuzz-${name}` };
    await ask(name, 'sk_live_none');
    await ask(name, restricted.key!);
    await ask(name, scene.publishable === rightful ? server.secretKey : scene.publishable);
    if (method !== 'DELETE') await ask(name, rightful, {}, false);
    if (method === 'POST' || method === 'PATCH') {
      await ask(name, rightful, { body: '{', headers: json });
      await ask(name, rightful, { body: 'x', headers: { 'Content-Type': 'text/plain' } });
      await ask(name, rightful, { body: JSON.stringify({ content: 'x'.repeat(2_000_000) }), headers: json });
      await ask(name, rightful, { body: '{}', headers: { ...json, ...once } });
      await ask(name, rightful, { body: '{ }', headers: { ...json, ...once } });
    }
    for (let n = 0, status = 0; n < 25 && status !== 429; n += 1) status = await ask(name, free, {}, false);
  }
}

/** What the server says it answered, by endpoint and status. */
async function answered(server: DrillServer) {
  const answer = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${METRICS_TOKEN}` } });
  const byRoute = new Map<string, Map<number, number>>();
  let total = 0;
  for (const [, route, status, count] of (await answer.text()).matchAll(
    /^assisters_http_requests_total\{method="\w+",route="(\w+)",status="(\d+)"\} (\d+)$/gm,
  )) {
    const statuses = byRoute.get(route!) ?? new Map<number, number>();
    byRoute.set(route!, statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + Number(count)));
    total += Number(count);
  }
  return { total, byRoute };
}

async function compare(server: DrillServer, byRoute: ReadonlyMap<string, ReadonlyMap<number, number>>) {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  };
  const unreached: string[] = [];
  let documented = 0;
  for (const { operationId, responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
    for (const status of Object.keys(responses).map(Number)) {
      // Faults and a server that stops are looked for elsewhere.
      if (status >= 500) continue;
      documented += 1;
      if (!byRoute.get(operationId)?.has(status)) unreached.push(`${operationId} ${status}`);
    }
  }
  return { documented, unreached };
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
