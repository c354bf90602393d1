import type { ErrorCode, RateLimitDetails } from '../../protocol/errors.ts';
import { readErrorBody } from '../../protocol/errors.ts';
import { HEADER } from '../../protocol/headers.ts';

/** Everything the SDK throws on purpose is one of these. Branch on the class, `status` or `code`, never on `message`. */
export class AssistersError extends Error {
  override readonly name: string = 'AssistersError';
}

/** Data of an error. Which fields there are depends on its `code`; more may come. */
export interface ErrorDetails extends Partial<RateLimitDetails> {
  /** The field of the request that was refused, a dot path. */
  readonly field?: string;
  readonly [name: string]: unknown;
}

/** What an {@link APIError} is made of. */
export interface APIErrorFields {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details?: ErrorDetails | undefined;
  readonly headers?: Headers | undefined;
}

/**
 * The server answered, and the answer is a refusal or not an answer of this API.
 *
 * `code` is one of the error table's (`rate_limit_exceeded`, …), or `unexpected_response` when the body is not this
 * API's: a proxy's HTML page, a redirect, broken JSON. Such bodies are never quoted.
 * `status` is the HTTP status; for an error inside a stream, the status the same code has in a response. A redirect in
 * a browser has status 0, because browsers hide it.
 * `details` is data, e.g. `retry_after` seconds for `rate_limit_exceeded` or `field` for `invalid_request`.
 * `requestId` finds the request in the server's log.
 *
 * ```ts
 * import { APIConnectionError, APIError, RateLimitError } from '@assisters/sdk';
 *
 * try {
 *   await client.assistants.get('ast_unknown');
 * } catch (error) {
 *   if (error instanceof RateLimitError) console.log('wait', error.details.retry_after);
 *   else if (error instanceof APIError) console.log(error.status, error.code, error.requestId);
 *   else if (error instanceof APIConnectionError) console.log('unreachable');
 *   else throw error;
 * }
 * ```
 */
export class APIError extends AssistersError {
  override readonly name: string = 'APIError';
  readonly status: number;
  readonly code: ErrorCode | 'unexpected_response' | (string & {});
  readonly details: ErrorDetails;
  readonly headers: Headers;
  readonly requestId: string | null;

  constructor({ status, code, message, details = {}, headers = new Headers() }: APIErrorFields) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
    this.requestId = headers.get(HEADER.requestId);
  }
}

/** 400. `details.field` names the field. */
export class BadRequestError extends APIError {
  override readonly name = 'BadRequestError';
}
/** 401. The key or token is missing, unknown, revoked or expired. */
export class AuthenticationError extends APIError {
  override readonly name = 'AuthenticationError';
}
/** 403. The credential is valid but may not do this. */
export class PermissionDeniedError extends APIError {
  override readonly name = 'PermissionDeniedError';
}
/** 404. No such object, or it belongs to somebody else. */
export class NotFoundError extends APIError {
  override readonly name = 'NotFoundError';
}
/** 409. The object's state does not allow this. */
export class ConflictError extends APIError {
  override readonly name = 'ConflictError';
}
/** 413. `details.limit` is the most that is allowed. */
export class PayloadTooLargeError extends APIError {
  override readonly name = 'PayloadTooLargeError';
}
/** 422. The idempotency key was used before with another body. */
export class UnprocessableEntityError extends APIError {
  override readonly name = 'UnprocessableEntityError';
}
/** 429. `details.retry_after` is seconds from now. */
export class RateLimitError extends APIError {
  override readonly name = 'RateLimitError';
  declare readonly details: ErrorDetails & RateLimitDetails;
}
/** 500 and above. */
export class InternalServerError extends APIError {
  override readonly name = 'InternalServerError';
}

/** The server could not be reached, or the line broke and every try to mend it failed. `cause` is the last failure. */
export class APIConnectionError extends AssistersError {
  override readonly name: string = 'APIConnectionError';
}
/** The server took longer than `timeoutMs`, or a stream was silent for too long. */
export class APITimeoutError extends APIConnectionError {
  override readonly name = 'APITimeoutError';
}
/** The caller's signal, `abort()` or leaving the loop ended the request. Not a failure. */
export class APIUserAbortError extends AssistersError {
  override readonly name = 'APIUserAbortError';
  constructor() {
    super('The request was aborted by the caller.');
  }
}

const CLASSES: Readonly<Record<number, typeof APIError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  413: PayloadTooLargeError,
  422: UnprocessableEntityError,
  429: RateLimitError,
};

/** The error of the class that belongs to `status`. */
export function apiError(fields: APIErrorFields): APIError {
  const Class = fields.status >= 500 ? InternalServerError : (CLASSES[fields.status] ?? APIError);
  return new Class(fields);
}

/** The error for a response, from its status and its body where the body is this API's error form. */
export function responseError(response: Response, body: unknown): APIError {
  const { status, headers } = response;
  const error = readErrorBody(body)?.error;
  return apiError({
    status,
    headers,
    code: error?.code ?? 'unexpected_response',
    details: error?.details,
    message: error?.message ?? `The server answered ${status} in a form that is not this API's. Check the base URL.`,
  });
}

/** Statuses of the codes that a stream may end with. Its own small table, so that the widget does not carry all of `ERRORS`. */
const STREAM_ERROR_STATUS: Readonly<Record<string, number>> = {
  rate_limit_exceeded: 429,
  model_error: 502,
  service_unavailable: 503,
  interrupted: 503,
  model_timeout: 504,
};

/** The error for a stream's `error` event. */
export function streamError(error: { readonly code: string; readonly message: string }): APIError {
  return apiError({ ...error, status: STREAM_ERROR_STATUS[error.code] ?? 500 });
}
