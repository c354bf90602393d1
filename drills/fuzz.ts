import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ApiKey, Assistant, Conversation, Message } from '../src/protocol/resources.ts';
import { ROUTES, type RouteName } from '../src/protocol/routes.ts';
import { type ModelServer, startModelServer } from '../test/model-server.ts';
import { findSchemathesis, PYTHON_ABSENT, runPass } from './schemathesis.ts';
import { DrillServer } from './server.ts';

const CLI = fileURLToPath(new URL('../dist/server/cli.js', import.meta.url));
const UPLOAD_BYTES = 1_000_000;
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
  /** Hears how far it is, in words. */
  readonly onProgress?: (done: string) => void;
}): Promise<FuzzReport> {
  const { requests, examples, seed = 1, restMs = REST_MS } = options;
  const command = findSchemathesis();
  if (!command) throw new Error(`${PYTHON_ABSENT}.`);
  const model = await startModelServer();
  const server = await DrillServer.start({
    ASSISTERS_METRICS_TOKEN: METRICS_TOKEN,
    ASSISTERS_MODEL_BASE_URL: model.url,
    ASSISTERS_MESSAGES_PER_KEY_DAY: '0',
    ASSISTERS_UPLOAD_BYTES: String(UPLOAD_BYTES),
    // What is made up holds addresses of all kinds.
    NODE_OPTIONS: `--import=${new URL('./offline.mjs', import.meta.url).href}`,
  });
  try {
    const mismatches: string[] = [];
    let rssBefore = 0;
    for (let round = 0; round === 0 || (await answered(server)).total < requests; round += 1) {
      const scene = await makeScene(server);
      const pass = (key: string, operations: string, ids = {}, phases = options.phases) =>
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
        // Nothing follows from these two, so there are no steps to take.
        await pass(
          scene.publishable,
          'WidgetConfig|createVisitor',
          {},
          options.phases?.replace(',stateful', '') ?? 'examples,coverage,fuzzing',
        ),
        await pass(scene.visitor, '(Conversation|Message|Visitor)'),
      ];
      mismatches.push(...failed.filter((output) => output !== null));
      options.onProgress?.(`${(await answered(server)).total} of ${requests} requests`);
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
    await byHand(server, model);
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

interface Scene {
  readonly assistant: string;
  readonly publishable: string;
  readonly visitor: string;
  /** Path parameters by a pattern of the path. */
  readonly ids: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Objects of every kind, so that what is asked for is there. */
async function makeScene(server: DrillServer): Promise<Scene> {
  const assistant = await server.api<Assistant>('POST', '/assistants', {
    name: 'Fuzzed',
    identity: {},
    attachments: { enabled: true },
  });
  const base = await server.api<{ id: string }>('POST', '/knowledge-bases', { name: 'Fuzzed' });
  const urls = await server.api<{ urls: { id: string }[] }>('POST', `/knowledge-bases/${base.id}/urls`, {
    urls: [`https://fuzz${Math.random().toString(36).slice(2)}.example/`],
  });
  const file = new FormData();
  file.append('file', new Blob(['# Hours\n\nWe open at nine.']), 'hours.md');
  const headers = { Authorization: `Bearer ${server.secretKey}` };
  const upload = `${server.url}/v1/knowledge-bases/${base.id}/documents`;
  const document = (await (await fetch(upload, { method: 'POST', headers, body: file })).json()) as { id: string };
  // An account has so many webhooks at most, and the fuzzer made some.
  const { webhooks } = await server.api<{ webhooks: { id: string }[] }>('GET', '/webhooks?limit=100');
  for (const { id } of webhooks) await server.api('DELETE', `/webhooks/${id}`);
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

/** Bodies that are taken, for endpoints that need one. */
const BODIES: Partial<Record<RouteName, (scene: Scene) => object>> = {
  createVisitorSession: ({ assistant }) => ({ assistant_id: assistant }),
  createAssistant: () => ({ name: 'A' }),
  createConversation: ({ assistant }) => ({ assistant_id: assistant }),
  createMessage: () => ({ content: 'When?' }),
  streamMessage: () => ({ content: 'When?' }),
  createFeedback: () => ({ rating: 'up' }),
  createToolResults: () => ({ results: [{ tool_call_id: 'none', content: 1 }] }),
  createKnowledgeBase: () => ({ name: 'K' }),
  createUrls: () => ({ urls: ['https://page.example/'] }),
  createWebhook: () => ({ url: 'https://hook.example/', events: ['conversation.created'] }),
  createApiKey: () => ({ kind: 'restricted', name: 'R' }),
};

/**
 * What no made-up request meets: keys of the wrong kind or without the scope, bodies that are too large or no JSON, repeats
 * with another body, objects in another state, more requests than the plan has; and every success once.
 */
async function byHand(server: DrillServer, model: ModelServer): Promise<void> {
  const scene = await makeScene(server);
  const { secretKey } = server;
  const restricted = await server.api<ApiKey>('POST', '/api-keys', { kind: 'restricted', name: 'None', scopes: [] });
  const free = accountKey(server, 'free');
  const ids: Scene['ids'] = { ...scene.ids, '^/v1/api-keys/': { id: restricted.id } };
  const ask = async (name: RouteName, key: string, init: RequestInit = {}, id?: string) => {
    const { method, path } = ROUTES[name];
    const known = Object.entries(ids).find(([pattern]) => new RegExp(pattern).test(`/v1${path}`))?.[1];
    const at = path.replace(/\{(\w+)\}/g, (_, param: string) => id ?? known?.[param] ?? 'none');
    const answer = await fetch(`${server.url}/v1${at}`, {
      method,
      ...init,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...init.headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const names = Object.keys(ROUTES) as RouteName[];
  // What ends things comes last, and last of all what ends the most.
  const weight = (name: RouteName) => (name === 'deleteAssistant' ? 2 : Number(/^(delete|revoke|end)/.test(name)));
  for (const name of names.reverse().sort((a, b) => weight(a) - weight(b))) {
    const { method } = ROUTES[name];
    const callers: readonly string[] = ROUTES[name].callers;
    const rightful = callers.includes('sk') ? secretKey : callers.includes('vt') ? scene.visitor : scene.publishable;
    const body = method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(BODIES[name]?.(scene) ?? {});
    const good = { ...(body !== undefined && { body }) };
    await ask(name, 'sk_live_none');
    await ask(name, restricted.key!);
    await ask(name, scene.publishable === rightful ? secretKey : scene.publishable);
    await ask(name, rightful, good, 'none');
    if (body !== undefined) {
      await ask(name, rightful, { body: '{' });
      await ask(name, rightful, { body: 'x', headers: { 'Content-Type': 'text/plain' } });
      await ask(name, rightful, { body: JSON.stringify({ content: 'x'.repeat(2_000_000) }) });
      const once = { 'Idempotency-Key': `by-hand-${name}` };
      await ask(name, rightful, { body, headers: once });
      await ask(name, rightful, { body: body.replace('{', '{ ').replace('When', 'Since when'), headers: once });
      await ask(name, rightful, { body, headers: once }, 'none');
    } else {
      const url = ROUTES[name].path.includes('{') ? undefined : `limit=none&assistant_id=${'x'.repeat(500)}`;
      if (url) await (await fetch(`${server.url}/v1${ROUTES[name].path}?${url}`, { headers: bearer(rightful) })).text();
      await ask(name, rightful, good);
    }
    for (let n = 0, status = 0; n < 25 && status !== 429; n += 1) status = await ask(name, free, good, 'none');
  }
  const file = new FormData();
  file.append('file', new Blob(['x'.repeat(UPLOAD_BYTES + 1)]), 'large.txt');
  const { id } = await server.api<{ id: string }>('POST', '/knowledge-bases', { name: 'Large' });
  const upload = { method: 'POST', headers: bearer(secretKey), body: file };
  await (await fetch(`${server.url}/v1/knowledge-bases/${id}/documents`, upload)).text();
  await states(server, model, ask);
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

/** Objects in a state that does not allow what is asked. */
async function states(
  server: DrillServer,
  model: ModelServer,
  ask: (name: RouteName, key: string, init?: RequestInit, id?: string) => Promise<number>,
): Promise<void> {
  const { secretKey: key } = server;
  const scene = await makeScene(server);
  const plain = await server.api<Assistant>('POST', '/assistants', { name: 'Plain' });
  await ask('createConversation', key, { body: '{"assistant_id":"asst_none"}' });
  await attach(server, scene.assistant, plain.id);
  await ask('rotateIdentitySecret', key, {}, plain.id);
  const two = { kind: 'publishable', name: 'Two', assistant_ids: [scene.assistant, plain.id], allow_native: true };
  await ask('getWidgetConfig', (await server.api<ApiKey>('POST', '/api-keys', two)).key!);
  const spare = await server.api<ApiKey>('POST', '/api-keys', { kind: 'restricted', name: 'Spare' });
  await ask('rotateApiKey', key, { body: '{}' }, spare.id);
  await ask('revokeApiKey', key, {}, spare.id);
  await ask('rotateApiKey', key, { body: '{}' }, spare.id);
  await ask('updateApiKey', key, { body: '{}' }, spare.id);
  const page = Object.values(scene.ids);
  const hook = page.at(-1)!;
  await server.api('PATCH', `/webhooks/${hook.id}`, { enabled: false });
  const call = async (path: string, body: object) => (await server.request('POST', path, { body })).text();
  await call(`/webhooks/${hook.id}/deliveries/${hook.did}/redeliver`, {});
  for (let n = 0; n <= 50; n += 1) {
    await ask('createWebhook', key, { body: JSON.stringify(BODIES.createWebhook!(scene)) });
  }
  // Tools of the page: an answer that waits for their results, gets them, and takes none a second time.
  const agent = await server.api<Assistant>('POST', '/assistants', { name: 'Agent', model: 'm' });
  const talk = await server.api<Conversation>('POST', '/conversations', { assistant_id: agent.id });
  model.respond({ calls: [{ id: 'call_1', name: 'cart', arguments: '{}' }] }, {});
  const tools = [{ name: 'cart', description: 'The cart', parameters: { type: 'object' } }];
  const asked = await server.api<Message>('POST', `/conversations/${talk.id}/messages`, { content: 'Cart?', tools });
  const results = { results: [{ tool_call_id: 'call_1', content: [] }] };
  const at = `/conversations/${talk.id}/messages/${asked.id}`;
  await call(`${at}/tool-results`, results);
  await call(`${at}/tool-results`, { results: [{ tool_call_id: 'call_2', content: [] }] });
  await call(`${at}/retry`, {});
  await call(`/conversations/${talk.id}/messages/stream`, { content: 'And now?' });
  await (await server.request('GET', `${at}/stream`)).text();
  await call(`/conversations/${talk.id}/end`, {});
  for (const path of ['/messages', '/messages/stream', `/messages/${asked.id}/retry`]) {
    await call(`/conversations/${talk.id}${path}`, { content: 'Late' });
  }
}

/** Files with a question: one that is taken and taken back, and each that is refused. */
async function attach(server: DrillServer, assistant: string, without: string): Promise<void> {
  const begin = async (assistant_id: string) =>
    `/conversations/${(await server.api<Conversation>('POST', '/conversations', { assistant_id })).id}/attachments`;
  const [at, elsewhere] = [await begin(assistant), await begin(without)];
  const upload = async (to: string, name: string, content: string | Uint8Array<ArrayBuffer>) => {
    const body = new FormData();
    body.append(name, new Blob([content]), 'notes.txt');
    const headers = bearer(server.secretKey);
    return (await fetch(`${server.url}/v1${to}`, { method: 'POST', headers, body })).json() as Promise<{ id?: string }>;
  };
  const { id } = await upload(at, 'file', 'We open at nine.');
  await server.request('DELETE', `${at}/${id}`);
  await upload(elsewhere, 'file', 'We open at nine.');
  await upload(at, 'other', 'We open at nine.');
  await upload(at, 'file', 'x'.repeat(UPLOAD_BYTES + 1));
  await upload(at, 'file', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]));
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
