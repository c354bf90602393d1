import { z } from '@hono/zod-openapi';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { newId } from '../auth/credentials.ts';
import { notFound } from '../http/api-error.ts';
import { defineRoute } from '../http/route.ts';
import { ConversationSchema, toConversation } from '../openapi/message-schemas.ts';
import { MetadataSchema, pageOf, toPage, WINDOW_QUERY } from '../openapi/schemas.ts';
import type { ConversationRow } from '../store/store.ts';

/** Messages that come with one conversation, the newest; all of them are in the list of messages. */
const MESSAGES_WITH_CONVERSATION = 100;

const NewConversation = z
  .strictObject({
    assistant_id: z.string(),
    user_id: z.string().min(1).max(255).nullable().default(null),
    metadata: MetadataSchema.default({}),
  })
  .openapi('NewConversation');

const createConversation = defineRoute('createConversation', {
  summary: 'Start a conversation',
  once: true,
  description: 'A visitor token speaks with the assistant of its session; `user_id` is the word of secret keys only.',
  body: NewConversation,
  answer: { status: 201, description: 'The new conversation.', schema: ConversationSchema },
  errors: ['not_found'],
  async handle({ deps, scope, principal, body }) {
    const visitor = principal.type === 'vt' ? principal.session : null;
    const assistant = await deps.store.assistants.get({ accountId: scope.accountId }, body.assistant_id);
    if (!assistant || (visitor && visitor.assistantId !== assistant.id)) throw notFound('assistant');
    const row: ConversationRow = {
      id: newId(ID_PREFIX.conversation, deps.random),
      accountId: scope.accountId,
      assistantId: assistant.id,
      visitorId: visitor?.visitorId ?? null,
      // A visitor could name anybody; only the site's own server knows who it is.
      userId: visitor ? visitor.userId : body.user_id,
      title: null,
      metadata: body.metadata,
      createdAt: deps.clock(),
      lastMessageAt: null,
      endedAt: null,
    };
    await deps.store.conversations.create(row);
    return toConversation(row, []);
  },
});

const listConversations = defineRoute('listConversations', {
  summary: 'List conversations',
  description: 'Newest first, without their messages. A visitor token sees its own.',
  query: z.object({ ...WINDOW_QUERY, assistant_id: z.string().optional(), user_id: z.string().optional() }),
  answer: {
    status: 200,
    description: 'Newest first; `messages` is empty.',
    schema: pageOf('conversations', ConversationSchema),
  },
  async handle({ deps, scope, query: { limit, offset, assistant_id: assistantId, user_id: userId } }) {
    const { rows, total } = await deps.store.conversations.list(scope, {
      limit,
      offset,
      ...(assistantId !== undefined && { assistantId }),
      ...(userId !== undefined && { userId }),
    });
    const conversations = rows.map((row) => toConversation(row, []));
    return toPage('conversations', conversations, total, offset);
  },
});

const getConversation = defineRoute('getConversation', {
  summary: 'Get a conversation with its messages',
  answer: {
    status: 200,
    description: `The conversation with its newest ${MESSAGES_WITH_CONVERSATION} messages, oldest first.`,
    schema: ConversationSchema,
  },
  async handle({ deps, scope, params }) {
    const row = await deps.store.conversations.get(scope, params.id);
    if (!row) throw notFound('conversation');
    return toConversation(row, await deps.store.messages.tail(scope, row.id, MESSAGES_WITH_CONVERSATION));
  },
});

const deleteConversation = defineRoute('deleteConversation', {
  summary: 'Delete a conversation',
  description:
    'With its messages and what webhooks were still to hear of it. An answer that is being written is given up.',
  answer: { status: 204, description: 'Deleted.' },
  async handle({ deps, scope, params }) {
    const row = await deps.store.conversations.get(scope, params.id);
    if (!row) throw notFound('conversation');
    await deps.turns.abandon(row.id);
    await deps.store.conversations.delete(scope, row.id);
  },
});

const endConversation = defineRoute('endConversation', {
  summary: 'End a conversation',
  description:
    'It takes no more messages. An answer that is being written is finished. Ending it again changes nothing.',
  answer: { status: 200, description: 'The conversation as it is now.', schema: ConversationSchema },
  async handle({ deps, scope, params }) {
    const row = await deps.store.conversations.end(scope, params.id, deps.clock());
    if (!row) throw notFound('conversation');
    return toConversation(row, await deps.store.messages.tail(scope, row.id, MESSAGES_WITH_CONVERSATION));
  },
});

export const conversationRoutes = [
  createConversation,
  listConversations,
  getConversation,
  deleteConversation,
  endConversation,
];
