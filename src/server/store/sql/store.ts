import { type Kysely, sql } from 'kysely';
import type { RandomBytes } from '../../auth/credentials.ts';
import type { Store } from '../store.ts';
import { accountStore } from './accounts.ts';
import { assistantStore } from './assistants.ts';
import { conversationStore } from './conversations.ts';
import { idempotencyStore } from './idempotency.ts';
import { jobStore } from './jobs.ts';
import { keyStore } from './keys.ts';
import { knowledgeStore } from './knowledge.ts';
import { messageStore } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { replayStore } from './replays.ts';
import { visitorSessionStore } from './sessions.ts';
import { settingStore } from './settings.ts';
import type { Tables } from './tables.ts';
import { urlSourceStore } from './url-sources.ts';
import { webhookStore } from './webhooks.ts';

/**
 * Everything of a {@link Store} that any SQL engine does alike; finding chunks, by words or by vectors, is the engine's own.
 *
 * @param random makes the ids of webhook deliveries
 */
export function sqlStore(db: Kysely<Tables>, random: RandomBytes): Omit<Store, 'chunks' | 'vectors' | 'exclusively'> {
  const outbox = createOutbox(db, random);
  return {
    accounts: accountStore(db),
    keys: keyStore(db),
    assistants: assistantStore(db, outbox),
    knowledge: knowledgeStore(db),
    sessions: visitorSessionStore(db),
    conversations: conversationStore(db, outbox),
    messages: messageStore(db, outbox),
    idempotency: idempotencyStore(db),
    replays: replayStore(db),
    jobs: jobStore(db),
    urlSources: urlSourceStore(db),
    webhooks: webhookStore(db, outbox),
    settings: settingStore(db),
    ping: async () => void (await sql`select count(*) from settings`.execute(db)),
    close: () => db.destroy(),
  };
}
