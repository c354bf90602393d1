/**
 * Every error of the wire, in one table: code → HTTP status and what it means.
 *
 * An error travels as `{error:{code,message,details?}}`, in a response body or in a stream's `error` event. Programs
 * branch on `code`, never on `message`. Codes marked "reference" are fixed by the public API reference.
 */
export const ERRORS = {
  // --- reference ---
  invalid_request: { status: 400, meaning: 'The request is malformed; `details.field` names the field.' },
  invalid_api_key: { status: 401, meaning: 'The API key does not exist, was revoked or has expired.' },
  insufficient_permissions: { status: 403, meaning: 'The credential is valid but may not do this.' },
  not_found: { status: 404, meaning: 'No such object, or it belongs to somebody else.' },
  rate_limit_exceeded: { status: 429, meaning: 'Too many requests; wait `details.retry_after` seconds.' },
  internal_error: { status: 500, meaning: 'A fault on the server; the request id finds it in the log.' },
  // --- ours ---
  missing_credential: { status: 401, meaning: 'No `Authorization: Bearer …` header was sent.' },
  invalid_token: { status: 401, meaning: 'The visitor token does not exist or was revoked.' },
  token_expired: { status: 401, meaning: 'The visitor token has expired; mint a new session.' },
  identity_required: { status: 401, meaning: 'The assistant talks to known visitors only; send an identity token.' },
  invalid_identity: {
    status: 401,
    meaning: 'The identity token is not one the site’s server signed, or its time is over.',
  },
  key_type_not_allowed: { status: 403, meaning: 'This kind of credential may not use this endpoint.' },
  origin_not_allowed: { status: 403, meaning: 'The page’s origin is not listed on the publishable key.' },
  address_not_allowed: { status: 403, meaning: 'The key may not be used from this network address.' },
  secret_key_in_browser: {
    status: 403,
    meaning: 'A secret key was sent by a browser. Revoke it; use a publishable key.',
  },
  method_not_allowed: { status: 405, meaning: 'The path exists, but not with this method.' },
  conflict: { status: 409, meaning: 'The object’s state does not allow this.' },
  conversation_ended: { status: 409, meaning: 'The conversation has ended; start a new one.' },
  answer_in_progress: { status: 409, meaning: 'An answer is still being written in this conversation.' },
  payload_too_large: { status: 413, meaning: 'The body is larger than `details.limit` bytes or characters.' },
  unsupported_media_type: { status: 415, meaning: 'The content type is not one this endpoint reads.' },
  idempotency_mismatch: { status: 422, meaning: 'The Idempotency-Key was used before with another body.' },
  model_error: { status: 502, meaning: 'The language model’s provider failed or refused.' },
  service_unavailable: { status: 503, meaning: 'The server is starting, stopping or full; try again shortly.' },
  model_timeout: { status: 504, meaning: 'The language model did not answer in time.' },
  interrupted: { status: 503, meaning: 'The server stopped while writing this answer; it can be tried again.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** The body of every failed response. `details` is data for programs; `message` is for people. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode | (string & {});
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

/** `details` of `rate_limit_exceeded`. `reset_at` is unix seconds, `retry_after` is seconds from now. */
export interface RateLimitDetails {
  readonly limit: number;
  readonly remaining: number;
  readonly reset_at: number;
  readonly retry_after: number;
  /** Let in all the same with an answer to it (ours); see `proof.ts`. The SDKs answer it by themselves. */
  readonly challenge?: string;
}

/**
 * Reads an unknown value as an error body; anything that is not one gives `null`. Never throws, never follows a
 * prototype: a proxy's HTML page, `null` or a truncated object are all simply "not an error of ours".
 */
export function readErrorBody(value: unknown): ErrorBody | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'error')) return null;
  const error = (value as { error: unknown }).error;
  if (typeof error !== 'object' || error === null) return null;
  const { code, message, details } = error as { code?: unknown; message?: unknown; details?: unknown };
  if (typeof code !== 'string') return null;
  const body = { code, message: typeof message === 'string' ? message : code };
  return {
    error:
      typeof details === 'object' && details !== null ? { ...body, details: details as Record<string, unknown> } : body,
  };
}
