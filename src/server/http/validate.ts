import type { z } from '@hono/zod-openapi';
import { ApiError } from './api-error.ts';

/**
 * Checks a value from outside against its schema.
 *
 * @param what names the whole when the fault is not in a field: `body`, `query`
 * @throws ApiError invalid_request; `details.field` is the dot path of the first faulty field, `details.issues` lists all
 */
export function validate<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 20).map((issue) => ({
    field: issue.path.map(String).join('.') || what,
    // Zod says itself what came when the type is wrong.
    message: issue.code === 'invalid_type' ? issue.message : `${issue.message}${got(value, issue.path)}`,
  }));
  const first = issues[0]!;
  throw new ApiError('invalid_request', `${first.field}: ${first.message}`, { field: first.field, issues });
}

/** What was sent, by kind: numbers and flags as they are, text only by its length. */
function got(value: unknown, path: readonly PropertyKey[]): string {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return ' (got nothing)';
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  if (at === undefined) return ' (got nothing)';
  if (at === null || typeof at === 'number' || typeof at === 'boolean') return ` (got ${at})`;
  if (typeof at === 'string') return ` (got text of ${at.length} characters)`;
  return Array.isArray(at) ? ` (got a list of ${at.length})` : ' (got an object)';
}
