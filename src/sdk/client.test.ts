import { createReadStream, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ROUTES, type RouteName } from '../protocol/routes.ts';
import { Assisters, AssistersError, type AssistersOptions, toFile } from './index.ts';
import { eventStream, instantSleep, json, type Step, scripted, wire } from './testing/scripted-server.ts';

const client = (steps: Step[], options: AssistersOptions = {}) => {
  const script = scripted(...steps);
  const { fetch, slept } = script;
  return {
    script,
    api: new Assisters({
      apiKey: 'sk_test_1',
      baseURL: 'https://api.test/v1',
      fetch,
      sleep: instantSleep(slept),
      ...options,
    }),
  };
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('options', () => {
  test.each([
    ['baseUrl', 'Did you mean `baseURL`?'],
    ['baseURl', 'Did you mean `baseURL`?'],
    ['apikey', 'Did you mean `apiKey`?'],
    ['api_key', 'Did you mean `apiKey`?'],
    ['base_url', 'Did you mean `baseURL`?'],
    ['timeout', 'Did you mean `timeoutMs`?'],
    ['retries', 'Did you mean `maxRetries`?'],
    ['apiKye', 'Did you mean `apiKey`?'],
    ['url', 'Did you mean `baseURL`?'],
    ['organisationOfTheCaller', 'There are: apiKey, baseURL, timeoutMs,'],
  ])('%s does not exist: that is said, and no request is made', (name, meant) => {
    const fetch = vi.fn();
    const make = () => new Assisters({ apiKey: 'sk_test_1', fetch, [name]: 'https://api.test/v1' } as AssistersOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`Assisters has no option \`${name}\`. ${meant}`);
    expect(fetch).not.toHaveBeenCalled();
  });
});

/** How each endpoint is reached. A new row of `ROUTES` does not compile until it has a line here. */
const CALLS = {
  getWidgetConfig: (api) => api.widget.config({ assistantId: 'a' }),
  createVisitorSession: (api) => api.visitorSessions.create({ assistantId: 'a' }),
  exportVisitor: (api) => api.visitorSessions.export(),
  deleteVisitor: (api) => api.visitorSessions.delete(),
  listAssistants: (api) => api.assistants.list({ limit: 1, category: 'c' }),
  createAssistant: (api) => api.assistants.create({ name: 'n' }),
  getAssistant: (api) => api.assistants.get('ID'),
  updateAssistant: (api) => api.assistants.update('ID', { name: 'n' }),
  deleteAssistant: (api) => api.assistants.delete('ID'),
  rotateIdentitySecret: (api) => api.assistants.rotateIdentitySecret('ID'),
  listConversations: (api) => api.conversations.list({ userId: 'u' }),
  createConversation: (api) => api.conversations.create({ assistantId: 'a' }),
  getConversation: (api) => api.conversations.get('ID'),
  deleteConversation: (api) => api.conversations.delete('ID'),
  endConversation: (api) => api.conversations.end('ID'),
  listMessages: (api) => api.messages.list({ conversationId: 'ID' }),
  createMessage: (api) => api.messages.create({ conversationId: 'ID', content: 'x' }),
  streamMessage: (api) => api.messages.stream({ conversationId: 'ID', content: 'x' }),
  resumeMessage: (api) => api.messages.resume({ conversationId: 'ID', messageId: 'MID', content: 'abc' }),
  stopMessage: (api) => api.messages.stop({ conversationId: 'ID', messageId: 'MID' }),
  retryMessage: (api) => api.messages.retry({ conversationId: 'ID', messageId: 'MID' }),
  createToolResults: (api) =>
    api.messages.submitToolResults({
      conversationId: 'ID',
      messageId: 'MID',
      results: [{ tool_call_id: 'c', content: 1 }],
    }),
  createFeedback: (api) => api.messages.feedback({ conversationId: 'ID', messageId: 'MID', rating: 'up' }),
  createAttachment: (api) => api.attachments.create({ conversationId: 'ID', file: 'text', filename: 'a.md' }),
  deleteAttachment: (api) => api.attachments.delete({ conversationId: 'ID', attachmentId: 'AID' }),
  listKnowledgeBases: (api) => api.knowledgeBases.list(),
  createKnowledgeBase: (api) => api.knowledgeBases.create({ name: 'n' }),
  getKnowledgeBase: (api) => api.knowledgeBases.get('ID'),
  deleteKnowledgeBase: (api) => api.knowledgeBases.delete('ID'),
  listDocuments: (api) => api.documents.list({ knowledgeBaseId: 'ID' }),
  createDocument: (api) => api.documents.create({ knowledgeBaseId: 'ID', file: 'text', filename: 'a.md' }),
  getDocument: (api) => api.documents.get({ knowledgeBaseId: 'ID', documentId: 'DID' }),
  deleteDocument: (api) => api.documents.delete({ knowledgeBaseId: 'ID', documentId: 'DID' }),
  listUrls: (api) => api.urls.list({ knowledgeBaseId: 'ID' }),
  createUrls: (api) => api.urls.create({ knowledgeBaseId: 'ID', urls: ['https://a.example'], crawlDepth: 1 }),
  getUrl: (api) => api.urls.get({ knowledgeBaseId: 'ID', urlId: 'UID' }),
  deleteUrl: (api) => api.urls.delete({ knowledgeBaseId: 'ID', urlId: 'UID' }),
  refreshUrl: (api) => api.urls.refresh({ knowledgeBaseId: 'ID', urlId: 'UID' }),
  listUrlPages: (api) => api.urls.pages({ knowledgeBaseId: 'ID', urlId: 'UID' }),
  listWebhooks: (api) => api.webhooks.list(),
  createWebhook: (api) => api.webhooks.create({ url: 'https://a.example', events: ['message.created'] }),
  getWebhook: (api) => api.webhooks.get('ID'),
  updateWebhook: (api) => api.webhooks.update('ID', { enabled: false }),
  deleteWebhook: (api) => api.webhooks.delete('ID'),
  rotateWebhookSecret: (api) => api.webhooks.rotateSecret('ID'),
  listWebhookDeliveries: (api) => api.webhooks.deliveries({ webhookId: 'ID', status: 'failed' }),
  redeliverWebhook: (api) => api.webhooks.redeliver({ webhookId: 'ID', deliveryId: 'DID' }),
  listApiKeys: (api) => api.apiKeys.list(),
  createApiKey: (api) => api.apiKeys.create({ kind: 'secret', name: 'n' }),
  updateApiKey: (api) => api.apiKeys.update('ID', { name: 'n' }),
  rotateApiKey: (api) => api.apiKeys.rotate('ID', { graceSeconds: 0 }),
  revokeApiKey: (api) => api.apiKeys.revoke('ID'),
} satisfies Record<RouteName, (api: Assisters) => Promise<unknown>>;

const LISTS = {
  assistants: [],
  conversations: [],
  messages: [],
  knowledge_bases: [],
  documents: [],
  urls: [],
  pages: [],
  webhooks: [],
  deliveries: [],
  api_keys: [],
};

describe('every endpoint is reachable', () => {
  test.for(Object.keys(ROUTES) as RouteName[])('%s', async (name) => {
    const seen: { method: string; path: string }[] = [];
    const streams = ['streamMessage', 'resumeMessage', 'retryMessage', 'createToolResults'];
    const fetch = (request: Request) => {
      const { pathname } = new URL(request.url);
      seen.push({ method: request.method, path: pathname });
      if (request.method === 'DELETE') return new Response(null, { status: 204 });
      return streams.includes(name) ? eventStream(wire(['x'])) : json(LISTS);
    };
    await CALLS[name](new Assisters({ apiKey: 'sk_test_1', baseURL: 'https://api.test/v1', fetch }));
    const { method, path } = ROUTES[name];
    expect(seen[0]).toEqual({ method, path: `/v1${path.replace(/\{(\w+)\}/g, (_, id) => id.toUpperCase())}` });
  });
});

describe('the wire', () => {
  test('camelCase goes in, the wire’s own form comes out', async () => {
    const { api, script } = client([json({ id: 'ast_1', system_prompt: 'p' }), json({ id: 'key_1' })]);
    const assistant = await api.assistants.create({
      name: 'n',
      systemPrompt: 'p',
      knowledgeBaseId: null,
      config: { max_tokens: 5 },
    });
    expect(assistant.system_prompt).toBe('p');
    expect(script.seen[0]!.body).toEqual({
      name: 'n',
      system_prompt: 'p',
      knowledge_base_id: null,
      config: { max_tokens: 5 },
    });
    await api.apiKeys.create({
      kind: 'publishable',
      name: 'k',
      assistantIds: ['ast_1'],
      origins: ['https://a.example'],
    });
    expect(script.seen[1]!.body).toEqual({
      kind: 'publishable',
      name: 'k',
      assistant_ids: ['ast_1'],
      origins: ['https://a.example'],
    });
  });

  test.for(['', '.', '..', undefined])('the id %j is refused before it changes the address', async (id) => {
    const { api, script } = client([]);
    await expect(api.assistants.delete(id as string)).rejects.toBeInstanceOf(AssistersError);
    expect(script.seen).toEqual([]);
  });

  test('an id cannot leave its place in the path', async () => {
    const { api, script } = client([json({})]);
    await api.assistants.get('../conversations?x=1#y');
    expect(script.seen[0]!.path).toBe('/v1/assistants/..%2Fconversations%3Fx%3D1%23y');
  });
});

describe('pages', () => {
  const page = (ids: string[], has_more: boolean) =>
    json({ assistants: ids.map((id) => ({ id })), total: 5, has_more });

  test('a page is the wire’s page, with the way on', async () => {
    const { api, script } = client([page(['1', '2'], true), page(['3'], false)]);
    const first = await api.assistants.list({ limit: 2, category: 'c' });
    expect(first.assistants.map(({ id }) => id)).toEqual(['1', '2']);
    expect(first.total).toBe(5);
    const second = await first.nextPage();
    expect(second?.assistants[0]?.id).toBe('3');
    expect(await second?.nextPage()).toBeNull();
    expect(script.seen.map(({ path }) => path)).toEqual([
      '/v1/assistants?limit=2&category=c',
      '/v1/assistants?limit=2&category=c&offset=2',
    ]);
  });

  test('for await gives every item, and asks for no page that is not wanted', async () => {
    const { api, script } = client([page(['1', '2'], true), page(['3', '4'], true), page(['5'], false)]);
    const ids: string[] = [];
    for await (const { id } of api.assistants.list()) ids.push(id);
    expect(ids).toEqual(['1', '2', '3', '4', '5']);
    const again = client([page(['1', '2'], true)]);
    for await (const { id } of again.api.assistants.list()) if (id === '2') break;
    expect(script.seen).toHaveLength(3);
    expect(again.script.seen).toHaveLength(1);
  });

  test('something else than a list says so', async () => {
    const { api } = client([json({ hello: 'world' })]);
    await expect(api.assistants.list()).rejects.toMatchObject({ code: 'unexpected_response' });
  });

  test('an empty page that promises more ends the list', async () => {
    const { api } = client([page([], true)]);
    for await (const _ of api.assistants.list()) expect.unreachable();
  });
});

describe('uploads', () => {
  const uploads: [string, AssistersOptions, () => Parameters<Assisters['documents']['create']>[0]['file'], string?][] =
    [
      ['a File', {}, () => new File(['# Hi'], 'own.md')],
      ['a Blob', {}, () => new Blob(['# Hi']), 'guide.md'],
      ['a Buffer', {}, () => Buffer.from('# Hi'), 'guide.md'],
      ['an ArrayBuffer', {}, () => new TextEncoder().encode('# Hi').buffer as ArrayBuffer, 'guide.md'],
      ['text', {}, () => '# Hi', 'guide.md'],
      ['a web stream', {}, () => new Blob(['# Hi']).stream(), 'guide.md'],
      [
        'an async iterable',
        {},
        async function* () {
          yield Buffer.from('# ');
          yield Buffer.from('Hi');
        } as never,
        'guide.md',
      ],
    ];
  test.for(uploads)('%s, and again after a failure', async ([, , make, filename]) => {
    const forms: FormData[] = [];
    const fetch = async (request: Request) => {
      forms.push(await request.formData());
      return forms.length === 1 ? new Response('', { status: 503 }) : json({ id: 'doc_1' });
    };
    const { api } = client([], { fetch });
    const document = await api.documents.create({
      knowledgeBaseId: 'kb_1',
      file: make(),
      ...(filename && { filename }),
      metadata: { a: [1] },
    });
    expect(document.id).toBe('doc_1');
    expect(forms).toHaveLength(2);
    const file = forms[1]!.get('file') as File;
    expect([file.name, file.type, await file.text()]).toEqual([filename ?? 'own.md', 'text/markdown', '# Hi']);
    expect(forms[1]!.get('metadata')).toBe('{"a":[1]}');
  });

  test('a file on disk, by its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assisters-upload-'));
    const path = join(folder, 'on disk.md');
    writeFileSync(path, '# Hi');
    try {
      for (const open of [() => createReadStream(path), () => openAsBlob(path)]) {
        const forms: FormData[] = [];
        const fetch = async (request: Request) => {
          forms.push(await request.formData());
          return forms.length === 1 ? new Response('', { status: 503 }) : json({ id: 'doc_1' });
        };
        const { api } = client([], { fetch });
        const file = await open();
        await api.documents.create({
          knowledgeBaseId: 'kb_1',
          file,
          ...(file instanceof Blob && { filename: 'on disk.md' }),
        });
        const sent = forms[1]!.get('file') as File;
        expect([sent.name, sent.type, await sent.text()]).toEqual(['on disk.md', 'text/markdown', '# Hi']);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a stream that is too long is given up', async () => {
    const endless = new Blob(['x'.repeat(100)]).stream();
    await expect(toFile(endless, 'a.md', 99)).rejects.toThrow(/larger than 99 bytes/);
  });

  test('bytes without a name are refused', async () => {
    const { api, script } = client([]);
    await expect(api.documents.create({ knowledgeBaseId: 'kb_1', file: 'x' })).rejects.toThrow(/filename/);
    expect(script.seen).toEqual([]);
  });
});

describe('configuration', () => {
  test('the environment gives key and address', async () => {
    vi.stubEnv('ASSISTERS_API_KEY', ' sk_test_env ');
    vi.stubEnv('ASSISTERS_BASE_URL', 'https://env.test/v1/');
    const script = scripted(json({}));
    const api = new Assisters({ fetch: script.fetch });
    await api.assistants.get('ast_1');
    expect(script.seen[0]!.path).toBe('/v1/assistants/ast_1');
    expect(script.seen[0]!.headers.get('authorization')).toBe('Bearer sk_test_env');
  });

  test('without a key it says what to do', () => {
    vi.stubEnv('ASSISTERS_API_KEY', '');
    expect(() => new Assisters()).toThrow(/ASSISTERS_API_KEY/);
  });

  test('a secret key is refused in a browser unless told', () => {
    vi.stubGlobal('window', { document: {} });
    for (const apiKey of ['sk_live_x', 'sk_test_x', 'rk_live_x']) {
      expect(() => new Assisters({ apiKey })).toThrow(/publishable/);
      new Assisters({ apiKey, dangerouslyAllowBrowser: true });
    }
    new Assisters({ apiKey: 'pk_live_x' });
  });

  test('the platform’s fetch is found when the call is made', async () => {
    const script = scripted(json({ id: 'ast_9' }));
    const api = new Assisters({ apiKey: 'sk_test_1', baseURL: 'https://api.test/v1' });
    vi.stubGlobal('fetch', script.fetch);
    expect((await api.assistants.get('ast_9')).id).toBe('ast_9');
  });

  test('the logger hears of retries, without key and content', async () => {
    const lines: string[] = [];
    const { api } = client([new Response('', { status: 503 }), json({})], {
      logger: { debug: (line) => lines.push(line) },
    });
    await api.conversations.create({ assistantId: 'secret_content' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/POST \/conversations .*InternalServerError.* retry 1/);
    expect(lines[0]).not.toMatch(/sk_test|secret_content/);
  });
});
