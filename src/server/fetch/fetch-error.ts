/**
 * A page could not be fetched. `invalid_url` · `blocked_address` not on the public internet · `too_large` ·
 * `too_many_redirects` · `timeout` · `unsupported_encoding` · `connection_failed`.
 */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;
  /** What the server's owner can do; for the log and the command line, not for whoever sent the address. */
  readonly advice: string | undefined;
  constructor(code: FetchErrorCode, message: string, options?: ErrorOptions & { readonly advice?: string }) {
    super(message, options);
    this.code = code;
    this.advice = options?.advice;
  }
}
export type FetchErrorCode =
  | 'invalid_url'
  | 'blocked_address'
  | 'too_large'
  | 'too_many_redirects'
  | 'timeout'
  | 'unsupported_encoding'
  | 'connection_failed';
