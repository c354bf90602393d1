/** Plans, sizes and times that both sides of the wire must agree on. Everything the server holds is bounded by one of these. */

/** Requests per minute and new conversations per day, per account. `null` means no limit of its own. */
export const PLANS = {
  free: { requestsPerMinute: 20, conversationsPerDay: 100 },
  pro: { requestsPerMinute: 100, conversationsPerDay: 1_000 },
  business: { requestsPerMinute: 500, conversationsPerDay: 10_000 },
  enterprise: { requestsPerMinute: null, conversationsPerDay: null },
} as const satisfies Record<string, { requestsPerMinute: number | null; conversationsPerDay: number | null }>;

export type Plan = keyof typeof PLANS;

/** What `X-RateLimit-Limit` says where a plan has no limit: a number, because readers parse one. */
export const UNLIMITED_REQUESTS_PER_MINUTE = 1_000_000;

export const LIMITS = {
  /** Largest JSON request body, bytes. */
  jsonBodyBytes: 256 * 1024,
  /** Largest uploaded file, bytes, unless the server is configured otherwise. */
  uploadBytes: 25 * 1024 * 1024,
  /** Longest question, UTF-16 code units. */
  messageChars: 4_000,
  /** Longest answer kept, UTF-16 code units; a longer one is cut and marked `truncated`. */
  answerChars: 64 * 1024,
  /** Largest `metadata` object, bytes of JSON. */
  metadataBytes: 16 * 1024,
  /** Longest `Idempotency-Key`, characters, and how long it is remembered. */
  idempotencyKeyChars: 255,
  idempotencySeconds: 24 * 60 * 60,
  /** Tools a page may offer with a question, and their size as JSON, bytes. */
  pageTools: 16,
  pageToolsBytes: 16 * 1024,
  /** Times an answer may ask the page, calls each time, and the size of one call's result as JSON, bytes. */
  toolRounds: 5,
  toolCallsPerRound: 8,
  toolResultBytes: 16 * 1024,
  /** Files of one question, of one conversation, and the text kept of one, UTF-16 code units. */
  attachmentsPerMessage: 5,
  attachmentsPerConversation: 20,
  attachmentChars: 100_000,
  /** Largest attached file, bytes, where the assistant does not say. */
  attachmentBytes: 5 * 1024 * 1024,
  /** Longest title of a conversation, UTF-16 code units. */
  titleChars: 80,
  /** Page sizes of lists. */
  pageDefault: 20,
  pageMax: 100,
  /** Largest single server-sent event a reader accepts, UTF-16 code units. */
  sseEventChars: 16 * 1024 * 1024,
} as const;

/** Stream timing, milliseconds. */
export const STREAM = {
  /** Deltas are gathered this long before they are stored and sent. */
  coalesceMs: 40,
  /** A comment line is sent after this much silence, so that proxies and readers know the line lives. */
  heartbeatMs: 15_000,
  /** A reader that hears nothing for this long gives the line up and resumes. Three heartbeats. */
  silenceMs: 45_000,
  /** Sent as `retry:`, the pause before a reader reconnects. */
  retryMs: 2_000,
  /** A model that sends nothing for this long has failed (`model_timeout`). */
  modelSilenceMs: 60_000,
} as const;
