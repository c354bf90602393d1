import { z } from '@hono/zod-openapi';
import { HEADER, REPLAYED_HEADER } from '../../protocol/headers.ts';
import { LIMITS } from '../../protocol/limits.ts';

/** Request headers that some endpoints read, by their name in `HEADER`, as the OpenAPI document tells of them. */
const REQUEST_HEADERS = {
  idempotencyKey: z
    .string()
    .min(1)
    .max(LIMITS.idempotencyKeyChars)
    .openapi({ description: 'Makes repeating the request safe. One for each thing that is to be done.' }),
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .openapi({
      description: 'Id of the last event that was read: the stream goes on behind it. Counts before `?after=`.',
    }),
  proof: z.string().openapi({
    description:
      'Only beyond an address’s limit: the answer to the `challenge` in the details of a `rate_limit_exceeded` error.',
  }),
  embedNonce: z
    .string()
    .openapi({ description: 'Sent by the iframe page of this server alone: who may frame it was asked.' }),
} as const satisfies Partial<Record<keyof typeof HEADER, z.ZodType>>;

export type RequestHeader = keyof typeof REQUEST_HEADERS;

/** A schema of those headers, each optional; `undefined` for none. */
export function headersSchema(names: readonly RequestHeader[]): z.ZodObject | undefined {
  if (names.length === 0) return undefined;
  return z.object(Object.fromEntries(names.map((name) => [HEADER[name], REQUEST_HEADERS[name].optional()])));
}

// A type, because the generator asks for what may have `x-…` too.
type ResponseHeader = {
  readonly description: string;
  readonly schema: { type: 'integer' | 'string'; minimum?: number; enum?: string[] };
};

const whole = { type: 'integer', minimum: 0 } as const;

/** Headers of answers: components of the OpenAPI document. */
export const RESPONSE_HEADERS: Readonly<Record<string, ResponseHeader>> = {
  [HEADER.requestId]: { description: 'Id of the request in the server’s log.', schema: { type: 'string' } },
  [HEADER.rateLimit]: { description: 'How many requests are allowed a minute.', schema: whole },
  [HEADER.rateRemaining]: { description: 'How many are left of them.', schema: whole },
  [HEADER.rateReset]: { description: 'When they are all there again, unix seconds.', schema: whole },
  [HEADER.retryAfter]: { description: 'Seconds to wait before trying again.', schema: whole },
  [REPLAYED_HEADER]: {
    description: '`true`: the answer that was given before to the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
};

const EVERY = [HEADER.requestId, HEADER.rateLimit, HEADER.rateRemaining, HEADER.rateReset];

/** References to the headers that every answer of the API has, and more. */
export const headerRefs = (...more: readonly string[]) =>
  Object.fromEntries([...EVERY, ...more].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
