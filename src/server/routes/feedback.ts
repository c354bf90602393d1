import type { z } from '@hono/zod-openapi';
import { badField, notFound } from '../http/api-error.ts';
import { defineRoute } from '../http/route.ts';
import { FeedbackSchema } from '../openapi/message-schemas.ts';

const createFeedback = defineRoute('createFeedback', {
  summary: 'Rate an answer',
  once: true,
  description: 'One rating per answer; a later one replaces it.',
  body: FeedbackSchema,
  answer: { status: 200, description: 'The rating as it is now.', schema: FeedbackSchema as z.ZodType<unknown> },
  async handle({ deps, scope, params, body }) {
    const message = await deps.store.messages.get(scope, params.id, params.mid);
    if (!message) throw notFound('message');
    if (message.role !== 'assistant') throw badField('mid', 'Expected an answer; questions are not rated.');
    const row = await deps.store.messages.setFeedback(scope, params.id, params.mid, body, deps.clock());
    if (!row) throw notFound('message');
    return row.feedback;
  },
});

export const feedbackRoutes = [createFeedback];
