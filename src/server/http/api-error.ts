import { ERRORS, type ErrorBody, type ErrorCode } from '../../protocol/errors.ts';

/** A failure the caller is told about, in the words of the error table. Anything else that is thrown becomes a 500. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What the server's owner is told in the log, and the caller is not. */
  readonly advice: string | undefined;

  /**
   * @param message what happened, what was expected and what to do; never a secret or message content
   * @param details data for programs; `field` names the field of a bad request
   * @param advice see {@link ApiError.advice}
   */
  constructor(
    code: ErrorCode,
    message: string,
    details?: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
    advice?: string,
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.headers = headers;
    this.advice = advice;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get body(): ErrorBody {
    const { code, message, details } = this;
    return { error: details ? { code, message, details } : { code, message } };
  }
}

/** The one answer for an unknown id and for somebody else's: they must not be told apart. */
export function notFound(what: string): ApiError {
  return new ApiError('not_found', `No such ${what}.`);
}

/** A bad field of the request, by dot path. */
export function badField(field: string, message: string, advice?: string): ApiError {
  return new ApiError('invalid_request', `${field}: ${message}`, { field }, {}, advice);
}
