import { readWebhookSecret, signWebhook, WEBHOOKS } from '../../protocol/webhooks.ts';
import type { SecretBox } from '../auth/secret-box.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import type { FetchResponse, GuardedFetch } from '../fetch/guarded-fetch.ts';
import type { JobHandler } from '../jobs/job-runner.ts';
import type { Store } from '../store/store.ts';
import type { AttemptOutcome, AttemptRow, DeliveryRow, WebhookRow } from '../store/webhooks.ts';

/** Answers that say "slow down": the endpoint's other deliveries wait too. */
const SLOW_DOWN = new Set([429, 502, 504]);
/** How long they wait when the endpoint does not say, and at most, milliseconds. */
const PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 60 * 60 * 1000;
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
/** Up to this part of a pause is added to it, by chance, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * Sends one delivery: the handler of {@link DELIVERY_JOB}. Every try has the delivery's id and body; a process that dies
 * after sending and before noting it sends again, under the same id.
 *
 * @param parts.chance from 0 to 1, for jitter
 */
export function deliveryHandler(parts: {
  readonly webhooks: Store['webhooks'];
  readonly fetch: GuardedFetch;
  readonly now: () => number;
  readonly chance: () => number;
  readonly secrets: Pick<SecretBox, 'open'>;
}): JobHandler {
  const { webhooks, fetch, now, chance, secrets } = parts;
  return async (job, signal) => {
    const scope = { accountId: job.accountId };
    const webhookId = String(job.payload.webhook_id);
    const webhook = await webhooks.get(scope, webhookId);
    const delivery = await webhooks.getDelivery(scope, webhookId, job.id);
    if (!webhook || delivery?.status !== 'pending') return undefined;
    const at = now();
    const opened = {
      secret: secrets.open(webhook.secret),
      oldSecrets: webhook.oldSecrets.map(({ secret, until }) => ({ secret: secrets.open(secret), until })),
    };
    const requestHeaders = await deliveryHeaders(opened, delivery, at);
    let response: FetchResponse | null = null;
    let failure: unknown = null;
    try {
      response = await fetch({
        url: webhook.url,
        method: 'POST',
        body: delivery.body,
        headers: requestHeaders,
        maxRedirects: 0,
        maxBytes: WEBHOOKS.answerBytes,
        atLimit: 'cut',
        broken: 'cut',
        signal,
      });
    } catch (error) {
      // We are stopping, or the lease was lost: nothing is known of this try, so it is not counted.
      if (signal.aborted || !(error instanceof FetchError)) throw error;
      failure = error;
    }
    const ended = now();
    const attempt: AttemptRow = {
      at,
      durationMs: ended - at,
      status: response?.status ?? null,
      requestHeaders,
      responseBody: response?.bytes.toString('utf8') ?? '',
      error: response ? refusal(response.status) : reason(failure as FetchError),
    };
    await webhooks.record(delivery.id, outcomeOf(attempt, delivery, response, ended, chance));
    return undefined;
  };
}

/** The headers of a try, by opened secrets: signed anew each time, by every secret that is valid now, newest first. */
export async function deliveryHeaders(
  webhook: Pick<WebhookRow, 'secret' | 'oldSecrets'>,
  delivery: Pick<DeliveryRow, 'id' | 'body'>,
  now: number,
): Promise<Record<string, string>> {
  const secrets = [webhook.secret, ...webhook.oldSecrets.filter(({ until }) => until > now).map((old) => old.secret)];
  const timestamp = String(Math.floor(now / 1000));
  const signatures = await Promise.all(
    secrets.map((secret) => signWebhook(readWebhookSecret(secret)!, delivery.id, timestamp, delivery.body)),
  );
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'webhook-id': delivery.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function outcomeOf(
  attempt: AttemptRow,
  delivery: DeliveryRow,
  response: FetchResponse | null,
  now: number,
  chance: () => number,
): AttemptOutcome {
  const { status } = attempt;
  if (attempt.error === null) return { attempt, status: 'succeeded', nextAt: now, gone: false };
  if (status === 410) return { attempt, status: 'failed', nextAt: now, gone: true };
  const wanted = retryAfter(response?.headers.get('retry-after'), now);
  const pausedUntil =
    wanted !== null || (status !== null && SLOW_DOWN.has(status))
      ? { pausedUntil: now + Math.min(wanted ?? PAUSE_MS, MAX_PAUSE_MS) }
      : {};
  const pause = WEBHOOKS.scheduleSeconds[delivery.tries + 1];
  if (pause === undefined) return { attempt, status: 'failed', nextAt: now, gone: false, ...pausedUntil };
  const delay = Math.max(pause * 1000, wanted ?? 0) * (1 + JITTER * chance());
  return { attempt, status: 'pending', nextAt: now + Math.round(delay), gone: false, ...pausedUntil };
}

/** Milliseconds to wait by a `Retry-After` header: seconds or a date. `null` when there is none to read. */
function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const ms = /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

function refusal(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `The endpoint answered ${status}. Redirects are not followed.`;
  if (status === 410) return 'The endpoint answered 410, so the webhook was disabled.';
  return `The endpoint answered ${status}; expected 2xx.`;
}

function reason(error: FetchError): string {
  if (error.code === 'timeout') return `No answer within ${WEBHOOKS.timeoutMs / 1000} s.`;
  return error.code === 'connection_failed'
    ? 'The endpoint could not be reached or broke the connection.'
    : error.message;
}
