import type { WebhookEventType } from '../../protocol/webhooks.ts';
import type { JobStore, Listed, Scope, Window } from './store.ts';

/** An address that hears of events. */
export interface WebhookRow {
  readonly id: string;
  readonly accountId: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly description: string;
  readonly enabled: boolean;
  readonly disabledReason: 'gone' | null;
  /** `whsec_` and base64, sealed (`secret-box.ts`): it signs, so a hash would not do. */
  readonly secret: string;
  /** Replaced secrets that still sign, until their time. */
  readonly oldSecrets: readonly { readonly secret: string; readonly until: number }[];
  /** Nothing is sent before this time: the endpoint asked for a pause. */
  readonly pausedUntil: number;
  /** Tries that failed since the last that did not. */
  readonly failures: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One try of a delivery. */
export interface AttemptRow {
  readonly at: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  readonly error: string | null;
}

/** One event on its way to one address. */
export interface DeliveryRow {
  readonly id: string;
  readonly accountId: string;
  readonly webhookId: string;
  readonly event: WebhookEventType;
  /** The JSON that is sent, byte for byte the same at each try. */
  readonly body: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Oldest first, bounded. */
  readonly attempts: readonly AttemptRow[];
  /** Tries of the present round; a redelivery begins a new one. */
  readonly tries: number;
  readonly nextAt: number;
  readonly createdAt: number;
}

/** What one try did to a delivery and its endpoint. */
export interface AttemptOutcome {
  readonly attempt: AttemptRow;
  readonly status: DeliveryRow['status'];
  readonly nextAt: number;
  readonly pausedUntil?: number;
  /** The endpoint answered 410. */
  readonly gone: boolean;
}

/**
 * Webhooks and what is on its way to them. The methods that change conversations, messages and assistants store a
 * delivery for every enabled webhook of the account that wants the event, in the transaction of the change: there is no
 * change without its deliveries, and none for a change that was not made.
 */
export interface WebhookStore {
  create(row: WebhookRow): Promise<void>;
  get(scope: Scope, id: string): Promise<WebhookRow | null>;
  list(scope: Scope, window: Window): Promise<Listed<WebhookRow>>;
  update(
    scope: Scope,
    id: string,
    change: Partial<Omit<WebhookRow, 'id' | 'accountId' | 'createdAt'>>,
  ): Promise<WebhookRow | null>;
  /** Deletes it with its deliveries. */
  delete(scope: Scope, id: string): Promise<boolean>;

  getDelivery(scope: Scope, webhookId: string, id: string): Promise<DeliveryRow | null>;
  /** Newest first. */
  deliveries(
    scope: Scope,
    webhookId: string,
    window: Window & { readonly status?: DeliveryRow['status'] },
  ): Promise<Listed<DeliveryRow>>;
  /** Makes it due now, with a new round of tries. */
  redeliver(scope: Scope, webhookId: string, id: string, now: number): Promise<DeliveryRow | null>;
  /** Notes a try and what follows, and gives the lease back, in one write. */
  record(deliveryId: string, outcome: AttemptOutcome): Promise<void>;
  /** Forgets deliveries made before `before`. */
  prune(before: number): Promise<void>;

  /**
   * Deliveries as jobs (kind {@link DELIVERY_JOB}, payload `{webhook_id}`), for the job runner. A lease is given only
   * while fewer than {@link PER_ENDPOINT} deliveries to the same webhook are leased (one, while it fails), so that an
   * endpoint that does not answer holds up its own deliveries alone. `finish` changes nothing: `record` has.
   */
  readonly queue: Pick<JobStore, 'lease' | 'renew' | 'finish' | 'reschedule' | 'nextAt'>;
  /** Hears, after the commit, that this process has stored deliveries that are due. Gives the way to stop hearing. */
  onQueued(listener: () => void): () => void;
}

/** Deliveries to one webhook at the same time. */
export const PER_ENDPOINT = 4;
/** The kind of the jobs that `WebhookStore.queue` gives. */
export const DELIVERY_JOB = 'delivery';
