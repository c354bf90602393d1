import type { ApiKey, ApiKeyKind } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface ApiKeyUpdateParams {
  /** For people. */
  readonly name?: string | undefined;
  /** Origins whose pages may use a publishable key, e.g. `https://example.com`, `https://*.example.com`. */
  readonly origins?: readonly string[] | undefined;
  /** Assistants a publishable key opens. */
  readonly assistantIds?: readonly string[] | undefined;
  /** Scopes of a restricted key, e.g. `conversations:read`. */
  readonly scopes?: readonly string[] | undefined;
  /** ISO 8601, or `null` for never. */
  readonly expiresAt?: string | null | undefined;
  /** Addresses and networks that may use a secret or restricted key, e.g. `10.0.0.0/8`; empty: any. */
  readonly addresses?: readonly string[] | undefined;
  /** Visitors' messages a day through a publishable key; `null`: the server's default. */
  readonly messagesPerDay?: number | null | undefined;
}
export interface ApiKeyCreateParams extends ApiKeyUpdateParams {
  readonly kind: ApiKeyKind;
  /** For people. */
  readonly name: string;
  /** A test key. Default false. */
  readonly test?: boolean | undefined;
  /** A publishable key that works without an origin, for native apps. Default false. */
  readonly allowNative?: boolean | undefined;
}

const body = ({
  assistantIds,
  expiresAt,
  allowNative,
  messagesPerDay,
  ...same
}: ApiKeyUpdateParams & Pick<ApiKeyCreateParams, 'allowNative'>) => ({
  ...same,
  allow_native: allowNative,
  assistant_ids: assistantIds,
  expires_at: expiresAt,
  messages_per_day: messagesPerDay,
});

/** `client.apiKeys`. Secret key only. */
export class ApiKeys {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Makes a key. The only answer that holds a secret or restricted key itself, in `key`.
   *
   * ```ts
   * const { key } = await client.apiKeys.create({
   *   kind: 'publishable',
   *   name: 'Website',
   *   assistantIds: ['ast_…'],
   *   origins: ['https://example.com'],
   * });
   * console.log(key);
   * ```
   */
  async create(params: ApiKeyCreateParams, options?: RequestOptions): Promise<ApiKey> {
    const call = { ...options, method: 'POST', path: '/api-keys', body: body(params) } as const;
    return (await this.#request(call)).data as ApiKey;
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { id, kind, name, hint } of client.apiKeys.list()) console.log(id, kind, name, hint);
   * ```
   */
  list(params: ListParams = {}, options?: RequestOptions): PagePromise<'api_keys', ApiKey> {
    return listPages(this.#request, 'api_keys', { ...options, method: 'GET', path: '/api-keys' }, { ...params });
  }
  /**
   * Changes the fields that are given.
   *
   * ```ts
   * await client.apiKeys.update('key_…', { name: 'Old website', expiresAt: '2030-01-31T00:00:00Z' });
   * ```
   */
  async update(apiKeyId: string, params: ApiKeyUpdateParams, options?: RequestOptions): Promise<ApiKey> {
    const call = { ...options, method: 'PATCH', path: path('/api-keys/{}', apiKeyId), body: body(params) } as const;
    return (await this.#request(call)).data as ApiKey;
  }
  /**
   * A new key in this one's place, which lives on for a while. Visitor sessions go over.
   *
   * ```ts
   * const { key } = await client.apiKeys.rotate('key_…', { graceSeconds: 3_600 });
   * ```
   *
   * @param params.graceSeconds default 7 days for a publishable key (at most 30), 1 day for others (at most 7)
   */
  async rotate(
    apiKeyId: string,
    params: { readonly graceSeconds?: number | undefined } = {},
    options?: RequestOptions,
  ): Promise<ApiKey> {
    const route = path('/api-keys/{}/rotate', apiKeyId);
    const body = { grace_seconds: params.graceSeconds };
    return (await this.#request({ ...options, method: 'POST', path: route, body })).data as ApiKey;
  }
  /**
   * Revokes it: it is refused from here on.
   *
   * ```ts
   * await client.apiKeys.revoke('key_…');
   * ```
   */
  async revoke(apiKeyId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/api-keys/{}', apiKeyId) });
  }
}
