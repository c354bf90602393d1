import type { z } from '@hono/zod-openapi';
import { ApiError } from './api-error.ts';

/**
 * Checks a value from outside against its schema.
 *
 * @param what names the whole: `body` or `query`, or the path of the field that the value was read from
 * @throws ApiError invalid_request; `details.field` is the dot path of the first faulty field, `details.issues` lists all
 */
export function validate<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => sentences(issue, schema, value, what)).slice(0, 20);
  const first = issues[0]!;
  throw new ApiError('invalid_request', `${first.field}: ${first.message}`, { field: first.field, issues });
}

type Issue = z.core.$ZodIssue;

/** What is wrong, what was expected and what came, one sentence for each faulty field. */
function sentences(issue: Issue, schema: z.ZodType, value: unknown, what: string) {
  const outside = what === 'body' || what === 'query' ? [] : [what];
  const at = (path: readonly PropertyKey[]) => [...outside, ...path].map(String).join('.') || what;
  if (issue.code !== 'unrecognized_keys') {
    // The schema's own words, where it has some, begin so.
    const wanted = /^Expected/.test(issue.message) ? issue.message : `Expected ${expected(issue)}`;
    return [{ field: at(issue.path), message: `${wanted}, got ${kindOf(valueAt(value, issue.path))}.` }];
  }
  const known = fieldsAt(schema, issue.path);
  const only = known.length > 0 ? ` Expected only: ${known.join(', ')}.` : '';
  return issue.keys.map((key) => {
    const name = key.length > 60 ? `${key.slice(0, 60)}…` : key;
    return { field: at([...issue.path, name]), message: `There is no such field.${only}` };
  });
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin, issue.inclusive === false);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin, issue.inclusive === false);
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((one) => JSON.stringify(one)).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'an http or https URL' : `text of the form ${issue.pattern ?? issue.format}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    default:
      return 'another value';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  record: 'a JSON object',
};

function bound(most: string, count: number | bigint, origin: string, exclusive: boolean): string {
  const unit =
    origin === 'string' ? 'characters' : origin === 'array' ? 'entries' : origin === 'object' ? 'fields' : null;
  if (unit)
    return `${most} ${count} ${Number(count) === 1 ? unit.replace(/(?:ies|s)$/, (s) => (s === 'ies' ? 'y' : '')) : unit}`;
  return exclusive ? `a number ${most === 'at most' ? 'below' : 'above'} ${count}` : `a number of ${most} ${count}`;
}

/** What was sent, by kind: numbers and flags as they are, text only by its length, because it may be anybody's words. */
function kindOf(at: unknown): string {
  if (at === undefined) return 'nothing';
  if (at === null || typeof at === 'number' || typeof at === 'boolean') return String(at);
  if (typeof at === 'string')
    return at === '' ? 'empty text' : `text of ${at.length} ${at.length === 1 ? 'character' : 'characters'}`;
  return Array.isArray(at) ? `a list of ${at.length}` : 'an object';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

/** Names of the fields that the object at the path may have; empty where the schema's shape is not plain. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  type Shape = { readonly shape?: Record<string, Shape>; readonly def: { innerType?: Shape; element?: Shape } };
  const plain = (one: Shape | undefined): Shape | undefined => (one?.def.innerType ? plain(one.def.innerType) : one);
  let at = plain(schema as unknown as Shape);
  for (const step of path) at = plain(typeof step === 'number' ? at?.def.element : at?.shape?.[String(step)]);
  return Object.keys(at?.shape ?? {});
}
