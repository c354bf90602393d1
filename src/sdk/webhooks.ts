import { readWebhookSecret, signWebhook } from '../protocol/webhooks.ts';
import { AssistersError } from './core/errors.ts';

/** A delivery that must not be trusted. Answer it with 400. */
export class WebhookVerificationError extends AssistersError {
  override readonly name = 'WebhookVerificationError';
}

/** Headers as any server gives them: `Headers`, Node's `req.headers`, a plain object in any case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | null | undefined>>;

export interface WebhookOptions {
  /** `whsec_…`, or several while one is being replaced. */
  readonly secret: string | readonly string[];
  /** How far the delivery's time may be off, either way. Default 300. */
  readonly toleranceSeconds?: number | undefined;
  /** Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What a delivery says. `type` is e.g. `message.created`; `data` is the object it is about. */
export interface WebhookEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Checks a delivery by Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, version 1):
 * HMAC-SHA256 of `id.timestamp.body`. Resolves with the delivery's id. A delivery may come more than once: keep the ids
 * you have handled and drop repeats.
 *
 * ```ts
 * import { verifyWebhook, webhookTestHeaders } from '@assisters/sdk';
 *
 * const body = '{"type":"message.created","timestamp":"2026-01-31T12:00:00Z","data":{}}';
 * const headers = await webhookTestHeaders(body, { secret: 'whsec_…' });
 * const deliveryId = await verifyWebhook(body, headers, { secret: 'whsec_…' });
 * ```
 *
 * @param body exactly the bytes that arrived, before any JSON parser
 * @throws {WebhookVerificationError} when it is not from your server, was changed, or is too old
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  { secret, toleranceSeconds = 300, now = Date.now }: WebhookOptions,
): Promise<string> {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature');
  if (!id || !timestamp || !signatures) {
    throw new WebhookVerificationError('A webhook-id, webhook-timestamp or webhook-signature header is missing.');
  }
  // A dot would make another id and time of the same signed text.
  if (id.includes('.') || !/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError('The webhook-id or webhook-timestamp header is malformed.');
  }
  if (Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookVerificationError(
      `The delivery's time is more than ${toleranceSeconds} s off this machine's clock.`,
    );
  }
  const given = signatures.split(' ').filter((signature) => signature.startsWith('v1,'));
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    const expected = await sign(one, id, timestamp, body);
    if (given.some((signature) => equal(signature, expected))) return id;
  }
  throw new WebhookVerificationError('No signature matches: another secret, or the body was changed on its way.');
}

/**
 * {@link verifyWebhook}, then the body as an event.
 *
 * ```ts
 * import { createServer } from 'node:http';
 * import { unwrapWebhook } from '@assisters/sdk';
 *
 * createServer(async (request, response) => {
 *   const parts: Buffer[] = [];
 *   for await (const part of request) parts.push(part);
 *   try {
 *     const event = await unwrapWebhook(Buffer.concat(parts).toString(), request.headers, { secret: 'whsec_…' });
 *     console.log(event.type, event.data.id);
 *     response.writeHead(204).end();
 *   } catch {
 *     response.writeHead(400).end();
 *   }
 * });
 * ```
 */
export async function unwrapWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  options: WebhookOptions,
): Promise<WebhookEvent> {
  await verifyWebhook(body, headers, options);
  try {
    const event = JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
    if (typeof event?.type === 'string') return event as WebhookEvent;
  } catch {}
  throw new WebhookVerificationError('The body is signed, but is not an event.');
}

/**
 * Headers of a delivery, as the server would send them: for testing your own handler.
 *
 * ```ts
 * import { webhookTestHeaders } from '@assisters/sdk';
 *
 * const body = '{"type":"message.created","timestamp":"2026-01-31T12:00:00Z","data":{}}';
 * const request = new Request('https://example.com/hooks', {
 *   method: 'POST',
 *   headers: await webhookTestHeaders(body, { secret: 'whsec_…' }),
 *   body,
 * });
 * ```
 */
export async function webhookTestHeaders(
  body: string | Uint8Array,
  { secret, id = 'del_test', now = Date.now }: { secret: string; id?: string; now?: () => number },
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(now() / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': await sign(secret, id, timestamp, body),
  };
}

function header(headers: WebhookHeaders, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : (value?.join(' ') ?? null);
}

async function sign(secret: string, id: string, timestamp: string, body: string | Uint8Array) {
  const key = readWebhookSecret(secret);
  if (!key) throw new AssistersError('The webhook secret is not base64 (with or without `whsec_`).');
  return signWebhook(key, id, timestamp, body);
}

/** In a time that does not depend on where the texts differ. */
function equal(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let different = 0;
  for (let index = 0; index < a.length; index += 1) different |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return different === 0;
}
