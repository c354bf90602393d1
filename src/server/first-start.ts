import { ID_PREFIX } from '../protocol/ids.ts';
import { newId, type RandomBytes } from './auth/credentials.ts';
import { makeKey } from './auth/make-key.ts';
import { originAllowed } from './auth/origins.ts';
import type { Scope, Store } from './store/store.ts';

/** What {@link prepareInstallation} needs. */
export interface InstallationParts {
  readonly store: Store;
  readonly random: RandomBytes;
  readonly clock: () => number;
  /** Where browsers reach the server. */
  readonly publicUrl: string;
}

/** The objects every installation has. */
export interface Installation {
  readonly accountId: string;
  /** Signs embed nonces. */
  readonly signingSecret: string;
  /** Present at the first start only: it is shown once and stored as a hash. */
  readonly secretKey: string | null;
  /** The demo assistant and its key; `null` when the owner deleted or revoked one of them. */
  readonly demo: { readonly assistantId: string; readonly publishableKey: string } | null;
  /** Where the demo assistant's documents go; `null` when its knowledge base was deleted. */
  readonly demoBaseId: string | null;
}

const SETTING = {
  signingSecret: 'signing_secret',
  demoBase: 'demo_knowledge_base_id',
  demoAssistant: 'demo_assistant_id',
  demoKey: 'demo_key_id',
  demoOrigin: 'demo_origin',
  secretKey: 'first_secret_key_id',
} as const;

const DEMO_WIDGET = {
  greeting: 'Hello! Ask me anything about Assisters.',
  subtitle: 'Answers from our documentation',
  prompts: [
    'How do I embed the widget in an iframe?',
    'How do I allow my site on a key?',
    'Which language models can I use?',
    'How do I add my own documents?',
  ],
  placeholder: 'Ask about Assisters…',
};

/**
 * Makes what an installation needs and does not have yet: an account, a secret key, the demo assistant with its
 * knowledge base and publishable key. Every object's id is a setting, so an interrupted first start goes on where it
 * stopped, and what an owner deleted later stays deleted.
 */
export async function prepareInstallation(parts: InstallationParts): Promise<Installation> {
  const { store, random, clock } = parts;
  const [existing] = await store.accounts.list();
  const accountId = existing?.id ?? newId(ID_PREFIX.account, random);
  if (!existing) {
    await store.accounts.create({ id: accountId, name: 'Default', plan: 'enterprise', createdAt: clock() });
  }
  const signingSecret = await once(store, SETTING.signingSecret, async () => newId('', random) + newId('', random));
  const scope: Scope = { accountId };
  const demoBaseId = await once(store, SETTING.demoBase, async () => {
    const id = newId(ID_PREFIX.knowledgeBase, random);
    const description = 'The documentation that comes with this server.';
    await store.knowledge.createBase({
      id,
      accountId,
      name: 'Assisters documentation',
      description,
      createdAt: clock(),
    });
    return id;
  });
  const assistantId = await once(store, SETTING.demoAssistant, async () => {
    const id = newId(ID_PREFIX.assistant, random);
    await store.assistants.create({
      id,
      accountId,
      name: 'Assisters',
      description: 'Answers questions about Assisters from its own documentation.',
      model: 'extractive',
      systemPrompt: '',
      knowledgeBaseId: demoBaseId,
      category: null,
      config: {},
      widget: DEMO_WIDGET,
      retentionDays: null,
      identity: null,
      attachments: null,
      createdAt: clock(),
      updatedAt: clock(),
    });
    return id;
  });
  const keyId = await once(store, SETTING.demoKey, async () => {
    const { row } = makeKey(
      {
        accountId,
        kind: 'publishable',
        name: 'Demo',
        test: true,
        origins: ['http://localhost:*', 'http://127.0.0.1:*'],
        assistantIds: [assistantId],
      },
      random,
      clock(),
    );
    await store.keys.create(row);
    return row.id;
  });
  await openPublicOrigin(parts, scope, keyId);

  let secretKey: string | null = null;
  await once(store, SETTING.secretKey, async () => {
    const made = makeKey({ accountId, kind: 'secret', name: 'First start' }, random, clock());
    await store.keys.create(made.row);
    secretKey = made.credential;
    return made.row.id;
  });

  const key = await store.keys.get(scope, keyId);
  const assistant = await store.assistants.get(scope, assistantId);
  const publishableKey = key?.revokedAt === null ? key.publicKey : null;
  return {
    accountId,
    signingSecret,
    secretKey,
    demo: assistant && publishableKey ? { assistantId, publishableKey } : null,
    demoBaseId: (await store.knowledge.getBase(scope, demoBaseId)) ? demoBaseId : null,
  };
}

/** The demo page works where the server is reached: when that address changes, the demo key follows it. */
async function openPublicOrigin({ store, publicUrl }: InstallationParts, scope: Scope, keyId: string): Promise<void> {
  const { origin } = new URL(publicUrl);
  const before = await store.settings.get(SETTING.demoOrigin);
  if (before === origin) return;
  const key = await store.keys.get(scope, keyId);
  if (key) {
    const kept = key.origins.filter((rule) => rule !== before);
    const origins = originAllowed(origin, kept) ? kept : [...kept, origin];
    await store.keys.update(scope, keyId, { origins });
  }
  await store.settings.set(SETTING.demoOrigin, origin);
}

async function once(store: Store, name: string, make: () => Promise<string>): Promise<string> {
  const known = await store.settings.get(name);
  if (known !== null) return known;
  const value = await make();
  await store.settings.set(name, value);
  return value;
}
