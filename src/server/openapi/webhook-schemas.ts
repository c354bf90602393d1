import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { WebhookBody, WebhookEventType, WebhookPayloads } from '../../protocol/webhooks.ts';
import type { AppEnv } from '../http/types.ts';
import { showExactOptional } from './exact-optional.ts';
import { ConversationSchema, FeedbackSchema, MessageSchema } from './message-schemas.ts';
import { AssistantSchema, Timestamp } from './schemas.ts';

/** What the server sends to webhooks, for the document's `webhooks` and for the tests that read real deliveries. */

const { messages: _messages, ...conversation } = ConversationSchema.shape;
const { system_prompt: _prompt, identity: _identity, identity_secret: _secret, ...assistant } = AssistantSchema.shape;

/** `data` of each event. */
const DATA: { readonly [Type in WebhookEventType]: z.ZodType<WebhookPayloads[Type]> } = {
  'conversation.created': z.object(conversation).openapi('ConversationCreated'),
  'conversation.ended': z
    .object({ ...conversation, ended_by: z.enum(['request', 'idle']) })
    .openapi('ConversationEnded'),
  'message.created': MessageSchema,
  'feedback.submitted': z
    .object({ ...FeedbackSchema.shape, message_id: z.string(), conversation_id: z.string() })
    .openapi('FeedbackSubmitted'),
  'assistant.updated': z.object(assistant).openapi('AssistantUpdated'),
};

/** When each is sent. */
const WHEN: { readonly [Type in WebhookEventType]: string } = {
  'conversation.created': 'A conversation was made. `data` is it, without its messages.',
  'conversation.ended':
    'Somebody ended a conversation (`ended_by` is `request`), or nothing was said in it for 24 hours (`idle`).',
  'message.created':
    'A question was stored, or an answer has ended, however it ended (`status`). An answer that is written again is sent ' +
    'again, with the same message id.',
  'feedback.submitted': 'An answer was rated; each later rating is sent too.',
  'assistant.updated': 'An assistant was changed over the API. `data` is it as it is now, without its system prompt.',
};

const bodyOf = <Type extends WebhookEventType>(type: Type) =>
  z
    .object({ type: z.literal(type), timestamp: Timestamp, data: DATA[type] })
    .openapi(`${type.replace(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`);

/** The body of a delivery, by event. */
export const WEBHOOK_BODIES: Readonly<Record<WebhookEventType, z.ZodType<WebhookBody>>> = {
  'conversation.created': bodyOf('conversation.created'),
  'conversation.ended': bodyOf('conversation.ended'),
  'message.created': bodyOf('message.created'),
  'feedback.submitted': bodyOf('feedback.submitted'),
  'assistant.updated': bodyOf('assistant.updated'),
};

const HEADERS = z.object({
  'webhook-id': z
    .string()
    .openapi({ description: 'The delivery’s id, the same at each try: drop what you had before.' }),
  'webhook-timestamp': z.string().openapi({ description: 'When it was sent, unix seconds.' }),
  'webhook-signature': z.string().openapi({
    description:
      '`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks); several, separated by spaces, while ' +
      'a secret is replaced.',
  }),
});

/** Adds the events to the document: what an endpoint of the reader’s is sent, and what its answer means. */
export function describeWebhooks(app: OpenAPIHono<AppEnv>): void {
  for (const type of Object.keys(WEBHOOK_BODIES) as WebhookEventType[]) {
    const schema = WEBHOOK_BODIES[type];
    showExactOptional(schema);
    app.openAPIRegistry.registerWebhook({
      method: 'post',
      path: type,
      operationId: `on.${type}`,
      tags: ['events'],
      summary: type,
      description: WHEN[type],
      security: [],
      request: {
        headers: HEADERS,
        body: { required: true, content: { 'application/json': { schema } } },
      },
      responses: {
        '2XX': { description: 'Taken. Anything else is tried again, for three days.' },
        410: { description: 'Not wanted any more: the webhook is disabled.' },
      },
    });
  }
}
