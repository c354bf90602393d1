import type { AnyRoute } from '../http/route.ts';
import { assistantRoutes } from './assistants.ts';
import { conversationRoutes } from './conversations.ts';
import { feedbackRoutes } from './feedback.ts';
import { messageRoutes } from './messages.ts';

/** Every endpoint that is mounted. A route file gives its endpoints as one list; add it here. */
export const routes: readonly AnyRoute[] = [
  ...assistantRoutes,
  ...conversationRoutes,
  ...messageRoutes,
  ...feedbackRoutes,
];
