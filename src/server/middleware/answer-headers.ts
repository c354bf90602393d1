import { ERRORS } from '../../protocol/errors.ts';
import { ALLOWED_REQUEST_HEADERS, EXPOSED_HEADERS, HEADER } from '../../protocol/headers.ts';
import type { Deps } from '../deps.ts';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/types.ts';
import { unlimited } from './limits.ts';

const PREFLIGHT_SECONDS = 7_200;

/** Errors that a page must be able to read although its origin was not approved, so that it can say what to do. */
const READABLE_ERRORS: readonly string[] = [
  'origin_not_allowed',
  'secret_key_in_browser',
  'rate_limit_exceeded',
  ...Object.entries(ERRORS).flatMap(([code, { status }]) => (status === 401 ? [code] : [])),
];

/**
 * The answer to a preflight: any origin may ask, without cookies. The key is not known yet, so the origin is judged on
 * the request itself.
 */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
      'Access-Control-Allow-Headers': ALLOWED_REQUEST_HEADERS.join(', '),
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    },
  });
}

/**
 * Headers of every answer of the API: request id, rate limit, CORS. The origin is echoed only when the credential's
 * origin check approved it, or on an error that says what is wrong with it. Also for answers written past hono.
 */
export function answerHeaders(c: AppContext, deps: Deps, error?: unknown): Record<string, string> {
  const rate = c.get('rate') ?? unlimited(deps.clock());
  const headers: Record<string, string> = {
    [HEADER.requestId]: c.get('requestId'),
    [HEADER.rateLimit]: String(rate.limit),
    [HEADER.rateRemaining]: String(rate.remaining),
    [HEADER.rateReset]: String(Math.ceil(rate.resetAt / 1000)),
    Vary: 'Origin',
  };
  const origin = c.req.header('Origin');
  const approved = c.get('principal')?.origin === origin;
  if (origin && (approved || (error instanceof ApiError && READABLE_ERRORS.includes(error.code)))) {
    headers['Access-Control-Allow-Origin'] = origin;
    headers['Access-Control-Expose-Headers'] = EXPOSED_HEADERS.join(', ');
  }
  return headers;
}
