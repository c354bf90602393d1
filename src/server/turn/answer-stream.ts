import { STREAM } from '../../protocol/limits.ts';
import { SSE_HEADERS } from '../../protocol/sse-encode.ts';
import { ApiError } from '../http/api-error.ts';
import { alreadySent, type Call } from '../http/route.ts';
import type { LiveAnswer } from './live-answer.ts';
import { streamToNode, streamToWeb } from './sinks.ts';
import type { ReaderTiming } from './stream-reader.ts';

/** Most lines that follow one answer while it is written: tabs and reconnects of one visitor, not an audience. */
const READERS_PER_ANSWER = 32;

const TIMING: ReaderTiming = {
  retryMs: STREAM.retryMs,
  heartbeatMs: STREAM.heartbeatMs,
  stallMs: STREAM.silenceMs,
};

/**
 * Answers a request with an answer's event stream: straight into Node's response where there is one, else as a web
 * stream. The caller going away ends the line, not the answer.
 *
 * @param from position to continue from
 * @throws ApiError rate_limit_exceeded when too many lines follow this answer already
 */
export function answerStream(
  call: Pick<Call, 'beginRaw' | 'deps'>,
  answer: LiveAnswer,
  from: number,
  timing: ReaderTiming = TIMING,
): Response {
  if (answer.readers >= READERS_PER_ANSWER) throw tooManyReaders(call.deps.clock());
  const outgoing = call.beginRaw(SSE_HEADERS);
  if (!outgoing) return new Response(streamToWeb(answer, from, timing), { headers: SSE_HEADERS });
  streamToNode(outgoing, answer, from, timing);
  return alreadySent();
}

function tooManyReaders(now: number): ApiError {
  const retryAfter = STREAM.retryMs / 1000;
  return new ApiError(
    'rate_limit_exceeded',
    `More than ${READERS_PER_ANSWER} lines follow this answer. Try again in ${retryAfter} seconds.`,
    {
      limit: READERS_PER_ANSWER,
      remaining: 0,
      reset_at: Math.ceil(now / 1000) + retryAfter,
      retry_after: retryAfter,
    },
    { 'Retry-After': String(retryAfter) },
  );
}
