import { z } from '@hono/zod-openapi';
import { LIMITS } from '../../protocol/limits.ts';
import type {
  Assistant,
  AssistantConfig,
  AttachmentSettings,
  IdentitySettings,
  Metadata,
  Page,
  ProactiveRule,
  WidgetSettings,
} from '../../protocol/resources.ts';

/** Schemas that several routes share. A route's own stand in its file. */

/** ISO 8601 in UTC. */
export const Timestamp = z.string().openapi({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' });

/** A whole number in a query. */
export const queryNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max,
      `Expected a whole number from ${min} to ${max}`,
    )
    .transform(Number)
    .default(fallback)
    .openapi({ type: 'integer', minimum: min, maximum: max, default: fallback });

/** `limit` and `offset` of every list. */
export const WINDOW_QUERY = {
  limit: queryNumber(1, LIMITS.pageMax, LIMITS.pageDefault),
  offset: queryNumber(0, 999_999_999, 0),
};

/** A page of a list: `{<name>: […], total, has_more}`. */
export function pageOf<Name extends string, Item>(name: Name, item: z.ZodType<Item>): z.ZodType<Page<Name, Item>> {
  return z
    .object({ [name]: z.array(item), total: z.number().int(), has_more: z.boolean() })
    .openapi(
      `${name[0]!.toUpperCase()}${name.slice(1).replace(/_(\w)/g, (_, c: string) => c.toUpperCase())}Page`,
    ) as unknown as z.ZodType<Page<Name, Item>>;
}

/** Builds the page that {@link pageOf} describes. */
export function toPage<Name extends string, Item>(
  name: Name,
  items: readonly Item[],
  total: number,
  offset: number,
): Page<Name, Item> {
  return { [name]: items, total, has_more: offset + items.length < total } as unknown as Page<Name, Item>;
}

/** Any JSON object of at most `LIMITS.metadataBytes`. */
export const MetadataSchema: z.ZodType<Metadata> = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= LIMITS.metadataBytes,
    `Expected at most ${LIMITS.metadataBytes} bytes of JSON`,
  )
  .openapi('Metadata', { type: 'object', additionalProperties: true });

export const AssistantConfigSchema: z.ZodType<AssistantConfig> = z
  .strictObject({
    temperature: z.number().min(0).max(2).exactOptional(),
    max_tokens: z.number().int().min(1).max(100_000).exactOptional(),
    response_format: z.enum(['markdown', 'text']).exactOptional(),
  })
  .openapi('AssistantConfig');

const httpUrl = (schemes: RegExp, expected: string) =>
  z
    .string()
    .max(2_000)
    .refine((text) => {
      try {
        return schemes.test(new URL(text).protocol);
      } catch {
        return false;
      }
    }, `Expected ${expected}`);

const ProactiveRuleSchema: z.ZodType<ProactiveRule> = z
  .strictObject({
    id: z.string().regex(/^[\w-]{1,64}$/, 'Expected 1 to 64 of A-Z a-z 0-9 _ -'),
    message: z.string().min(1).max(500),
    after_seconds: z.number().min(0).max(86_400).exactOptional(),
    scroll_percent: z.number().min(0).max(100).exactOptional(),
    path: z.string().regex(/^[/*]/, 'Expected a path such as /pricing or /docs/*').max(500).exactOptional(),
    on_exit: z.boolean().exactOptional(),
  })
  .openapi('ProactiveRule');

export const WidgetSettingsSchema: z.ZodType<WidgetSettings> = z
  .strictObject({
    greeting: z.string().max(500).exactOptional(),
    subtitle: z.string().max(120).exactOptional(),
    prompts: z.array(z.string().min(1).max(200)).max(4).exactOptional(),
    placeholder: z.string().max(120).exactOptional(),
    accent: z
      .string()
      .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'Expected a colour like #0f766e')
      .exactOptional(),
    avatar_url: httpUrl(/^https:$/, 'an https URL').exactOptional(),
    contact_url: httpUrl(/^(https|mailto):$/, 'an https: or mailto: URL').exactOptional(),
    proactive: z.array(ProactiveRuleSchema).max(8).exactOptional(),
    consent_text: z.string().min(1).max(2_000).exactOptional(),
    privacy_url: httpUrl(/^https:$/, 'an https URL').exactOptional(),
  })
  .openapi('WidgetSettings');

export const IdentitySettingsSchema: z.ZodType<IdentitySettings> = z
  .object({
    algorithm: z.enum(['HS256', 'EdDSA', 'ES256']),
    required: z.boolean(),
    issuer: z.string().nullable(),
    jwks_url: z.string().nullable(),
  })
  .openapi('IdentitySettings');

/** An assistant's settings of attached files. */
export const AttachmentSettingsSchema: z.ZodType<AttachmentSettings> = z
  .object({
    enabled: z.boolean(),
    max_bytes: z.number().int().min(1),
    types: z.array(z.string()),
  })
  .openapi('AttachmentSettings');

export const AssistantSchema = z
  .object({
    id: z.string().openapi({ example: 'ast_4fKq0sRzV1mT9cXb2dNhWe' }),
    name: z.string(),
    description: z.string(),
    model: z.string(),
    system_prompt: z.string().exactOptional(),
    knowledge_base_id: z.string().nullable(),
    category: z.string().nullable(),
    config: AssistantConfigSchema,
    widget: WidgetSettingsSchema,
    retention_days: z.number().int().nullable(),
    identity: IdentitySettingsSchema.nullable().exactOptional(),
    identity_secret: z.string().exactOptional(),
    attachments: AttachmentSettingsSchema,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .openapi('Assistant') satisfies z.ZodType<Assistant>;
