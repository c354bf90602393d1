import type { Assistant, Conversation, Feedback, Message } from './resources.ts';

/**
 * Webhooks: the events, what each carries, and how a delivery is signed (Standard Webhooks 1.0.0,
 * https://github.com/standard-webhooks/standard-webhooks).
 */

/** What each event is about: the `data` of its body. */
export interface WebhookPayloads {
  /** As it was made. */
  readonly 'conversation.created': Omit<Conversation, 'messages'>;
  /** `ended_by`: `request` somebody ended it, `idle` nothing was said for 24 hours. */
  readonly 'conversation.ended': Omit<Conversation, 'messages'> & { readonly ended_by: 'request' | 'idle' };
  /**
   * A question when it is stored, an answer when it has ended, however it ended (`status`). An answer that is written
   * again is sent again, with its own id.
   */
  readonly 'message.created': Message;
  readonly 'feedback.submitted': Feedback & { readonly message_id: string; readonly conversation_id: string };
  /** As it is after the change; without its system prompt. */
  readonly 'assistant.updated': Omit<Assistant, 'system_prompt'>;
}
export type WebhookEventType = keyof WebhookPayloads;

/** Every event, in the order of the documentation. */
export const WEBHOOK_EVENTS = [
  'conversation.created',
  'conversation.ended',
  'message.created',
  'feedback.submitted',
  'assistant.updated',
] as const satisfies readonly WebhookEventType[];

/** The body of a delivery. */
export type WebhookBody = {
  readonly [Type in WebhookEventType]: {
    readonly type: Type;
    /** When it happened, ISO 8601. */
    readonly timestamp: string;
    readonly data: WebhookPayloads[Type];
  };
}[WebhookEventType];

/** An address that hears of events. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly description: string;
  /** A disabled one hears of nothing; deliveries that wait for it go on when it is enabled again. */
  readonly enabled: boolean;
  /** `gone`: the endpoint answered 410. `null` while enabled, or when disabled by hand. */
  readonly disabled_reason: 'gone' | null;
  /** `whsec_…`. Only in the answers that create it and rotate it. */
  readonly secret?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** One try of a delivery. */
export interface WebhookAttempt {
  readonly at: string;
  readonly duration_ms: number;
  /** Status of the answer; `null` when there was none. */
  readonly status: number | null;
  /** The headers that were sent, signature included. */
  readonly request_headers: Readonly<Record<string, string>>;
  /** First 4 KiB of the answer. */
  readonly response_body: string;
  /** Why it did not count; `null` when it did. */
  readonly error: string | null;
}

/** One event on its way to one address. Its id is the `webhook-id` of every try. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhook_id: string;
  readonly event: WebhookEventType;
  /** `pending` still to be tried (again) · `succeeded` a 2xx came · `failed` no more tries, unless asked for. */
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** The body that is sent, as text: what is signed. */
  readonly request_body: string;
  /** Oldest first, the last 20. */
  readonly attempts: readonly WebhookAttempt[];
  readonly next_attempt_at: string | null;
  readonly created_at: string;
}

/** Times and sizes of deliveries. */
export const WEBHOOKS = {
  /** Pause before each try, seconds: the standard's schedule, 75 hours in all. */
  scheduleSeconds: [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
  /** An endpoint must answer within this. */
  timeoutMs: 15_000,
  /** A replaced secret signs beside the new one for this long. */
  rotationMs: 24 * 60 * 60 * 1000,
  /** Deliveries are kept this long. */
  keepMs: 30 * 24 * 60 * 60 * 1000,
  /** Of the answer that is kept, bytes. */
  answerBytes: 4_096,
  attemptsKept: 20,
  perAccount: 50,
  /** Secrets are 24 to 64 bytes. */
  secretBytes: { min: 24, max: 64, made: 32 },
} as const;

/** The key in a secret: base64, with or without `whsec_`. `null` when it is not base64 or empty. */
export function readWebhookSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  try {
    const raw = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0));
    return raw.length === 0 ? null : raw;
  } catch {
    return null;
  }
}

/**
 * Signs a delivery: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param key as {@link readWebhookSecret} gives it
 * @param timestamp unix seconds, as the header carries it
 */
export async function signWebhook(
  key: Uint8Array<ArrayBuffer>,
  id: string,
  timestamp: string,
  body: string | Uint8Array,
): Promise<string> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const tail = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const text = new Uint8Array(head.length + tail.length);
  text.set(head);
  text.set(tail, head.length);
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, text));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}
