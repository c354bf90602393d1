import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../../src/server/http/types.ts';
import { mountDocument, openApiDocument } from '../../src/server/openapi/document.ts';
import { routes } from '../../src/server/routes/index.ts';
import { type Scenario, scenarios } from '../../test/scenarios.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

export interface Operation {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly body: { readonly mediaType: string; readonly schema: Schema; readonly required: boolean } | null;
  readonly answer: { readonly status: string; readonly description: string };
  /** Codes of the errors beyond those that every endpoint can give. */
  readonly errors: readonly string[];
}

/** Errors that every endpoint can give; a page says them once. */
export const COMMON_ERRORS: readonly string[] = [
  'missing_credential',
  'invalid_api_key',
  'key_type_not_allowed',
  'insufficient_permissions',
  'rate_limit_exceeded',
  'internal_error',
];

const app = new OpenAPIHono<AppEnv>();
mountDocument(app, routes);
const document = openApiDocument(app) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: RawOperation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

interface RawOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** The schema that a reference points at. */
export const resolve = (schema: Schema): Schema =>
  schema.$ref ? resolve(document.components.schemas[schema.$ref.split('/').at(-1)!]!) : schema;

/** Every operation of the OpenAPI document, in its order. */
export const OPERATIONS: readonly Operation[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, raw]) => {
    const [mediaType, content] = Object.entries(raw.requestBody?.content ?? {})[0] ?? [];
    const [status, answer] = Object.entries(raw.responses).find(([code]) => code < '300')!;
    const codes = Object.entries(raw.responses)
      .filter(([code]) => code >= '300')
      .flatMap(([, { description }]) => [...description.matchAll(/^`(\w+)`:/gm)].map((match) => match[1]!));
    return {
      method: method.toUpperCase(),
      path: path.replace(/^\/v1/, ''),
      id: raw.operationId,
      tag: raw.tags[0]!,
      summary: raw.summary,
      description: raw.description,
      parameters: raw.parameters ?? [],
      body: content
        ? { mediaType: mediaType!, schema: content.schema, required: raw.requestBody!.required === true }
        : null,
      answer: { status, description: answer.description },
      errors: codes.filter((one) => !COMMON_ERRORS.includes(one)),
    };
  }),
);

/** Every event that is sent to webhooks, with the schema of its body. */
export const EVENTS: readonly { readonly type: string; readonly description: string; readonly body: Schema }[] =
  Object.entries(document.webhooks).map(([type, { post }]) => ({
    type,
    description: post.description,
    body: Object.values(post.requestBody!.content)[0]!.schema,
  }));

/** The scenario that calls the operation with everything it takes. */
export function scenarioOf(operation: string): Scenario & { readonly do: { readonly call: string } } {
  const found = scenarios().find((one) => one.operation === operation && typeof one.do === 'object');
  if (!found) throw new Error(`test/scenarios/calls.json has no call of ${operation}.`);
  return found as Scenario & { readonly do: { readonly call: string } };
}

/** The operation that a method of the clients calls, e.g. `api_keys.create`; `null` for those that call several. */
export function operationOf(call: string): Operation | null {
  return OPERATIONS.find(({ id }) => scenarioOf(id).do.call === call) ?? null;
}
