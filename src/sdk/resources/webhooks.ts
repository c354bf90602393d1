import type { Webhook, WebhookDelivery, WebhookEventType } from '../../protocol/webhooks.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface WebhookCreateParams {
  /** Where the events go: https, on the public internet, unless the server's owner allows its host. */
  readonly url: string;
  /** Which. */
  readonly events: readonly WebhookEventType[];
  /** For people. */
  readonly description?: string | undefined;
  /** `whsec_` and the base64 of 24 to 64 bytes. Default: one is made. */
  readonly secret?: string | undefined;
}
export interface WebhookUpdateParams {
  readonly url?: string | undefined;
  readonly events?: readonly WebhookEventType[] | undefined;
  /** For people. */
  readonly description?: string | undefined;
  /** `false` holds it back; `true` lets it hear again, also after too many failures. */
  readonly enabled?: boolean | undefined;
}
export interface WebhookDeliveryListParams extends ListParams {
  readonly webhookId: string;
  /** Only those. */
  readonly status?: WebhookDelivery['status'] | undefined;
}

/** `client.webhooks`: addresses that hear of events, and what was sent to them. */
export class Webhooks {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Sends events to an address. The answer holds `secret`; later ones do not.
   *
   * ```ts
   * const webhook = await client.webhooks.create({
   *   url: 'https://example.com/hooks',
   *   events: ['message.created', 'feedback.submitted'],
   * });
   * console.log('Keep this:', webhook.secret);
   * ```
   */
  async create(params: WebhookCreateParams, options?: RequestOptions): Promise<Webhook> {
    const call = { ...options, method: 'POST', path: '/webhooks', body: params } as const;
    return (await this.#request(call)).data as Webhook;
  }
  /**
   * One, by its id.
   *
   * ```ts
   * const { enabled, disabled_reason } = await client.webhooks.get('wh_…');
   * ```
   */
  async get(webhookId: string, options?: RequestOptions): Promise<Webhook> {
    return (await this.#request({ ...options, method: 'GET', path: path('/webhooks/{}', webhookId) })).data as Webhook;
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { id, url } of client.webhooks.list()) console.log(id, url);
   * ```
   */
  list(params: ListParams = {}, options?: RequestOptions): PagePromise<'webhooks', Webhook> {
    return listPages(this.#request, 'webhooks', { ...options, method: 'GET', path: '/webhooks' }, { ...params });
  }
  /**
   * Changes what is given.
   *
   * ```ts
   * await client.webhooks.update('wh_…', { enabled: false });
   * ```
   */
  async update(webhookId: string, params: WebhookUpdateParams, options?: RequestOptions): Promise<Webhook> {
    const call = { ...options, method: 'PATCH', path: path('/webhooks/{}', webhookId), body: params } as const;
    return (await this.#request(call)).data as Webhook;
  }
  /**
   * Deletes it, with its deliveries.
   *
   * ```ts
   * await client.webhooks.delete('wh_…');
   * ```
   */
  async delete(webhookId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/webhooks/{}', webhookId) });
  }
  /**
   * Makes a new secret: the answer holds it; the old one signs too for 24 hours.
   *
   * ```ts
   * const { secret } = await client.webhooks.rotateSecret('wh_…');
   * ```
   */
  async rotateSecret(
    webhookId: string,
    params: { readonly secret?: string | undefined } = {},
    options?: RequestOptions,
  ): Promise<Webhook> {
    const call = {
      ...options,
      method: 'POST',
      path: path('/webhooks/{}/rotate-secret', webhookId),
      body: params,
    } as const;
    return (await this.#request(call)).data as Webhook;
  }
  /**
   * What was sent to it, and what was answered.
   *
   * ```ts
   * for await (const { id, event, attempts } of client.webhooks.deliveries({ webhookId: 'wh_…', status: 'failed' })) {
   *   console.log(id, event, attempts.at(-1)?.error);
   * }
   * ```
   */
  deliveries(
    { webhookId, ...params }: WebhookDeliveryListParams,
    options?: RequestOptions,
  ): PagePromise<'deliveries', WebhookDelivery> {
    const call = { ...options, method: 'GET', path: path('/webhooks/{}/deliveries', webhookId) } as const;
    return listPages(this.#request, 'deliveries', call, { ...params });
  }
  /**
   * Sends a delivery again now, under its own id.
   *
   * ```ts
   * await client.webhooks.redeliver({ webhookId: 'wh_…', deliveryId: 'del_…' });
   * ```
   */
  async redeliver(
    { webhookId, deliveryId }: { readonly webhookId: string; readonly deliveryId: string },
    options?: RequestOptions,
  ): Promise<WebhookDelivery> {
    const call = {
      ...options,
      method: 'POST',
      path: path('/webhooks/{}/deliveries/{}/redeliver', webhookId, deliveryId),
    } as const;
    return (await this.#request(call)).data as WebhookDelivery;
  }
}
