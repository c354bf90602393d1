import { type Kysely, sql } from 'kysely';
import { newId, type RandomBytes } from '../../auth/credentials.ts';
import type { Store } from '../store.ts';
import { accountStore } from './accounts.ts';
import { assistantStore } from './assistants.ts';
import { attachmentStore } from './attachments.ts';
import { conversationStore } from './conversations.ts';
import { idempotencyStore } from './idempotency.ts';
import { jobStore } from './jobs.ts';
import { keyStore } from './keys.ts';
import { knowledgeStore } from './knowledge.ts';
import { messageStore } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { replayStore } from './replays.ts';
import { serverStore } from './servers.ts';
import { visitorSessionStore } from './sessions.ts';
import { settingStore } from './settings.ts';
import type { Tables } from './tables.ts';
import { urlSourceStore } from './url-sources.ts';
import { usageStore } from './usage.ts';
import { webhookStore } from './webhooks.ts';

/** What the engines do each in its own way is left out. */
type CommonStore = Omit<Store, 'chunks' | 'vectors' | 'servers' | 'signals' | 'limiter' | 'exclusively'> & {
  readonly servers: Omit<Store['servers'], 'now'>;
};

/**
 * Everything of a {@link Store} that any SQL engine does alike; finding chunks, by words or by vectors, is the engine's own.
 *
 * @param random makes the ids of webhook deliveries and this process's own
 */
export function sqlStore(db: Kysely<Tables>, random: RandomBytes): CommonStore {
  const outbox = createOutbox(db, random);
  const writer = newId('srv_', random);
  return {
    accounts: accountStore(db),
    keys: keyStore(db),
    assistants: assistantStore(db, outbox),
    knowledge: knowledgeStore(db),
    sessions: visitorSessionStore(db),
    conversations: conversationStore(db, outbox),
    attachments: attachmentStore(db),
    messages: messageStore(db, outbox, writer),
    idempotency: idempotencyStore(db),
    replays: replayStore(db),
    jobs: jobStore(db),
    urlSources: urlSourceStore(db),
    webhooks: webhookStore(db, outbox),
    settings: settingStore(db),
    servers: serverStore(db, writer),
    usage: usageStore(db),
    ping: async () => void (await sql`select count(*) from settings`.execute(db)),
    close: () => db.destroy(),
  };
}
