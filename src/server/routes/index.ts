import type { AnyRoute } from '../http/route.ts';
import { assistantRoutes } from './assistants.ts';

/** Every endpoint that is mounted. A route file gives its endpoints as one list; add it here. */
export const routes: readonly AnyRoute[] = [...assistantRoutes];
