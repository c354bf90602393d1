import type { Webhook, WebhookDelivery, WebhookEventType } from '../../protocol/webhooks.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface WebhookCreateParams {
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly description?: string | undefined;
  /** `whsec_` and the base64 of 24 to 64 bytes. Default: one is made. */
  readonly secret?: string | undefined;
}
export interface WebhookUpdateParams {
  readonly url?: string | undefined;
  readonly events?: readonly WebhookEventType[] | undefined;
  readonly description?: string | undefined;
  readonly enabled?: boolean | undefined;
}
export interface WebhookDeliveryListParams extends ListParams {
  readonly webhookId: string;
  readonly status?: WebhookDelivery['status'] | undefined;
}

/** `client.webhooks`: addresses that hear of events, and what was sent to them. */
export class Webhooks {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /** `POST /webhooks`. The answer holds `secret`; later ones do not. */
  async create(params: WebhookCreateParams, options?: RequestOptions): Promise<Webhook> {
    const call = { ...options, method: 'POST', path: '/webhooks', body: params } as const;
    return (await this.#request(call)).data as Webhook;
  }
  /** `GET /webhooks/{id}`. */
  async get(webhookId: string, options?: RequestOptions): Promise<Webhook> {
    return (await this.#request({ ...options, method: 'GET', path: path('/webhooks/{}', webhookId) })).data as Webhook;
  }
  /** `GET /webhooks`. */
  list(params: ListParams = {}, options?: RequestOptions): PagePromise<'webhooks', Webhook> {
    return listPages(this.#request, 'webhooks', { ...options, method: 'GET', path: '/webhooks' }, { ...params });
  }
  /** `PATCH /webhooks/{id}`: changes what is given. */
  async update(webhookId: string, params: WebhookUpdateParams, options?: RequestOptions): Promise<Webhook> {
    const call = { ...options, method: 'PATCH', path: path('/webhooks/{}', webhookId), body: params } as const;
    return (await this.#request(call)).data as Webhook;
  }
  /** `DELETE /webhooks/{id}`, with its deliveries. */
  async delete(webhookId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/webhooks/{}', webhookId) });
  }
  /** `POST /webhooks/{id}/rotate-secret`: the answer holds the new `secret`; the old one signs too for 24 hours. */
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
  /** `GET /webhooks/{id}/deliveries`: what was sent and what was answered. */
  deliveries(
    { webhookId, ...params }: WebhookDeliveryListParams,
    options?: RequestOptions,
  ): PagePromise<'deliveries', WebhookDelivery> {
    const call = { ...options, method: 'GET', path: path('/webhooks/{}/deliveries', webhookId) } as const;
    return listPages(this.#request, 'deliveries', call, { ...params });
  }
  /** `POST /webhooks/{id}/deliveries/{did}/redeliver`: sends it again now, under its own id. */
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
