import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Principal } from '../auth/principal.ts';
import type { RateDecision } from '../middleware/rate-limiter.ts';

/** What travels with a request through hono. */
export interface AppEnv {
  Variables: {
    requestId: string;
    /** The endpoint's name, where it is one of the API's. */
    route?: string;
    /** The caller, once authorised. */
    principal?: Principal;
    /** What the rate-limit headers say; the tightest limit that was asked. */
    rate?: RateDecision;
  };
  /** Absent when the app is called in-process (`app.request`). */
  Bindings: Partial<HttpBindings>;
}
export type AppContext = Context<AppEnv>;
