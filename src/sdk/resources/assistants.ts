import type {
  Assistant,
  AssistantConfig,
  AttachmentSettings,
  IdentitySettings,
  WidgetSettings,
} from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface AssistantUpdateParams {
  /** Shown to visitors. */
  readonly name?: string | undefined;
  /** Shown to visitors below the name. */
  readonly description?: string | undefined;
  /** `extractive` (built in) or a model name of the server's provider. */
  readonly model?: string | undefined;
  /** What the model is told about its task and tone. */
  readonly systemPrompt?: string | undefined;
  /** `null` takes the knowledge base away. */
  readonly knowledgeBaseId?: string | null | undefined;
  /** A word of your own to list by. */
  readonly category?: string | null | undefined;
  /** Of the model: `temperature`, `max_tokens`, `response_format`. */
  readonly config?: AssistantConfig | undefined;
  /** How the widget presents it: `greeting`, `prompts`, `accent` … */
  readonly widget?: WidgetSettings | undefined;
  /** Conversations are deleted this many days after their last word; `null` keeps them. */
  readonly retentionDays?: number | null | undefined;
  /** How visitors prove who they are; `null` takes it away. Default algorithm HS256. */
  readonly identity?: Partial<IdentitySettings> | null | undefined;
  /** Files with questions; `null` takes none. Default: 5 MiB, every format that is read. */
  readonly attachments?:
    | (Pick<AttachmentSettings, 'enabled'> & Partial<Omit<AttachmentSettings, 'enabled'>>)
    | null
    | undefined;
}
export interface AssistantCreateParams extends AssistantUpdateParams {
  /** Shown to visitors. */
  readonly name: string;
}
export interface AssistantListParams extends ListParams {
  /** Only those of it. */
  readonly category?: string | undefined;
}

const body = ({ systemPrompt, knowledgeBaseId, retentionDays, ...same }: AssistantUpdateParams) => ({
  ...same,
  system_prompt: systemPrompt,
  knowledge_base_id: knowledgeBaseId,
  retention_days: retentionDays,
});

/** `client.assistants` */
export class Assistants {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /**
   * Makes one.
   *
   * ```ts
   * const assistant = await client.assistants.create({
   *   name: 'Support',
   *   systemPrompt: 'You help customers of Example Ltd.',
   *   knowledgeBaseId: 'kb_…',
   * });
   * console.log(assistant.id);
   * ```
   */
  async create(params: AssistantCreateParams, options?: RequestOptions): Promise<Assistant> {
    const call = { ...options, method: 'POST', path: '/assistants', body: body(params) } as const;
    return (await this.#request(call)).data as Assistant;
  }
  /**
   * One, by its id.
   *
   * ```ts
   * const { name, model } = await client.assistants.get('ast_…');
   * ```
   */
  async get(assistantId: string, options?: RequestOptions): Promise<Assistant> {
    const route = path('/assistants/{}', assistantId);
    return (await this.#request({ ...options, method: 'GET', path: route })).data as Assistant;
  }
  /**
   * All of them.
   *
   * ```ts
   * for await (const { id, name } of client.assistants.list({ category: 'support' })) console.log(id, name);
   * ```
   */
  list(params: AssistantListParams = {}, options?: RequestOptions): PagePromise<'assistants', Assistant> {
    return listPages(this.#request, 'assistants', { ...options, method: 'GET', path: '/assistants' }, { ...params });
  }
  /**
   * Changes the fields that are given.
   *
   * ```ts
   * await client.assistants.update('ast_…', { name: 'Sales', knowledgeBaseId: null });
   * ```
   */
  async update(assistantId: string, params: AssistantUpdateParams, options?: RequestOptions): Promise<Assistant> {
    const call = {
      ...options,
      method: 'PATCH',
      path: path('/assistants/{}', assistantId),
      body: body(params),
    } as const;
    return (await this.#request(call)).data as Assistant;
  }
  /**
   * Makes a new secret for identity tokens, in `identity_secret`. The one before counts for 24 hours more.
   *
   * ```ts
   * const { identity_secret } = await client.assistants.rotateIdentitySecret('ast_…');
   * ```
   */
  async rotateIdentitySecret(assistantId: string, options?: RequestOptions): Promise<Assistant> {
    const route = path('/assistants/{}/identity-secret', assistantId);
    return (await this.#request({ ...options, method: 'POST', path: route })).data as Assistant;
  }
  /**
   * Deletes it, with its conversations.
   *
   * ```ts
   * await client.assistants.delete('ast_…');
   * ```
   */
  async delete(assistantId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/assistants/{}', assistantId) });
  }
}
