/**
 * Every endpoint of the API as data: the server mounts exactly these, the SDK calls exactly these, and tests compare
 * both with the table. Paths are relative to the base path; `{id}` is the outer object's id, `{mid}` a message's.
 */

/**
 * What may call an endpoint: `pk` publishable key, `vt` visitor token (its own objects only), `sk` secret key,
 * `rk` restricted key that holds `scope`.
 */
export type Caller = 'pk' | 'vt' | 'sk' | 'rk';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly callers: readonly Caller[];
  /** Scope a restricted key needs. */
  readonly scope?: string;
}

/** Where the API lives below the server's address. */
export const BASE_PATH = '/v1';

/** The hosted service; everyone else sets a base URL. */
export const HOSTED_BASE_URL = 'https://api.assisters.io/v1';

const SERVER = ['sk', 'rk'] as const;
const SERVER_AND_VISITOR = ['sk', 'rk', 'vt'] as const;

export const ROUTES = {
  getWidgetConfig: { method: 'GET', path: '/widget/config', callers: ['pk'] },
  createVisitorSession: { method: 'POST', path: '/visitor-sessions', callers: ['pk'] },
  /** All that is stored about the visitor whose token asks. */
  exportVisitor: { method: 'GET', path: '/visitor-sessions/me/export', callers: ['vt'] },
  /** Deletes all of it, the session included. */
  deleteVisitor: { method: 'DELETE', path: '/visitor-sessions/me', callers: ['vt'] },

  listAssistants: { method: 'GET', path: '/assistants', callers: SERVER, scope: 'assistants:read' },
  createAssistant: { method: 'POST', path: '/assistants', callers: SERVER, scope: 'assistants:write' },
  getAssistant: { method: 'GET', path: '/assistants/{id}', callers: SERVER, scope: 'assistants:read' },
  updateAssistant: { method: 'PATCH', path: '/assistants/{id}', callers: SERVER, scope: 'assistants:write' },
  deleteAssistant: { method: 'DELETE', path: '/assistants/{id}', callers: SERVER, scope: 'assistants:write' },

  /** A new secret for identity tokens; the old one counts for 24 hours more. */
  rotateIdentitySecret: {
    method: 'POST',
    path: '/assistants/{id}/identity-secret',
    callers: SERVER,
    scope: 'assistants:write',
  },

  listConversations: {
    method: 'GET',
    path: '/conversations',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:read',
  },
  createConversation: {
    method: 'POST',
    path: '/conversations',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  getConversation: {
    method: 'GET',
    path: '/conversations/{id}',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:read',
  },
  deleteConversation: {
    method: 'DELETE',
    path: '/conversations/{id}',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  endConversation: {
    method: 'POST',
    path: '/conversations/{id}/end',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  listMessages: {
    method: 'GET',
    path: '/conversations/{id}/messages',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:read',
  },
  createMessage: {
    method: 'POST',
    path: '/conversations/{id}/messages',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  streamMessage: {
    method: 'POST',
    path: '/conversations/{id}/messages/stream',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  resumeMessage: {
    method: 'GET',
    path: '/conversations/{id}/messages/{mid}/stream',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:read',
  },
  stopMessage: {
    method: 'POST',
    path: '/conversations/{id}/messages/{mid}/stop',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  /** Writes the last answer again, in its place; answers with the event stream. */
  retryMessage: {
    method: 'POST',
    path: '/conversations/{id}/messages/{mid}/retry',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  /** What the page's tools gave; the answer goes on, and the answer to this is its event stream. */
  createToolResults: {
    method: 'POST',
    path: '/conversations/{id}/messages/{mid}/tool-results',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  createFeedback: {
    method: 'POST',
    path: '/conversations/{id}/messages/{mid}/feedback',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },

  /** A file for a question to come. */
  createAttachment: {
    method: 'POST',
    path: '/conversations/{id}/attachments',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },
  /** Takes back a file that no question names yet. */
  deleteAttachment: {
    method: 'DELETE',
    path: '/conversations/{id}/attachments/{aid}',
    callers: SERVER_AND_VISITOR,
    scope: 'conversations:write',
  },

  listKnowledgeBases: { method: 'GET', path: '/knowledge-bases', callers: SERVER, scope: 'knowledge:read' },
  createKnowledgeBase: { method: 'POST', path: '/knowledge-bases', callers: SERVER, scope: 'knowledge:write' },
  getKnowledgeBase: { method: 'GET', path: '/knowledge-bases/{id}', callers: SERVER, scope: 'knowledge:read' },
  deleteKnowledgeBase: { method: 'DELETE', path: '/knowledge-bases/{id}', callers: SERVER, scope: 'knowledge:write' },
  listDocuments: { method: 'GET', path: '/knowledge-bases/{id}/documents', callers: SERVER, scope: 'knowledge:read' },
  createDocument: {
    method: 'POST',
    path: '/knowledge-bases/{id}/documents',
    callers: SERVER,
    scope: 'knowledge:write',
  },
  getDocument: {
    method: 'GET',
    path: '/knowledge-bases/{id}/documents/{did}',
    callers: SERVER,
    scope: 'knowledge:read',
  },
  deleteDocument: {
    method: 'DELETE',
    path: '/knowledge-bases/{id}/documents/{did}',
    callers: SERVER,
    scope: 'knowledge:write',
  },

  listUrls: { method: 'GET', path: '/knowledge-bases/{id}/urls', callers: SERVER, scope: 'knowledge:read' },
  createUrls: { method: 'POST', path: '/knowledge-bases/{id}/urls', callers: SERVER, scope: 'knowledge:write' },
  getUrl: { method: 'GET', path: '/knowledge-bases/{id}/urls/{uid}', callers: SERVER, scope: 'knowledge:read' },
  deleteUrl: { method: 'DELETE', path: '/knowledge-bases/{id}/urls/{uid}', callers: SERVER, scope: 'knowledge:write' },
  /** Crawls again now; pages that did not change cost one conditional request. */
  refreshUrl: {
    method: 'POST',
    path: '/knowledge-bases/{id}/urls/{uid}/refresh',
    callers: SERVER,
    scope: 'knowledge:write',
  },
  listUrlPages: {
    method: 'GET',
    path: '/knowledge-bases/{id}/urls/{uid}/pages',
    callers: SERVER,
    scope: 'knowledge:read',
  },

  listWebhooks: { method: 'GET', path: '/webhooks', callers: SERVER, scope: 'webhooks:read' },
  createWebhook: { method: 'POST', path: '/webhooks', callers: SERVER, scope: 'webhooks:write' },
  getWebhook: { method: 'GET', path: '/webhooks/{id}', callers: SERVER, scope: 'webhooks:read' },
  updateWebhook: { method: 'PATCH', path: '/webhooks/{id}', callers: SERVER, scope: 'webhooks:write' },
  deleteWebhook: { method: 'DELETE', path: '/webhooks/{id}', callers: SERVER, scope: 'webhooks:write' },
  /** A new secret; the old one signs beside it for 24 hours. */
  rotateWebhookSecret: {
    method: 'POST',
    path: '/webhooks/{id}/rotate-secret',
    callers: SERVER,
    scope: 'webhooks:write',
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/webhooks/{id}/deliveries',
    callers: SERVER,
    scope: 'webhooks:read',
  },
  /** Sends a delivery again, under its own id, whatever became of it. */
  redeliverWebhook: {
    method: 'POST',
    path: '/webhooks/{id}/deliveries/{did}/redeliver',
    callers: SERVER,
    scope: 'webhooks:write',
  },

  listApiKeys: { method: 'GET', path: '/api-keys', callers: ['sk'] },
  createApiKey: { method: 'POST', path: '/api-keys', callers: ['sk'] },
  updateApiKey: { method: 'PATCH', path: '/api-keys/{id}', callers: ['sk'] },
  /** A new key in this one's place; the old one lives on for a while. */
  rotateApiKey: { method: 'POST', path: '/api-keys/{id}/rotate', callers: ['sk'] },
  revokeApiKey: { method: 'DELETE', path: '/api-keys/{id}', callers: ['sk'] },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
