import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { ROUTES, RouteName } from '../../protocol/routes.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import type { Log } from '../logs.ts';
import type { RequestHeader } from '../openapi/headers.ts';
import type { Scope } from '../store/store.ts';

/** Names in the braces of a path: `/conversations/{id}/messages/{mid}` → `'id' | 'mid'`. */
export type PathParams<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParams<Rest>
  : never;

/** One request, authorised and validated, as a handler gets it. */
export interface Call<Name extends RouteName = RouteName, Query = unknown, Body = unknown> {
  readonly deps: Deps;
  readonly principal: Principal;
  /** What the caller may see; goes into every store call. */
  readonly scope: Scope;
  readonly params: Readonly<Record<PathParams<(typeof ROUTES)[Name]['path']>, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The JSON body as it came, for hashing; empty when the route reads the request itself. */
  readonly bodyText: string;
  /** The request. Its body is unread only where the route sets `rawBody`. `request.signal` aborts when the caller goes away. */
  readonly request: Request;
  readonly requestId: string;
  /** Log with the request's id. */
  readonly log: Log;
  /** Where this server is reached, without a trailing slash. */
  readonly publicUrl: string;
  /** The caller's address for limits; `null` for one on this machine. */
  readonly clientIp: string | null;
  /**
   * Begins an answer that is written past hono, bytes as they come: writes the head, with the headers every answer
   * has, and gives Node's response. `null` when the app is called without a socket. The handler then returns
   * {@link alreadySent}.
   */
  beginRaw(headers: Readonly<Record<string, string>>): ServerResponse | null;
}

/** What a handler returns after `beginRaw`: tells hono that the answer is on its way. */
export function alreadySent(): Response {
  // A clone, because headers are set on every answer and the constant is shared. Not `new Response`: the adapter puts
  // its own class there, whose instances it writes without looking for the mark.
  return RESPONSE_ALREADY_SENT.clone();
}

/**
 * One endpoint: what it takes, what it answers, what it does. Method, path and callers stand in `protocol/routes.ts`;
 * authorisation, limits, validation, errors and the OpenAPI document follow from that table and these schemas.
 */
export interface RouteDefinition<Name extends RouteName, Query, Body, Answer> {
  readonly name: Name;
  /** One line for the OpenAPI document. */
  readonly summary: string;
  readonly description?: string;
  /**
   * Done once for an `Idempotency-Key`: the answer is kept for 24 hours and given again; see `once.ts`. For what makes
   * something, or does what must not be done twice because an answer was lost on its way.
   */
  readonly once?: true;
  /** Request headers that it reads, for the OpenAPI document; with `once` the `Idempotency-Key` is among them. */
  readonly headers?: readonly RequestHeader[];
  readonly query?: z.ZodType<Query>;
  /** JSON body. A body that may be missing is a schema that accepts `undefined`. */
  readonly body?: z.ZodType<Body>;
  /** The handler reads `call.request` itself (uploads); the value describes the body for the OpenAPI document. */
  readonly rawBody?: { readonly mediaType: string; readonly schema: z.ZodType };
  /** Status and body of success. No schema: no body. `mediaType` defaults to JSON. */
  readonly answer: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    readonly schema?: z.ZodType<Answer>;
    readonly mediaType?: string;
    /** What `Accept: application/json` gets instead of `mediaType`. */
    readonly json?: z.ZodType;
  };
  /** Error codes beyond those that every route can give. */
  readonly errors?: readonly ErrorCode[];
  /** Gives the answer's body, or a whole `Response` (streams). Throws `ApiError`. */
  handle(call: Call<Name, Query, Body>): Promise<Answer | Response>;
}

/** A definition whose types are no longer of interest. */
export type AnyRoute = Omit<RouteDefinition<RouteName, unknown, unknown, unknown>, 'handle'> & {
  handle(call: Call<never, never, never>): Promise<unknown>;
};

/**
 * Defines an endpoint. See `routes/assistants.ts` for the model and `README.md` in `src/server` for the steps.
 *
 * @param name its row in `protocol/routes.ts`
 */
export function defineRoute<Name extends RouteName, Query = undefined, Body = undefined, Answer = void>(
  name: Name,
  definition: Omit<RouteDefinition<Name, Query, Body, Answer>, 'name'>,
): RouteDefinition<Name, Query, Body, Answer> {
  return { name, ...definition };
}
