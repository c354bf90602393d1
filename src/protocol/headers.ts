/** Header names, in one place so that none is spelled twice. */
export const HEADER = {
  requestId: 'X-Request-Id',
  rateLimit: 'X-RateLimit-Limit',
  rateRemaining: 'X-RateLimit-Remaining',
  /** Unix seconds. */
  rateReset: 'X-RateLimit-Reset',
  retryAfter: 'Retry-After',
  idempotencyKey: 'Idempotency-Key',
  lastEventId: 'Last-Event-ID',
  /** The answer to a challenge; see `proof.ts`. */
  proof: 'X-Assisters-Proof',
  /** Proof that an iframe host page of ours was served to an allowed parent: the page's 5-minute signed nonce. */
  embedNonce: 'X-Assisters-Embed',
} as const;

/** On an answer that was given before to the same `Idempotency-Key`. Apart, because the widget has no use for it. */
export const REPLAYED_HEADER = 'Idempotent-Replayed';

/** Response headers a page on another origin may read. */
export const EXPOSED_HEADERS: readonly string[] = [
  HEADER.requestId,
  HEADER.rateLimit,
  HEADER.rateRemaining,
  HEADER.rateReset,
  HEADER.retryAfter,
  REPLAYED_HEADER,
];

/** Request headers a page on another origin may send. */
export const ALLOWED_REQUEST_HEADERS: readonly string[] = [
  'Authorization',
  'Content-Type',
  HEADER.idempotencyKey,
  HEADER.lastEventId,
  HEADER.proof,
  HEADER.embedNonce,
];
