import type { Assistant, AssistantConfig, WidgetSettings } from '../../protocol/resources.ts';
import { path } from '../core/json.ts';
import { type ListParams, listPages, type PagePromise } from '../core/page.ts';
import type { Request, RequestOptions } from '../core/request.ts';

export interface AssistantUpdateParams {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** `extractive` (built in) or a model name of the server's provider. */
  readonly model?: string | undefined;
  readonly systemPrompt?: string | undefined;
  /** `null` takes the knowledge base away. */
  readonly knowledgeBaseId?: string | null | undefined;
  readonly category?: string | null | undefined;
  readonly config?: AssistantConfig | undefined;
  readonly widget?: WidgetSettings | undefined;
}
export interface AssistantCreateParams extends AssistantUpdateParams {
  readonly name: string;
}
export interface AssistantListParams extends ListParams {
  readonly category?: string | undefined;
}

const body = ({ systemPrompt, knowledgeBaseId, ...same }: AssistantUpdateParams) => ({
  ...same,
  system_prompt: systemPrompt,
  knowledge_base_id: knowledgeBaseId,
});

/** `client.assistants` */
export class Assistants {
  readonly #request: Request;
  constructor(request: Request) {
    this.#request = request;
  }
  /** `POST /assistants` */
  async create(params: AssistantCreateParams, options?: RequestOptions): Promise<Assistant> {
    const call = { ...options, method: 'POST', path: '/assistants', body: body(params) } as const;
    return (await this.#request(call)).data as Assistant;
  }
  /** `GET /assistants/{id}` */
  async get(assistantId: string, options?: RequestOptions): Promise<Assistant> {
    const route = path('/assistants/{}', assistantId);
    return (await this.#request({ ...options, method: 'GET', path: route })).data as Assistant;
  }
  /** `GET /assistants` */
  list(params: AssistantListParams = {}, options?: RequestOptions): PagePromise<'assistants', Assistant> {
    return listPages(this.#request, 'assistants', { ...options, method: 'GET', path: '/assistants' }, { ...params });
  }
  /** `PATCH /assistants/{id}`: changes the fields that are given. */
  async update(assistantId: string, params: AssistantUpdateParams, options?: RequestOptions): Promise<Assistant> {
    const call = {
      ...options,
      method: 'PATCH',
      path: path('/assistants/{}', assistantId),
      body: body(params),
    } as const;
    return (await this.#request(call)).data as Assistant;
  }
  /** `DELETE /assistants/{id}`: with its conversations. */
  async delete(assistantId: string, options?: RequestOptions): Promise<void> {
    await this.#request({ ...options, method: 'DELETE', path: path('/assistants/{}', assistantId) });
  }
}
