/**
 * Every public call as a program written for 0.1.0 makes it. Frozen: it must type-check and run against every later
 * 0.x and 1.x, or the change is a breaking one and needs the next major version.
 */
import DefaultExport, {
  type AnswerState,
  APIConnectionError,
  APIError,
  APITimeoutError,
  APIUserAbortError,
  type ApiKey,
  type Assistant,
  Assisters,
  AssistersError,
  type AssistersOptions,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type Conversation,
  type ConversationAttachment,
  type Feedback,
  type FinalMessage,
  InternalServerError,
  type KnowledgeBase,
  type KnowledgeDocument,
  type Message,
  type MessageChunk,
  type MessageStream,
  NotFoundError,
  NotReadyError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  type Source,
  toFile,
  UnprocessableEntityError,
  type UrlSource,
  unwrapWebhook,
  type VisitorSession,
  verifyWebhook,
  type Webhook,
  type WebhookDelivery,
  WebhookVerificationError,
  type WidgetConfig,
  webhookTestHeaders,
} from '../index.ts';

export const classes = [
  APIConnectionError,
  APIError,
  APITimeoutError,
  APIUserAbortError,
  AssistersError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  NotReadyError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
  WebhookVerificationError,
];

export function connect(secretKey: string, baseURL: string): Assisters {
  const options: AssistersOptions = {
    apiKey: secretKey,
    baseURL,
    timeoutMs: 30_000,
    maxRetries: 2,
    fetch: (request) => fetch(request),
    logger: { debug: (_message: string) => {} },
    headers: { 'X-From': 'compat' },
    dangerouslyAllowBrowser: false,
  };
  new DefaultExport({ apiKey: async () => secretKey });
  return new Assisters(options);
}

/** What each kind of error tells. */
export function readError(error: unknown): string {
  if (error instanceof RateLimitError) return `wait ${error.details.retry_after}`;
  if (error instanceof APIError && error.status >= 500) return `again, ${error.requestId}`;
  if (error instanceof APIError) return `${error.status} ${error.code} ${String(error.details.field)}`;
  return error instanceof AssistersError ? error.name : 'unknown';
}

/** Calls everything once; gives what the test looks at. */
export async function everyCall(client: Assisters, publishable: { key: string; origin: string }, assistantId: string) {
  const base: KnowledgeBase = await client.knowledgeBases.create({ name: 'Docs', description: '' });
  const knowledgeBaseId: string = base.id;
  await client.knowledgeBases.get(knowledgeBaseId);
  for await (const one of client.knowledgeBases.list({ limit: 1 })) void one.document_count;

  const file = await toFile('# Hi\n\nThis is said.', 'hi.md');
  const document: KnowledgeDocument = await client.documents.create({
    knowledgeBaseId,
    file,
    filename: 'hi.md',
    metadata: { title: 'Hi' },
  });
  await client.documents.waitUntilReady({ knowledgeBaseId, documentId: document.id });
  await client.documents.get({ knowledgeBaseId, documentId: document.id });
  const { documents, total, has_more } = await client.documents.list({ knowledgeBaseId, limit: 5, offset: 0 });
  await client.documents.delete({ knowledgeBaseId, documentId: document.id });

  const urls: readonly UrlSource[] = await client.urls.create({
    knowledgeBaseId,
    urls: ['http://127.0.0.1:9/'],
    crawlDepth: 0,
    refreshSchedule: 'none',
  });
  const urlId = urls[0]!.id;
  await client.urls.get({ knowledgeBaseId, urlId });
  await client.urls.waitUntilReady({ knowledgeBaseId, urlId }, { signal: AbortSignal.abort() }).catch(readError);
  await client.urls.list({ knowledgeBaseId });
  await client.urls.pages({ knowledgeBaseId, urlId });
  await client.urls.refresh({ knowledgeBaseId, urlId });
  await client.urls.delete({ knowledgeBaseId, urlId });

  const assistant: Assistant = await client.assistants.create({
    name: 'A',
    description: '',
    model: 'extractive',
    systemPrompt: 'Be brief.',
    knowledgeBaseId,
    category: 'c',
    config: { temperature: 0 },
    widget: { greeting: 'Hello' },
  });
  await client.assistants.get(assistant.id);
  await client.assistants.update(assistant.id, { knowledgeBaseId: null, retentionDays: 30, identity: {} });
  await client.assistants.rotateIdentitySecret(assistant.id);
  await client.assistants.list({ category: 'c' });
  await client.assistants.delete(assistant.id);
  await client.knowledgeBases.delete(knowledgeBaseId);

  const conversation: Conversation = await client.conversations.create({
    assistantId,
    userId: 'u',
    metadata: { a: 1 },
  });
  const conversationId: string = conversation.id;
  const message: Message = await client.messages.create({ conversationId, content: 'Hello!' });
  const stream: MessageStream = await client.messages.stream(
    { conversationId, content: 'seed 3', metadata: { b: 2 } },
    { onState: (state: AnswerState) => void state.content, silenceMs: 40_000, signal: new AbortController().signal },
  );
  let text = '';
  for await (const chunk of stream) {
    const { content, offset }: MessageChunk = chunk;
    text = text.slice(0, offset) + content;
  }
  const started = await stream.start;
  const sources: readonly Source[] = await stream.sources;
  const { usage, status } = await stream.end;
  const final: FinalMessage = await stream.finalMessage();
  const messageId: string = started.message_id;
  const resumed = await client.messages.resume({ conversationId, messageId, content: '' });
  await resumed.finalMessage();
  const again = await client.messages.retry({ conversationId, messageId });
  await again.stop();
  await again.finalMessage();
  again.abort();
  await client.messages.stop({ conversationId, messageId });
  const results = [{ tool_call_id: 'call_none', content: {} }];
  await client.messages.submitToolResults({ conversationId, messageId, results }).catch(readError);
  await client.assistants.update(assistantId, { attachments: { enabled: true } });
  const attached: ConversationAttachment = await client.attachments.create({
    conversationId,
    file: 'The lamp flickers.',
    filename: 'notes.txt',
  });
  await client.attachments.delete({ conversationId, attachmentId: attached.id });
  const feedback: Feedback = await client.messages.feedback({
    conversationId,
    messageId,
    rating: 'up',
    comment: 'c',
    reason: 'other',
  });
  for await (const one of client.messages.list({ conversationId, limit: 1 })) void one.role;
  await client.conversations.get(conversationId);
  const page = await client.conversations.list({ assistantId, userId: 'u', limit: 1, offset: 0 });
  await page.nextPage();
  await client.conversations.end(conversationId);
  const short = await client.conversations.create({ assistantId });
  const asked = await client.messages.create({ conversationId: short.id, content: 'a', metadata: {}, tools: [] });
  void asked.follow_ups.length;
  await client.conversations.delete(short.id);

  const webhook: Webhook = await client.webhooks.create({
    url: 'https://hooks.example.com/',
    events: ['message.created'],
    description: 'd',
  });
  await client.webhooks.get(webhook.id);
  await client.webhooks.update(webhook.id, { enabled: false });
  await client.webhooks.list({ limit: 1 });
  await client.webhooks.rotateSecret(webhook.id);
  const deliveries = await client.webhooks.deliveries({ webhookId: webhook.id, status: 'failed' });
  const none: readonly WebhookDelivery[] = deliveries.deliveries;
  await client.webhooks.redeliver({ webhookId: webhook.id, deliveryId: 'del_none' }).catch(readError);
  await client.webhooks.delete(webhook.id);

  const key: ApiKey = await client.apiKeys.create(
    { kind: 'publishable', name: 'k', assistantIds: [assistantId], origins: [publishable.origin], test: true },
    { idempotencyKey: 'once', timeoutMs: 5_000, maxRetries: 1, headers: {} },
  );
  await client.apiKeys.update(key.id, { name: 'l', origins: [] });
  await client.apiKeys.list();
  await client.apiKeys.rotate(key.id, { graceSeconds: 60 });
  await client.apiKeys.revoke(key.id);

  const visitors = { baseURL: client.baseURL, headers: { Origin: publishable.origin } };
  const page2 = new Assisters({ ...visitors, apiKey: publishable.key });
  const config: WidgetConfig = await page2.widget.config({ assistantId });
  const session: VisitorSession = await page2.visitorSessions.create({ assistantId });
  const visitor = new Assisters({ ...visitors, apiKey: session.token });
  const { conversations } = await visitor.visitorSessions.export();
  await visitor.visitorSessions.delete();

  const secret = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`;
  const body = JSON.stringify({ type: 'message.created', timestamp: '', data: {} });
  const signed = await webhookTestHeaders(body, { secret, id: 'del_1' });
  const delivery: string = await verifyWebhook(body, signed, { secret, toleranceSeconds: 300 });
  const event = await unwrapWebhook(body, new Headers(signed), { secret: [secret] });
  const { data } = await client.request({ method: 'GET', path: '/assistants', query: { limit: 1 } });

  return {
    lists: [documents.length, total, has_more, none.length],
    said: [message.content, text === final.content, sources.length, usage?.total_tokens, status, feedback.rating],
    visitor: [config.assistant.id === assistantId, session.assistant_id === assistantId, conversations.length],
    event: [delivery, event.type],
    raw: typeof data,
  };
}
