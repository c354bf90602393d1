import { randomBytes } from 'node:crypto';
import type { Answerer } from '../answer/answerer.ts';
import { createApp } from '../app.ts';
import { credentialHint, hashCredential, newCredential, newId } from '../auth/credentials.ts';
import { createIdentityReader } from '../auth/identity.ts';
import { secretBox } from '../auth/secret-box.ts';
import { readConfig } from '../config.ts';
import type { Deps } from '../deps.ts';
import { makeFetch } from '../fetch/make-fetch.ts';
import { parseFile } from '../ingest/parse-file.ts';
import { makeJobs } from '../jobs/make-jobs.ts';
import { SILENT_LOG } from '../logs.ts';
import { memoryRateLimiter } from '../middleware/rate-limiter.ts';
import type { ApiKeyRow, AssistantRow } from '../store/store.ts';
import { NO_TRACING } from '../tracing.ts';
import { makeTurns } from '../turn/make-turns.ts';
import { testStore } from './test-store.ts';

/**
 * The real app over a real database of its own, with one account, an assistant and its keys, for tests. The clock stands
 * still until `tick`; retrieval finds nothing and the answerer says so, unless others are passed.
 */
export async function makeApp(overrides: Partial<Deps> & { env?: Record<string, string> } = {}) {
  const store = overrides.store ?? (await testStore());
  let now = Date.UTC(2026, 0, 1);
  const config = readConfig({ ASSISTERS_PUBLIC_URL: 'http://localhost:8787', ...overrides.env });
  const secrets = secretBox(Buffer.alloc(32, 7));
  const parts: Omit<Deps, 'turns' | 'jobs'> = {
    store,
    retriever: { retrieve: async () => [] },
    answerer: NOTHING_FOUND,
    config,
    limiter: memoryRateLimiter(),
    parse: parseFile,
    log: SILENT_LOG,
    tracing: NO_TRACING,
    clock: () => now,
    random: randomBytes,
    signingSecret: 'test-signing-secret',
    secrets,
    identity: createIdentityReader({ secrets, fetch: makeFetch(config), clock: () => now }),
    ...overrides,
  };
  const deps: Deps = {
    ...parts,
    jobs: overrides.jobs ?? makeJobs({ ...parts, parse: parseFile }),
    turns: overrides.turns ?? makeTurns(parts, { limits: { coalesceMs: 1 } }),
  };
  const app = createApp(deps);

  const addAccount = async (plan: 'free' | 'enterprise' = 'enterprise') => {
    const id = newId('acct_', randomBytes);
    await store.accounts.create({ id, name: 'Test', plan, createdAt: now });
    return id;
  };
  const addAssistant = async (accountId: string, change: Partial<AssistantRow> = {}) => {
    const row: AssistantRow = {
      id: newId('ast_', randomBytes),
      accountId,
      name: 'Helper',
      description: '',
      model: 'extractive',
      systemPrompt: 'Be brief.',
      knowledgeBaseId: null,
      category: null,
      config: {},
      widget: {},
      retentionDays: null,
      identity: null,
      attachments: null,
      createdAt: now,
      updatedAt: now,
      ...change,
    };
    await store.assistants.create(row);
    return row;
  };
  /** Makes a key and gives the credential itself with its row. */
  const addKey = async (accountId: string, kind: ApiKeyRow['kind'], change: Partial<ApiKeyRow> = {}) => {
    const prefix = { publishable: 'publishableLive', secret: 'secretLive', restricted: 'restrictedLive' } as const;
    const credential = newCredential(prefix[kind], randomBytes);
    const row: ApiKeyRow = {
      id: newId('key_', randomBytes),
      accountId,
      kind,
      name: kind,
      hash: hashCredential(credential),
      hint: credentialHint(credential),
      publicKey: kind === 'publishable' ? credential : null,
      test: false,
      origins: [],
      assistantIds: [],
      scopes: [],
      allowNative: false,
      createdAt: now,
      expiresAt: null,
      revokedAt: null,
      addresses: [],
      messagesPerDay: null,
      rotatedTo: null,
      ...change,
    };
    await store.keys.create(row);
    return { credential, row };
  };

  const accountId = await addAccount();
  const assistant = await addAssistant(accountId);
  const pk = await addKey(accountId, 'publishable', { origins: [SITE], assistantIds: [assistant.id] });
  const sk = await addKey(accountId, 'secret');

  /** Sends a request to the app; `body` goes as JSON. */
  const send = (
    method: string,
    path: string,
    options: { key?: string; origin?: string | null; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> =>
    Promise.resolve(
      app.request(path, {
        method,
        headers: {
          ...(options.key !== undefined && { Authorization: `Bearer ${options.key}` }),
          ...(options.origin && { Origin: options.origin }),
          ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
          ...options.headers,
        },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      }),
    );
  /** Starts a visitor session and gives its row and token. */
  const addVisitor = async (key = pk, origin: string | null = SITE, assistantId = assistant.id) => {
    const token = newCredential('visitorToken', randomBytes);
    const session = {
      id: newId('vs_', randomBytes),
      accountId: key.row.accountId,
      assistantId,
      visitorId: newId('vis_', randomBytes),
      userId: null,
      keyId: key.row.id,
      origin,
      hash: hashCredential(token),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + 90 * 86_400_000,
      revokedAt: null,
    };
    await store.sessions.create(session);
    return { token, session };
  };

  return {
    app,
    deps,
    store,
    accountId,
    assistant,
    pk,
    sk,
    send,
    addAccount,
    addAssistant,
    addKey,
    addVisitor,
    /** Moves the clock on. */
    tick: (ms: number) => {
      now += ms;
    },
  };
}

/** The origin that the test app's publishable key serves. */
export const SITE = 'https://site.example';

const NOTHING_FOUND: Answerer = {
  async *answer() {
    yield { type: 'text', text: 'Nothing found.' };
    yield {
      type: 'result',
      outcome: 'not_found',
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    };
  },
};
