import type { Plan } from '../../../protocol/limits.ts';
import type { ApiKeyKind, DocumentStatus, MessageStatus, Outcome } from '../../../protocol/resources.ts';
import type { WebhookEventType } from '../../../protocol/webhooks.ts';
import type { UrlPageOutcome, UrlSourceRow } from '../url-sources.ts';
import type { DeliveryRow } from '../webhooks.ts';

/**
 * The tables as kysely sees them: column names in camelCase (a plugin maps them to snake_case), booleans as 0/1 and JSON
 * as text ({@link toJson}), which both SQLite and PostgreSQL hold alike.
 */
export interface Tables {
  accounts: { id: string; name: string; plan: Plan; createdAt: number };
  apiKeys: {
    id: string;
    accountId: string;
    kind: ApiKeyKind;
    name: string;
    hash: string;
    hint: string;
    publicKey: string | null;
    test: number;
    origins: string;
    assistantIds: string;
    scopes: string;
    allowNative: number;
    createdAt: number;
    expiresAt: number | null;
    revokedAt: number | null;
    addresses: string;
    messagesPerDay: number | null;
    rotatedTo: string | null;
  };
  knowledgeBases: { id: string; accountId: string; name: string; description: string; createdAt: number };
  documents: {
    id: string;
    accountId: string;
    knowledgeBaseId: string;
    key: string;
    title: string;
    url: string;
    filename: string | null;
    mediaType: string;
    bytes: number;
    contentHash: string;
    status: DocumentStatus;
    error: string | null;
    chunkCount: number;
    metadata: string;
    createdAt: number;
    updatedAt: number;
  };
  chunks: {
    id: string;
    documentId: string;
    ordinal: number;
    title: string;
    heading: string;
    text: string;
    url: string;
  };
  chunkVectors: { chunkId: string; knowledgeBaseId: string; model: string; dimension: number; vector: Uint8Array };
  assistants: {
    id: string;
    accountId: string;
    name: string;
    description: string;
    model: string;
    systemPrompt: string;
    knowledgeBaseId: string | null;
    category: string | null;
    config: string;
    widget: string;
    retentionDays: number | null;
    identity: string | null;
    createdAt: number;
    updatedAt: number;
  };
  visitorSessions: {
    id: string;
    accountId: string;
    assistantId: string;
    visitorId: string;
    userId: string | null;
    keyId: string;
    origin: string | null;
    hash: string;
    createdAt: number;
    lastUsedAt: number;
    expiresAt: number;
    revokedAt: number | null;
  };
  conversations: {
    id: string;
    accountId: string;
    assistantId: string;
    visitorId: string | null;
    userId: string | null;
    title: string | null;
    metadata: string;
    createdAt: number;
    lastMessageAt: number | null;
    endedAt: number | null;
  };
  messages: {
    id: string;
    accountId: string;
    conversationId: string;
    ordinal: number;
    role: 'user' | 'assistant';
    content: string;
    contentLength: number;
    status: MessageStatus;
    metadata: string;
    sources: string;
    outcome: Outcome | null;
    usage: string | null;
    error: string | null;
    truncated: number;
    feedback: string | null;
    writer: string | null;
    rewritten: number;
    followUps: string;
    tools: string | null;
    createdAt: number;
    updatedAt: number;
  };
  idempotency: {
    owner: string;
    key: string;
    requestHash: string;
    conversationId: string;
    messageId: string;
    createdAt: number;
  };
  replays: { id: string; accountId: string; requestHash: string; createdAt: number; answer: string | null };
  jobs: {
    id: string;
    accountId: string;
    kind: string;
    payload: string;
    bytes: Uint8Array | null;
    runAt: number;
    attempts: number;
    leaseUntil: number | null;
    createdAt: number;
  };
  urlSources: {
    id: string;
    accountId: string;
    knowledgeBaseId: string;
    url: string;
    crawlDepth: number;
    refreshSchedule: string;
    status: UrlSourceRow['status'];
    error: string | null;
    run: number;
    lastCrawledAt: number | null;
    createdAt: number;
    updatedAt: number;
  };
  urlPages: {
    id: string;
    sourceId: string;
    url: string;
    depth: number;
    run: number;
    outcome: UrlPageOutcome;
    reason: string | null;
    httpStatus: number | null;
    etag: string | null;
    lastModified: string | null;
    links: string;
    documentId: string | null;
    fetchedAt: number | null;
  };
  webhooks: {
    id: string;
    accountId: string;
    url: string;
    events: string;
    description: string;
    enabled: number;
    disabledReason: 'gone' | null;
    secret: string;
    oldSecrets: string;
    pausedUntil: number;
    failures: number;
    createdAt: number;
    updatedAt: number;
  };
  webhookDeliveries: {
    id: string;
    accountId: string;
    webhookId: string;
    event: WebhookEventType;
    body: string;
    status: DeliveryRow['status'];
    attempts: string;
    tries: number;
    nextAt: number;
    leaseUntil: number | null;
    conversationId: string | null;
    createdAt: number;
  };
  servers: { id: string; seenAt: number };
  usage: { name: string; windowStart: number; used: number };
  settings: { name: string; value: string };
}
