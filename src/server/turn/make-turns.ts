import { ID_PREFIX } from '../../protocol/ids.ts';
import { LIMITS, STREAM } from '../../protocol/limits.ts';
import { makeCompose } from '../answer/compose.ts';
import { failureFacts } from '../answer/model-failure.ts';
import { newId } from '../auth/credentials.ts';
import type { Deps } from '../deps.ts';
import type { GenerationLimits } from './generation.ts';
import { type GenerationCaps, Generations } from './generations.ts';
import { Turns } from './turns.ts';

/**
 * The server's turns, from its parts. Make one per process: it holds the answers being written. At start call
 * `store.messages.interruptAll` first; at the end `turns.drain(deadlineMs)` before the store is closed.
 */
export function makeTurns(
  deps: Pick<Deps, 'store' | 'retriever' | 'answerer' | 'clock' | 'random' | 'log'>,
  options: { readonly limits?: Partial<GenerationLimits>; readonly caps?: GenerationCaps } = {},
): Turns {
  const { store, clock, random, log } = deps;
  const limits = {
    coalesceMs: STREAM.coalesceMs,
    modelSilenceMs: STREAM.modelSilenceMs,
    answerChars: LIMITS.answerChars,
    ...options.limits,
  };
  const onFault = (error: unknown, messageId: string) => log.error({ err: error, messageId }, 'answer failed');
  const onModelFailure = (error: Error, messageId: string) =>
    log.warn({ reason: error.message, ...failureFacts(error), messageId }, 'model failed');
  return new Turns({
    store,
    generations: new Generations(
      { messages: store.messages, limits, now: clock, onFault, onModelFailure },
      options.caps,
    ),
    compose: makeCompose({
      messages: store.messages,
      conversations: store.conversations,
      chunks: store.chunks,
      attachments: store.attachments,
      retriever: deps.retriever,
      answerer: deps.answerer,
    }),
    newId: () => newId(ID_PREFIX.message, random),
    now: clock,
  });
}
