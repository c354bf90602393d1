import { LIMITS } from '../../protocol/limits.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import type { NoAnswer } from './turns.ts';

/** Seconds after which a place may have come free. */
const RETRY_AFTER_SECONDS = 5;

/** Why there is no answer, as the caller is told it. */
export function refusal(reason: NoAnswer, now: number): ApiError {
  const later = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
  switch (reason) {
    case 'busy':
      return new ApiError(
        'answer_in_progress',
        'An answer is still being written in this conversation. Follow it, stop it, or wait for its end.',
      );
    case 'ended':
      return new ApiError('conversation_ended', 'The conversation has ended. Start a new one.');
    case 'mismatch':
      return new ApiError(
        'idempotency_mismatch',
        `This Idempotency-Key was used for another request in the last ${LIMITS.idempotencySeconds / 3600} hours. Use a new key.`,
      );
    case 'not_last':
      return new ApiError('conflict', 'Only the last answer of a conversation can be written again.');
    case 'not_waiting':
      return new ApiError(
        'conflict',
        'The answer does not wait for these results. Send one for each of its `tool_calls` whose `result` is null, all at once.',
      );
    case 'gone':
      return notFound('message');
    case 'unattached':
      return notFound('attachment');
    case 'draining':
      return new ApiError('service_unavailable', 'The server is stopping. Try again shortly.', undefined, later);
    case 'full':
      return new ApiError('service_unavailable', 'The server is writing as many answers as it can.', undefined, later);
    case 'client_full':
      return new ApiError(
        'rate_limit_exceeded',
        'Too many answers are being written for your network address. Wait for one to end.',
        {
          limit: 0,
          remaining: 0,
          reset_at: Math.ceil(now / 1000) + RETRY_AFTER_SECONDS,
          retry_after: RETRY_AFTER_SECONDS,
        },
        later,
      );
  }
}
