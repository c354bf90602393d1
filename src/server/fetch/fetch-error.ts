/**
 * A page could not be fetched. `invalid_url` · `blocked_address` not on the public internet · `too_large` ·
 * `too_many_redirects` · `timeout` · `unsupported_encoding` · `connection_failed`.
 */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code: FetchErrorCode;
  constructor(code: FetchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
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
