import type { AnyRoute } from '../http/route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { assistantRoutes } from './assistants.ts';
import { attachmentRoutes } from './attachments.ts';
import { conversationRoutes } from './conversations.ts';
import { documentRoutes } from './documents.ts';
import { feedbackRoutes } from './feedback.ts';
import { knowledgeBaseRoutes } from './knowledge-bases.ts';
import { messageRoutes } from './messages.ts';
import { urlRoutes } from './urls.ts';
import { visitorRoutes } from './visitors.ts';
import { webhookRoutes } from './webhooks.ts';
import { widgetRoutes } from './widget.ts';

/** Every endpoint that is mounted. A route file gives its endpoints as one list; add it here. */
export const routes: readonly AnyRoute[] = [
  ...widgetRoutes,
  ...visitorRoutes,
  ...assistantRoutes,
  ...conversationRoutes,
  ...messageRoutes,
  ...attachmentRoutes,
  ...feedbackRoutes,
  ...knowledgeBaseRoutes,
  ...apiKeyRoutes,
  ...documentRoutes,
  ...urlRoutes,
  ...webhookRoutes,
];
