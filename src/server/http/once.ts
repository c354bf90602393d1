import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { HEADER } from '../../protocol/headers.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Deps } from '../deps.ts';
import type { ReplayRow } from '../store/replays.ts';
import { refusal } from '../turn/refusals.ts';
import { ApiError, badField } from './api-error.ts';

/** A claim without an answer is this old only when its process died: handlers of JSON bodies take far less. */
const ABANDONED_MS = 60_000;
/** Pauses, ms, in which the same request, sent again, waits for the first to be answered; then it is told to come back. */
const PAUSES_MS = [25, 50, 100, 200, 400, 800, 1_600, 3_200] as const;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface OnceRequest {
  readonly accountId: string;
  /** The `Authorization` header: a key is remembered for each credential alone. */
  readonly authorization: string;
  /** The `Idempotency-Key` header; `null`: the work is done each time. */
  readonly key: string | null;
  /** Method, path and body: what the key stands for. */
  readonly request: string;
}

/**
 * Does the work once for an `Idempotency-Key`: the same request again, within 24 hours, gets the answer of the first, and
 * while that is not there yet waits for it. An error is not kept: nothing was made, so the request may be tried again.
 *
 * Answers hold secrets that are shown once (a new key, a webhook's secret). They are kept sealed (AES-256-GCM) under a
 * key made of the caller's credential and its idempotency key, neither of which is stored: who reads the database
 * cannot read them.
 *
 * A process that dies after the work and before its answer was kept leaves the key free after a minute; only then can
 * the work be done twice.
 *
 * @param work gives the answer as text
 * @returns the answer, and whether it is one that was given before
 * @throws ApiError invalid_request for a key that is empty or too long, idempotency_mismatch, service_unavailable when
 * the first request takes longer than 6 s; whatever `work` throws
 */
export async function once(
  { accountId, authorization, key, request }: OnceRequest,
  { store, clock, random }: Pick<Deps, 'store' | 'clock' | 'random'>,
  work: () => Promise<string>,
): Promise<{ readonly answer: string; readonly again: boolean }> {
  if (key === null) return { answer: await work(), again: false };
  if (key === '' || key.length > LIMITS.idempotencyKeyChars)
    throw badField(HEADER.idempotencyKey, `Expected 1 to ${LIMITS.idempotencyKeyChars} characters.`);
  const digest = (purpose: string) => createHash('sha256').update(JSON.stringify([purpose, authorization, key]));
  const now = clock();
  const requestHash = createHash('sha256').update(request).digest('hex');
  const claim = { id: digest('id').digest('hex'), accountId, requestHash, createdAt: now };
  const times = { forgetBefore: now - LIMITS.idempotencySeconds * 1000, abandonedBefore: now - ABANDONED_MS };
  const secret = digest('answer').digest();

  let taken: ReplayRow | null = null;
  for (const pause of [...PAUSES_MS, null]) {
    taken = await store.replays.claim(claim, times);
    if (taken === null) break;
    if (taken.requestHash !== requestHash) throw refusal('mismatch', now);
    if (taken.answer !== null) return { answer: open(secret, taken.answer), again: true };
    if (pause === null) {
      throw new ApiError(
        'service_unavailable',
        'The first request with this Idempotency-Key is still being answered.',
        undefined,
        {
          'Retry-After': '2',
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }

  let answer: string;
  try {
    answer = await work();
  } catch (error) {
    await store.replays.release(claim).catch(() => {});
    throw error;
  }
  await store.replays.settle(claim, seal(secret, random(NONCE_BYTES), answer));
  return { answer, again: false };
}

function seal(secret: Buffer, nonce: Uint8Array, text: string): string {
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function open(secret: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
